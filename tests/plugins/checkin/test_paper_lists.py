"""Signed paper lists: rows ticked or typed, looked at, and entered once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.services import cancel
from lms.kernel import clock
from lms.kernel.audit import AuditEntry
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM, Role, Scope
from lms.plugins.checkin import documents, paper_lists
from lms.plugins.checkin.documents import SheetKey
from lms.plugins.checkin.enums import Method
from lms.plugins.checkin.paper_models import PrintedSheet
from tests.plugins.checkin.conftest import attendances, scans, wib


@pytest.fixture
def five(workshop: Any, wati: Any, factories: Any) -> list[Any]:
    """Anton, Budi, Citra, Dewi and Wati: the rows 1 to 5."""
    people = [
        factories.enrolment(workshop=workshop, person=factories.person(full_name=name))
        for name in ("Anton", "Budi", "Citra", "Dewi")
    ]
    return [*people, wati]


class Paper:
    """The page of one member of the committee."""

    def __init__(self, client: Any, workshop: Any, part: str) -> None:
        self.client, self.base = client, f"/kelola/lokakarya/{workshop.id}/kehadiran/daftar-kertas"
        self.query = {"bagian": part, "kelompok": "peserta"}

    def page(self, **query: str) -> Any:
        return self.client.get(self.base, query_string={**self.query, **query})

    def preview(self, *, lembar: str = "", **form: Any) -> Any:
        return self.client.post(self.base, query_string={**self.query, "lembar": lembar}, data=form)

    def mark(self, preview: Any, *, lembar: str = "") -> Any:
        sent = {
            name: re.search(rf'name="{name}" value="([^"]*)"', preview.text)[1]  # type: ignore[index]
            for name in ("kiriman", "orang")
        }
        return self.post(lembar=lembar, **sent)

    def post(self, *, lembar: str = "", **sent: str) -> Any:
        return self.client.post(f"{self.base}/catat", query_string={**self.query, "lembar": lembar}, data=sent)

    def enter(self, *, lembar: str = "", **form: Any) -> Any:
        """The page that tells what it led to."""
        answer = self.mark(self.preview(lembar=lembar, **form), lembar=lembar)
        assert answer.status_code == 303
        return self.client.get(answer.headers["Location"])


@pytest.fixture
def ratna(factories: Any, workshop: Any) -> Any:
    account = factories.account(name="Ratna Panitia")
    factories.grant(account, Role.PANITIA, Scope.WORKSHOP, workshop.id)
    return account


@pytest.fixture
def paper(as_user: Any, ratna: Any, workshop: Any, session: Any) -> Paper:
    return Paper(as_user.account(ratna), workshop, str(session.id))


def names(rows: Any) -> list[str]:
    people = {row.enrolment_id for row in rows}
    query = sa.select(paper_lists.Enrolment).where(paper_lists.Enrolment.id.in_(people))
    return sorted(row.person.full_name for row in db.session.scalars(query))


def audits() -> list[AuditEntry]:
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "checkin.paper_list")))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1-3", ["Anton", "Budi", "Citra"]),
        ("2", ["Budi"]),
        ("1 – 2; 4, WAT-AB2", ["Anton", "Budi", "Dewi", "Wati Lestari"]),
        ("watab2\n3", ["Citra", "Wati Lestari"]),
        ("5,5,5-5", ["Wati Lestari"]),
    ],
)
def test_rows_are_typed_as_numbers_ranges_and_codes(paper: Paper, five: Any, typed: str, expected: list[str]) -> None:
    paper.enter(baris=typed)
    assert names(attendances()) == expected
    assert {(row.method, row.is_corrected, row.correction) for row in attendances()} == {
        (Method.PAPER, True, "Daftar hadir kertas")
    }


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(paper: Paper, five: Any) -> None:
    page = paper.preview(baris="1, 9, 3-2, 0, 4-6, ZZZZZ2, <b>").text
    for words in ("9: baris itu tidak ada", "3-2: baris", "0: baris", "4-6: baris", "ZZZZZ2: bukan nomor", "&lt;b&gt;"):
        assert words in page, words
    assert re.search(r'name="orang" value="(\d+)"', page)[1] == str(five[0].id)  # type: ignore[index]
    empty = paper.preview(baris="99")
    assert empty.status_code == 422
    assert "Belum ada yang dipilih" in empty.text


def test_looking_at_the_preview_writes_nothing(paper: Paper, five: Any) -> None:
    assert paper.preview(baris="1-5").status_code == 200
    assert (attendances(), scans(), audits()) == ([], [], [])


def test_everybody_but_those_who_were_ticked(paper: Paper, five: Any) -> None:
    paper.enter(cara="kecuali", orang=[str(five[1].id)], baris="4")
    assert names(attendances()) == ["Anton", "Citra", "Wati Lestari"]


def test_the_same_list_sent_twice_changes_nothing(paper: Paper, five: Any) -> None:
    preview = paper.preview(orang=[str(five[0].id), str(five[1].id)])
    first, second = paper.mark(preview), paper.mark(preview)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(attendances()) == len(scans()) == 2
    assert [row.reason for row in audits()] == ["Daftar hadir kertas, 2"]
    assert paper.client.get(first.headers["Location"]).text.count("dicatat hadir</span>") == 2


def test_who_was_scanned_keeps_the_scanned_time(paper: Paper, door: Any, five: Any) -> None:
    with clock.freeze(wib("08:50")):
        door.scan(five[4])
    with clock.freeze(wib("09:30")):
        page = paper.enter(baris="4-5").text
    rows = {row.enrolment_id: row for row in attendances()}
    kept, entered = rows[five[4].id], rows[five[3].id]
    assert (kept.at, kept.method, kept.is_corrected, kept.late_minutes) == (wib("08:50"), Method.BADGE, False, 20)
    assert (entered.at, entered.method, entered.late_minutes) == (wib("08:30"), Method.PAPER, 0)
    assert "Sudah hadir sejak 08.50" in page or "Sudah tercatat sejak 08.50" in page
    assert sorted(scan.verdict.value for scan in scans()) == ["already", "present", "present"]


def test_a14_people_without_a_confirmed_place_are_never_marked(paper: Paper, five: Any, factories: Any) -> None:
    cancel(enrolment_id=five[0].id, actor=SYSTEM, reason="sakit")
    waiting = factories.enrolment(
        workshop=five[0].workshop, status=EnrolmentStatus.WAITLISTED, ticket_code="ANTRE2", person=factories.person()
    )
    page = paper.enter(baris="ANTRE2, 4")
    assert [row.enrolment_id for row in attendances()] == [five[4].id]
    assert "Masih di daftar tunggu" in page.text
    paper.post(kiriman="0" * 16, orang=f"{waiting.id},{five[0].id}")
    assert [row.enrolment_id for row in attendances()] == [five[4].id]
    refused = [scan.reason.value for scan in scans() if scan.reason]
    assert sorted(refused) == ["cancelled", "waitlisted", "waitlisted"]


def test_somebody_of_another_workshop_is_nobody_here(paper: Paper, five: Any, factories: Any) -> None:
    foreign = factories.enrolment(ticket_code="JAUHK2", person=factories.person(full_name="Orang Jauh"))
    assert "JAUHK2: bukan nomor" in paper.preview(baris="JAUHK2").text
    assert paper.preview(orang=[str(foreign.id)]).status_code == 422
    answer = paper.post(kiriman="1" * 16, orang=str(foreign.id))
    assert paper.client.get(answer.headers["Location"]).status_code == 303
    assert (attendances(), scans()) == ([], [])


def test_a_day_list_counts_for_the_counted_sessions_that_have_begun(
    as_user: Any, ratna: Any, workshop: Any, session: Any, five: Any, add_session: Any
) -> None:
    add_session("07:30", "08:20", title="Registrasi", counts_attendance=False)
    second, later = add_session("10:15", "12:00", title="Keuangan"), add_session("15:00", "16:00", title="Arsip")
    paper = Paper(as_user.account(ratna), workshop, "hari-1")
    with clock.freeze(wib("11:30")):
        paper.enter(baris="1")
    assert [row.session_id for row in attendances()] == [session.id, second.id]
    assert later.id not in {row.session_id for row in attendances()}
    tomorrow = Paper(as_user.account(ratna), workshop, "hari-2")
    add_session("08:30", "10:00", title="Besok", day=2)
    assert "belum dimulai" in tomorrow.page().text
    assert tomorrow.post(kiriman="2" * 16, orang=str(five[0].id)).status_code >= 400
    assert len(attendances()) == 2


@pytest.fixture
def printed(workshop: Any, session: Any, five: Any) -> PrintedSheet:
    """The blank sheet of the five, printed an hour ago."""
    with clock.freeze(now() + timedelta(seconds=5)):
        key = SheetKey(workshop=workshop, day=1, role=Role.PESERTA, session=session)
        documents.sheet_pdf(key, mode="blank", actor=SYSTEM)
    return db.session.scalars(sa.select(PrintedSheet)).one()


def test_with_its_code_the_numbers_are_those_on_the_paper(
    paper: Paper, printed: PrintedSheet, five: Any, factories: Any
) -> None:
    with clock.freeze(wib("08:40")):
        late = factories.enrolment(workshop=five[0].workshop, person=factories.person(full_name="Aaliyah"))
        cancel(enrolment_id=five[1].id, actor=SYSTEM, reason="pulang")
        page = paper.page(lembar=printed.code)
        assert page.text.index("1. Anton") < page.text.index("3. Citra") < page.text.index("Aaliyah")
        assert "tidak ada di cetakan ini" in page.text
        paper.enter(lembar=printed.code, baris="1-3", orang=[str(late.id)])
    assert names(attendances()) == ["Aaliyah", "Anton", "Citra"]  # Budi cancelled: refused, though he signed
    assert {row.correction for row in attendances()} == {
        f"Daftar hadir kertas {printed.code[:4]}-{printed.code[4:8]}-{printed.code[8:]}"
    }
    assert [(row.subject_type, row.subject_id) for row in audits()] == [("checkin_printed_sheet", printed.id)]


def test_numbers_that_cannot_be_restored_are_refused(paper: Paper, printed: PrintedSheet, five: Any) -> None:
    printed.row_count = 4  # somebody who waited when it was printed has a seat now
    db.session.flush()
    assert "tidak dapat dipastikan lagi" in paper.page(lembar=printed.code).text
    page = paper.preview(lembar=printed.code, baris="1-2, WATAB2").text
    assert "1-2: nomor baris cetakan ini sudah berubah" in page
    paper.enter(lembar=printed.code, baris="1-2, WATAB2")
    assert names(attendances()) == ["Wati Lestari"]


def test_an_unknown_code_says_so(paper: Paper, five: Any) -> None:
    assert "Tidak ada lembar lokakarya ini" in paper.page(lembar="ABCDEFGHJKMN").text


def test_the_sheet_prints_who_entered_it_and_why(paper: Paper, five: Any, workshop: Any, session: Any) -> None:
    paper.enter(baris="1")
    key = SheetKey(workshop=workshop, day=1, role=Role.PESERTA, session=session)
    row = documents.sheet_of(key, mode="filled").rows[0]
    assert (row.name, row.corrected, row.minute_text, row.method_text) == ("Anton", True, "", "Daftar hadir kertas")
    assert row.note == "dikoreksi oleh Ratna Panitia, alasan: Daftar hadir kertas"


def test_bad_addresses_are_not_found(paper: Paper, five: Any) -> None:
    for part in ("hari-9", "0", "x", "", "999999", "hari-"):
        assert paper.page(bagian=part).status_code == 404, part
    assert paper.page(kelompok="pusat").status_code == 404
    for batch in ("", "x" * 16, "0" * 17, "../" * 5):
        assert paper.post(kiriman=batch, orang=str(five[0].id)).status_code == 404, batch
    assert attendances() == []


def test_only_the_committee_may_enter_lists(as_user: Any, workshop: Any, paper: Paper, wati: Any) -> None:
    for client in (as_user.door(workshop), as_user.ticket(wati), as_user.observer("61.71")):
        assert client.get(paper.base).status_code in {302, 403, 404}
        answer = client.post(f"{paper.base}/catat", query_string=paper.query, data={"kiriman": "0" * 16, "orang": "1"})
        assert answer.status_code in {302, 403, 404}
