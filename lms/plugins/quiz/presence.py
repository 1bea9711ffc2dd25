"""A quiz handed in while a session runs is a sign that its holder was there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.kernel.db import db
from lms.kernel.declarations import PresenceSign
from lms.plugins.quiz.enums import AttemptState
from lms.plugins.quiz.models import Attempt, Quiz


def handed_in(*, workshop_id: int, sessions: Sequence[tuple[int, datetime, datetime]]) -> set[tuple[int, int]]:
    """Attempts that people handed in themselves during a session; one that the clock closed says nothing."""
    if not sessions:
        return set()
    query = (
        sa.select(Attempt.enrolment_id, Attempt.submitted_at)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(
            Quiz.workshop_id == workshop_id,
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.submitted_at >= min(starts_at for _number, starts_at, _ends_at in sessions),
            Attempt.submitted_at <= max(ends_at for _number, _starts_at, ends_at in sessions),
        )
    )
    return {
        (enrolment_id, number)
        for enrolment_id, moment in db.session.execute(query)
        for number, starts_at, ends_at in sessions
        if moment is not None and starts_at <= moment <= ends_at
    }


SIGNS = (PresenceSign(key="quiz.handed_in", label=_l("Quiz handed in during the session"), collect=handed_in),)
