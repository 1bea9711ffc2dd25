"""Behaviours of section A that concern several parts at once, each under its number."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from lms.core.evidence import collect
from lms.kernel import clock
from lms.kernel.permissions import SYSTEM
from lms.plugins.certificates.criteria import save_criteria
from lms.plugins.certificates.eligibility import table_of
from lms.plugins.certificates.enums import Standing
from lms.plugins.checkin import devices, log, services
from lms.plugins.checkin.enums import Method, Reason, Verdict
from lms.plugins.checkin.services import Circumstances, Outcome
from tests.plugins.checkin.conftest import attendances, scans, wib


@pytest.fixture
def scan(app: Any, session: Any) -> Any:
    """`scan(person, device, client_id)`, as the service sees it."""

    def run(person: Any, device: str = "door-1", client_id: str = "one", **more: Any) -> Outcome:
        return services.check_in(
            **{"session": session, "method": Method.BADGE, "actor": SYSTEM, **more},
            enrolment=person,
            device=device,
            client_id=client_id,
        )

    with app.test_request_context():
        yield run


def test_a25_two_devices_within_a_second_make_one_present_and_one_already(scan: Any, wati: Any) -> None:
    first = scan(wati, "door-1")
    second = scan(wati, "door-2", at=wib("08:20"))
    assert [first.verdict, second.verdict] == [Verdict.PRESENT, Verdict.ALREADY]
    assert len(attendances()) == 1
    assert [(row.device, row.verdict) for row in scans()] == [
        ("door-1", Verdict.PRESENT), ("door-2", Verdict.ALREADY),
    ]  # fmt: skip


def test_a26_the_same_scan_id_for_somebody_else_or_elsewhere_is_misuse(
    scan: Any, wati: Any, workshop: Any, factories: Any, add_session: Any
) -> None:
    scan(wati)
    later = add_session("10:30", "12:00", title="Keuangan")
    answers = [scan(factories.enrolment(workshop=workshop)), scan(None), scan(wati, session=later)]
    assert {(answer.verdict, answer.reason) for answer in answers} == {(Verdict.REFUSED, Reason.MISUSED_SCAN)}
    assert [row.enrolment_id for row in attendances()] == [wati.id]
    assert scan(wati).verdict is Verdict.PRESENT  # the genuine one still gets its answer


def test_a27_a_retry_after_a_lost_answer_shows_success(scan: Any, wati: Any) -> None:
    first = scan(wati)
    with clock.freeze(wib("08:50")):
        retried = scan(wati)
    assert (retried.verdict, retried.at, retried.scan_id) == (Verdict.PRESENT, first.at, first.scan_id)
    assert (len(scans()), len(attendances())) == (1, 1)


def test_a28_a_refused_scan_is_stored_and_blocks_nothing(scan: Any, wati: Any) -> None:
    assert scan(wati, client_id="old", refusal=Reason.REVOKED_BADGE).verdict is Verdict.REFUSED
    assert attendances() == []
    assert scan(wati, client_id="new").verdict is Verdict.PRESENT
    assert [(row.verdict, row.reason) for row in scans()] == [
        (Verdict.REFUSED, Reason.REVOKED_BADGE), (Verdict.PRESENT, None),
    ]  # fmt: skip


def test_a39_undo_from_another_device_needs_a_reason_and_restores_what_was(
    as_user: Any, door: Any, wati: Any, workshop: Any
) -> None:
    door.scan(wati)
    desk, url = as_user.committee(workshop), f"/kelola/lokakarya/{workshop.id}/kehadiran/{wati.id}/tarik"
    assert desk.post(f"{url}?sesi={door.session.id}", data={"reason": " "}).status_code == 422
    assert len(attendances()) == 1
    answer = desk.post(f"{url}?sesi={door.session.id}", data={"reason": "Kartu tertukar"})
    assert answer.status_code == 303
    assert attendances() == []
    present, undone = scans()
    assert (present.verdict, present.note) == (Verdict.PRESENT, "")
    assert (undone.verdict, undone.note, undone.enrolment_id) == (Verdict.UNDONE, "Kartu tertukar", wati.id)
    assert undone.account_id not in {None, present.account_id}
    again = desk.post(f"{url}?sesi={door.session.id}", data={"reason": "Kartu tertukar"})
    assert again.status_code == 303
    assert len(scans()) == 2


def test_a40_after_undo_the_same_person_can_be_checked_in_again(as_user: Any, door: Any, wati: Any) -> None:
    url = f"/kelola/lokakarya/{wati.workshop_id}/kehadiran/{wati.id}"
    desk = as_user.committee(wati.workshop)
    for _ in range(2):
        assert door.scan(wati).json["verdict"] == "present"
        desk.post(f"{url}/tarik?sesi={door.session.id}", data={"reason": "Salah orang"})
    desk.post(f"{url}/catat?sesi={door.session.id}", data={"reason": "Tanda tangan kertas"})
    assert [row.is_corrected for row in attendances()] == [True]


READS = ("kehadiran", "kehadiran/langsung", "kehadiran/hubungi", "kehadiran/izin", "kehadiran/aturan",
         "kehadiran/catatan", "kehadiran/perbaiki", "kehadiran/daftar-hadir", "presensi/pemindai")  # fmt: skip


@pytest.mark.parametrize("who", ["observer", "committee", "door", "organiser"])
def test_a42_staff_of_elsewhere_can_neither_read_nor_scan_nor_export(
    as_user: Any, factories: Any, session: Any, wati: Any, workshop: Any, who: str
) -> None:
    other = factories.workshop(region_code="61.01")
    client = as_user.observer("61.01") if who == "observer" else getattr(as_user, who)(other)
    base = f"/kelola/lokakarya/{workshop.id}"
    assert {client.get(f"{base}/{path}?sesi={session.id}").status_code for path in READS} == {404}
    assert client.get(f"/kelola/unduh/checkin.scans.csv?workshop_id={workshop.id}").status_code == 404
    form = {"code": wati.ticket_code, "client_id": "x", "reason": "uji", "kind": "sick", "reach": "session"}
    writes = ("presensi/pemindai", f"kehadiran/{wati.id}/catat", f"kehadiran/{wati.id}/tarik",
              f"kehadiran/{wati.id}/izin", f"kehadiran/aturan/{session.id}")  # fmt: skip
    assert {client.post(f"{base}/{path}?sesi={session.id}", data=form).status_code for path in writes} == {404}
    assert (scans(), attendances()) == ([], [])


def test_a42_an_observer_of_the_region_sees_figures_only(as_user: Any, session: Any, wati: Any, workshop: Any) -> None:
    client, base = as_user.observer("61.71"), f"/kelola/lokakarya/{workshop.id}"
    allowed = [path for path in READS if client.get(f"{base}/{path}?sesi={session.id}").status_code == 200]
    assert allowed == ["kehadiran"]
    assert "Wati" not in client.get(f"{base}/kehadiran?hanya=semua").text


def test_a43_every_attendance_says_who_when_by_two_clocks_where_how_and_who_put_it_right(
    app: Any, as_user: Any, session: Any, wati: Any, workshop: Any
) -> None:
    with app.test_request_context():
        front = devices.grant_device(workshop=workshop, session=None, name="Pintu depan", actor=SYSTEM)[0]
        with clock.freeze(wib("09:00")):
            services.check_in(
                session=session, enrolment=wati, method=Method.TYPED, device=front.key, client_id="one", actor=SYSTEM,
                at=wib("08:31"), around=Circumstances(client_time=wib("08:41"), skew_seconds=600),
            )  # fmt: skip
    desk, url = as_user.committee(workshop), f"/kelola/lokakarya/{workshop.id}/kehadiran/{wati.id}"
    with clock.freeze(wib("09:10")):
        desk.post(f"{url}/tarik?sesi={session.id}", data={"reason": "Salah sesi"})
        desk.post(f"{url}/catat?sesi={session.id}", data={"reason": "Tanda tangan kertas"})
    with app.test_request_context():
        entered, undone, scanned = log.of_person(wati)
    assert (scanned.name, scanned.at, scanned.client_time, scanned.server_time) == (
        "Wati Lestari", wib("08:31"), wib("08:41"), wib("09:00"),
    )  # fmt: skip
    assert (scanned.device, scanned.method, scanned.skew_seconds) == ("Pintu depan", Method.TYPED, 600)
    assert scanned.undone is not None
    assert (scanned.undone.why, scanned.undone.who) == ("Salah sesi", undone.who)
    assert (entered.correction, entered.method, bool(entered.who)) == ("Tanda tangan kertas", Method.MANUAL, True)
    row = attendances()[0]
    assert (row.scan_id, row.is_corrected) == (entered.scan_id, True)


def test_a45_three_of_four_sessions_are_three_quarters_everywhere(
    app: Any, as_user: Any, door: Any, wati: Any, add_session: Any, workshop: Any
) -> None:
    times = [("10:15", "12:00"), ("13:00", "14:30"), ("14:45", "16:00")]
    sessions = [door.session, *(add_session(*both, title=f"Sesi {both[0]}", counts_attendance=True) for both in times)]
    for row in sessions[:3]:
        door.scan(wati, sesi=row.id)
    desk, base = as_user.committee(workshop), f"/kelola/lokakarya/{workshop.id}"
    with app.test_request_context():
        key = "checkin.attendance_ratio"
        facts = collect(keys=[key], workshop_id=workshop.id, enrolment_ids=[wati.id])
        assert facts[wati.id][key] == Decimal("0.75")
    for threshold, is_met in (("0.75", True), ("0.76", False)):
        with app.test_request_context():
            thresholds = {key: Decimal(threshold), "quiz.posttest_submitted": Decimal(0)}
            save_criteria(workshop_id=workshop.id, thresholds=thresholds, actor=SYSTEM)
            (judged,) = table_of(workshop, wati.role).rows
            assert (judged.standing is Standing.READY) is is_met, threshold
    page = desk.get(f"{base}/peserta/{wati.id}").text
    assert len(re.findall(r"/tarik\?sesi=\d+", page)) == 3
    book = desk.get(f"{base}/kehadiran/daftar-hadir.xlsx?hari=1&kelompok=peserta").data
    cells = [
        cell
        for row in CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
        for cell in row
    ]
    assert "3 dari 4 sesi" in cells
