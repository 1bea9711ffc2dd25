"""Where a question is used, and how people did on it so far."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import services, sheets, usage
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.models import Tally
from lms.plugins.quiz.sheets import Earned
from tests.plugins.quiz.conftest import Course
from tests.plugins.quiz.forms_of_pages import forget_figures


def by_code(code: str) -> int:
    return db.session.scalars(sa.select(Question.id).filter_by(code=code)).one()


def test_use_is_counted_by_quizzes_and_workshops(make_course: Callable[..., Course]) -> None:
    first, _second = make_course(), make_course()
    both, unused = by_code("A01"), by_code("B10")
    # the same questions before and after, in each of two workshops
    assert usage.usage_of([both, unused]) == {both: usage.Usage(quizzes=4, workshops=2)}
    seen = usage.places_of(both, visible_to=SYSTEM)
    assert len(seen) == 4
    assert {place.workshop_id for place in seen} >= {first.workshop.id}


def test_the_past_share_is_over_first_finished_attempts_of_all_quizzes(
    make_course: Callable[..., Course], as_user: Any
) -> None:
    courses = make_course(), make_course()
    for course in courses:
        course.open(course.pre, course.post)
    for course, right in zip(courses, (15, 3), strict=True):
        course.take(course.pre, right=right)
        course.take(course.pre, right=0, hand_in=False)  # not finished
    again = courses[0].person()
    courses[0].pre.max_attempts = 2
    courses[0].take(courses[0].pre, again, right=0)
    courses[0].take(courses[0].pre, again, right=15)  # a second attempt
    ids = list(db.session.scalars(sa.select(Question.id).where(Question.code.like("A%"))))
    past = usage.past_of(ids)
    expected: dict[int, list[Decimal]] = {number: [] for number in ids}
    for sheet in sheets.sheets_of([course.pre.id for course in courses]):
        for number, (mark, most) in sheet.marks.items():
            expected[number].append((mark or Decimal(0)) / most)
    assert past == {n: Earned(right=sum(marks, Decimal(0)), asked=3) for n, marks in expected.items()}
    assert sum(earned.right for earned in past.values()) == 15 + 3 + 0


def test_figures_are_kept_for_half_a_minute(course: Course) -> None:
    course.open(course.pre)
    number = by_code("A01")
    course.take(course.pre, right=15)
    assert usage.past_of([number])[number].asked == 1
    course.take(course.pre, right=15)
    assert usage.past_of([number])[number].asked == 1
    forget_figures()
    assert usage.past_of([number])[number].asked == 2


def test_erased_answers_still_count(course: Course) -> None:
    number = by_code("A01")
    db.session.add(Tally(quiz_id=course.pre.id, question_id=number, right=Decimal("2.5"), asked=4))
    db.session.flush()
    assert usage.past_of([number]) == {number: Earned(right=Decimal("2.5"), asked=4)}


def test_a_page_does_not_read_every_attempt_that_was_ever_made(
    make_course: Callable[..., Course], monkeypatch: Any
) -> None:
    old, new = make_course(), make_course()
    for course in (old, new):
        course.open(course.pre)
        course.take(course.pre, right=15)
    number = by_code("A01")
    monkeypatch.setattr(usage, "ENOUGH", 1)
    # the post-test of the new workshop has nobody, its pre-test has enough people
    assert usage.past_of([number])[number].asked == 1
    monkeypatch.setattr(usage, "ENOUGH", 2)
    forget_figures()
    assert usage.past_of([number])[number].asked == 2


def test_figures_cost_the_same_for_one_and_for_many_questions(course: Course, count_statements: Any) -> None:
    course.open(course.pre)
    course.take(course.pre, right=15)
    ids = list(db.session.scalars(sa.select(Question.id)))
    counts = []
    for some in (ids[:1], ids):
        count_statements()
        usage.usage_of(some)
        usage.past_of(some)
        counts.append(count_statements())
    assert counts[0] == counts[1] == 5


def test_people_who_answered_are_counted_once(course: Course) -> None:
    course.open(course.pre, course.post)
    person = course.person()
    course.take(course.pre, person, right=15)
    course.take(course.post, person, right=15)
    course.take(course.pre, right=0)
    services.start(quiz_id=course.pre.id, enrolment_id=course.person().id)
    assert usage.answered_by(by_code("A01")) == 2
