"""Excused, sick, represented: told before, put right later, and outdone by whoever comes all the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.people.services import erase_person
from lms.kernel.audit import AuditEntry
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.checkin import board, personal_data
from lms.plugins.checkin.board import Sight
from lms.plugins.checkin.enums import AbsenceKind
from lms.plugins.checkin.models import Absence
from tests.plugins.checkin.conftest import attendances


@pytest.fixture
def colleague(workshop: Any, factories: Any, wati: Any) -> Enrolment:
    """Budi of the same organisation."""
    person = factories.person(full_name="Budi Santoso", phone_e164="+6281234567891")
    named = {"affiliation": wati.affiliation, "affiliation_key": wati.affiliation_key}
    row: Enrolment = factories.enrolment(workshop=workshop, person=person, **named)
    return row


class Desk:
    """The committee's form for one person's absence."""

    def __init__(self, client: Any, session: Any, person: Any) -> None:
        self.client, self.session, self.person = client, session, person
        self.base = f"/kelola/lokakarya/{session.workshop_id}/kehadiran"

    def url(self, rest: str = "") -> str:
        return f"{self.base}/{self.person.id}/izin{rest}?sesi={self.session.id}"

    def tell(self, kind: str = "excused", **form: Any) -> Any:
        return self.client.post(self.url(), data={"kind": kind, "reach": "session", "substitute": "", **form})

    def take_back(self, **form: Any) -> Any:
        return self.client.post(self.url("/tarik"), data=form)


@pytest.fixture
def desk(as_user: Any, workshop: Any, session: Any, wati: Any) -> Desk:
    return Desk(as_user.committee(workshop), session, wati)


def absences() -> list[Absence]:
    query = sa.select(Absence).order_by(Absence.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def audited(action: str) -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.fields).filter_by(action=action).order_by(AuditEntry.id)))


def figures(app: Any, session: Any) -> tuple[int, int, int, int]:
    """Present, missing, excused, without letter."""
    with app.test_request_context():
        shown = board.board_of(session, sight=Sight(names=True))
    return shown.present, shown.missing, shown.excused, shown.without_letter


@pytest.mark.parametrize("kind", ["excused", "sick"])
def test_an_absence_is_recorded_and_no_longer_missing(app: Any, desk: Desk, kind: str) -> None:
    assert figures(app, desk.session) == (0, 1, 0, 0)
    answer = desk.tell(kind, note="Kabar lewat telepon")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{desk.base}?sesi={desk.session.id}")
    (row,) = absences()
    assert (row.kind, row.note, row.letter, row.substitute_id) == (AbsenceKind(kind), "Kabar lewat telepon", "", None)
    assert row.account_id is not None
    assert figures(app, desk.session) == (0, 0, 1, 1)


def test_the_letter_may_come_later(app: Any, desk: Desk) -> None:
    desk.tell("sick")
    page = desk.client.get(f"{desk.base}?sesi={desk.session.id}&hanya=lengkap").text
    assert "1 surat belum ada" in page
    assert re.search(r"Sakit\s*<br>surat belum ada", page)
    desk.tell("sick", letter="045/RS/XII")
    assert [row.letter for row in absences()] == ["045/RS/XII"]
    assert figures(app, desk.session) == (0, 0, 1, 0)
    assert audited("checkin.absence_recorded") == ["kind,session", "letter"]


def test_the_same_form_sent_twice_changes_nothing(desk: Desk) -> None:
    for _ in range(2):
        assert desk.tell("excused", letter="1").status_code == 303
    assert len(absences()) == 1
    assert len(audited("checkin.absence_recorded")) == 1


def test_an_absence_of_the_whole_day_covers_its_counted_sessions(desk: Desk, add_session: Any) -> None:
    later = add_session("10:30", "12:00", title="Keuangan", counts_attendance=True)
    add_session("07:30", "08:20", title="Registrasi", counts_attendance=False)
    add_session("08:30", "10:00", title="Besok", day=2, counts_attendance=True)
    desk.tell(reach="day")
    assert {row.session_id for row in absences()} == {desk.session.id, later.id}
    desk.take_back(reach="session")
    assert [row.session_id for row in absences()] == [later.id]
    desk.tell(reach="day")
    desk.take_back(reach="day")
    assert absences() == []
    assert len(audited("checkin.absence_taken_back")) == 2


def test_taking_back_what_was_not_told_says_so(desk: Desk) -> None:
    assert desk.take_back().status_code == 303
    assert "Tidak ada catatan untuk Wati Lestari" in desk.client.get(desk.base).text
    assert audited("checkin.absence_taken_back") == []


def test_whoever_comes_all_the_same_is_present_and_the_absence_stays_as_a_note(
    app: Any, desk: Desk, door: Any, wati: Any
) -> None:
    desk.tell("sick")
    assert door.scan(wati).json["verdict"] == "present"
    assert figures(app, desk.session) == (1, 0, 0, 0)
    assert len(absences()) == 1
    page = desk.client.get(f"{desk.base}?sesi={desk.session.id}&hanya=semua").text
    assert "tercatat izin" in page
    assert "tetap datang" in desk.client.get(f"{desk.base}/izin").text


def test_a_colleague_can_come_instead(desk: Desk, colleague: Any, wati: Any) -> None:
    form = desk.client.get(desk.url()).text
    assert f'<option value="{colleague.id}">Budi Santoso, LKSA Tunas Enggang</option>' in form
    assert desk.tell("substituted", substitute=str(colleague.id), letter="012/ST/XI").status_code == 303
    (row,) = absences()
    assert (row.enrolment_id, row.substitute_id, row.letter) == (wati.id, colleague.id, "012/ST/XI")
    assert "Budi Santoso" in desk.client.get(f"{desk.base}/izin").text
    assert f'<option selected value="{colleague.id}">' in desk.client.get(desk.url()).text


def test_somebody_new_is_registered_above_the_quota_and_not_marked_present(
    desk: Desk, wati: Any, workshop: Any
) -> None:
    workshop.capacity = 1
    db.session.flush()
    new = {"substitute": "new", "full_name": "Joko Susilo", "phone": "0812 9999 0001", "position": "Pengasuh"}
    for _ in range(2):
        assert desk.tell("substituted", **new).status_code == 303
    (row,) = absences()
    substitute = db.session.get_one(Enrolment, row.substitute_id)
    assert (substitute.person.full_name, substitute.affiliation, substitute.position) == (
        "Joko Susilo", wati.affiliation, "Pengasuh",
    )  # fmt: skip
    assert substitute.status is EnrolmentStatus.CONFIRMED
    assert attendances() == []


def test_a_registered_person_of_another_organisation_is_found_by_name_and_number(
    desk: Desk, factories: Any, workshop: Any
) -> None:
    person = factories.person(full_name="Cici Amalia", phone_e164="+6281234567892")
    known = factories.enrolment(workshop=workshop, person=person, affiliation="LKS Mawar")
    desk.tell("substituted", substitute="new", full_name="cici amalia", phone="0812-3456-7892")
    assert [row.substitute_id for row in absences()] == [known.id]
    assert known.affiliation == "LKS Mawar"


@pytest.mark.parametrize("status", [EnrolmentStatus.CANCELLED, EnrolmentStatus.WAITLISTED])
def test_a_substitute_who_waits_or_had_cancelled_gets_the_seat(
    desk: Desk, factories: Any, workshop: Any, status: EnrolmentStatus
) -> None:
    person = factories.person(full_name="Cici Amalia", phone_e164="+6281234567892")
    known = factories.enrolment(workshop=workshop, person=person, status=status)
    desk.tell("substituted", substitute="new", full_name="Cici Amalia", phone="0812-3456-7892")
    db.session.refresh(known)
    assert (known.status, absences()[0].substitute_id) == (EnrolmentStatus.CONFIRMED, known.id)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"substitute": ""}, "Pilih siapa yang mewakili"),
        ({"substitute": "new", "phone": "0812 9999 0001"}, "Tulis(kan)? nama lengkap"),
        ({"substitute": "new", "full_name": "Joko"}, "Tuliskan nomor WhatsApp"),
        ({"substitute": "new", "full_name": "Joko", "phone": "12"}, "Nomor WhatsApp"),
        ({"substitute": "999999"}, "Pilih salah satu dari daftar"),
    ],
)
def test_a_substitute_who_is_not_told_right_is_asked_again(desk: Desk, form: dict[str, str], words: str) -> None:
    answer = desk.tell("substituted", note="tetap di sini", **form)
    assert answer.status_code == 422
    assert re.search(words, answer.text)
    assert "tetap di sini" in answer.text
    assert absences() == []


def test_a_substitute_is_forgotten_when_the_person_is_sick_after_all(desk: Desk, colleague: Any) -> None:
    desk.tell("substituted", substitute=str(colleague.id))
    desk.tell("sick", substitute=str(colleague.id))
    assert [(row.kind, row.substitute_id) for row in absences()] == [(AbsenceKind.SICK, None)]


def test_nobody_without_a_seat_is_excused(desk: Desk, wati: Any) -> None:
    wati.status = EnrolmentStatus.CANCELLED
    db.session.flush()
    assert desk.tell().status_code == 422
    assert absences() == []


def test_people_and_sessions_of_other_workshops_are_not_found(
    desk: Desk, factories: Any, workshop: Any, add_session: Any
) -> None:
    foreign = factories.enrolment()
    speaker = factories.enrolment(workshop=workshop, role=Role.NARASUMBER)
    elsewhere = add_session(workshop=foreign.workshop)
    data = {"kind": "sick", "reach": "session"}
    paths = [f"{desk.base}/{who.id}/izin?sesi={desk.session.id}" for who in (foreign, speaker)]
    for path in (*paths, f"{desk.base}/{desk.person.id}/izin?sesi={elsewhere.id}"):
        assert desk.client.post(path, data=data).status_code == 404
    assert absences() == []


def test_the_list_can_show_only_what_lacks_a_letter(desk: Desk, colleague: Any) -> None:
    desk.tell("excused", letter="1/2026")
    Desk(desk.client, desk.session, colleague).tell("sick")
    both = desk.client.get(f"{desk.base}/izin?sesi={desk.session.id}").text
    rest = desk.client.get(f"{desk.base}/izin?surat=belum").text
    assert "Wati Lestari" in both
    assert "Budi Santoso" in both
    assert "Wati Lestari" not in rest
    assert "Budi Santoso" in rest


def test_the_form_leads_back_to_where_it_was_opened_and_never_elsewhere(desk: Desk) -> None:
    calls = f"{desk.base}/hubungi?sesi={desk.session.id}"
    assert desk.tell(next=calls).headers["Location"] == calls
    assert desk.tell(next="https://evil.example/").headers["Location"].startswith(desk.base)


def test_a_person_gets_what_was_told_and_erasure_removes_the_note(app: Any, desk: Desk, wati: Any) -> None:
    desk.tell("sick", note="Wati demam", letter="1")
    told = personal_data.export(wati.person_id)["absences"]
    assert [(row["kind"], row["note"]) for row in told] == [("sick", "Wati demam")]  # type: ignore[attr-defined]
    with app.test_request_context():
        erase_person(person_id=wati.person_id, actor=SYSTEM)
    assert [(row.kind, row.note) for row in absences()] == [(AbsenceKind.SICK, "")]
