"""The agenda as an iCalendar feed: stable UIDs, local times with their zone, a sequence that moves raise."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.models import Workshop
from lms.plugins.schedule import queries
from lms.plugins.schedule.enums import SessionKind
from lms.plugins.schedule.models import Session

PRODUCT = "-//Lokakarya//Agenda//ID"


def calendar_of(workshop: Workshop, *, url: str) -> bytes:
    """The feed of a workshop that the public may see, without breaks; a cancelled one cancels its entries."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", workshop.title)
    calendar.add("x-wr-calname", workshop.title)
    calendar.add("x-wr-timezone", workshop.zone)
    for session in queries.sessions_of(workshop.id):
        if session.kind is not SessionKind.BREAK:
            calendar.add_component(_event(session, workshop, url))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(session: Session, workshop: Workshop, url: str) -> Event:
    zone = ZoneInfo(workshop.zone)
    is_cancelled = workshop.status is WorkshopStatus.CANCELLED
    event = Event()
    event.add("uid", session.uid)
    event.add("sequence", session.sequence + is_cancelled)
    event.add("dtstamp", session.changed_at)
    event.add("last-modified", session.changed_at)
    event.add("dtstart", session.starts_at.astimezone(zone))
    event.add("dtend", session.ends_at.astimezone(zone))
    event.add("summary", session.title)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    place = [session.room.name if session.room else "", workshop.venue_name, workshop.venue_address]
    event.add("location", ", ".join(part for part in place if part))
    event.add("description", "\n".join(part for part in (workshop.title, session.speaker_text) if part))
    event.add("url", url)
    return event
