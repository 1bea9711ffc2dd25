"""The log of scans: complete, readable, filtered, exported, and about nobody from elsewhere."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from lms.kernel import clock
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.checkin import devices, log, services
from lms.plugins.checkin.enums import Direction, Flag, Method, Reason, Verdict
from lms.plugins.checkin.log import LogFilter
from lms.plugins.checkin.services import Circumstances
from lms.plugins.checkin.wording import off_by
from tests.plugins.checkin.conftest import wib

SKEWED = Circumstances(
    client_time=wib("09:03"),
    skew_seconds=43 * 60,
    flags=frozenset({Flag.CLOCK_SKEW, Flag.SENT_LATER}),
)


@pytest.fixture
def front(app: Any, workshop: Any) -> Any:
    """A phone at the door."""
    with app.test_request_context():
        return devices.grant_device(workshop=workshop, session=None, name="Pintu depan, Rudi", actor=SYSTEM)[0]


@pytest.fixture
def skewed(app: Any, session: Any, wati: Any, front: Any) -> None:
    """Wati was scanned by a phone without signal, whose clock is 43 minutes ahead."""
    with app.test_request_context():
        services.check_in(
            session=session, enrolment=wati, method=Method.BADGE, device=front.key, client_id="one", actor=SYSTEM,
            at=wib("08:20"), around=SKEWED,
        )  # fmt: skip


def lines(app: Any, session: Any, **asked: Any) -> list[Any]:
    with app.test_request_context():
        return list(log.page(session.workshop_id, LogFilter(**asked), number=1).rows)


def page_of(client: Any, session: Any, query: str = "") -> str:
    answer = client.get(f"/kelola/lokakarya/{session.workshop_id}/kehadiran/catatan?{query}")
    assert answer.status_code == 200
    return str(answer.text)


def test_a_line_tells_who_when_by_two_clocks_device_method_and_flags(
    app: Any, session: Any, wati: Any, skewed: None, as_user: Any, workshop: Any
) -> None:
    (line,) = lines(app, session)
    assert (line.name, line.affiliation, line.session) == ("Wati Lestari", "LKSA Tunas Enggang", "Kepemimpinan")
    assert (line.at, line.client_time, line.server_time) == (wib("08:20"), wib("09:03"), wib("08:20"))
    assert (line.device, line.method, line.verdict) == ("Pintu depan, Rudi", Method.BADGE, Verdict.PRESENT)
    assert line.flags == (Flag.CLOCK_SKEW, Flag.SENT_LATER)
    page = page_of(as_user.committee(workshop), session)
    for words in (
        "Pintu depan, Rudi", "Jam perangkat 09.03", "Tiba 08.20", "jam perangkat 43 menit lebih cepat",
        "jam perangkat salah", "dikirim belakangan",
    ):  # fmt: skip
        assert words in page, words


def test_refused_and_undone_scans_are_in_it_with_their_reasons(
    app: Any, door: Any, wati: Any, as_user: Any, workshop: Any
) -> None:
    door.scan("ABCDEF")
    door.scan(wati)
    door.undo(wati, reason="Kartu tertukar")
    found = lines(app, door.session)
    assert [(line.verdict, line.reason) for line in found] == [
        (Verdict.UNDONE, None), (Verdict.PRESENT, None), (Verdict.REFUSED, Reason.UNKNOWN),
    ]  # fmt: skip
    undone = found[1].undone
    assert undone is not None
    assert (undone.why, bool(undone.who)) == ("Kartu tertukar", True)
    page = page_of(as_user.committee(workshop), door.session)
    for words in ("Kode ini tidak dikenal", "Kartu tertukar", "Ditolak", "Ditarik kembali", "tidak dikenal di sini"):
        assert words in page, words


def test_an_undo_by_a_phone_names_the_phone(app: Any, session: Any, wati: Any, skewed: None, front: Any) -> None:
    with app.test_request_context():
        services.undo(session=session, enrolment=wati, reason="Salah", actor=SYSTEM, device=front.key)
    assert [line.undone.who for line in lines(app, session) if line.undone] == ["Pintu depan, Rudi"]


def test_a_scan_after_the_undo_is_not_called_undone(app: Any, door: Any, wati: Any) -> None:
    door.scan(wati)
    door.undo(wati)
    door.scan(wati)
    assert [bool(line.undone) for line in lines(app, door.session)] == [False, False, True]


def test_an_entry_by_hand_shows_its_reason(app: Any, as_user: Any, door: Any, wati: Any) -> None:
    path = f"/kelola/lokakarya/{wati.workshop_id}/kehadiran/{wati.id}/catat?sesi={door.session.id}"
    as_user.committee(wati.workshop).post(path, data={"reason": "Tanda tangan kertas"})
    (line,) = lines(app, door.session)
    assert (line.device, line.correction, bool(line.who)) == ("Dicatat manual", "Tanda tangan kertas", True)


def test_nothing_is_told_of_people_of_other_workshops(app: Any, door: Any, factories: Any, as_user: Any) -> None:
    foreign = factories.enrolment(person=factories.person(full_name="Orang Luar"), affiliation="LKS Jauh")
    door.scan(foreign)
    (line,) = lines(app, door.session)
    assert (line.enrolment_id, line.name, line.affiliation, line.reason) == (None, "", "", Reason.OTHER_WORKSHOP)
    page = page_of(as_user.committee(door.session.workshop), door.session)
    assert "Orang Luar" not in page
    assert "LKS Jauh" not in page


def test_filters_narrow_by_session_verdict_flag_and_text(
    app: Any, session: Any, door: Any, wati: Any, skewed: None, add_session: Any, workshop: Any, factories: Any
) -> None:
    later = add_session("10:30", "12:00", title="Keuangan")
    budi = factories.enrolment(
        workshop=workshop, person=factories.person(full_name="Budi Santoso"), affiliation="LKS Mawar"
    )
    door.scan(budi, sesi=later.id)
    door.scan("ABCDEF")
    count = {
        "all": len(lines(app, session)),
        "session": len(lines(app, session, session_id=later.id)),
        "refused": len(lines(app, session, verdict=Verdict.REFUSED)),
        "flag": [line.name for line in lines(app, session, flag=Flag.SENT_LATER)],
        "name": [line.name for line in lines(app, session, text="budi s")],
        "organisation": [line.name for line in lines(app, session, text="tunas enggang")],
        "nothing": lines(app, session, text="???"),
    }
    assert count == {
        "all": 3, "session": 1, "refused": 1, "flag": ["Wati Lestari"], "name": ["Budi Santoso"],
        "organisation": ["Wati Lestari"], "nothing": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "query", ["sesi=x", "sesi=99999999999", "putusan=maybe", "tanda=odd", "page=99999999", "q=%00"]
)
def test_filters_that_are_none_do_not_break_the_page(
    as_user: Any, workshop: Any, session: Any, skewed: None, query: str
) -> None:
    page_of(as_user.committee(workshop), session, query)


def test_long_logs_are_paged_with_the_newest_first(
    app: Any, as_user: Any, workshop: Any, session: Any, factories: Any
) -> None:
    with app.test_request_context():
        for number in range(35):
            with clock.freeze(wib("08:20") + timedelta(seconds=number)):
                services.check_in(
                    session=session, enrolment=None, method=Method.TYPED, device="d", client_id=str(number),
                    actor=SYSTEM,
                )  # fmt: skip
        first, second = (log.page(workshop.id, LogFilter(), number=number) for number in (1, 2))
    assert (first.total, first.pages, len(first.rows), len(second.rows)) == (35, 2, 30, 5)
    assert first.rows[0].server_time > second.rows[0].server_time
    assert 'rel="next"' in page_of(as_user.committee(workshop), session)


def test_the_page_costs_the_same_statements_however_many_scans(
    as_user: Any, workshop: Any, door: Any, factories: Any, count_statements: Any
) -> None:
    client, costs = as_user.committee(workshop), []
    for _ in range(2):
        for _more in range(4):
            door.scan(factories.enrolment(workshop=workshop))
        count_statements()
        page_of(client, door.session)
        costs.append(count_statements())
    assert costs[0] == costs[1]


def table(client: Any, session: Any, **filters: Any) -> list[dict[str, str]]:
    query = "&".join(f"{name}={value}" for name, value in {"workshop_id": session.workshop_id, **filters}.items())
    answer = client.get(f"/kelola/unduh/checkin.scans.csv?{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_a32_the_download_holds_the_time_of_the_device_and_that_of_the_server(
    as_user: Any, workshop: Any, session: Any, skewed: None
) -> None:
    (row,) = table(as_user.committee(workshop), session)
    told = {name: row[name] for name in ("Waktu yang dihitung", "Jam perangkat", "Tiba di server")}
    assert told == {
        "Waktu yang dihitung": "2026-12-02 08:20:00",
        "Jam perangkat": "2026-12-02 09:03:00",
        "Tiba di server": "2026-12-02 08:20:00",
    }
    assert row["Jam perangkat lebih cepat (detik)"] == "2580"
    assert (row["Perangkat"], row["Cara"]) == ("Pintu depan, Rudi", "Kartu peserta")
    assert row["Perlu dilihat"] == "jam perangkat salah, dikirim belakangan"


def test_the_download_takes_the_filters_of_the_page(
    as_user: Any, workshop: Any, session: Any, door: Any, skewed: None
) -> None:
    door.scan("ABCDEF")
    client = as_user.committee(workshop)
    assert len(table(client, session)) == 2
    assert [row["Putusan"] for row in table(client, session, putusan="refused")] == ["Ditolak"]
    page = page_of(client, session, "putusan=refused")
    assert "/kelola/unduh/checkin.scans.xlsx?workshop_id=" in page
    assert "putusan=refused" in page


@pytest.mark.parametrize("name", ["=1+1", "+62", "-2", "@SUM(A1)"])
def test_no_cell_of_the_download_is_a_formula(
    as_user: Any, workshop: Any, door: Any, factories: Any, name: str
) -> None:
    person = factories.person(full_name=f"{name} Budi", search_name="budi")
    door.scan(factories.enrolment(workshop=workshop, person=person, affiliation=name))
    (row,) = table(as_user.committee(workshop), door.session)
    assert (row["Nama"], row["Lembaga"]) == (f"'{name} Budi", f"'{name}")


@pytest.mark.parametrize("who", ["door", "observer"])
def test_door_staff_and_observers_get_neither_page_nor_download(
    as_user: Any, workshop: Any, session: Any, skewed: None, who: str
) -> None:
    client = as_user.door(workshop) if who == "door" else as_user.observer("61.71")
    base = f"/kelola/lokakarya/{workshop.id}/kehadiran"
    assert client.get(f"{base}/catatan").status_code == 404
    assert client.get(f"/kelola/unduh/checkin.scans.csv?workshop_id={workshop.id}").status_code == 404
    assert "/catatan" not in client.get(base).text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (150, "jam perangkat 2 menit lebih cepat"),
        (-600, "jam perangkat 10 menit lebih lambat"),
        (86400, "jam perangkat 24 jam lebih cepat"),
        (-7300, "jam perangkat 2 jam lebih lambat"),
    ],
)
def test_a_wrong_clock_is_told_in_words(app: Any, seconds: int, words: str) -> None:
    with app.test_request_context():
        assert off_by(seconds) == words


def test_the_page_of_a_person_shows_the_same_with_buttons_for_whoever_may(
    as_user: Any, workshop: Any, session: Any, wati: Any, skewed: None
) -> None:
    page = as_user.committee(workshop).get(f"/kelola/lokakarya/{workshop.id}/peserta/{wati.id}").text
    for words in ("Pintu depan, Rudi", "Jam perangkat 09.03", "dikirim belakangan", "1 pindaian", "Cukup"):
        assert words in page, words
    assert f"/kehadiran/{wati.id}/tarik?sesi={session.id}" in page


def test_leaving_is_told_as_leaving(app: Any, session: Any, wati: Any) -> None:
    with app.test_request_context():
        for direction in (Direction.IN, Direction.OUT):
            services.check_in(
                session=session, enrolment=wati, method=Method.BADGE, device="d", client_id=direction, actor=SYSTEM,
                direction=direction,
            )  # fmt: skip
        db.session.flush()
        directions = {str(log.DIRECTIONS[line.direction]) for line in log.of_person(wati)}
    assert directions == {"datang", "pulang"}
