"""What check-in tells others: evidence, metrics, events, personal data, and the words in both languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.people.services import erase_person
from lms.kernel.db import db
from lms.kernel.declarations import Period
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.checkin import evidence, metrics, personal_data
from lms.plugins.checkin.api import attendance_of
from tests.plugins.checkin.conftest import attendances, scans


@pytest.fixture
def four(add_session: Any, session: Any) -> list[Any]:
    """Four sessions that count, and one that does not."""
    add_session("07:30", "08:20", title="Registrasi", counts_attendance=False)
    times = [("10:15", "12:00"), ("13:00", "14:30"), ("14:45", "16:00")]
    return [session, *(add_session(*both, title=f"Sesi {both[0]}") for both in times)]


def test_three_of_four_sessions_are_three_quarters(door: Any, wati: Any, four: list[Any], workshop: Any) -> None:
    for row in four[:3]:
        door.scan(wati, sesi=row.id)
    asked = {"workshop_id": workshop.id, "enrolment_ids": [wati.id]}
    assert evidence.attendance_ratio(**asked) == {wati.id: Decimal("0.75")}
    assert evidence.sessions_attended(**asked) == {wati.id: 3}
    assert attendance_of(workshop.id) == {wati.id: {row.id for row in four[:3]}}


def test_who_never_came_has_nothing_and_a_workshop_without_sessions_no_data(
    door: Any, wati: Any, workshop: Any, factories: Any
) -> None:
    assert evidence.attendance_ratio(workshop_id=workshop.id, enrolment_ids=[wati.id]) == {wati.id: 0}
    bare = factories.enrolment()
    assert evidence.attendance_ratio(workshop_id=bare.workshop_id, enrolment_ids=[bare.id]) == {}


def test_sessions_that_do_not_count_are_not_counted(
    door: Any, wati: Any, four: list[Any], workshop: Any, add_session: Any
) -> None:
    other = add_session("16:15", "17:00", title="Penutupan", counts_attendance=False)
    door.scan(wati, sesi=other.id)
    assert evidence.sessions_attended(workshop_id=workshop.id, enrolment_ids=[wati.id]) == {wati.id: 0}


def test_an_undone_attendance_is_no_evidence(door: Any, wati: Any, workshop: Any) -> None:
    door.scan(wati)
    door.undo(wati)
    assert attendance_of(workshop.id) == {}


def test_metrics_count_people_and_organisations_by_region(door: Any, wati: Any, workshop: Any, factories: Any) -> None:
    same = factories.enrolment(workshop=workshop, affiliation_key=wati.affiliation_key, region_code="61.71")
    far = factories.enrolment(workshop=workshop, region_code="61.01")
    speaker = factories.enrolment(workshop=workshop, role=Role.NARASUMBER, region_code="61.71")
    for person in (wati, wati, same, far, speaker):
        door.scan(person)
    asked = {"period": Period(first=date(2026, 12, 1), last=date(2026, 12, 31)), "region_codes": ["61.71", "61.01"]}
    assert metrics.participants_present(**asked) == {"61.71": 2, "61.01": 1}
    assert metrics.organisations_present(**asked) == {"61.71": 1, "61.01": 1}
    earlier = Period(first=date(2025, 1, 1), last=date(2025, 12, 31))
    assert metrics.participants_present(period=earlier, region_codes=["61.71"]) == {}


def test_a_person_gets_everything_that_is_kept(app: Any, door: Any, wati: Any) -> None:
    door.scan(wati)
    door.undo(wati, reason="salah orang")
    door.scan(wati)
    said = personal_data.export(wati.person_id)
    assert [row["verdict"] for row in said["scans"]] == ["present", "undone", "present"]  # type: ignore[index,attr-defined]
    assert said["scans"][1]["note"] == "salah orang"  # type: ignore[index]
    assert [row["session_id"] for row in said["attendance"]] == [door.session.id]  # type: ignore[attr-defined]


def test_erasure_keeps_the_count_and_removes_what_was_typed(
    app: Any, as_user: Any, wati: Any, committee_entry: None
) -> None:
    with app.test_request_context():
        erase_person(person_id=wati.person_id, actor=SYSTEM)
    assert {scan.note for scan in scans()} == {""}
    assert [(row.is_corrected, row.correction) for row in attendances()] == [(True, "")]
    page = as_user.committee(wati.workshop).get(f"/kelola/lokakarya/{wati.workshop_id}/kehadiran").text
    assert "Wati" not in page


@pytest.fixture
def committee_entry(as_user: Any, door: Any, wati: Any) -> None:
    """Wati was scanned, taken back and entered by hand, with reasons that name her."""
    door.scan(wati)
    door.undo(wati, reason="Wati tertukar")
    path = f"/kelola/lokakarya/{wati.workshop_id}/kehadiran/{wati.id}/catat?sesi={door.session.id}"
    as_user.committee(wati.workshop).post(path, data={"reason": "Wati tanda tangan"})


def test_an_erased_person_is_not_found_at_the_door(app: Any, door: Any, wati: Any) -> None:
    with app.test_request_context():
        erase_person(person_id=wati.person_id, actor=SYSTEM)
    assert 'name="enrolment_id"' not in door.client.get(f"{door.base}/cari?q=wati&sesi={door.session.id}").text


INDONESIAN = ["Pemindai", "Cari", "Siap", "Kode tiket"]
ENGLISH = ["Scanner", "Search", "Ready", "Ticket code"]


@pytest.mark.parametrize(("language", "words", "others"), [("id", INDONESIAN, ENGLISH), ("en", ENGLISH, INDONESIAN)])
def test_the_scanner_speaks_both_languages(
    door: Any, wati: Any, language: str, words: list[str], others: list[str]
) -> None:
    with door.client.session_transaction() as cookie:
        cookie["language"] = language
    page = door.client.get(f"{door.base}/pemindai").text
    for word in words:
        assert word in page, word
    for word in others:
        assert f">{word}<" not in page, word
    said = door.scan(wati).json["text"]
    assert said == {"id": "Hadir 08.20", "en": "Present 08:20"}[language]


def test_deleting_a_workshop_takes_its_scans_along(app: Any, door: Any, wati: Any, workshop: Any) -> None:
    door.scan(wati)
    db.session.execute(sa.text("DELETE FROM core_workshop WHERE id = :id"), {"id": workshop.id})
    assert scans() == attendances() == []
