"""Answers that came after the end: kept, shown to the committee, and counted when it decides so (Q19).

The rule: what arrives up to a hidden minute after the end counts as usual. What arrives later is kept and not counted.
The phone says how long ago each answer was given; those given before the end may be counted by the committee, with a
reason, since a phone without signal loses nothing through no fault of its holder. A phone can lie about that, so
nothing of it happens by itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.plugins.quiz import grading, hours, services
from lms.plugins.quiz.models import Answer, AnswerLog, Attempt, Quiz


@dataclass(frozen=True, kw_only=True)
class Late:
    """The late answers of one attempt; `in_time` were given before the end by what the phone says."""

    attempt: Attempt
    deadline: datetime | None
    arrived: datetime
    total: int
    in_time: int


def late_of(quiz: Quiz, enrolment_ids: Sequence[int] | None = None) -> dict[int, Late]:
    """`{attempt id: Late}` of those that have any which is not in force yet."""
    query = (
        sa.select(Attempt, AnswerLog)
        .join(AnswerLog, AnswerLog.attempt_id == Attempt.id)
        .outerjoin(Answer, _same_question())
        .where(Attempt.quiz_id == quiz.id, AnswerLog.is_late, _is_waiting())
        .order_by(AnswerLog.id)
    )
    if enrolment_ids is not None:
        query = query.where(Attempt.enrolment_id.in_(enrolment_ids))
    found: dict[int, Late] = {}
    for attempt, row in db.session.execute(query):
        known = found.get(attempt.id)
        end = end_of(quiz, attempt)
        in_time = int(_was_in_time(row, end))
        found[attempt.id] = Late(
            attempt=attempt,
            deadline=end,
            arrived=row.at,
            total=1 + (known.total if known else 0),
            in_time=in_time + (known.in_time if known else 0),
        )
    return found


def count_in(*, attempt_id: int, actor: Actor, reason: str) -> int:
    """Count the late answers of a finished attempt that were given before its end; how many. Repeating it counts none.

    Of several for one question the one with the highest counter counts, as always.
    """
    query = sa.select(Attempt).where(Attempt.id == attempt_id).with_for_update()
    attempt = db.session.scalars(query.execution_options(populate_existing=True)).one()
    quiz = db.session.get_one(Quiz, attempt.quiz_id)
    end = end_of(quiz, attempt)
    waiting = (
        sa.select(AnswerLog)
        .outerjoin(Answer, _same_question())
        .where(AnswerLog.attempt_id == attempt_id, AnswerLog.is_late, _is_waiting())
        .order_by(AnswerLog.client_seq)
    )
    rows = [row for row in db.session.scalars(waiting).all() if _was_in_time(row, end)]
    for row in rows:
        services.put_in_force(attempt_id, row.question_id, json.loads(row.value), row.client_seq)
    if rows and attempt.is_finished:
        attempt.marks = []  # what was taken back in time earns nothing any more
        grading.grade([attempt])
    if rows:
        attempt.late_answers = max(0, attempt.late_answers - len(rows))
        db.session.flush()
        holder = db.session.get_one(Enrolment, attempt.enrolment_id)
        audit.record(
            action="quiz.late_counted", subject=holder, workshop_id=quiz.workshop_id, actor=actor, reason=reason
        )
    return len(rows)


def end_of(quiz: Quiz, attempt: Attempt) -> datetime | None:
    """When the attempt was over: its deadline, or earlier when it was handed in or closed by hand."""
    deadline = hours.deadline_of(quiz, attempt, hours.allowance_of(quiz.id, attempt.enrolment_id))
    return min(filter(None, (deadline, attempt.submitted_at)), default=None)


def _was_in_time(row: AnswerLog, end: datetime | None) -> bool:
    return row.made_at is not None and (end is None or row.made_at <= end)


def _same_question() -> sa.ColumnElement[bool]:
    return sa.and_(Answer.attempt_id == AnswerLog.attempt_id, Answer.question_id == AnswerLog.question_id)


def _is_waiting() -> sa.ColumnElement[bool]:
    """Newer than what is in force."""
    return sa.or_(Answer.id.is_(None), Answer.client_seq < AnswerLog.client_seq)
