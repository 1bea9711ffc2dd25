"""When a quiz takes answers of one person: hours, time limit, session, exit code, and what that person is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.core.evidence import EvidenceUnavailable, collect
from lms.core.programme import sessions_of
from lms.kernel.db import db
from lms.kernel.memory import remembered
from lms.plugins.quiz.enums import QuizState, SessionPoint
from lms.plugins.quiz.models import Allowance, Attempt, Quiz

# Hidden from people: for a slow line and a slow server (Q18, Q19). What comes later is kept and not counted.
GRACE = timedelta(seconds=60)
EXITS = "checkin.exits"  # how many sessions a person left with the exit code


def allowance_of(quiz_id: int, enrolment_id: int) -> Allowance | None:
    """What was allowed to this person alone."""
    return db.session.scalar(sa.select(Allowance).filter_by(quiz_id=quiz_id, enrolment_id=enrolment_id))


def opening_of(quiz: Quiz) -> datetime | None:
    """The moment from which an opened quiz takes answers; None when that is the opening itself."""
    moments = (quiz.opens_at, _session_moment(quiz))
    return max((moment for moment in moments if moment is not None), default=None)


def _session_moment(quiz: Quiz) -> datetime | None:
    """When the quiz's session begins or ends; None for a session that is gone from the agenda: then staff decide."""
    if quiz.opens_with_session is SessionPoint.NONE or quiz.session_id is None:
        return None
    agenda = remembered("quiz.sessions", quiz.workshop_id, lambda: sessions_of(quiz.workshop_id), seconds=15)
    for session in agenda:
        if session.id == quiz.session_id:
            return session.starts_at if quiz.opens_with_session is SessionPoint.START else session.ends_at
    return None


def is_open_for(quiz: Quiz, allowance: Allowance | None, moment: datetime) -> bool:
    """Whether the person may begin at `moment`; hours of their own count instead of the quiz's."""
    if allowance is not None and (allowance.opens_at or allowance.closes_at):
        early = allowance.opens_at is not None and moment < allowance.opens_at
        late = allowance.closes_at is not None and moment >= allowance.closes_at
        # Own hours that only begin later end with the quiz; own closing hours outlive it.
        ends_with_quiz = allowance.closes_at is None and quiz.state is QuizState.CLOSED
        return quiz.state is not QuizState.DRAFT and not early and not late and not ends_with_quiz
    opening = opening_of(quiz)
    return quiz.is_open_at(moment) and (opening is None or moment >= opening)


def deadline_of(quiz: Quiz, attempt: Attempt, allowance: Allowance | None) -> datetime | None:
    """When the attempt ends by the server's clock: its own time limit or the closing hour, whichever comes first."""
    extra = allowance.extra_minutes if allowance is not None else 0
    limit = attempt.started_at + timedelta(minutes=quiz.time_limit + extra) if quiz.time_limit else None
    closes_at = quiz.closes_at
    if allowance is not None and allowance.closes_at is not None:
        closes_at = allowance.closes_at
    elif closes_at is not None and extra and quiz.time_limit:
        closes_at += timedelta(minutes=extra)
    return min(filter(None, (limit, closes_at)), default=None)


def is_overdue(quiz: Quiz, attempt: Attempt, allowance: Allowance | None, moment: datetime) -> bool:
    """Whether nothing may be added any more: the quiz is closed, or the attempt's time and its grace are over."""
    deadline = deadline_of(quiz, attempt, allowance)
    if deadline is not None and moment > deadline + GRACE:
        return True
    return quiz.state is not QuizState.OPEN and not (quiz.state is QuizState.CLOSED and _goes_on(quiz, allowance))


def _goes_on(quiz: Quiz, allowance: Allowance | None) -> bool:
    """Whether a closed quiz still runs for the person: own hours do, extra minutes do when the clock closed it."""
    if allowance is None:
        return False
    by_clock = quiz.closes_at is not None and quiz.closed_at is not None and quiz.closed_at >= quiz.closes_at
    return allowance.closes_at is not None or (allowance.extra_minutes > 0 and by_clock)


def have_left(workshop_id: int, enrolment_ids: Sequence[int]) -> set[int]:
    """Who has left a session with the exit code; nobody where check-in is not in use."""
    try:
        facts = collect(keys=[EXITS], workshop_id=workshop_id, enrolment_ids=enrolment_ids)
    except EvidenceUnavailable:
        return set()
    return {number for number, known in facts.items() if known.get(EXITS, 0) > 0}
