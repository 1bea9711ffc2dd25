"""What check-in shows on pages of the core."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.plugins.checkin import board, log, queries, services
from lms.plugins.checkin.absence_queries import absences_of_person
from lms.plugins.checkin.enums import Direction, Strength
from lms.plugins.checkin.forms import UndoForm
from lms.plugins.checkin.models import Absence, Attendance
from lms.plugins.checkin.strength import strengths_of
from lms.plugins.schedule.api import Session, SessionKind, sessions_of


def ticket_status(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The attendance of the running session, once there is one."""
    if not enrolment.is_confirmed:
        return None
    session, row = running(workshop, enrolment)
    return {"session": session, "attendance": row} if row else None


def deed(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The tile for typing the venue's code, while a session can be checked into."""
    if not enrolment.is_confirmed:
        return None
    session, row = running(workshop, enrolment)
    is_open = session is not None and services.self_refusal(session) is None
    return {"session": session, "attendance": row, "is_open": is_open}


def running(workshop: Workshop, enrolment: Enrolment) -> tuple[Session | None, Attendance | None]:
    """The running session and the person's attendance at it, read once for all panels of the ticket."""
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


@dataclass(frozen=True, kw_only=True)
class DetailRow:
    """One session of one person."""

    session: Session
    came: Attendance | None
    left: Attendance | None
    absence: Absence | None
    strength: Strength | None

    @property
    def has_begun(self) -> bool:
        """Whether somebody can have been there already."""
        return self.session.starts_at - services.OPENS_BEFORE <= now()


def detail(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """Where one person was, how well that is evidenced, and every scan behind it."""
    rows = _detail_rows(workshop, enrolment)
    return {
        "rows": rows,
        "lines": log.of_person(enrolment),
        "verdicts": log.VERDICTS,
        "directions": log.DIRECTIONS,
        "form": UndoForm(formdata=None),
    }


def _detail_rows(workshop: Workshop, enrolment: Enrolment) -> list[DetailRow]:
    """The counted sessions and those that the person has to do with."""
    found = {(row.session_id, row.direction): row for row in queries.attendances_of_person(enrolment.id)}
    absences = absences_of_person(enrolment.id)
    sessions = [session for session in sessions_of(workshop.id) if session.kind is not SessionKind.BREAK]
    strengths = strengths_of(workshop.id, [session.id for session in sessions], [enrolment.id])
    rows = [
        DetailRow(
            session=session,
            came=found.get((session.id, Direction.IN)),
            left=found.get((session.id, Direction.OUT)),
            absence=absences.get(session.id),
            strength=strengths.get((enrolment.id, session.id)),
        )
        for session in sessions
    ]
    return [row for row in rows if row.session.counts_attendance or row.came or row.left or row.absence]


def kept(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """Where the ticket says what this phone still has to send."""
    return {} if enrolment.is_confirmed else None
