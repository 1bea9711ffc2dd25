"""The committee's pages: opening and closing, results, and who may see what."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from lms.plugins.quiz import gain_groups, results
from lms.plugins.quiz.enums import QuizState


def base(course: Any) -> str:
    return f"/kelola/lokakarya/{course.workshop.id}/kuis"


def test_committee_opens_closes_and_opens_again(course: Any, as_user: Any) -> None:
    client, quiz = as_user.committee(course.workshop), course.pre
    page = client.get(base(course))
    assert page.status_code == 200
    for action, state in (
        ("buka", QuizState.OPEN),
        ("tarik", QuizState.DRAFT),
        ("buka", QuizState.OPEN),
        ("tutup", QuizState.CLOSED),
        ("buka", QuizState.OPEN),
        ("buka", QuizState.OPEN),
    ):
        assert client.post(f"{base(course)}/{quiz.id}/{action}").status_code == 303
        assert quiz.state is state
        assert client.get(base(course)).status_code == 200


def test_list_counts_people(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    course.take(course.pre, right=1)
    course.take(course.pre, right=1, hand_in=False)
    course.take(course.pre, right=1, hand_in=False)
    page = as_user.committee(course.workshop).get(base(course)).text
    assert "<dt>Sedang dikerjakan</dt><dd>2</dd>" in page
    assert "<dt>Selesai</dt><dd>1</dd>" in page


def test_preview_shows_every_key(course: Any, as_user: Any) -> None:
    page = as_user.committee(course.workshop).get(f"{base(course)}/{course.pre.id}").text
    assert page.count("badge-ok") == 15


def test_quiz_of_another_workshop_is_not_found(course: Any, make_course: Any, as_user: Any) -> None:
    other = make_course()
    client = as_user.committee(course.workshop)
    for path in (f"{base(other)}", f"{base(other)}/{other.pre.id}", f"{base(course)}/{other.pre.id}"):
        assert client.get(path).status_code == 404
    assert client.post(f"{base(course)}/{other.pre.id}/buka").status_code == 404
    assert other.pre.state is QuizState.DRAFT


@pytest.mark.parametrize("who", ["door", "ticket", "board"])
def test_others_have_no_business_here(course: Any, as_user: Any, who: str) -> None:
    clients = {
        "door": lambda: as_user.door(course.workshop),
        "ticket": lambda: as_user.ticket(course.person()),
        "board": lambda: as_user.board_of("organisations:1"),
    }
    client = clients[who]()
    for path in (base(course), f"{base(course)}/hasil", f"{base(course)}/{course.pre.id}"):
        assert client.get(path).status_code == 404
    assert client.get("/kelola/bank-soal").status_code == 403


def test_observer_sees_groups_and_no_names(course: Any, as_user: Any) -> None:
    person = course.person(person=course.factories.person(full_name="Yohana Lestari"))
    course.open(course.pre, course.post)
    course.take(course.pre, person, right=5)
    course.take(course.post, person, right=10)
    observer = as_user.observer("61").get(f"{base(course)}/hasil")
    assert observer.status_code == 200
    assert "Yohana Lestari" not in observer.text
    assert "Yohana Lestari" in as_user.committee(course.workshop).get(f"{base(course)}/hasil").text
    assert as_user.observer("61").get(base(course)).status_code == 404


def test_results_page_of_an_empty_workshop(course: Any, as_user: Any) -> None:
    assert as_user.committee(course.workshop).get(f"{base(course)}/hasil").status_code == 200


def test_results_count_pairs_only_and_say_who_is_left_out(course: Any, as_user: Any) -> None:
    course.open(course.pre, course.post)
    both = [course.person() for _one in range(3)]
    for person, (before, after) in zip(both, [(6, 12), (9, 9), (12, 9)], strict=True):
        course.take(course.pre, person, right=before)
        course.take(course.post, person, right=after)
    course.take(course.pre, right=15)
    course.take(course.post, right=0)
    course.take(course.pre, right=15, hand_in=False)
    found = results.results_of(course.workshop.id)
    assert (found.gain.pairs, found.left_out, found.running, found.fallen) == (3, 2, 1, 1)
    assert (found.gain.mean_pre, found.gain.mean_post) == (Decimal("0.6"), Decimal("2") / 3)
    assert found.gain.normalised is not None
    assert abs(found.gain.normalised - Decimal(1) / 6) < Decimal("1e-6")
    assert len(gain_groups.organisations_of(found).shown) == 3
    page = as_user.committee(course.workshop).get(f"{base(course)}/hasil").text
    assert "Kurang dari 15 orang" in page
    assert "soal yang sama" in page
    assert "<dd>0,17</dd>" in page
    assert "Rendah" in page


def test_full_marks_in_the_first_test_show_a_dash(course: Any, as_user: Any) -> None:
    course.open(course.pre, course.post)
    person = course.person()
    course.take(course.pre, person, right=15)
    course.take(course.post, person, right=15)
    page = as_user.committee(course.workshop).get(f"{base(course)}/hasil")
    assert page.status_code == 200
    assert "tidak dapat dihitung" in page.text


def test_most_missed_question_comes_first(course: Any) -> None:
    course.open(course.pre, course.post)
    for right in (15, 15, 0):
        course.take(course.post, right=right)
    rows = results.facilities(course.workshop.id)
    assert len(rows) == 15
    assert {row.post for row in rows} == {Decimal(2) / 3}
    assert {row.pre for row in rows} == {None}
    course.take(course.post, right=7)
    posts = [row.post for row in results.facilities(course.workshop.id)]
    assert posts == sorted(posts)
    assert set(posts) == {Decimal("0.5"), Decimal("0.75")}


@pytest.mark.parametrize("path", ["", "/hasil"])
def test_statements_do_not_grow_with_people(course: Any, as_user: Any, count_statements: Any, path: str) -> None:
    course.open(course.pre, course.post)
    client, counts = as_user.committee(course.workshop), []
    for more in (3, 27):
        for _person in range(more):
            person = course.person()
            course.take(course.pre, person, right=6)
            course.take(course.post, person, right=9)
        client.get(base(course) + path)
        count_statements()
        assert client.get(base(course) + path).status_code == 200
        counts.append(count_statements())
    assert counts[0] == counts[1]


def test_closing_many_attempts_grades_them_in_few_statements(course: Any, count_statements: Any) -> None:
    course.open(course.pre)
    course.take(course.pre, right=1, hand_in=False)
    counts = []
    for more in (2, 20):
        for _person in range(more):
            course.take(course.pre, right=1, hand_in=False)
        count_statements()
        course.close(course.pre)
        counts.append(count_statements() - 0)
        course.open(course.pre)
    assert counts[1] - counts[0] <= 2
