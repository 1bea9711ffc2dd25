"""Forms A and B: equally long, equally hard, the same every time; and who saw a question twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.audit import AuditEntry
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import forms_ab, items, services
from lms.plugins.quiz.enums import Form
from lms.plugins.quiz.errors import QuizCannotChange
from lms.plugins.quiz.models import Attempt, Quiz, QuizItem
from lms.plugins.quiz.parallel import Candidate, Split, build

SPREAD = (95, 12, 40, 88, 61, 33, 72, 25, 50, 47, 81, 19, 66, 54, 8, 29)


def one(
    number: int, facility: int | None = None, objective: str = "Kas", kind: str = "choice", mark: int = 1
) -> Candidate:
    """A question; `facility` in percent."""
    share = Decimal(facility) / 100 if facility is not None else None
    return Candidate(question_id=number, objective=objective, kind=kind, mark=Decimal(mark), facility=share)


def many(*facilities: int | None, objective: str = "Kas", first: int = 1) -> list[Candidate]:
    return [one(number, facility, objective) for number, facility in enumerate(facilities, start=first)]


def ids(rows: tuple[Candidate, ...]) -> set[int]:
    return {row.question_id for row in rows}


def gap(split: Split) -> Decimal:
    total = split.total
    assert total.mean_a is not None
    assert total.mean_b is not None
    return abs(total.mean_a - total.mean_b)


def test_every_question_is_in_one_form_or_left_out() -> None:
    rows = [*many(*SPREAD), *many(40, 60, 80, objective="Tim", first=50)]
    split = build(rows)
    assert ids(split.a) | ids(split.b) | ids(split.left_out) == ids(tuple(rows))
    assert len(split.a) + len(split.b) + len(split.left_out) == len(rows)


def test_each_objective_has_the_same_number_in_both_forms() -> None:
    split = build(
        [*many(*SPREAD[:7]), *many(*SPREAD[7:12], objective="Tim", first=50), *many(30, 90, objective="C", first=70)]
    )
    assert [(row.objective, row.a, row.b) for row in split.objectives] == [("Kas", 3, 3), ("Tim", 2, 2), ("C", 1, 1)]
    assert sorted(row.objective for row in split.left_out) == ["Kas", "Tim"]


def test_sums_of_facilities_are_as_equal_as_can_be() -> None:
    assert gap(build(many(*SPREAD))) <= Decimal("0.002")
    assert gap(build(many(90, 80, 20, 10))) == 0


def test_exchanges_find_what_pairing_neighbours_alone_does_not() -> None:
    # Neighbours turned against each other leave 90 + 60 + 50 against 80 + 70 + 10, or worse.
    split = build(many(90, 80, 70, 60, 50, 10))
    assert gap(split) == 0


def test_each_objective_is_balanced_and_not_only_their_sum() -> None:
    split = build([*many(90, 80, 30, 20), *many(70, 60, 50, 40, objective="Tim", first=50)])
    for row in split.objectives:
        assert row.mean_a == row.mean_b


def test_same_questions_give_the_same_forms_whatever_their_order() -> None:
    rows = many(*SPREAD)
    assert build(rows) == build(rows)
    assert ids(build(list(reversed(rows))).a) == ids(build(rows).a)


def test_questions_without_facility_are_spread_evenly() -> None:
    split = build(many(90, 10, None, None, None, None, 70, 30))
    assert sum(row.facility is None for row in split.a) == sum(row.facility is None for row in split.b) == 2
    blank = build(many(None, None, None, None))
    assert (len(blank.a), len(blank.b), blank.total.mean_a) == (2, 2, None)


def test_odd_one_out_is_the_one_without_which_pairs_are_most_alike() -> None:
    split = build(many(90, 89, 55, 20, 21))
    assert [row.facility for row in split.left_out] == [Decimal("0.55")]


def test_types_and_marks_are_the_same_in_both_forms() -> None:
    rows = [one(n, 50 + n, kind=kind) for n, kind in enumerate(["choice", "essay"] * 4)]
    rows += [one(n, 40 + n, mark=3) for n in range(20, 24)]
    split = build(rows)
    for value in ("kind", "mark"):
        a, b = (sorted(str(getattr(row, value)) for row in form) for form in (split.a, split.b))
        assert a == b


@pytest.mark.parametrize("rows", [[], many(50)])
def test_too_few_questions_make_no_forms(rows: list[Candidate]) -> None:
    split = build(rows)
    assert (split.a, split.b, len(split.left_out)) == ((), (), len(rows))


def split_of(quiz: Quiz) -> Split:
    return build(forms_ab.candidates_of(items.rows_of(quiz.id)))


def apply(quiz: Quiz, *, partner: bool = False, drops: bool = True) -> Split:
    split = split_of(quiz)
    rest = ids(split.left_out) if drops else ()
    forms_ab.apply_forms(
        quiz_id=quiz.id, a=ids(split.a), b=ids(split.b), drops_rest=rest, partner=partner, actor=SYSTEM
    )
    return split


def stored(quiz: Quiz) -> dict[int, Form]:
    query = sa.select(QuizItem.question_id, QuizItem.form).filter_by(quiz_id=quiz.id)
    return dict(db.session.execute(query).all())


def test_facility_of_earlier_pre_tests_goes_before_that_of_other_quizzes(make_course: Any) -> None:
    earlier, now = make_course(), make_course()
    earlier.open(earlier.pre, earlier.post)
    for right in (15, 0):
        person = earlier.person()
        earlier.take(earlier.pre, person, right=right)
        earlier.take(earlier.post, person, right=15)
    assert {row.facility for row in forms_ab.candidates_of(items.rows_of(now.pre.id))} == {Decimal("0.5")}


def test_forms_are_stored_and_the_odd_one_leaves_the_quiz(course: Any) -> None:
    split = apply(course.pre)
    assert course.pre.has_forms
    assert stored(course.pre) == {**dict.fromkeys(ids(split.a), Form.A), **dict.fromkeys(ids(split.b), Form.B)}
    assert len(split.left_out) % 2 == 1
    assert not course.post.has_forms


def test_odd_one_can_stay_for_everybody(course: Any) -> None:
    split = apply(course.pre, drops=False)
    assert [number for number, form in stored(course.pre).items() if form is Form.BOTH] == [
        row.question_id for row in split.left_out
    ]


def test_partner_gets_the_very_same_questions_and_forms(course: Any) -> None:
    apply(course.pre, partner=True)
    assert course.post.has_forms
    assert stored(course.post) == stored(course.pre)
    entries = db.session.scalars(sa.select(AuditEntry.subject_id).filter_by(action="quiz.forms")).all()
    assert sorted(entries) == sorted([course.pre.id, course.post.id])


def test_partner_that_somebody_has_begun_is_not_offered(course: Any) -> None:
    course.open(course.post)
    services.start(quiz_id=course.post.id, enrolment_id=course.person().id)
    assert forms_ab.partner_of(course.pre) is None


def test_forms_cannot_change_once_somebody_has_begun(course: Any) -> None:
    split = split_of(course.pre)
    course.open(course.pre)
    services.start(quiz_id=course.pre.id, enrolment_id=course.person().id)
    with pytest.raises(QuizCannotChange):
        forms_ab.apply_forms(
            quiz_id=course.pre.id, a=ids(split.a), b=ids(split.b), drops_rest=(), partner=False, actor=SYSTEM
        )
    with pytest.raises(QuizCannotChange):
        forms_ab.drop_forms(quiz_id=course.pre.id, actor=SYSTEM)


def test_forms_of_unequal_length_or_with_foreign_questions_are_refused(course: Any) -> None:
    numbers = list(stored(course.pre))
    for a, b in (((), ()), (numbers[:2], numbers[2:3]), (numbers[:1], numbers[:1]), ([987_654], numbers[:1])):
        with pytest.raises(QuizCannotChange):
            forms_ab.apply_forms(quiz_id=course.pre.id, a=a, b=b, drops_rest=(), partner=False, actor=SYSTEM)
    assert not course.pre.has_forms


def test_giving_up_the_forms_asks_everybody_everything(course: Any) -> None:
    apply(course.pre)
    forms_ab.drop_forms(quiz_id=course.pre.id, actor=SYSTEM)
    assert not course.pre.has_forms
    assert set(stored(course.pre).values()) == {Form.BOTH}


def both(course: Any) -> Any:
    person = course.person()
    for quiz in (course.pre, course.post):
        course.take(quiz, person, right=3)
    return person


def test_q33_people_who_saw_the_same_questions_in_both_tests_are_counted(course: Any, as_user: Any) -> None:
    course.open(course.pre, course.post)
    both(course)
    both(course)
    course.take(course.pre, right=3)
    assert forms_ab.same_form_people(course.workshop.id) == 2
    page = as_user.committee(course.workshop).get(f"/kelola/lokakarya/{course.workshop.id}/kuis/hasil").text
    assert "soal yang sama di kedua tes: 2" in page


def test_q33_exchanged_forms_warn_of_nobody(course: Any, as_user: Any) -> None:
    apply(course.pre, partner=True)
    course.open(course.pre, course.post)
    for _one in range(4):
        both(course)
    assert forms_ab.same_form_people(course.workshop.id) == 0
    page = as_user.committee(course.workshop).get(f"/kelola/lokakarya/{course.workshop.id}/kuis/hasil").text
    assert "soal yang sama" not in page


def test_q33_same_form_twice_is_counted_for_that_person_only(course: Any) -> None:
    apply(course.pre, partner=True)
    course.open(course.pre, course.post)
    both(course)
    person = both(course)
    attempts = db.session.scalars(sa.select(Attempt).filter_by(enrolment_id=person.id).order_by(Attempt.id)).all()
    attempts[1].layout = attempts[0].layout
    db.session.flush()
    assert forms_ab.same_form_people(course.workshop.id) == 1


def test_committee_previews_applies_and_gives_up_forms(course: Any, as_user: Any) -> None:
    client = as_user.committee(course.workshop)
    path = f"/kelola/lokakarya/{course.workshop.id}/kuis/{course.pre.id}/paket"
    page = client.get(path)
    assert page.status_code == 200
    split = split_of(course.pre)
    assert f'<input type="hidden" name="a" value="{split.a[0].question_id}">' in page.text
    typed = {"a": list(ids(split.a)), "b": list(ids(split.b)), "sisa": list(ids(split.left_out)), "sisanya": "keluar"}
    assert client.post(path, data={**typed, "pasangan": "ya"}).status_code == 303
    assert stored(course.post) == stored(course.pre)
    assert "Paket saat ini" in client.get(path).text
    assert client.post(path, data={"tindakan": "batal"}).status_code == 303
    assert not course.pre.has_forms


def test_preview_builds_from_chosen_questions_only(course: Any, as_user: Any) -> None:
    client = as_user.committee(course.workshop)
    wanted = [row.question_id for row in split_of(course.pre).a[:1] + split_of(course.pre).b[:1]]
    chosen = "&".join(f"soal={number}" for number in wanted)
    page = client.get(f"/kelola/lokakarya/{course.workshop.id}/kuis/{course.pre.id}/paket?{chosen}").text
    hidden = page.count('<input type="hidden" name="a"') + page.count('<input type="hidden" name="b"')
    assert hidden + page.count('<input type="hidden" name="sisa"') == 2


def test_forms_page_costs_the_same_for_many_questions(course: Any, as_user: Any, count_statements: Any) -> None:
    client = as_user.committee(course.workshop)
    path = f"/kelola/lokakarya/{course.workshop.id}/kuis/{course.pre.id}/paket"
    client.get(path)
    count_statements()
    client.get(path)
    many_questions = count_statements()
    keep = [row.question_id for row in split_of(course.pre).a[:1]]
    db.session.execute(sa.delete(QuizItem).where(QuizItem.quiz_id == course.pre.id, QuizItem.question_id.not_in(keep)))
    count_statements()
    client.get(path)
    assert count_statements() == many_questions <= 25
