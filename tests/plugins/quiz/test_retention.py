"""Test answers whose period is over: single answers go, scores, counts and evidence stay."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from lms.core import evidence
from lms.kernel.audit import AuditEntry
from lms.kernel.clock import freeze, now
from lms.kernel.db import db
from lms.kernel.settings import set_setting
from lms.plugins.quiz import results, retention
from lms.plugins.quiz.jobs import erase_answers
from lms.plugins.quiz.models import Answer, AnswerLog

LATER = timedelta(days=760)


class Handle:
    """What a job tells of its progress."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def progress(self, done: int, total: int, message: str) -> None:
        self.told.append((done, total))


def left() -> tuple[int | None, int | None]:
    return tuple(db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Answer, AnswerLog))


def run(after: timedelta) -> list[tuple[int, int]]:
    handle = Handle()
    with freeze(now() + after):
        erase_answers(job=handle)
    return handle.told


def taken(course: Any) -> Any:
    course.open(course.pre, course.post)
    person = course.person()
    course.take(course.pre, person, right=3)
    course.take(course.post, person, right=12)
    course.take(course.post, right=9)
    course.close(course.pre, course.post)
    return person


def test_answers_stay_until_the_period_is_over(course: Any) -> None:
    taken(course)
    before = left()
    assert before[0] == 45
    assert run(timedelta(days=720)) == []
    assert left() == before


def test_old_answers_go_and_what_they_added_up_to_stays(course: Any) -> None:
    person = taken(course)
    shown, gain = results.facilities(course.workshop.id), results.results_of(course.workshop.id).gain
    assert run(LATER) == [(1, 2), (2, 2)]
    assert left() == (0, 0)
    assert results.facilities(course.workshop.id) == shown
    assert results.results_of(course.workshop.id).gain == gain
    facts = evidence.collect(keys=("quiz.posttest_score",), workshop_id=course.workshop.id, enrolment_ids=[person.id])
    assert facts[person.id] == {"quiz.posttest_score": Decimal("0.8")}


def test_erasing_again_finds_nothing_and_counts_nothing_twice(course: Any) -> None:
    taken(course)
    shown = results.facilities(course.workshop.id)
    run(LATER)
    retention.erase_answers(quiz_id=course.pre.id)
    assert run(LATER) == []
    assert results.facilities(course.workshop.id) == shown


def test_trail_gets_the_number_of_answers_and_nobody(course: Any) -> None:
    taken(course)
    run(LATER)
    entries = db.session.scalars(sa.select(AuditEntry).filter_by(action="quiz.answers_expired").order_by("subject_id"))
    assert [(row.subject_id, row.reason, row.enrolment_id, row.account_id) for row in entries] == [
        (course.pre.id, "15", None, None),
        (course.post.id, "30", None, None),
    ]


def test_a_quiz_left_open_is_closed_and_graded_first(course: Any) -> None:
    course.open(course.pre)
    attempt = course.take(course.pre, right=6, hand_in=False)
    run(LATER)
    assert (attempt.score_ratio, attempt.is_finished, left()) == (Decimal("0.4"), True, (0, 0))


def test_period_is_the_setting(course: Any) -> None:
    taken(course)
    set_setting("quiz.answers_months", 1)
    assert run(timedelta(days=20)) == []
    assert run(timedelta(days=40)) == [(1, 2), (2, 2)]


def test_result_page_says_that_the_answers_are_erased(course: Any, as_user: Any) -> None:
    person = taken(course)
    run(LATER)
    browser = as_user.ticket(person)
    with browser.session_transaction() as cookie:
        cookie["language"] = "en"
    with freeze(now() + timedelta(hours=1)):
        page = browser.get(f"/tiket/kuis/{course.post.id}/hasil").get_data(as_text=True)
    assert "Your answers were erased when their period ended" in page
    assert "Not answered" not in page
