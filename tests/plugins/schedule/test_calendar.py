"""The iCalendar feed (A51)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from icalendar import Calendar

from lms.core.workshops.enums import WorkshopStatus
from lms.kernel.permissions import SYSTEM
from lms.plugins.schedule import services
from lms.plugins.schedule.api import SessionKind


def events_of(client, workshop):
    answer = client.get(f"/lokakarya/{workshop.slug}/agenda.ics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    calendar = Calendar.from_ical(answer.data)
    return calendar, list(calendar.walk("VEVENT"))


def test_a51_times_are_local_with_their_zone(client, workshop, add_session, add_speaker, add_room) -> None:
    add_session("08:30", "10:00", speakers=[add_speaker("Ratna Wulandari")], room=add_room("Aula Kapuas"))
    calendar, (event,) = events_of(client, workshop)
    assert event["DTSTART"].params["TZID"] == "Asia/Pontianak"
    assert event["DTSTART"].dt.replace(tzinfo=None) == datetime(2026, 12, 2, 8, 30)
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2026, 12, 2, 1, 30, tzinfo=UTC)
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=90)
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Pontianak"]
    offsets = {part["TZOFFSETTO"].td for part in calendar.walk("STANDARD") if part["DTSTART"].dt.year == 1988}
    assert offsets == {timedelta(hours=7)}
    assert event["LOCATION"].startswith("Aula Kapuas")
    assert "Ratna Wulandari" in event["DESCRIPTION"]


def test_a51_a_moved_session_updates_its_entry(client, workshop, add_session) -> None:
    session = add_session("08:30", "10:00")
    _calendar, (before,) = events_of(client, workshop)
    services.move_session(session_id=session.id, day=2, starts=time(9, 0), room_id=None, actor=SYSTEM)
    _calendar, (after,) = events_of(client, workshop)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["DTSTART"].dt.replace(tzinfo=None) == datetime(2026, 12, 3, 9, 0)


def test_asking_twice_gives_the_same_bytes(client, workshop, add_session) -> None:
    add_session()
    url = f"/lokakarya/{workshop.slug}/agenda.ics"
    assert client.get(url).data == client.get(url).data


def test_a51_breaks_stay_out_and_uids_differ(client, workshop, add_session) -> None:
    add_session("08:30", "10:00")
    add_session("10:00", "10:15", kind=SessionKind.BREAK, jp=0, title="Rehat")
    add_session("10:15", "11:00")
    _calendar, events = events_of(client, workshop)
    assert len({event["UID"] for event in events}) == 2


def test_a_title_cannot_smuggle_lines_into_the_feed(client, workshop, add_session) -> None:
    add_session(title="Sesi, satu; dua\\n BEGIN:VEVENT " + "ä" * 150)
    _calendar, events = events_of(client, workshop)
    assert len(events) == 1
    assert events[0]["SUMMARY"].startswith("Sesi, satu; dua")
    raw = client.get(f"/lokakarya/{workshop.slug}/agenda.ics").data
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


def test_a_draft_has_no_feed_and_a_cancelled_workshop_cancels_its_entries(
    client, workshop, add_session, db_session
) -> None:
    session = add_session()
    workshop.status = WorkshopStatus.DRAFT
    db_session.flush()
    assert client.get(f"/lokakarya/{workshop.slug}/agenda.ics").status_code == 404
    workshop.status = WorkshopStatus.CANCELLED
    db_session.flush()
    _calendar, (event,) = events_of(client, workshop)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", session.sequence + 1)
