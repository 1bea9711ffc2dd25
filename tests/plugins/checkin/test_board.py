"""The board: who is here, who is missing, by organisation and region."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lms.core.enrolments.enums import EnrolmentStatus
from lms.kernel import clock
from lms.kernel.permissions import Role
from lms.plugins.checkin import board
from lms.plugins.checkin.board import Sight
from lms.plugins.checkin.lateness import how_late
from lms.plugins.schedule.api import SessionKind
from tests.plugins.checkin.conftest import wib


@pytest.fixture
def hall(workshop: Any, factories: Any, wati: Any) -> dict[str, Any]:
    """Two from LKSA Tunas Enggang in Pontianak, one from LKS Mawar in Sambas."""

    def person(name: str, organisation: str, key: str, region: str) -> Any:
        named = {"affiliation": organisation, "affiliation_key": key, "region_code": region}
        return factories.enrolment(workshop=workshop, person=factories.person(full_name=name), **named)

    return {
        "wati": wati,
        "budi": person("Budi Santoso", "LKSA Tunas Enggang", "name:tunas", "61.71"),
        "cici": person("Cici Amalia", "LKS Mawar", "name:mawar", "61.01"),
    }


def shown(app: Any, session: Any) -> Any:
    with app.test_request_context():
        return board.board_of(session, sight=Sight(names=True), only="semua")


def test_the_board_groups_by_organisation_and_by_region(app: Any, door: Any, hall: Any) -> None:
    door.scan(hall["wati"])
    door.scan(hall["cici"])
    view = shown(app, door.session)
    groups = [(group.name, group.present, group.total, group.is_complete) for group in view.organisations]
    assert groups == [("LKS Mawar", 1, 1, True), ("LKSA Tunas Enggang", 1, 2, False)]
    assert view.counts == {"belum": 1, "lengkap": 1, "semua": 2}
    assert (view.present, view.missing, view.late) == (2, 1, 0)
    assert [(group.name, group.present, group.total) for group in view.regions] == [
        ("Kab. Sambas", 1, 1),
        ("Kota Pontianak", 1, 2),
    ]


def test_only_confirmed_participants_are_expected(
    app: Any, session: Any, hall: Any, workshop: Any, factories: Any
) -> None:
    for status in (EnrolmentStatus.CANCELLED, EnrolmentStatus.WAITLISTED):
        factories.enrolment(workshop=workshop, status=status)
    for role in (Role.NARASUMBER, Role.PANITIA):
        factories.enrolment(workshop=workshop, role=role)
    factories.enrolment()
    view = shown(app, session)
    names = {person.name for group in view.organisations for person in group.people}
    assert names == {"Wati Lestari", "Budi Santoso", "Cici Amalia"}
    assert view.total == 3


def test_who_is_late_is_counted_and_told(door: Any, hall: Any) -> None:
    with clock.freeze(wib("09:00")):
        door.scan(hall["wati"])
        page = door.client.get(f"/kelola/lokakarya/{door.session.workshop_id}/kehadiran").text
    assert "terlambat 30 menit" in page
    assert re.search(r"<dt>Terlambat</dt><dd>1</dd>", page)


def page_of(door: Any, query: str = "", **headers: str) -> str:
    url = f"/kelola/lokakarya/{door.session.workshop_id}/kehadiran?sesi={door.session.id}{query}"
    answer = door.client.get(url, headers=headers)
    assert answer.status_code == 200
    return str(answer.text)


def test_the_page_names_the_present_and_the_missing(door: Any, hall: Any) -> None:
    door.scan(hall["cici"])
    page = page_of(door, "&hanya=semua")
    here = re.findall(r"<li><svg.*?</svg>\s*<span>([\w ]+?)\s*<", page)
    away = re.findall(r'<li class="is-out"><svg.*?</svg>\s*<span>([\w ]+?)</span>', page)
    assert [name.strip() for name in here] == ["Cici Amalia"]
    assert [name.strip() for name in away] == ["Budi Santoso", "Wati Lestari"]
    assert "0 dari 2 hadir" in page
    assert "1 dari 1 hadir" in page


def test_the_filter_leaves_out_complete_organisations(door: Any, hall: Any) -> None:
    door.scan(hall["cici"])
    page = page_of(door)
    assert "Cici Amalia" not in page
    assert "Budi Santoso" in page
    for chip in ("Belum lengkap, 1", "Lengkap, 1", "Semua, 2"):
        assert f">{chip}</a>" in page


def test_the_board_can_show_another_session_and_no_foreign_one(
    door: Any, hall: Any, add_session: Any, factories: Any
) -> None:
    later = add_session("10:30", "12:00", title="Keuangan")
    door.scan(hall["wati"])
    base = f"/kelola/lokakarya/{door.session.workshop_id}/kehadiran"
    assert "0 dari 2 hadir" in door.client.get(f"{base}?sesi={later.id}").text
    elsewhere = add_session(workshop=factories.workshop(starts_on=wib("08:00").date(), ends_on=wib("08:00").date()))
    coffee = add_session("10:00", "10:15", title="Rehat", kind=SessionKind.BREAK, jp=0)
    for number in (elsewhere.id, coffee.id, 10**30, "x"):
        assert door.client.get(f"{base}?sesi={number}").status_code == 404


def test_only_who_may_see_participants_gets_the_way_to_them(as_user: Any, door: Any, hall: Any, workshop: Any) -> None:
    url = f"/kelola/lokakarya/{workshop.id}/kehadiran"
    link = f"/kelola/lokakarya/{workshop.id}/peserta/{hall['budi'].id}"
    assert link not in door.client.get(url).text
    assert link in as_user.committee(workshop).get(url).text


def test_the_board_costs_the_same_statements_however_many_people(
    app: Any, door: Any, hall: Any, workshop: Any, factories: Any, count_statements: Any
) -> None:
    page_of(door)
    costs = []
    for _ in range(2):
        count_statements()
        page_of(door)
        costs.append(count_statements())
        for _more in range(5):
            door.scan(factories.enrolment(workshop=workshop))
    assert costs[0] == costs[1]


def test_names_are_escaped_on_board_scanner_and_search(door: Any, workshop: Any, factories: Any) -> None:
    canary = '"><img src=x onerror=alert(1)>'
    person = factories.person(full_name=canary, search_name="canary")
    row = factories.enrolment(workshop=workshop, person=person, affiliation=canary)
    pages = [page_of(door), door.scan(row, page=True).text]
    pages.append(door.client.get(f"{door.base}/cari?q=canary&sesi={door.session.id}").text)
    for page in pages:
        assert "onerror=alert(1)&gt;" in page
        assert "<img src=x" not in page


def test_workshop_and_person_pages_tell_who_came(as_user: Any, door: Any, hall: Any, workshop: Any) -> None:
    committee = as_user.committee(workshop)
    overview = f"/kelola/lokakarya/{workshop.id}"
    assert "Hadir sekarang" not in committee.get(overview).text
    with clock.freeze(wib("08:50")):
        door.scan(hall["wati"])
        assert re.search(r"<dd>1 <small>dari 3</small></dd>", committee.get(overview).text)
        detail = committee.get(f"{overview}/peserta/{hall['wati'].id}").text
    assert "08.50 WIB, terlambat 20 menit" in detail


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "terlambat 1 menit"), (59, "terlambat 59 menit"), (60, "terlambat 1 jam"), (459, "terlambat 7 jam 39 menit")],
)
def test_lateness_is_told_in_hours_from_an_hour_on(app: Any, minutes: int, words: str) -> None:
    with app.test_request_context():
        assert how_late(minutes) == words


def test_the_overview_says_present_now_only_while_the_session_runs(
    door: Any, hall: Any, as_user: Any, workshop: Any
) -> None:
    overview = f"/kelola/lokakarya/{workshop.id}"
    with clock.freeze(wib("08:40")):
        door.scan(hall["wati"])
        assert "Hadir sekarang" in as_user.committee(workshop).get(overview).text
    with clock.freeze(wib("16:00", day=2)):
        page = as_user.committee(workshop).get(overview).text
    assert "Hadir sekarang" not in page
    assert "<dt>Yang hadir</dt>" in page
