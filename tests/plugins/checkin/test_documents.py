"""The attendance sheet of a day as PDF and as a spreadsheet, made from what the doors recorded."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from pdf_tools import needs_poppler, text_of
from python_calamine import CalamineWorkbook

from lms.core.enrolments.enums import EnrolmentStatus
from lms.kernel import clock
from lms.kernel.permissions import SYSTEM, Role, Scope
from lms.kernel.settings import set_setting
from lms.plugins.checkin import absences, services
from lms.plugins.checkin.enums import AbsenceKind
from lms.plugins.schedule.api import SessionKind, assign
from tests.plugins.checkin.conftest import attendances, wib


def sheet(client: Any, workshop: Any, kind: str = "pdf", **query: str) -> Any:
    return client.get(f"/kelola/lokakarya/{workshop.id}/kehadiran/daftar-hadir.{kind}", query_string=query)


def table(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()


@pytest.fixture
def committee(as_user: Any, workshop: Any) -> Any:
    return as_user.committee(workshop)


@needs_poppler
def test_the_blank_sheet_has_a_signature_column_and_everybody(
    committee: Any, workshop: Any, door: Any, wati: Any
) -> None:
    door.scan(wati)
    answer = sheet(committee, workshop, isi="kosong")
    assert answer.mimetype == "application/pdf"
    text = text_of(answer.data)
    for words in ("DAFTAR HADIR", "Tata kelola LKSA", "2 Desember 2026", "Wati Lestari", "Tanda tangan", "Maya Sari"):
        assert words in text, words
    assert text.count("08.20") == 1  # when it was printed
    assert "081234567890" not in text.replace("-", "")


@needs_poppler
def test_the_filled_sheet_tells_minute_and_count(
    committee: Any, workshop: Any, door: Any, wati: Any, add_session: Any
) -> None:
    add_session("10:30", "12:00", title="Keuangan")
    door.scan(wati)
    text = text_of(sheet(committee, workshop).data)
    for words in ("Wati Lestari", "08.20", "1 dari 2 sesi"):
        assert words in text, words
    assert wati.ticket_code not in text  # it opens the ticket, and lists lie about
    assert "Hadir: 1 Tidak hadir: 0 Jumlah: 1" in text_of(sheet(committee, workshop).data, order="layout")


@needs_poppler
def test_a_correction_is_printed_with_asterisk_who_and_why(
    as_user: Any, factories: Any, workshop: Any, session: Any, wati: Any
) -> None:
    account = factories.account(name="Ratna Panitia")
    factories.grant(account, Role.PANITIA, Scope.WORKSHOP, workshop.id)
    client = as_user.account(account)
    path = f"/kelola/lokakarya/{workshop.id}/kehadiran/{wati.id}/catat?sesi={session.id}"
    client.post(path, data={"reason": "gawai habis baterai"})
    text = text_of(sheet(client, workshop).data)
    assert "Wati Lestari *" in text
    assert "Wati Lestari: dikoreksi oleh Ratna Panitia, alasan: gawai habis baterai" in text
    assert table(sheet(client, workshop, "xlsx"))[1][8] == "dikoreksi oleh Ratna Panitia, alasan: gawai habis baterai"


def test_the_spreadsheet_reads_back_as_it_was(
    committee: Any, workshop: Any, door: Any, wati: Any, factories: Any
) -> None:
    factories.enrolment(workshop=workshop, person=factories.person(full_name="Zahra"), affiliation="LKS Mawar")
    door.scan(wati)
    answer = sheet(committee, workshop, "xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="daftar-hadir-hari-1-peserta.xlsx"'
    head, first, second = table(answer)
    assert head[1:3] == ["Nama", "Lembaga"]
    assert first[:3] == [1.0, "Wati Lestari", "LKSA Tunas Enggang"]
    assert first[5].startswith("0812")
    assert first[6:] == ["08.20", "1 dari 1 sesi", "", "", "Kartu peserta", "", ""]
    assert second[1:3] == ["Zahra", "LKS Mawar"]
    assert second[6:12] == ["", "Tidak hadir", "", "", "", ""]


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "\tTab"])
def test_a47_no_cell_becomes_a_formula(committee: Any, workshop: Any, session: Any, factories: Any, name: str) -> None:
    factories.enrolment(workshop=workshop, person=factories.person(full_name=name), affiliation=name, position=name)
    answer = sheet(committee, workshop, "xlsx")
    row = table(answer)[1]
    assert row[1] == f"'{name}"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_each_group_has_its_sheet_and_nobody_without_a_seat_is_on_it(
    committee: Any, workshop: Any, session: Any, wati: Any, factories: Any
) -> None:
    for name, role in (("Budi Narasumber", Role.NARASUMBER), ("Sari Panitia", Role.PANITIA)):
        factories.enrolment(workshop=workshop, role=role, person=factories.person(full_name=name))
    gone = factories.person(full_name="Yang Batal")
    factories.enrolment(workshop=workshop, person=gone, status=EnrolmentStatus.CANCELLED)
    names = {
        role: [row[1] for row in table(sheet(committee, workshop, "xlsx", kelompok=role))[1:]]
        for role in ("peserta", "narasumber", "panitia")
    }
    assert names == {"peserta": ["Wati Lestari"], "narasumber": ["Budi Narasumber"], "panitia": ["Sari Panitia"]}


def test_each_day_counts_its_own_sessions(
    as_user: Any, committee: Any, workshop: Any, door: Any, wati: Any, add_session: Any
) -> None:
    second = add_session("08:30", "10:00", title="Arsip", day=2)
    door.scan(wati)
    assert table(sheet(committee, workshop, "xlsx", hari="2"))[1][6:8] == ["", "Tidak hadir"]
    with clock.freeze(wib("08:35", day=2)):
        type(door)(as_user.committee(workshop), second).scan(wati)
    assert len(attendances()) == 2
    assert table(sheet(committee, workshop, "xlsx", hari="2"))[1][6:8] == ["08.35", "1 dari 1 sesi"]
    assert table(sheet(committee, workshop, "xlsx", hari="1"))[1][6:8] == ["08.20", "1 dari 1 sesi"]


@pytest.mark.parametrize(
    "query",
    [{"hari": "0"}, {"hari": "3"}, {"hari": "-1"}, {"hari": "9" * 30}, {"kelompok": "pusat"}, {"kelompok": "x"}],
)
def test_sheets_that_do_not_exist_are_not_found(
    committee: Any, workshop: Any, session: Any, query: dict[str, str]
) -> None:
    for kind in ("pdf", "xlsx"):
        assert sheet(committee, workshop, kind, **query).status_code == 404


def test_the_page_offers_every_day_and_group(committee: Any, workshop: Any, session: Any) -> None:
    where = f"/kelola/lokakarya/{workshop.id}/kehadiran/daftar-hadir"
    for part, asks in (("", "hari=1"), ("hari-2", "hari=2"), (str(session.id), f"sesi={session.id}")):
        page = committee.get(where, query_string={"bagian": part} if part else {}).text
        assert page.count("daftar-hadir.xlsx?") == page.count("isi=kosong") == 3
        assert page.count(asks) == 9, asks  # blank, filled and XLSX for three groups
    for part in ("hari-3", "hari-x", "0", "x", "999999"):
        assert committee.get(where, query_string={"bagian": part}).status_code == 404, part


@needs_poppler
def test_a_sheet_of_a_session_tells_that_session_alone(
    committee: Any, workshop: Any, door: Any, wati: Any, add_session: Any
) -> None:
    other = add_session("10:30", "12:00", title="Keuangan")
    with clock.freeze(wib("08:50")):
        door.scan(wati)
    text = text_of(sheet(committee, workshop, sesi=str(door.session.id)).data)
    assert "Kepemimpinan, 08.30–10.00 WIB" in text
    assert "20 menit" in text
    answer = sheet(committee, workshop, "xlsx", sesi=str(other.id))
    name = f"daftar-hadir-hari-1-{other.code.lower()}-peserta.xlsx"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert table(answer)[1][6:8] == ["", "Tidak hadir"]


@pytest.mark.parametrize("wanted", ["0", "x", "-1", "999999", "9" * 30])
def test_a_sheet_of_no_session_here_is_not_found(committee: Any, workshop: Any, session: Any, wanted: str) -> None:
    assert sheet(committee, workshop, sesi=wanted).status_code == 404


def test_a_sheet_of_a_session_elsewhere_or_of_a_break_is_not_found(
    committee: Any, workshop: Any, add_session: Any, factories: Any
) -> None:
    day = wib("08:00").date()
    foreign = add_session(workshop=factories.workshop(starts_on=day, ends_on=day))
    rest = add_session("10:00", "10:15", title="Rehat", kind=SessionKind.BREAK, jp=0)
    for session in (foreign, rest):
        assert sheet(committee, workshop, sesi=str(session.id)).status_code == 404


def absent(workshop: Any, session: Any, enrolment: Any, **told: Any) -> None:
    absences.record(sessions=[session], enrolment=enrolment, told=absences.Told(**told), actor=SYSTEM)


@needs_poppler
def test_excused_sick_and_represented_people_show_as_such(
    committee: Any, workshop: Any, session: Any, door: Any, factories: Any
) -> None:
    budi, citra, dewi, eka = (
        factories.enrolment(workshop=workshop, person=factories.person(full_name=name))
        for name in ("Budi", "Citra", "Dewi", "Eka")
    )
    absent(workshop, session, budi, kind=AbsenceKind.EXCUSED, note="rapat dinas", letter="5/IZ/2026")
    absent(workshop, session, citra, kind=AbsenceKind.SICK, note="demam berdarah")
    absent(workshop, session, dewi, kind=AbsenceKind.SUBSTITUTED, letter="12/ST/2026", substitute_id=eka.id)
    door.scan(eka)
    text = text_of(sheet(committee, workshop, sesi=str(session.id)).data)
    for words in (
        *("1. Budi: Izin, surat 5/IZ/2026, rapat dinas", "2. Citra: Sakit"),
        *("3. Dewi: Diwakili oleh Eka, surat 12/ST/2026", "mewakili Dewi, surat"),
        *("Budi *", "Citra *", "Dewi *"),
    ):
        assert words in text, words
    assert "demam" not in text  # illness is nobody's business
    assert "Eka *" not in text
    found = {row[1]: (row[7], row[11]) for row in table(sheet(committee, workshop, "xlsx", sesi=str(session.id)))[1:]}
    assert found == {
        "Budi": ("Izin", ""),
        "Citra": ("Sakit", ""),
        "Dewi": ("Diwakili", ""),
        "Eka": ("Hadir", "mewakili Dewi, surat tugas 12/ST/2026"),
    }


def test_who_was_excused_and_came_is_present(committee: Any, workshop: Any, session: Any, door: Any, wati: Any) -> None:
    absent(workshop, session, wati, kind=AbsenceKind.EXCUSED)
    door.scan(wati)
    assert table(sheet(committee, workshop, "xlsx", sesi=str(session.id)))[1][6:9] == ["08.20", "Hadir", ""]


def test_what_was_taken_back_says_who_and_why(as_user: Any, workshop: Any, door: Any, wati: Any) -> None:
    door.scan(wati)
    door.undo(wati, reason="salah orang")
    status, note = table(sheet(as_user.committee(workshop), workshop, "xlsx"))[1][7:9]
    assert status == "Tidak hadir"
    assert note.startswith("dibatalkan oleh Akun")
    assert note.endswith("alasan: salah orang")


def test_an_attendance_entered_by_hand_has_no_minute(committee: Any, workshop: Any, session: Any, wati: Any) -> None:
    services.correct(session=session, enrolment=wati, at=session.starts_at, reason="tanda tangan", actor=SYSTEM)
    assert table(sheet(committee, workshop, "xlsx"))[1][6:8] == ["", "1 dari 1 sesi"]


@needs_poppler
def test_phones_are_masked_unless_the_workshop_wants_them_whole(
    committee: Any, workshop: Any, session: Any, wati: Any
) -> None:
    assert "0812-****-890" in text_of(sheet(committee, workshop).data)
    set_setting("checkin.prints_phones", True, scope="workshop", scope_id=workshop.id)
    assert "0812-3456-7890" in text_of(sheet(committee, workshop).data)
    assert table(sheet(committee, workshop, "xlsx"))[1][5] == "0812-3456-7890"  # the leading zero survives


def test_speakers_of_other_days_are_not_missing_here(
    committee: Any, workshop: Any, session: Any, add_session: Any, factories: Any
) -> None:
    tomorrow = add_session("08:30", "10:00", title="Arsip", day=2)
    for name, taught in (("Budi", session), ("Citra", tomorrow), ("Dewi", None)):
        speaker = factories.enrolment(workshop=workshop, role=Role.NARASUMBER, person=factories.person(full_name=name))
        if taught:
            assign(session=taught, speaker_ids=[speaker.id])
    names = {
        day: [row[1] for row in table(sheet(committee, workshop, "xlsx", kelompok="narasumber", hari=day))[1:]]
        for day in ("1", "2")
    }
    assert names == {"1": ["Budi", "Dewi"], "2": ["Citra", "Dewi"]}


def test_sheets_are_not_kept_by_shared_caches(committee: Any, workshop: Any, session: Any, wati: Any) -> None:
    for kind in ("pdf", "xlsx"):
        answer = sheet(committee, workshop, kind)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert {"no-store"} & {part.strip() for part in answer.headers["Cache-Control"].split(",")}


@needs_poppler
def test_in_english_the_sheet_speaks_english(committee: Any, workshop: Any, door: Any, wati: Any) -> None:
    door.scan(wati)
    with committee.session_transaction() as cookie:
        cookie["language"] = "en"
    text = text_of(sheet(committee, workshop).data)
    assert "ATTENDANCE LIST" in text
    assert "1 of 1 sessions" in text
