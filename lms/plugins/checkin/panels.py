"""What check-in shows on pages of the core."""

from __future__ import annotations

from collections.abc import Mapping

from flask import g

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.plugins.checkin import board, queries, services
from lms.plugins.checkin.models import Attendance
from lms.plugins.schedule.api import Session, sessions_of


def ticket_status(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The attendance of the running session, once there is one."""
    if not enrolment.is_confirmed:
        return None
    session, row = _running(workshop, enrolment)
    return {"session": session, "attendance": row} if row else None


def deed(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The tile for typing the venue's code, while a session can be checked into."""
    if not enrolment.is_confirmed:
        return None
    session, row = _running(workshop, enrolment)
    is_open = session is not None and services.self_refusal(session) is None
    return {"session": session, "attendance": row, "is_open": is_open}


def _running(workshop: Workshop, enrolment: Enrolment) -> tuple[Session | None, Attendance | None]:
    """The running session and the person's attendance at it, read once for both panels of the ticket."""
    kept: dict[int, tuple[Session | None, Attendance | None]] = g.setdefault("checkin_panels", {})
    if enrolment.id not in kept:
        session = board.self_session(workshop)
        kept[enrolment.id] = session, queries.attendance(enrolment.id, session.id) if session else None
    return kept[enrolment.id]


def kpi(workshop: Workshop) -> Mapping[str, object] | None:
    """Present of expected at the running session, else at the next or last one; nothing before anybody came."""
    session = board.default_session(workshop.id)
    if session is None:
        return None
    counter = queries.counter(workshop.id, session.id)
    is_running = session.starts_at <= now() < session.ends_at
    return {"session": session, "counter": counter, "is_running": is_running} if counter.present else None


def detail(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """Where one person was."""
    titles = {session.id: session for session in sessions_of(workshop.id)}
    rows = [(titles.get(row.session_id), row) for row in queries.attendances_of_person(enrolment.id)]
    return {"rows": rows}
