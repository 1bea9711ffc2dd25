"""One morning, one count: board, sheet, evidence, metrics, certificates and exports agree (A45, A46)."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pdf_tools import needs_poppler, text_of
from python_calamine import CalamineWorkbook

from lms.core.enrolments.services import cancel
from lms.core.evidence import collect as collect_evidence
from lms.core.metrics import collect as collect_metric
from lms.kernel import clock
from lms.kernel.declarations import Period
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.certificates.criteria import save_criteria
from lms.plugins.certificates.eligibility import judge
from lms.plugins.checkin import absences
from lms.plugins.checkin.absences import Told
from lms.plugins.checkin.board import Sight, board_of
from lms.plugins.checkin.enums import AbsenceKind
from tests.plugins.checkin.conftest import wib


@pytest.fixture
def four(add_session: Any, session: Any) -> list[Any]:
    """Four sessions of one day."""
    times = [("10:15", "12:00"), ("13:00", "14:30"), ("14:45", "16:00")]
    return [session, *(add_session(*both, title=f"Sesi {both[0]}") for both in times)]


@pytest.fixture
def day(door: Any, workshop: Any, wati: Any, four: list[Any], factories: Any) -> dict[str, Any]:
    """Wati at three of four sessions, Budi at all, Citra at none, Dewi excused, Edo came and gave up his seat."""

    def person(name: str) -> Any:
        return factories.enrolment(workshop=workshop, person=factories.person(full_name=name), region_code="61.71")

    people = {"Wati": wati, **{name: person(name) for name in ("Budi", "Citra", "Dewi", "Edo")}}
    for number, session in enumerate(four):
        with clock.freeze(wib("08:20")):  # the doors of this test are quick
            door.scan(people["Budi"], sesi=session.id)
            if number < 3:
                door.scan(people["Wati"], sesi=session.id)
            if number == 0:
                door.scan(people["Edo"], sesi=session.id)
    told = Told(kind=AbsenceKind.EXCUSED, note="acara keluarga", letter="7/IZ/2026")
    absences.record(sessions=four, enrolment=people["Dewi"], told=told, actor=SYSTEM)
    cancel(enrolment_id=people["Edo"].id, actor=SYSTEM, reason="pulang")
    return people


def sheet(client: Any, workshop: Any, kind: str, **query: object) -> Any:
    return client.get(f"/kelola/lokakarya/{workshop.id}/kehadiran/daftar-hadir.{kind}", query_string=query).data


def printed_count(pdf: bytes) -> int:
    found = re.search(r"Hadir: (\d+)", text_of(pdf, order="layout"))
    assert found is not None
    return int(found[1])


def table(body: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()[1:]


@needs_poppler
def test_a46_every_paper_and_page_has_the_same_count(
    as_user: Any, client: Any, workshop: Any, four: list[Any], day: dict[str, Any]
) -> None:
    committee = as_user.committee(workshop)
    attended = collect_evidence(
        keys=["checkin.sessions_attended"], workshop_id=workshop.id, enrolment_ids=[p.id for p in day.values()]
    )
    for number, session in enumerate(four):
        board = board_of(session, sight=Sight(names=True))
        rows = table(sheet(committee, workshop, "xlsx", sesi=session.id))
        counts = {
            "board": board.present,
            "pdf": printed_count(sheet(committee, workshop, "pdf", sesi=session.id)),
            "xlsx": sum(1 for row in rows if row[7] == "Hadir"),
            "log": sum(
                1
                for row in log_rows(committee, workshop)
                if (row[1], row[5]) == (session.title, "Hadir") and row[2] != "Edo"
            ),
        }
        assert set(counts.values()) == {2 if number < 3 else 1}, (session.title, counts)
        assert (board.total, board.excused, len(rows)) == (4, 1, 4)
    assert sum(attended[p.id]["checkin.sessions_attended"] for name, p in day.items() if name != "Edo") == 2 + 2 + 2 + 1


def log_rows(client: Any, workshop: Any) -> list[list[Any]]:
    answer = client.get("/kelola/unduh/checkin.scans.xlsx", query_string={"workshop_id": workshop.id})
    assert answer.status_code == 200
    return table(answer.data)


@needs_poppler
def test_a46_the_day_agrees_with_the_metric_and_the_print_remembers_it(
    as_user: Any, client: Any, workshop: Any, day: dict[str, Any]
) -> None:
    committee = as_user.committee(workshop)
    pdf = sheet(committee, workshop, "pdf")
    period = Period(first=date(2026, 12, 1), last=date(2026, 12, 31))
    metric = collect_metric("checkin.participants_present", period=period, region_codes=["61.71"])
    assert metric == {"61.71": 2}
    assert printed_count(pdf) == 2
    assert sum(1 for row in table(sheet(committee, workshop, "xlsx")) if " dari 4 sesi" in row[7]) == 2
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", text_of(pdf))
    assert code is not None
    assert "2 dari 4" in client.get(f"/dh/{code[0].replace('-', '')}").text
    assert "Dewi: Izin, surat 7/IZ/2026, acara keluarga" in text_of(pdf)


@needs_poppler
def test_a45_three_of_four_sessions_are_75_percent_everywhere(
    as_user: Any, workshop: Any, day: dict[str, Any], four: list[Any]
) -> None:
    wati, committee = day["Wati"], as_user.committee(workshop)
    asked = {"workshop_id": workshop.id, "enrolment_ids": [wati.id]}
    assert collect_evidence(keys=["checkin.attendance_ratio"], **asked) == {
        wati.id: {"checkin.attendance_ratio": Decimal("0.75")}
    }
    assert "3 dari 4 sesi" in text_of(sheet(committee, workshop, "pdf"), order="layout")
    assert "3 dari 4 sesi" in {row[7] for row in table(sheet(committee, workshop, "xlsx"))}
    boards = [board_of(session, sight=Sight(names=True), only="semua") for session in four]
    here = [p for b in boards for g in b.organisations for p in g.people if p.enrolment_id == wati.id and p.at]
    assert len(here) == 3
    for least, is_met in ((Decimal("0.75"), True), (Decimal("0.76"), False)):
        save_criteria(workshop_id=workshop.id, thresholds={"checkin.attendance_ratio": least}, actor=SYSTEM)
        facts, values = judge(workshop, [wati], Role.PESERTA)[wati.id]
        assert dict(values)["checkin.attendance_ratio"] == Decimal("0.75")
        assert [fact.is_met for fact in facts] == [is_met]
