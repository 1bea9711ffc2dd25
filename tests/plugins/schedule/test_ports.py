"""What the schedule offers to certificates, reports, search, downloads and personal data."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

from lms.core import metrics
from lms.core.programme import programme_of
from lms.core.workshops.enums import WorkshopStatus
from lms.kernel.clock import freeze
from lms.kernel.declarations import Period
from lms.kernel.permissions import SYSTEM
from lms.plugins.schedule import personal_data, queries
from lms.plugins.schedule.api import SessionKind

YEAR = Period(first=date(2026, 1, 1), last=date(2026, 12, 31))
CODES = ["61.71", "61.12"]


def test_the_programme_lists_taught_sessions_in_order(workshop, add_session, add_speaker) -> None:
    speaker = add_speaker("Ratna Wulandari")
    add_session("10:00", "11:00", title="Kedua", jp=1, speaker_label="Narasumber 2")
    add_session("08:30", "10:00", title="Pertama", speakers=[speaker])
    add_session("11:00", "11:30", title="Tanpa JP", jp=0)
    add_session("12:00", "13:00", title="Makan", kind=SessionKind.BREAK, jp=0)
    lines = programme_of(workshop.id)
    assert [(line.title, line.speaker, line.jp) for line in lines] == [
        ("Pertama", "Ratna Wulandari", 2),
        ("Kedua", "Narasumber 2", 1),
    ]
    assert lines[0].speaker_ids == frozenset({speaker.id})


def test_metrics_count_held_workshops_of_the_period_only(factories, add_session, db_session) -> None:
    def at(first: date, status: WorkshopStatus, code: str = "61.71"):
        made = factories.workshop(starts_on=first, ends_on=first, status=WorkshopStatus.PUBLISHED, region_code=code)
        add_session(workshop=made, jp=2)
        made.status = status
        return made

    at(date(2026, 3, 1), WorkshopStatus.CLOSED)
    at(date(2026, 4, 1), WorkshopStatus.PUBLISHED)
    at(date(2026, 4, 1), WorkshopStatus.CLOSED, "61.12")
    at(date(2026, 12, 20), WorkshopStatus.PUBLISHED)
    at(date(2026, 3, 1), WorkshopStatus.CANCELLED)
    at(date(2026, 3, 1), WorkshopStatus.DRAFT)
    at(date(2025, 3, 1), WorkshopStatus.CLOSED)
    at(date(2026, 3, 1), WorkshopStatus.CLOSED, "61.01")
    db_session.flush()
    with freeze(datetime(2026, 12, 1, tzinfo=UTC)):
        held = metrics.collect("schedule.workshops_held", period=YEAR, region_codes=CODES)
        hours = metrics.collect("schedule.hours_jp", period=YEAR, region_codes=CODES)
    assert held == {"61.71": Decimal(2), "61.12": Decimal(1)}
    assert hours == {"61.71": Decimal(4), "61.12": Decimal(2)}


def test_search_finds_sessions_of_own_workshops_only(workshop, add_session, as_user, factories) -> None:
    add_session(title="Akreditasi lembaga")
    assert "Akreditasi lembaga" in as_user.committee(workshop).get("/kelola/cari?q=akreditasi").text
    stranger = as_user.committee(factories.workshop())
    assert "Akreditasi lembaga" not in stranger.get("/kelola/cari?q=akreditasi").text


def test_the_agenda_downloads_as_a_table(workshop, add_session, add_room, as_user) -> None:
    add_session(title="=1+1", room=add_room("Aula"))
    url = f"/kelola/unduh/schedule.agenda.csv?workshop_id={workshop.id}"
    answer = as_user.committee(workshop).get(url)
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    rows = rows if len(rows[0]) > 1 else list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert "'=1+1" in rows[1]
    assert "Aula" in rows[1]
    assert any("08" in value and "30" in value for value in rows[1])


def test_what_a_speaker_did_is_exported_and_erased(workshop, add_session, add_speaker) -> None:
    speaker = add_speaker()
    session = add_session(title="Sesi saya", speakers=[speaker], speaker_label="Narasumber 1")
    (row,) = personal_data.export(speaker.person_id)["speaker_of"]
    assert row["title"] == "Sesi saya"

    from lms.core.people.services import erase_person

    erase_person(person_id=speaker.person_id, actor=SYSTEM)
    assert personal_data.export(speaker.person_id) == {"speaker_of": []}
    assert queries.sessions_of_speaker(speaker.id) == []
    assert session.title == "Sesi saya"
