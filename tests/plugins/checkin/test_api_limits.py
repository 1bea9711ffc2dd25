"""The API for scanners: what it refuses, what it tells, and what it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lms.core.enrolments.models import Enrolment
from lms.kernel import clock
from lms.kernel.permissions import Role
from lms.kernel.settings import set_setting
from tests.openapi_answers import PROBLEM
from tests.plugins.checkin.conftest import attendances, scans, wib
from tests.plugins.checkin.scanner import Scanner

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"id": "a b"},
        {"id": "x"},
        {"id": "x", "code": "y" * 301},
        {"id": "x", "code": "y", "at": "2026-12-02T08:20:00"},
        {"id": "x", "code": "y", "at": "9999-12-31T23:59:59Z"},
        {"id": "x", "code": "y", "session": "1"},
        {"id": "x", "method": "search"},
        {"id": "x", "method": "manual", "code": "y"},
    ],
)
def test_what_cannot_be_read_is_a_problem_with_its_fields(phone: Scanner, body: object) -> None:
    answer = phone.post("/scans", body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_request")
    assert answer.get_json()["errors"]
    assert scans() == []


def test_text_that_is_no_json_is_a_problem(phone: Scanner) -> None:
    for data in (b"", b"{", b"[" * 100_000, b"\xff", b"9" * 5000):
        answer = phone.client.post("/api/v1/scans", data=data, headers=phone.headers())
        assert (answer.status_code, answer.mimetype) == (422, PROBLEM)


def test_an_unknown_session_and_one_of_another_workshop_are_the_same(
    phone: Scanner, wati: Enrolment, add_session: Any, factories: Any
) -> None:
    foreign = add_session(workshop=factories.workshop(starts_on=wib("08:00").date(), ends_on=wib("08:00").date()))
    for number in (foreign.id, 999_999):
        answer = phone.post("/scans", phone.item(wati, session=number))
        assert (answer.status_code, answer.get_json()["code"]) == (404, "session_unknown")
    assert scans() == []


def test_a41_a_phone_of_one_session_checks_in_nowhere_else(
    grant: Any, wati: Enrolment, session: Any, add_session: Any
) -> None:
    later = add_session("10:15", "11:45", title="Kontrol")
    bound = grant(only=session)
    answer = bound.post("/scans", bound.item(wati, session=later.id))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "out_of_scope")
    undo = bound.post("/scans/undo", {"session": later.id, "enrolment": wati.id, "reason": "x"})
    assert undo.status_code == 403
    assert bound.scan(wati, session=None)["session"] == session.id
    assert [row["id"] for row in bound.get("/sessions").get_json()["sessions"]] == [session.id]


def test_a42_undo_reaches_no_other_workshop(phone: Scanner, grant: Any, add_session: Any, factories: Any) -> None:
    stranger = factories.enrolment(
        workshop=factories.workshop(starts_on=wib("08:00").date(), ends_on=wib("08:00").date())
    )
    foreign = add_session(workshop=stranger.workshop)
    other = grant("Lain", at=stranger.workshop)
    other.scan(stranger, session=foreign.id)
    answer = phone.post("/scans/undo", {"session": foreign.id, "enrolment": stranger.id, "reason": "x"})
    assert answer.status_code == 404
    assert len(attendances()) == 1


def test_the_device_tells_what_it_is_and_may(phone: Scanner, workshop: Any) -> None:
    set_setting("checkin.searches_offline", True, scope="workshop", scope_id=workshop.id)
    body = phone.get("/device").get_json()
    assert body["device"]["name"] == "Pintu depan"
    assert body["workshop"] == {"id": workshop.id, "title": "Tata kelola LKSA", "zone": "Asia/Pontianak"}
    assert body["settings"] == {"searches_offline": True, "takes_walk_ins": True}


def test_the_sessions_come_with_counters_and_without_breaks(
    phone: Scanner, wati: Enrolment, session: Any, add_session: Any, factories: Any
) -> None:
    from lms.plugins.schedule.api import SessionKind

    factories.enrolment(workshop=wati.workshop)
    factories.enrolment(workshop=wati.workshop, role=Role.NARASUMBER)
    add_session("10:00", "10:15", title="Rehat", kind=SessionKind.BREAK, jp=0)
    phone.scan(wati)
    body = phone.get("/sessions").get_json()
    assert [(row["id"], row["present"], row["expected"]) for row in body["sessions"]] == [(session.id, 1, 2)]
    assert body["current"] == session.id


@pytest.mark.parametrize("path", ["/scans", "/scans/batch", "/scans/undo", "/walk-ins"])
def test_a44_without_a_token_nothing_changes(client: Any, path: str) -> None:
    answer = client.post(f"/api/v1{path}", json={})
    assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
    assert answer.get_json()["code"] == "device_unknown"


def test_a44_get_marks_nobody(phone: Scanner, wati: Enrolment) -> None:
    for path in ("/device", "/sessions", "/roster", "/search?q=wat"):
        phone.get(path)
    assert phone.client.get("/api/v1/scans", headers=phone.headers()).status_code == 405
    assert (scans(), attendances()) == ([], [])


def test_a_cookie_of_staff_opens_no_view_of_the_api(as_user: Any, workshop: Any) -> None:
    assert as_user.organiser(workshop).get("/api/v1/device").status_code == 401


def test_a_token_opens_nothing_but_the_api(phone: Scanner, workshop: Any) -> None:
    answer = phone.client.get(f"/kelola/lokakarya/{workshop.id}/kehadiran", headers=phone.headers())
    assert answer.status_code in {302, 401}


def test_a_redeem_costs_at_most_eight_statements(
    phone: Scanner, wati: Enrolment, factories: Any, count_statements: Any
) -> None:
    people = [factories.enrolment(workshop=wati.workshop) for _ in range(4)]
    phone.scan(people[0])
    item = phone.item(people[1])
    count_statements()
    for body in (item, item, phone.item(people[1]), phone.item("ZZZZZZ")):
        phone.post("/scans", body)
        assert count_statements() <= 8
    with clock.freeze(wib("08:20") + timedelta(seconds=40)):
        phone.scan(people[2])
    assert count_statements() <= 8


def test_the_counter_follows_undo_and_other_phones(
    phone: Scanner, grant: Any, wati: Enrolment, factories: Any, session: Any
) -> None:
    joko = factories.enrolment(workshop=wati.workshop)
    assert phone.scan(wati)["present"] == 1
    assert grant("Samping").scan(joko)["present"] == 2
    assert phone.scan(wati)["present"] == 2
