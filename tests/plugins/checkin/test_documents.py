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
from lms.kernel.permissions import Role, Scope
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
    for words in ("Wati Lestari", "08.20", "1 dari 2 sesi", "WATAB2"):
        assert words in text, words
    assert "Tanda tangan" not in text


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
    assert first[6:] == ["08.20", "1 dari 1 sesi", ""]
    assert second[1:3] == ["Zahra", "LKS Mawar"]
    assert second[6:] == ["", "Tidak hadir", ""]


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "\tTab"])
def test_no_cell_becomes_a_formula(committee: Any, workshop: Any, session: Any, factories: Any, name: str) -> None:
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
    page = committee.get(f"/kelola/lokakarya/{workshop.id}/kehadiran/daftar-hadir").text
    assert page.count("daftar-hadir.xlsx?") == 6
    assert page.count("isi=kosong") == 6


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
