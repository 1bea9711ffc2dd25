"""The hall's screen of the tests: who is where, the gain without names, and the warning for the facilitator."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from lms.core.enrolments.enums import EnrolmentStatus
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import following, grading, quizzes, screen, services, taking
from lms.plugins.quiz.gain import Band

NAMES = ("Siti Wulandari", "Petrus Anong", "Maria Hartati")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: Any) -> None:
    """Every question goes to the database: tests change things faster than a second."""
    monkeypatch.setattr(screen, "KEPT_SECONDS", 0)


def base(course: Any) -> str:
    return f"/kelola/lokakarya/{course.workshop.id}/kuis"


def person(course: Any, name: str) -> Any:
    return course.person(person=course.factories.person(full_name=name))


def both(course: Any, *scores: tuple[int, int]) -> list[Any]:
    """People with so many right answers before and after, both tests closed."""
    people = [person(course, NAMES[number % 3]) for number in range(len(scores))]
    for quiz, place in ((course.pre, 0), (course.post, 1)):
        course.open(quiz)
        for who, score in zip(people, scores, strict=True):
            course.take(quiz, who, right=score[place])
        course.close(quiz)
    return people


class Hall:
    """A browser that shows the screen and asks whether it changed."""

    def __init__(self, client: Any, course: Any, path: str = "layar", query: str = "") -> None:
        self.client, self.page = client, f"{base(course)}/{path}{query}"
        self.url = f"{base(course)}/{path}/isi{query}"
        self.open()

    def open(self) -> str:
        self.text = str(self.client.get(self.page).text)
        self.tag = re.search(r'data-tag="(\w+)"', self.text)[1]  # type: ignore[index]
        return self.text

    def ask(self) -> int:
        answer = self.client.get(self.url, headers={"If-None-Match": f'"{self.tag}"'})
        self.part, self.tag = answer.text, answer.get_etag()[0]
        status: int = answer.status_code
        return status


def test_q36_the_screen_follows_a_submission_at_the_next_question(course: Any, as_user: Any) -> None:
    both(course, (3, 9))
    who = person(course, "Yohanes Saputra")
    course.open(course.pre, course.post)
    course.take(course.pre, who, right=6)
    attempt = course.take(course.post, who, right=12, hand_in=False)
    hall = Hall(as_user.committee(course.workshop), course)
    assert hall.text.count("<path d=") == 1
    assert [hall.ask(), hall.ask()] == [304, 304]
    services.submit(attempt_id=attempt.id)
    assert hall.ask() == 200
    assert hall.part.count("<path d=") == 2
    assert "2 orang mempunyai kedua tes." in hall.part
    assert "<html" not in hall.part
    assert hall.ask() == 304


def test_q36_no_name_is_on_the_screen_and_the_table_tells_what_the_chart_does(course: Any, as_user: Any) -> None:
    both(course, (3, 12), (6, 6), (9, 3))
    text = Hall(as_user.committee(course.workshop), course).text
    for name in NAMES:
        assert not any(part in text for part in name.split()), name
    assert re.search(r">Semua</th><td class=\"n\">40</td><td class=\"n\">47</td>", text)
    assert "1 naik" in text
    assert "1 tetap" in text
    assert "1 turun" in text
    assert text.count("<path d=") == 2
    assert text.count('<path class="c-down"') == 1


def test_q33_only_pairs_count_and_the_rest_is_told(course: Any, app: Any) -> None:
    both(course, (3, 9), (6, 12))
    course.open(course.pre)
    course.take(course.pre, right=15)
    with app.test_request_context():
        shown = screen.screen_of(course.workshop.id)
    assert (shown.gain.n_paired, shown.left_out) == (2, 1)
    assert (shown.gain.mean_pre, shown.gain.mean_post) == (Decimal("0.3"), Decimal("0.7"))
    assert shown.gain.band is Band.MEDIUM
    assert len(shown.chart.rises) == 2


def test_q33_few_pairs_and_the_same_form_are_warned_of_with_the_band_in_words(course: Any, as_user: Any) -> None:
    both(course, (3, 9))
    text = Hall(as_user.committee(course.workshop), course).text
    assert "Kurang dari 15 orang mempunyai kedua tes." in text
    assert "Kedua tes memakai soal yang sama." in text
    assert "Sedang, 0,3 sampai 0,7" in text


def test_q33_a_full_first_test_divides_by_nothing(course: Any, as_user: Any) -> None:
    both(course, (15, 15))
    assert "tidak dapat dihitung" in Hall(as_user.committee(course.workshop), course).text


def test_q35_who_writes_is_counted_and_in_no_average(course: Any, app: Any) -> None:
    both(course, (3, 9))
    course.open(course.post)
    course.take(course.post, right=15, hand_in=False)
    course.person()
    course.person(status=EnrolmentStatus.WAITLISTED)
    with app.test_request_context():
        shown = screen.screen_of(course.workshop.id)
    (test,) = shown.tests
    assert (test.waiting, test.running, test.finished, test.total) == (1, 1, 1, 3)
    assert (shown.running, shown.gain.mean_post) == (1, Decimal("0.6"))


def test_a_second_attempt_moves_nobody_back(course: Any, app: Any) -> None:
    who = course.person()
    course.pre.max_attempts = 2
    course.open(course.pre)
    course.take(course.pre, who, right=3)
    course.take(course.pre, who, right=3, hand_in=False)
    with app.test_request_context():
        (test,) = screen.screen_of(course.workshop.id).tests
    assert (test.waiting, test.running, test.finished) == (0, 0, 1)


def test_subjects_are_objectives_where_questions_name_them_and_else_pillars(course: Any, app: Any) -> None:
    both(course, (3, 9))
    with app.test_request_context():
        pillars = screen.screen_of(course.workshop.id).subjects
        for number, question in enumerate(taking.questions_of(course.pre.id)):
            question.objective = "Menyusun rencana" if number < 5 else "Memimpin rapat"
        db.session.flush()
        objectives = screen.screen_of(course.workshop.id).subjects
    assert {row.name for row in pillars} == {"Manajemen", "Kontrol program", "Lintas pilar"}
    share = {row.name: row.post for row in objectives}
    assert share["Menyusun rencana"] * 5 + share["Memimpin rapat"] * 10 == 9


def test_asking_costs_few_statements_and_the_same_for_many(course: Any, as_user: Any, count_statements: Any) -> None:
    both(course, (3, 9))
    hall = Hall(as_user.committee(course.workshop), course)
    hall.ask()
    count_statements()
    assert hall.ask() == 304
    assert count_statements() <= 6
    costs = []
    for _ in range(2):
        both(course, *[(3, 9)] * 5)
        hall.ask()  # templates and permissions are warm
        hall.open()
        count_statements()
        hall.open()
        costs.append(count_statements())
    assert costs[0] == costs[1]


def test_a_process_asks_the_database_once_a_second(course: Any, app: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(screen, "KEPT_SECONDS", following.KEPT_SECONDS)
    moment, asked = [100.0], []
    monkeypatch.setattr("lms.kernel.memory.monotonic", lambda: moment[0])
    monkeypatch.setattr(screen, "_state", lambda workshop_id: asked.append(moment[0]) or str(moment[0]))
    with app.app_context():
        for now in (100.0, 100.5, 100.9, 101.1):
            moment[0] = now
            screen.state_of(course.workshop.id, fresh=False)
        screen.state_of(course.workshop.id, fresh=True)
    assert asked == [100.0, 101.1, 101.1]


def test_without_script_the_page_loads_itself_anew(course: Any, as_user: Any) -> None:
    hall = Hall(as_user.committee(course.workshop), course)
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in hall.text
    answer = hall.client.get(hall.url)
    assert (answer.status_code, answer.headers["Location"]) == (303, hall.page)


def missed_by(course: Any, count: int) -> None:
    course.open(course.pre)
    for _ in range(count):
        course.take(course.pre, right=12)


def test_the_warning_waits_for_five_people_and_names_three_questions(course: Any, app: Any) -> None:
    course.pre.shuffles_questions = False
    missed_by(course, 4)
    with app.test_request_context():
        (few,) = screen.warnings_of(course.workshop.id)
        course.take(course.pre, right=0, hand_in=False)
        (still,) = screen.warnings_of(course.workshop.id)
        course.take(course.pre, right=0)
        (enough,) = screen.warnings_of(course.workshop.id)
        texts = [question.text for question in taking.questions_of(course.pre.id)]
    assert (few.missed, still.missed, still.finished) == ((), (), 4)
    assert {row.text for row in enough.missed} == set(texts[12:])
    assert {row.share for row in enough.missed} == {Decimal(1)}


def test_q13_the_warning_is_for_those_who_manage_and_reads_no_key(course: Any, as_user: Any, monkeypatch: Any) -> None:
    missed_by(course, 5)
    monkeypatch.setattr(grading, "contents_of", None)
    committee, observer = as_user.committee(course.workshop), as_user.observer("61.71")
    assert "Paling banyak keliru" in Hall(committee, course, "peringatan").text
    assert "Paling banyak keliru" not in Hall(committee, course).text
    assert "Paling banyak keliru" in Hall(committee, course, query="?peringatan=1").text
    assert observer.get(f"{base(course)}/peringatan").status_code == 404
    watching = observer.get(f"{base(course)}/layar?peringatan=1")
    assert (watching.status_code, "Paling banyak keliru" in watching.text) == (200, False)


def test_the_warning_ends_with_the_test(course: Any, app: Any) -> None:
    missed_by(course, 5)
    quizzes.close_quiz(quiz_id=course.pre.id, actor=SYSTEM)
    with app.test_request_context():
        assert screen.warnings_of(course.workshop.id) == ()


@pytest.mark.parametrize("who", ["door", "ticket", "board"])
def test_others_do_not_see_the_screen(course: Any, as_user: Any, who: str) -> None:
    clients = {
        "door": lambda: as_user.door(course.workshop),
        "ticket": lambda: as_user.ticket(course.person()),
        "board": lambda: as_user.board_of("name:tunas"),
    }
    client = clients[who]()
    for path in ("layar", "layar/isi", "peringatan", "peringatan/isi"):
        assert client.get(f"{base(course)}/{path}").status_code == 404
