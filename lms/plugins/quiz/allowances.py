"""More time, other hours or another attempt for one person; nobody else is affected (Q24)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import Actor
from lms.plugins.quiz import hours, services, taking
from lms.plugins.quiz.enums import AttemptState
from lms.plugins.quiz.models import Allowance, Attempt, Quiz

MAX_MINUTES = 600


def allow(
    *,
    quiz: Quiz,
    enrolment_id: int,
    actor: Actor,
    extra_minutes: int = 0,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    more_attempts: int = 0,
    reason: str = "",
) -> Allowance | None:
    """Set what one person is allowed, in place of what was; nothing at all takes it back, and None comes.

    An attempt that the clock has closed goes on when its new time is not over. Raises RuleViolation.
    """
    _check(extra_minutes, opens_at, closes_at, more_attempts)
    own = sa.select(Enrolment.id).where(Enrolment.id == enrolment_id, Enrolment.workshop_id == quiz.workshop_id)
    if db.session.scalar(own) is None:
        raise NotFound
    row = db.session.scalar(
        sa.select(Allowance).filter_by(quiz_id=quiz.id, enrolment_id=enrolment_id).with_for_update()
    )
    if not (extra_minutes or opens_at or closes_at or more_attempts):
        if row is not None:
            db.session.delete(row)
            db.session.flush()
            _note(quiz, enrolment_id, actor, "quiz.allowance_withdrawn")
        return None
    if row is None:
        row = _first(quiz.id, enrolment_id)
    row.extra_minutes, row.opens_at, row.closes_at = extra_minutes, opens_at, closes_at
    row.more_attempts, row.reason = more_attempts, reason
    db.session.flush()
    _note(quiz, enrolment_id, actor, "quiz.allowance_given")
    _resume(quiz, enrolment_id, row)
    return row


def _first(quiz_id: int, enrolment_id: int) -> Allowance:
    """A new row, or the one that somebody else is adding at this moment."""
    mine: dict[str, object] = {"quiz_id": quiz_id, "enrolment_id": enrolment_id}
    values = {**mine, "extra_minutes": 0, "more_attempts": 0, "reason": ""}
    insert_ignore(Allowance, values, keys=("quiz_id", "enrolment_id"))
    return db.session.scalars(sa.select(Allowance).filter_by(**mine).with_for_update()).one()


def _check(extra_minutes: int, opens_at: datetime | None, closes_at: datetime | None, more_attempts: int) -> None:
    if not 0 <= extra_minutes <= MAX_MINUTES:
        raise RuleViolation(_("Give 0 to %(most)s extra minutes.", most=MAX_MINUTES), "extra_minutes")
    if not 0 <= more_attempts <= 10:
        raise RuleViolation(_("Give 0 to 10 more attempts."), "more_attempts")
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise RuleViolation(_("The end must be after the begin."), "closes_at")


def _resume(quiz: Quiz, enrolment_id: int, allowance: Allowance) -> None:
    """Give back the attempt that the clock has ended, when its time is not over any more."""
    attempt = taking.attempt_of(quiz.id, enrolment_id)
    if attempt is None or attempt.state is not AttemptState.AUTO_CLOSED:
        return
    query = sa.select(Attempt).where(Attempt.id == attempt.id).with_for_update()
    attempt = db.session.scalars(query.execution_options(populate_existing=True)).one()
    deadline = hours.deadline_of(quiz, attempt, allowance)
    if deadline is not None and deadline > now() and not hours.is_overdue(quiz, attempt, allowance, now()):
        services.give_back(attempt)
        db.session.flush()


def _note(quiz: Quiz, enrolment_id: int, actor: Actor, action: str) -> None:
    """Without the reason, which may tell of somebody's health: the trail outlives an erasure."""
    subject = db.session.get_one(Enrolment, enrolment_id)
    audit.record(action=action, subject=subject, workshop_id=quiz.workshop_id, actor=actor)
