"""What the schedule shows on pages of the core."""

from __future__ import annotations

from collections.abc import Mapping

from flask import g

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.permissions import Role
from lms.plugins.schedule import queries
from lms.plugins.schedule.agenda import agenda_of
from lms.plugins.schedule.models import Session
from lms.plugins.schedule.plans import local_time
from lms.plugins.schedule.timeline import day_to_show, days_of, is_on, is_today


def workshop_id(workshop: Workshop) -> int:
    """The public panels look the same to everybody."""
    return workshop.id


def participants_of(workshop: Workshop, enrolment: Enrolment) -> int | None:
    """The ticket's agenda looks the same to all confirmed participants; a narasumber has own sessions in it."""
    return workshop.id if enrolment.is_confirmed and enrolment.role is Role.PESERTA else None


def public_agenda(workshop: Workshop) -> Mapping[str, object] | None:
    """The days with sessions, the first one open, and the narasumber; nothing before there is an agenda."""
    sessions = _sessions(workshop)
    days = [day for day in days_of(workshop, sessions, now()) if day.slots]
    if not days:
        return None
    shown = day_to_show(workshop, days, now()) or days[0]
    return {"days": days, "shown": shown, "speakers": queries.speakers_of(workshop.id)}


def public_facts(workshop: Workshop) -> Mapping[str, object] | None:
    """JP, hours and the calendar."""
    sessions = _sessions(workshop)
    if not sessions:
        return None
    by_start = min(sessions, key=lambda row: local_time(row.starts_at, workshop))
    by_end = max(sessions, key=lambda row: local_time(row.ends_at, workshop))
    return {"jp": sum(row.jp for row in sessions), "starts_at": by_start.starts_at, "ends_at": by_end.ends_at}


def _sessions(workshop: Workshop) -> list[Session]:
    """The agenda, read once for all panels of a page."""
    kept: dict[int, list[Session]] = g.setdefault("schedule_panels", {})
    if workshop.id not in kept:
        kept[workshop.id] = queries.sessions_of(workshop.id)
    return kept[workshop.id]


def kpi(workshop: Workshop) -> Mapping[str, object] | None:
    """Taught sessions that have a narasumber, of all; nothing without taught sessions."""
    agenda = agenda_of(workshop)
    total = len(agenda.taught)
    return {"ready": total - len(agenda.without_speaker), "total": total, "jp": agenda.jp} if total else None


def todo(workshop: Workshop) -> Mapping[str, object]:
    """Conflicts, sessions without narasumber, sessions outside the dates, an empty agenda."""
    agenda = agenda_of(workshop)
    outside = sum(len(day.sessions) for day in agenda.days if day.is_outside)
    return {"agenda": agenda, "outside": outside}


def ticket_agenda(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The agenda of today or of the next day with sessions, and the own sessions of a narasumber."""
    if not enrolment.is_confirmed:
        return None
    days = days_of(workshop, queries.sessions_of(workshop.id), now())
    day = day_to_show(workshop, days, now())
    own = queries.sessions_of_speaker(enrolment.id) if enrolment.role is Role.NARASUMBER else []
    if day is None and not own:
        return None
    can_open = {row.id for row in own if is_on(row, workshop, now())}
    return {
        "day": day,
        "is_today": day is not None and is_today(workshop, day, now()),
        "own": own,
        "can_open": can_open,
    }
