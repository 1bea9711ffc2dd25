"""Agendas from templates and copies, and agendas that move with their workshop."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from lms.core.workshops.services import create_workshop, update_workshop
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.schedule import queries
from lms.plugins.schedule.enums import Pillar, SessionKind, SessionState

FIRST = date(2027, 2, 10)


def make(organiser, **values):
    given = {"title": "Baru", "starts_on": FIRST, "region_code": "61.71", "template": "two_days_15jp"}
    return create_workshop(organiser_id=organiser.id, actor=SYSTEM, **{**given, **values})


@pytest.fixture
def organiser(factories):
    return factories.organiser()


def test_two_days_bring_fifteen_jp_at_local_times(organiser) -> None:
    workshop = make(organiser)
    rows = queries.sessions_of(workshop.id)
    assert (len(rows), queries.total_jp(workshop.id)) == (19, 15)
    assert rows[0].starts_at.astimezone(UTC) == datetime(2027, 2, 10, 0, 30, tzinfo=UTC)
    assert rows[-1].ends_at.astimezone(UTC) == datetime(2027, 2, 11, 9, 0, tzinfo=UTC)
    assert [room.name for room in queries.rooms_of(workshop.id)] == ["Aula utama", "Ruang kelompok"]
    assert queries.session_by_code(workshop.id, "SESI-3").speaker_label == "Narasumber 3"
    pillars = {row.code: row.pillar for row in rows if row.kind is SessionKind.SESSION}
    assert pillars["SESI-2"] is Pillar.KEPEMIMPINAN
    assert {pillars["SESI-6"], pillars["SESI-8"]} == {Pillar.KONTROL}
    assert pillars["SESI-7"] is Pillar.NONE


def test_every_jp_of_the_two_days_is_45_minutes(organiser) -> None:
    workshop = make(organiser)
    assert all(row.minutes == 45 * row.jp for row in queries.sessions_of(workshop.id) if row.jp)


def test_the_zone_of_the_workshop_gives_the_times(organiser, db_session) -> None:
    from lms.core.regions.models import Region

    db_session.add(Region(code="64", name="Kalimantan Timur", kind="provinsi", parent_code=None, search_name="kaltim"))
    db_session.flush()
    rows = queries.sessions_of(make(organiser, region_code="64").id)
    assert rows[0].starts_at.astimezone(ZoneInfo("Asia/Makassar")).strftime("%H.%M") == "07.30"


def test_one_day_is_a_template_too_and_an_empty_one_stays_empty(organiser) -> None:
    assert queries.total_jp(make(organiser, template="one_day").id) == 7
    assert queries.sessions_of(make(organiser, template="").id) == []


def test_days_that_the_workshop_does_not_have_are_cut_off(factories) -> None:
    from lms.plugins.schedule.starters import build

    workshop = factories.workshop(starts_on=FIRST, ends_on=FIRST)
    build(workshop=workshop, key="two_days_15jp")
    assert {row.day for row in queries.sessions_of(workshop.id)} == {1}


def test_a_copy_carries_rooms_speakers_and_times(organiser, workshop, add_session, add_speaker, add_room) -> None:
    speaker, room = add_speaker("Ratna Wulandari", affiliation="Dinas Sosial"), add_room("Aula Kapuas", 120)
    original = add_session("13:00", "14:30", day=2, speakers=[speaker], room=room, title="Klinik RTL")
    original.state = SessionState.CLOSED
    copy = make(organiser, template="", source_id=workshop.id)
    (row,) = queries.sessions_of(copy.id)
    assert (row.title, row.day, row.jp, row.code, row.state) == ("Klinik RTL", 2, 2, "SESI-1", SessionState.PLANNED)
    assert row.starts_at.astimezone(UTC) == datetime(2027, 2, 11, 6, 0, tzinfo=UTC)
    assert (row.room.name, row.room.workshop_id, row.room.capacity) == ("Aula Kapuas", copy.id, 120)
    (copied,) = row.speakers
    assert (copied.person_id, copied.workshop_id, copied.role) == (speaker.person_id, copy.id, Role.NARASUMBER)
    assert copied.affiliation == "Dinas Sosial"
    assert row.uid != original.uid


def test_an_erased_speaker_is_not_carried_along(organiser, workshop, add_session, add_speaker) -> None:
    from lms.core.people.services import erase_person

    speaker = add_speaker()
    add_session(speakers=[speaker], speaker_label="Narasumber 1")
    erase_person(person_id=speaker.person_id, actor=SYSTEM)
    copy = make(organiser, template="", source_id=workshop.id)
    assert queries.speakers_of(copy.id) == []
    assert [row.speaker_text for row in queries.sessions_of(copy.id)] == ["Narasumber 1"]


def test_sessions_follow_a_workshop_that_moves(workshop, add_session) -> None:
    session = add_session("08:30", "10:00", day=2)
    update_workshop(
        workshop_id=workshop.id,
        title=workshop.title,
        summary="",
        outcomes="",
        starts_on=date(2026, 12, 9),
        ends_on=date(2026, 12, 10),
        region_code="61.71",
        venue_name="",
        venue_address="",
        capacity=0,
        has_waiting_list=True,
        opens_on=None,
        closes_on=None,
        contact_phone="",
        actor=SYSTEM,
    )
    assert session.starts_at.astimezone(UTC) == datetime(2026, 12, 10, 1, 30, tzinfo=UTC)
    assert (session.day, session.minutes, session.sequence) == (2, 90, 1)
