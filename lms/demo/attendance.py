"""Attendance of the demo with the cases of a real day: late, left early, scanned twice, offline, walk-in, corrected."""

from __future__ import annotations

from datetime import datetime, timedelta

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.demo.workshops import at
from lms.kernel.clock import freeze, now
from lms.kernel.db import unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.checkin import services, walk_ins
from lms.plugins.checkin.enums import Direction, Method
from lms.plugins.schedule.api import Session, close_session, open_session, sessions_of


def _scan(session: Session, person: Enrolment, moment: datetime, key: str, **more: object) -> None:
    services.check_in(
        session=session,
        enrolment=person,
        method=Method.BADGE,
        device="demo",
        client_id=f"{session.id}-{person.id}-{key}",
        actor=SYSTEM,
        at=moment,
        **more,  # type: ignore[arg-type]
    )


def fill(workshop: Workshop, people: list[Enrolment], *, absent: dict[int, set[str]], until: datetime) -> None:
    """Everybody at every session that began before `until`, except `{index: {session codes}}`."""
    for session in sessions_of(workshop.id):
        if not session.counts_attendance or session.starts_at > until:
            continue
        with freeze(session.starts_at), unit_of_work():
            open_session(session_id=session.id, actor=SYSTEM)
            for number, person in enumerate(people):
                if session.code not in absent.get(number, set()) and person.is_confirmed:
                    _scan(session, person, session.starts_at - timedelta(minutes=12 - number % 10), "in")
        if session.ends_at <= until:
            with freeze(session.ends_at), unit_of_work():
                close_session(session_id=session.id, actor=SYSTEM)


def add_cases(workshop: Workshop, people: list[Enrolment]) -> None:
    """The odd cases of the first day, at its first session."""
    day = workshop.starts_on
    first = next(session for session in sessions_of(workshop.id) if session.counts_attendance)
    with freeze(first.starts_at + timedelta(minutes=41)), unit_of_work():
        _scan(first, people[8], first.starts_at + timedelta(minutes=40), "late")  # late by 40 minutes
    with freeze(first.starts_at), unit_of_work():
        _scan(first, people[0], first.starts_at - timedelta(minutes=2), "again")  # scanned twice
        services.check_in(
            session=first,
            enrolment=people[9],
            method=Method.BADGE,
            device="demo",
            client_id=f"{first.id}-{people[9].id}-in",
            actor=SYSTEM,
            at=at(day, "09.22"),
        )
    with freeze(first.ends_at - timedelta(minutes=35)), unit_of_work():
        _scan(first, people[3], now(), "out", direction=Direction.OUT)  # left early
    with freeze(at(day, "12.40")), unit_of_work():
        _scan(first, people[10], at(day, "09.26"), "offline")  # scanned without signal, sent three hours later
    with freeze(at(day, "16.30")), unit_of_work():
        services.correct(
            session=first,
            enrolment=people[11],
            at=first.starts_at,
            reason="Tanda tangan di daftar hadir kertas",
            actor=SYSTEM,
        )
    with freeze(at(day, "09.35")), unit_of_work():
        walk_ins.admit(
            workshop_id=workshop.id,
            session=first,
            full_name="Hermanus Jelani",
            phone="+6281200000041",
            affiliation="LKSA Cahaya Ambawang Mandiri",
            position="Pengasuh",
            gender=None,
            device="demo",
            client_id="walk-in-1",
            actor=SYSTEM,
        )
