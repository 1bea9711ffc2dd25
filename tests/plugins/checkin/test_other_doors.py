"""Search by name, walk-in, undo and entry by hand."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus, Source
from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.kernel import clock
from lms.kernel.audit import AuditEntry
from lms.kernel.db import db
from lms.kernel.permissions import Role
from lms.plugins.checkin.enums import Method, Verdict
from tests.plugins.checkin.conftest import attendances, scans, wib


def participants(workshop: Any) -> list[Enrolment]:
    return list(db.session.scalars(sa.select(Enrolment).filter_by(workshop_id=workshop.id, role=Role.PESERTA)))


def audited() -> list[tuple[str, str]]:
    return [(row.action, row.reason) for row in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))]


def found(door: Any, text: str) -> str:
    page = door.client.get(f"{door.base}/cari", query_string={"q": text, "sesi": door.session.id})
    assert page.status_code == 200
    return str(page.text)


@pytest.mark.parametrize("text", ["wati", "WATI", "atiles", "wati lestari", "tunas", "LKSA Tunas", "lksatun"])
def test_people_are_found_by_three_letters_of_name_or_organisation(door: Any, wati: Any, text: str) -> None:
    assert "Wati Lestari" in found(door, text)


@pytest.mark.parametrize("text", ["", "w", "wa", "%%%", "___", "a%i", "zzz", "'--", "🎫🎫🎫", "x" * 500])
def test_less_or_other_text_finds_nobody(door: Any, wati: Any, text: str) -> None:
    assert "Wati Lestari" not in found(door, text)


def test_search_shows_no_phone_and_nobody_without_a_seat_or_from_elsewhere(
    door: Any, wati: Any, workshop: Any, factories: Any
) -> None:
    for status in (EnrolmentStatus.CANCELLED, EnrolmentStatus.WAITLISTED):
        person = factories.person(full_name=f"Wati {status.value}")
        factories.enrolment(workshop=workshop, person=person, status=status)
    factories.enrolment(person=factories.person(full_name="Wati Luar"))
    page = found(door, "wati")
    assert page.count("Catat Wati") == page.count('name="enrolment_id"') == 1
    assert "Wati Luar" not in page
    for digits in ("081234567890", "0812-3456", "+62812"):
        assert digits not in page


def test_a_person_found_by_name_is_marked_by_search(door: Any, wati: Any) -> None:
    assert door.pick(wati).json["verdict"] == "present"
    assert attendances()[0].method is Method.SEARCH
    assert door.pick(wati).json["verdict"] == "already"


def test_a_choice_sent_twice_is_one_scan(door: Any, wati: Any) -> None:
    answers = [door.pick(wati, client_id="twice").json for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(scans()) == 1


@pytest.mark.parametrize("number", ["0", "-1", "x", "²", "٣", "1.0", "999999", "999999999999", " "])
def test_a_choice_of_nobody_changes_nothing(door: Any, wati: Any, number: str) -> None:
    assert door.pick(number).status_code in {404, 422}
    assert scans() == []


def test_people_of_other_workshops_answer_as_if_they_did_not_exist(door: Any, factories: Any, wati: Any) -> None:
    stranger = factories.enrolment()
    for answer in (door.pick(stranger), door.undo(stranger)):
        assert answer.status_code == 404
        assert "lokakarya lain" not in answer.text
    enter = f"/kelola/lokakarya/{wati.workshop_id}/kehadiran/{stranger.id}/catat?sesi={door.session.id}"
    assert door.client.post(enter, data={"reason": "x"}).status_code == 404
    assert scans() == attendances() == []


def test_a_walk_in_is_registered_and_present_in_one_step(door: Any, workshop: Any) -> None:
    said = door.walk_in().json
    assert (said["verdict"], said["title"], said["affiliation"]) == ("present", "Joko Susilo", "LKSA Baru")
    (row,) = participants(workshop)
    assert (row.source, row.status) == (Source.WALK_IN, EnrolmentStatus.CONFIRMED)
    assert attendances()[0].method is Method.WALK_IN
    assert ("checkin.walk_in", "") in audited()


def test_a_walk_in_sent_twice_is_one_person_once(door: Any, workshop: Any) -> None:
    answers = [door.walk_in(client_id="form-1").json for _ in range(3)]
    assert answers == [answers[0]] * 3
    assert len(participants(workshop)) == len(scans()) == len(attendances()) == 1


def test_the_same_form_filled_in_for_somebody_else_is_somebody_else(door: Any, workshop: Any) -> None:
    door.walk_in(client_id="form-1")
    said = door.walk_in(client_id="form-1", full_name="Rina Kartika", phone="0812 9999 0002").json
    assert (said["verdict"], said["title"]) == ("present", "Rina Kartika")
    assert len(participants(workshop)) == len(attendances()) == 2


def test_a_registered_person_at_the_walk_in_keeps_the_registration(door: Any, wati: Any, workshop: Any) -> None:
    wati.form_nonce, before = "first-form", wati.registered_at
    said = door.walk_in(full_name="wati  lestari", phone="0812 3456 7890", affiliation="Salah ketik").json
    assert (said["verdict"], said["enrolment_id"]) == ("present", wati.id)
    db.session.refresh(wati)
    kept = (wati.affiliation, wati.source, wati.form_nonce, wati.registered_at)
    assert kept == ("LKSA Tunas Enggang", Source.ONLINE, "first-form", before)
    assert participants(workshop) == [wati]


@pytest.mark.parametrize("status", [EnrolmentStatus.CANCELLED, EnrolmentStatus.WAITLISTED])
def test_who_has_no_seat_does_not_get_one_as_a_walk_in(door: Any, wati: Any, status: Any) -> None:
    wati.status = status
    answer = door.walk_in(full_name="Wati Lestari", phone="081234567890")
    assert (answer.json["verdict"], answer.json["reason"]) == ("refused", status.value)
    db.session.refresh(wati)
    assert wati.status is status
    assert attendances() == []


def test_staff_may_exceed_the_quota_at_the_door(door: Any, wati: Any, workshop: Any) -> None:
    workshop.capacity = 1
    assert door.walk_in().json["verdict"] == "present"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"full_name": "12345"}, "full_name"),
        ({"full_name": "A" * 101}, "full_name"),
        ({"full_name": "Wati 🎉"}, "full_name"),
        ({"phone": ""}, "phone"),
        ({"phone": "bukan nomor"}, "phone"),
        ({"affiliation": ""}, "affiliation"),
        ({"affiliation": "---"}, "affiliation"),
        ({"position": "x" * 101}, "position"),
        ({"gender": "X"}, "gender"),
    ],
)
def test_a_walk_in_form_with_a_fault_names_the_field_and_keeps_the_rest(
    door: Any, workshop: Any, form: dict[str, str], field: str
) -> None:
    page = door.walk_in(page=True, position="Pengasuh Utama", **form) if field != "position" else door.walk_in(**form)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    if field != "position":
        assert "Pengasuh Utama" in page.text
    assert participants(workshop) == scans() == []
    assert list(db.session.scalars(sa.select(Person).where(Person.full_name.like("Joko%")))) == []


def test_undo_takes_back_and_both_facts_stay(door: Any, wati: Any, as_user: Any) -> None:
    door.scan(wati)
    other = type(door)(as_user.committee(wati.workshop), door.session)  # another device, another person
    answer = other.undo(wati, reason="Kartu tertukar")
    assert answer.status_code == 303
    assert attendances() == []
    assert [(row.verdict, row.note) for row in scans()] == [(Verdict.PRESENT, ""), (Verdict.UNDONE, "Kartu tertukar")]
    assert scans()[1].account_id not in {None, scans()[0].account_id}
    assert ("checkin.undone", "Kartu tertukar") in audited()
    assert "dibatalkan" in other.client.get(answer.location).text


def test_after_undo_the_person_can_be_checked_in_again_and_again(door: Any, wati: Any) -> None:
    for _ in range(3):  # within one frozen moment, and SQLite gives row numbers away again
        assert door.scan(wati).json["verdict"] == "present"
        door.undo(wati)
    assert door.scan(wati).json["verdict"] == "present"
    assert len(attendances()) == 1
    assert len(scans()) == 7


def test_undo_of_an_absent_person_says_so_and_leaves_no_trace(door: Any, wati: Any) -> None:
    answer = door.undo(wati)
    assert answer.status_code == 303
    assert "belum tercatat hadir" in door.client.get(answer.location).text
    assert scans() == []
    assert audited() == [entry for entry in audited() if not entry[0].startswith("checkin.")]


def test_undo_at_one_session_leaves_the_other(door: Any, wati: Any, add_session: Any) -> None:
    later = add_session("10:30", "12:00", title="Keuangan")
    door.scan(wati)
    door.scan(wati, sesi=later.id)
    door.undo(wati, sesi=later.id)
    assert [row.session_id for row in attendances()] == [door.session.id]


@pytest.mark.parametrize(("reason", "text"), [("", "wajib"), ("   ", "wajib"), ("x" * 301, "300")])
@pytest.mark.parametrize("deed", ["undo", "enter"])
def test_a_correction_needs_a_fitting_reason(door: Any, wati: Any, deed: str, reason: str, text: str) -> None:
    door.scan(wati)
    answer = door.undo(wati, reason=reason) if deed == "undo" else enter(door, wati, reason)
    assert answer.status_code == 422
    assert text in answer.text
    assert len(attendances()) == len(scans()) == 1


def enter(door: Any, person: Any, reason: str = "Tanda tangan di kertas") -> Any:
    path = f"/kelola/lokakarya/{door.session.workshop_id}/kehadiran/{person.id}/catat?sesi={door.session.id}"
    return door.client.post(path, data={"reason": reason})


def test_an_entry_by_hand_counts_from_the_start_and_is_marked(door: Any, wati: Any) -> None:
    with clock.freeze(wib("09:20")):
        assert enter(door, wati).status_code == 303
    (row,) = attendances()
    assert (row.at, row.late_minutes, row.method) == (wib("08:30"), 0, Method.MANUAL)
    assert (row.is_corrected, row.correction) == (True, "Tanda tangan di kertas")
    assert ("checkin.corrected", "Tanda tangan di kertas") in audited()


def test_an_entry_by_hand_does_not_better_a_scanned_time(door: Any, wati: Any) -> None:
    with clock.freeze(wib("09:10")):
        door.scan(wati)
        enter(door, wati)
    (row,) = attendances()
    assert (row.at, row.late_minutes, row.is_corrected) == (wib("09:10"), 40, False)
    assert [action for action, _reason in audited() if action == "checkin.corrected"] == []


def test_a_later_scan_does_not_change_an_entry_by_hand(door: Any, wati: Any) -> None:
    with clock.freeze(wib("09:10")):
        enter(door, wati)
        assert door.scan(wati).json["verdict"] == "already"
    assert attendances()[0].is_corrected


@pytest.mark.parametrize("status", [EnrolmentStatus.CANCELLED, EnrolmentStatus.WAITLISTED])
def test_nobody_without_a_seat_is_entered_by_hand(door: Any, wati: Any, status: Any) -> None:
    wati.status = status
    answer = enter(door, wati)
    assert answer.status_code == 422
    assert attendances() == []
