"""The API for scanners, one request at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from lms.core.enrolments import services as enrolments
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.kernel import clock
from lms.kernel.permissions import SYSTEM
from lms.plugins.checkin.enums import Flag, Mode, Verdict
from lms.plugins.checkin.models import SessionRule
from lms.plugins.checkin.openapi import document
from tests.openapi_answers import PROBLEM
from tests.plugins.checkin.conftest import attendances, scans, wib
from tests.plugins.checkin.scanner import Scanner

pytestmark = pytest.mark.integration


def ask(session: Any, question: str = "Ukuran kaus?", mode: Mode = Mode.ONCE) -> None:
    from lms.kernel.db import db

    db.session.add(SessionRule(session_id=session.id, mode=mode, question=question))
    db.session.flush()


def test_the_document_is_valid_openapi(client: Any) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    OpenAPIV31SpecValidator(answer.get_json()).validate()


def test_every_route_of_the_api_is_in_the_document(app: Any) -> None:
    routes = {
        (rule.rule.removeprefix("/api/v1"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("scanner_api.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method) for path, methods in document()["paths"].items() for method in methods}


def test_a_badge_is_present_with_name_organisation_and_counters(phone: Scanner, wati: Enrolment) -> None:
    answer = phone.scan(wati)
    wanted = {
        "outcome": "new",
        "verdict": "present",
        "reason": None,
        "kind": "ok",
        "title": "Wati Lestari",
        "text": "Hadir 08.20",
        "name": "Wati Lestari",
        "organisation": "LKSA Tunas Enggang",
        "enrolment": wati.id,
        "late_minutes": 0,
        "present": 1,
        "expected": 1,
        "flags": [],
    }
    assert {key: answer[key] for key in wanted} == wanted


def test_an_answer_in_english_for_who_asks_for_it(phone: Scanner, wati: Enrolment, client: Any) -> None:
    headers = phone.headers(**{"Accept-Language": "en"})
    answer = client.post("/api/v1/scans", json=phone.item(wati), headers=headers)
    assert answer.get_json()["text"] == "Present 08:20"


def test_a23_the_same_scan_five_times_is_one_row_and_one_answer(phone: Scanner, wati: Enrolment) -> None:
    item = phone.item(wati)
    answers = [phone.post("/scans", item).get_json() for _ in range(5)]
    assert [answer["outcome"] for answer in answers] == ["new"] * 5
    assert len({answer["text"] for answer in answers}) == 1
    assert (len(scans()), len(attendances())) == (1, 1)


def test_a23_a_refused_scan_five_times_is_one_row_and_one_answer(phone: Scanner) -> None:
    item = phone.item("ZZZZZZ", method="typed")
    answers = [phone.post("/scans", item).get_json() for _ in range(5)]
    assert {(answer["outcome"], answer["reason"]) for answer in answers} == {("refused", "unknown")}
    assert len(scans()) == 1


def test_a25_two_phones_mark_once_and_log_twice(grant: Any, wati: Enrolment) -> None:
    answers = [grant(name).scan(wati)["outcome"] for name in ("Depan", "Samping")]
    assert answers == ["new", "already"]
    assert [scan.verdict for scan in scans()] == [Verdict.PRESENT, Verdict.ALREADY]
    assert len({scan.device for scan in scans()}) == 2
    assert len(attendances()) == 1


def test_a26_the_same_id_for_another_person_is_a_conflict(phone: Scanner, wati: Enrolment, factories: Any) -> None:
    other = factories.enrolment(workshop=wati.workshop)
    phone.scan(wati, id="one")
    answer = phone.scan(other, id="one")
    assert (answer["outcome"], answer["reason"]) == ("conflict", "misused_scan")
    assert [row.enrolment_id for row in attendances()] == [wati.id]


def test_a26_the_same_id_for_another_session_is_a_conflict(phone: Scanner, wati: Enrolment, add_session: Any) -> None:
    later = add_session("10:15", "11:45", title="Kontrol")
    phone.scan(wati, id="one")
    assert phone.scan(wati, id="one", session=later.id)["outcome"] == "conflict"
    assert len(attendances()) == 1


def test_a28_a_refused_scan_is_stored_and_blocks_nothing(phone: Scanner, wati: Enrolment) -> None:
    wati.status = EnrolmentStatus.WAITLISTED
    assert phone.scan(wati)["reason"] == "waitlisted"
    wati.status = EnrolmentStatus.CONFIRMED
    assert phone.scan(wati)["outcome"] == "new"
    assert [(scan.verdict, scan.reason) for scan in scans()] == [("refused", "waitlisted"), ("present", None)]


def test_a17_a_replaced_badge_is_refused(phone: Scanner, wati: Enrolment) -> None:
    old = enrolments.badge_token(wati)
    enrolments.renew_link(enrolment_id=wati.id, actor=SYSTEM)
    answer = phone.scan(old)
    assert (answer["outcome"], answer["reason"]) == ("refused", "revoked_badge")
    assert phone.scan(wati)["outcome"] == "new"


def test_a18_a_badge_of_another_event_says_so_and_names_nobody(phone: Scanner, factories: Any) -> None:
    other = factories.enrolment()
    answer = phone.scan(other)
    assert answer["reason"] == "other_workshop"
    assert (answer["name"], answer["organisation"], answer["enrolment"]) == ("", "", None)
    assert other.person.full_name not in str(answer)


def test_a16_a_changed_badge_is_refused_and_tells_nothing(phone: Scanner, wati: Enrolment) -> None:
    token = enrolments.badge_token(wati)
    wrong = token[:-3] + ("b" if token[-3] != "b" else "c") + token[-2:]
    answer = phone.scan(wrong)
    assert (answer["outcome"], answer["reason"], answer["name"]) == ("refused", "unknown", "")


def test_a19_two_sessions_at_once_are_ambiguous_and_named(
    phone: Scanner, wati: Enrolment, add_session: Any, session: Any
) -> None:
    twin = add_session("08:30", "10:00", title="Kelas sebelah")
    answer = phone.post("/scans", phone.item(wati, session=None))
    assert (answer.status_code, answer.mimetype) == (409, PROBLEM)
    body = answer.get_json()
    assert body["code"] == "ambiguous_session"
    assert {choice["id"] for choice in body["sessions"]} == {session.id, twin.id}
    assert scans() == []


def test_a19_without_a_session_the_one_that_runs_is_meant(
    phone: Scanner, wati: Enrolment, add_session: Any, session: Any
) -> None:
    add_session("10:15", "11:45", title="Kontrol")
    with clock.freeze(wib("09:50")):
        answer = phone.scan(wati, session=None)
    assert answer["session"] == session.id


def test_a20_spaces_case_and_addresses_are_the_same_person(phone: Scanner, wati: Enrolment) -> None:
    token = enrolments.badge_token(wati)
    texts = [f" {token}\n", token.upper(), f"http://localhost/b/{token}", f"http%3A%2F%2Flocalhost%2Fb%2F{token}"]
    answers = [phone.scan(text) for text in texts]
    assert [answer["enrolment"] for answer in answers] == [wati.id] * 4
    assert phone.scan(" wat-ab2 ", method="typed")["enrolment"] == wati.id


def test_a21_an_incomplete_scan_brings_the_question_and_the_answer_completes_it(
    phone: Scanner, wati: Enrolment, session: Any
) -> None:
    ask(session)
    item = phone.item(wati)
    first = phone.post("/scans", item).get_json()
    assert (first["outcome"], first["question"]) == ("incomplete", "Ukuran kaus?")
    assert attendances() == []
    second = phone.post("/scans", {**item, "answer": "L"}).get_json()
    assert second["outcome"] == "new"
    assert [(scan.verdict, scan.answer, scan.reason) for scan in scans()] == [("present", "L", None)]
    third = phone.post("/scans", item).get_json()
    assert third["outcome"] == "new"


def test_a22_search_needs_three_letters_and_shows_no_number(phone: Scanner, wati: Enrolment) -> None:
    assert phone.get("/search?q=wa").get_json()["people"] == []
    answer = phone.get("/search?q=wat")
    wanted = [{"enrolment": wati.id, "name": "Wati Lestari", "organisation": "LKSA Tunas Enggang"}]
    assert answer.get_json()["people"] == wanted
    assert "8123" not in answer.text


def test_somebody_found_by_name_is_marked(phone: Scanner, wati: Enrolment) -> None:
    answer = phone.scan("", method="search", code=None, enrolment=wati.id)
    assert answer["outcome"] == "new"
    assert scans()[0].method == "search"


def test_a_number_of_another_workshop_is_nobody(phone: Scanner, factories: Any) -> None:
    answer = phone.scan("", method="search", code=None, enrolment=factories.enrolment().id)
    assert (answer["reason"], answer["name"]) == ("unknown", "")


def test_a32_both_times_are_kept_and_the_corrected_one_counts(phone: Scanner, wati: Enrolment) -> None:
    ahead = timedelta(hours=3)
    phone.scan(wati, at=(wib("08:10") + ahead).isoformat(), device_time=(wib("08:20") + ahead).isoformat())
    (scan,) = scans()
    assert (scan.client_time, scan.at, scan.server_time) == (wib("08:10") + ahead, wib("08:10"), wib("08:20"))
    assert scan.skew_seconds == 3 * 3600
    assert scan.flag_set == {Flag.CLOCK_SKEW, Flag.SENT_LATER}
    assert attendances()[0].at == wib("08:10")


def test_a_time_in_the_future_counts_as_now(phone: Scanner, wati: Enrolment) -> None:
    phone.scan(wati, at=wib("23:00").isoformat(), device_time=wib("08:20").isoformat())
    assert attendances()[0].at == wib("08:20")


def test_late_minutes_follow_the_tolerance(phone: Scanner, wati: Enrolment) -> None:
    with clock.freeze(wib("08:50")):
        answer = phone.scan(wati)
    assert (answer["late_minutes"], answer["text"]) == (20, "Hadir 08.50, terlambat 20 menit")


def test_exit_is_a_row_of_its_own(phone: Scanner, wati: Enrolment) -> None:
    assert [phone.scan(wati, direction=way)["outcome"] for way in ("in", "out", "out")] == ["new", "new", "already"]
    assert [row.direction for row in attendances()] == ["in", "out"]


def test_one_check_in_for_the_day_counts_everywhere(
    phone: Scanner, wati: Enrolment, session: Any, add_session: Any
) -> None:
    add_session("10:15", "11:45", title="Kontrol")
    add_session("08:30", "10:00", title="Hari kedua", day=2)
    ask(session, question="", mode=Mode.DAY)
    assert phone.scan(wati)["outcome"] == "new"
    assert len(attendances()) == 2
    assert phone.post("/scans/undo", {"session": session.id, "enrolment": wati.id, "reason": "Salah orang"}).get_json()[
        "undone"
    ]
    assert attendances() == []


def test_a27_after_undo_the_same_scan_is_honest(phone: Scanner, wati: Enrolment, session: Any) -> None:
    item = phone.item(wati)
    phone.post("/scans", item)
    body = {"session": session.id, "enrolment": wati.id, "reason": "Salah orang"}
    assert phone.post("/scans/undo", body).get_json()["undone"] is True
    assert phone.post("/scans/undo", body).get_json()["undone"] is False
    assert phone.post("/scans", item).get_json()["verdict"] == "undone"
    assert phone.scan(wati)["outcome"] == "new"
    undone = next(scan for scan in scans() if scan.verdict is Verdict.UNDONE)
    assert (undone.device, undone.note) == (scans()[0].device, "Salah orang")
