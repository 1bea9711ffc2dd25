"""The page of the gain by subject, organisation and kabupaten, and what certificates and reports read of quizzes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lms.core import evidence, metrics
from lms.kernel.declarations import Period
from lms.plugins.quiz import evaluations, gain_groups, results, retention, taking
from lms.plugins.quiz.enums import AttemptState, Form, Pillar, QuizKind
from lms.plugins.quiz.gain import STORED_NOISE, paired_gain
from tests.plugins.quiz.filled import ESSAY, finished, question, quiz_with

ALL_TIME = Period(first=date(2020, 1, 1), last=date(2100, 1, 1))


def page(course: Any, client: Any) -> str:
    answer = client.get(f"/kelola/lokakarya/{course.workshop.id}/kuis/hasil")
    assert answer.status_code == 200
    return answer.text


def two_tests(course: Any, **values: Any) -> tuple[Any, Any, list[Any]]:
    """A pre-test and a post-test of the same four questions, beside the drafts that a workshop begins with."""
    rows = [question(course, number, **values) for number in range(1, 5)]
    return quiz_with(course, rows, kind=QuizKind.PRE), quiz_with(course, rows, kind=QuizKind.POST), rows


def marked(right: int) -> list[str]:
    return ["1"] * right + ["0"] * (4 - right)


def both(course: Any, pre: Any, post: Any, before: int, after: int, **values: Any) -> Any:
    person = course.person(**values)
    finished(pre, person, marked(before))
    finished(post, person, marked(after))
    return person


def test_q33_page_shows_the_figures_of_the_command_line_on_the_same_scores(course: Any, as_user: Any) -> None:
    pre, post, _rows = two_tests(course)
    scores = [(1, 3), (2, 2), (3, 1), (0, 4), (4, 4), (0, 2)]
    for before, after in scores:
        both(course, pre, post, before, after)
    finished(pre, course.person(), marked(4))
    finished(post, course.person(), marked(0))
    people = [(Decimal(before), Decimal(after)) for before, after in scores]
    wanted = paired_gain([*people, (Decimal(4), None), (None, Decimal(0))], max_mark=Decimal(4))
    found = results.results_of(course.workshop.id).paired_gain
    for name in ("n_paired", "n_pre_only", "n_post_only", "up", "same", "down", "df"):
        assert getattr(found, name) == getattr(wanted, name), name
    for name in ("class_gain", "mean_gain", "mean_change", "t"):
        assert float(getattr(found, name)) == pytest.approx(float(getattr(wanted, name)), abs=1e-6), name
    shown = page(course, as_user.committee(course.workshop))
    assert "6 orang berpasangan; hanya tes awal 1, hanya tes akhir 1" in shown
    assert "3 · 2 · 1" in shown
    assert f"{wanted.t:.2f}".replace(".", ",") in shown
    assert "(db 5)" in shown


def test_q33_nobody_can_rise_from_full_marks_and_the_page_shows_dashes(course: Any, as_user: Any) -> None:
    pre, post, _rows = two_tests(course)
    for _person in range(2):
        both(course, pre, post, 4, 4)
    assert page(course, as_user.committee(course.workshop)).count(">–</td>") >= 3


def test_q35_tests_that_run_or_wait_for_marking_are_counted_and_not_averaged(course: Any, as_user: Any) -> None:
    rows = [question(course, 1), question(course, 2, kind=ESSAY)]
    pre, post = quiz_with(course, rows, kind=QuizKind.PRE), quiz_with(course, rows, kind=QuizKind.POST)
    people = [course.person() for _one in range(3)]
    for person in people:
        finished(pre, person, ["0", "0"])
    finished(post, people[0], ["1", "1"])
    finished(post, people[1], ["1", None])
    finished(post, people[2], ["1", "1"], state=AttemptState.IN_PROGRESS)
    found = results.results_of(course.workshop.id)
    assert (found.gain.pairs, found.gain.mean_post, found.running, found.waiting) == (1, 1, 1, 1)
    (subject,) = gain_groups.objectives_of(course.workshop.id).shown
    assert (subject.people, subject.pre, subject.post) == (1, 0, 1)
    shown = page(course, as_user.committee(course.workshop))
    assert "1 sedang mengerjakan, 1 menunggu penilaian" in shown
    ids = [person.id for person in people]
    facts = evidence.collect(keys=("quiz.gain",), workshop_id=course.workshop.id, enrolment_ids=ids)
    assert [facts[number] for number in ids] == [{"quiz.gain": 1}, {}, {}]
    of = metrics.collect("quiz.paired_people", period=ALL_TIME, region_codes=["61.71"])
    assert of == {"61.71": 1}


def test_subjects_go_by_what_authors_wrote_else_by_pillar_over_people_with_both_tests(
    course: Any, as_user: Any
) -> None:
    rows = [
        question(course, 1, objective="Hak anak", pillar=Pillar.CONTROL),
        question(course, 2, objective="Hak anak", pillar=Pillar.MANAGEMENT),
        question(course, 3, pillar=Pillar.LEADERSHIP),
    ]
    pre, post = quiz_with(course, rows, kind=QuizKind.PRE), quiz_with(course, rows, kind=QuizKind.POST)
    for before, after in ((["1", "0", "0"], ["1", "1", "0"]), (["0", "0", "1"], ["1", "0", "1"])):
        person = course.person()
        finished(pre, person, before)
        finished(post, person, after)
    finished(pre, course.person(), ["1", "1", "1"])
    found = gain_groups.objectives_of(course.workshop.id).shown
    assert [(row.name, row.people, row.pre, row.post) for row in found] == [
        ("Kepemimpinan", 2, Decimal("0.5"), Decimal("0.5")),
        ("Hak anak", 2, Decimal("0.25"), Decimal("0.75")),
    ]
    assert found[1].gain == Decimal(2) / 3
    shown = page(course, as_user.committee(course.workshop))
    assert "Menurut materi" in shown
    assert "Sebelum 25, sesudah 75" in shown


def test_subjects_compare_different_questions_of_two_forms(course: Any) -> None:
    rows = [question(course, number, objective="Hak anak") for number in (1, 2)]
    pre, post = quiz_with(course, rows, kind=QuizKind.PRE), quiz_with(course, rows, kind=QuizKind.POST)
    for first, second in (rows, rows[::-1]):
        person = course.person()
        finished(pre, person, ["0"], among=[first], form=Form.A)
        finished(post, person, ["1"], among=[second], form=Form.B)
    (found,) = gain_groups.objectives_of(course.workshop.id).shown
    assert (found.people, found.pre, found.post, found.gain) == (2, 0, 1, 1)


def test_once_answers_are_erased_pillars_are_left(course: Any, as_user: Any) -> None:
    pre, post, _rows = two_tests(course, pillar=Pillar.CONTROL, objective="Hak anak")
    both(course, pre, post, 1, 3)
    for quiz in (pre, post):
        retention.erase_answers(quiz_id=quiz.id)
    assert gain_groups.objectives_of(course.workshop.id) == gain_groups.Objectives(shown=())
    shown = page(course, as_user.committee(course.workshop))
    assert "Per pilar" in shown
    assert "Sebelum 25, sesudah 75" in shown


def test_groups_below_five_are_for_the_committee_only(course: Any, as_user: Any) -> None:
    pre, post, _rows = two_tests(course, objective="Hak anak")
    big = {"affiliation": "Panti Besar", "affiliation_key": "name:besar"}
    small = {"affiliation": "Panti Kecil", "affiliation_key": "name:kecil"}
    for place in range(9):
        region = "61.71" if place < 5 else "61.12"
        both(course, pre, post, 1, 3, region_code=region, **(big if place < 5 else small))
    committee, observer = as_user.committee(course.workshop), as_user.observer("61")
    names = ("Panti Besar", "Panti Kecil", "Kota Pontianak", "Kab. Kubu Raya", "Hak anak")
    for name in names:
        assert f'<th scope="row">{name}</th>' in page(course, committee), name
    shown = page(course, observer)
    seen = [name for name in names if f'<th scope="row">{name}</th>' in shown]
    assert seen == ["Panti Besar", "Kota Pontianak", "Hak anak"]
    assert shown.count("pesertanya yang berpasangan kurang dari 5 orang: 1") == 2
    assert "kurang dari 5 orang" not in page(course, committee)


def test_a_subject_of_fewer_than_five_people_is_hidden_from_observers(course: Any, as_user: Any) -> None:
    pre, post, _rows = two_tests(course, objective="Hak anak")
    for _person in range(4):
        both(course, pre, post, 1, 3)
    assert "Hak anak" in page(course, as_user.committee(course.workshop))
    shown = page(course, as_user.observer("61"))
    assert "Hak anak" not in shown
    assert "kurang dari 5 orang mengerjakannya di kedua tes: 1" in shown


def test_groups_hold_the_gain_of_their_own_people(course: Any) -> None:
    pre, post, _rows = two_tests(course)
    for region, before, after in (("61.71", 0, 2), ("61.71", 2, 4), ("61.12", 3, 2), (None, 0, 4)):
        both(course, pre, post, before, after, region_code=region)
    found = gain_groups.regions_of(results.results_of(course.workshop.id)).shown
    assert [(group.name, group.gain.n_paired, group.gain.class_gain) for group in found] == [
        ("Kab. Kubu Raya", 1, Decimal(-1)),
        ("Kota Pontianak", 2, Decimal(4) / 6),
    ]
    assert found[1].gain == paired_gain(
        [(Decimal(0), Decimal("0.5")), (Decimal("0.5"), Decimal(1))], noise=STORED_NOISE
    )


def test_results_lead_to_the_analysis_of_every_quiz_with_marks(course: Any, as_user: Any) -> None:
    shown = page(course, as_user.observer("61"))
    for quiz in (course.pre, course.post):
        assert f"/kuis/{quiz.id}/analisis" in shown
    assert f"/kuis/{course.evaluation.id}/analisis" not in shown


def test_evidence_is_the_best_post_test_the_own_gain_and_the_evaluation(course: Any) -> None:
    pre, post, _rows = two_tests(course)
    done = both(course, pre, post, 1, 2)
    finished(post, done, marked(3), number=2)
    full, early = both(course, pre, post, 4, 4), course.person()
    finished(pre, early, marked(2))
    course.open(course.evaluation)
    ratings = {row.id: 3 for row in taking.questions_of(course.evaluation.id) if row.kind == "likert"}
    evaluations.hand_in(quiz_id=course.evaluation.id, enrolment_id=early.id, ratings=ratings, remarks={})
    keys = ("quiz.best_score", "quiz.gain", "quiz.evaluation_done")
    ids = [done.id, full.id, early.id]
    facts = evidence.collect(keys=keys, workshop_id=course.workshop.id, enrolment_ids=ids)
    assert facts[done.id]["quiz.best_score"] == Decimal("0.75")
    assert round(facts[done.id]["quiz.gain"], 6) == Decimal("0.333333")  # of first attempts, as the results have it
    assert facts[full.id] == {"quiz.best_score": 1}
    assert facts[early.id] == {"quiz.evaluation_done": 1}


def test_evidence_costs_as_much_for_many_people(course: Any, count_statements: Any) -> None:
    pre, post, _rows = two_tests(course)
    ids, counts = [], []
    for more in (2, 20):
        ids += [both(course, pre, post, 1, 3).id for _person in range(more)]
        count_statements()
        keys = ("quiz.best_score", "quiz.gain", "quiz.evaluation_done")
        evidence.collect(keys=keys, workshop_id=course.workshop.id, enrolment_ids=ids)
        counts.append(count_statements())
    assert counts[0] == counts[1]


def test_metric_says_how_many_people_the_gain_is_about(course: Any) -> None:
    pre, post, _rows = two_tests(course)
    for region in ("61.71", "61.71", "61.12"):
        both(course, pre, post, 4, 4, region_code=region)
    finished(pre, course.person(region_code="61.12"), marked(1))
    codes = ["61.71", "61.12", "61.01"]
    assert metrics.collect("quiz.paired_people", period=ALL_TIME, region_codes=codes) == {"61.71": 2, "61.12": 1}
    assert metrics.collect("quiz.mean_gain", period=ALL_TIME, region_codes=codes) == {}
    past = Period(first=date(2020, 1, 1), last=date(2020, 12, 31))
    assert metrics.collect("quiz.paired_people", period=past, region_codes=codes) == {}
