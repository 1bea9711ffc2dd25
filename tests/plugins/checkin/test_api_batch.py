"""Queues of scanners that come back from hours without signal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from lms.core.enrolments import services as enrolments
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.kernel import clock
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.checkin import batch, services
from lms.plugins.checkin.batch import Reading
from lms.plugins.checkin.enums import Direction, Flag, Method, Mode, Reason, Verdict
from lms.plugins.checkin.lookups import guests_by_id, slots_of
from lms.plugins.checkin.models import SessionRule
from lms.plugins.checkin.services import Circumstances
from tests.plugins.checkin.conftest import attendances, scans, wib
from tests.plugins.checkin.scanner import Scanner

pytestmark = pytest.mark.integration


@pytest.fixture
def people(wati: Enrolment, factories: Any) -> list[Enrolment]:
    return [wati, *(factories.enrolment(workshop=wati.workshop) for _ in range(4))]


def rule(session: Any, question: str = "", mode: Mode = Mode.ONCE) -> None:
    db.session.add(SessionRule(session_id=session.id, mode=mode, question=question))
    db.session.flush()


def outcomes(results: list[dict[str, Any]]) -> list[str]:
    return [result["outcome"] for result in results]


def test_a30_every_item_gets_its_own_verdict_in_order(
    phone: Scanner, people: list[Enrolment], factories: Any, session: Any
) -> None:
    gone = factories.enrolment(workshop=people[0].workshop, status=EnrolmentStatus.CANCELLED)
    at = wib("08:00").isoformat()
    phone.scan(people[1])
    items: list[Any] = [
        phone.item(people[0], at=at),
        {"id": "no code", "at": at},
        phone.item(people[1], at=at),
        phone.item(gone, at=at),
        phone.item("ZZZZZZ", method="typed", at=at),
        phone.item(factories.enrolment(), at=at),
        phone.item(people[2], at=at, session=999_999),
        phone.item(people[2]),
        "text",
        phone.item(people[3], at=at),
    ]
    results = phone.batch(items, device_time=wib("08:20"))
    assert outcomes(results) == [
        "new", "invalid", "already", "refused", "refused", "refused", "invalid", "invalid", "invalid", "new",
    ]  # fmt: skip
    assert [result["reason"] for result in results] == [
        None, "invalid_request", None, "cancelled", "unknown", "other_workshop", "session_unknown",
        "invalid_request", "invalid_request", None,
    ]  # fmt: skip
    assert [result["id"] for result in results] == [
        item.get("id") if isinstance(item, dict) else None for item in items
    ]
    assert [result["index"] for result in results] == list(range(10))
    assert len(attendances()) == 3


def test_a31_half_a_batch_and_then_all_of_it_loses_and_doubles_nothing(phone: Scanner, people: list[Enrolment]) -> None:
    items = [phone.item(person, at=wib("08:00").isoformat()) for person in people]
    assert outcomes(phone.batch(items[:3], device_time=wib("08:20"))) == ["new"] * 3
    for _ in range(2):
        assert outcomes(phone.batch(items, device_time=wib("08:20"))) == ["new"] * 5
    assert (len(scans()), len(attendances())) == (5, 5)


def test_a33_a_clock_that_is_a_day_off_is_flagged_and_put_right(phone: Scanner, people: list[Enrolment]) -> None:
    day = timedelta(days=1)
    results = phone.batch([phone.item(people[0], at=(wib("08:10") - day).isoformat())], device_time=wib("08:20") - day)
    assert results[0]["flags"] == ["clock_skew", "sent_later"]
    (scan,) = scans()
    assert (scan.client_time, scan.at, scan.skew_seconds) == (wib("08:10") - day, wib("08:10"), -86_400)
    assert attendances()[0].at == wib("08:10")


def test_a34_the_earliest_time_wins_whichever_phone_comes_first(grant: Any, people: list[Enrolment]) -> None:
    front, side = grant("Depan"), grant("Samping")
    assert front.scan(people[0])["outcome"] == "new"
    results = side.batch([side.item(people[0], at=wib("08:05").isoformat())], device_time=wib("08:20"))
    assert (results[0]["outcome"], datetime.fromisoformat(results[0]["at"])) == ("already", wib("08:05"))
    (attendance,) = attendances()
    offline = next(scan for scan in scans() if scan.flags)
    assert (attendance.at, attendance.scan_id) == (wib("08:05"), offline.id)
    assert [scan.verdict for scan in scans()] == [Verdict.PRESENT, Verdict.ALREADY]


def test_a34_an_attendance_entered_by_hand_keeps_its_time(grant: Any, people: list[Enrolment], session: Any) -> None:
    services.correct(session=session, enrolment=people[0], at=wib("08:15"), reason="tertulis", actor=SYSTEM)
    phone = grant()
    phone.batch([phone.item(people[0], at=wib("08:05").isoformat())], device_time=wib("08:20"))
    assert attendances()[0].at == wib("08:15")


def test_a35_cancelled_while_the_phone_was_away_is_a_fact_with_a_flag(phone: Scanner, people: list[Enrolment]) -> None:
    with clock.freeze(wib("08:10")):
        enrolments.cancel(enrolment_id=people[0].id, actor=SYSTEM)
    items = [phone.item(people[0], at=wib(moment).isoformat()) for moment in ("08:05", "08:15")]
    results = phone.batch(items, device_time=wib("08:20"))
    assert [(result["outcome"], result["reason"]) for result in results] == [("refused", "cancelled")] * 2
    assert {scan.at: scan.flag_set for scan in scans()} == {
        wib("08:05"): {Flag.CANCELLED_BEFORE_SYNC, Flag.SENT_LATER},
        wib("08:15"): {Flag.SENT_LATER},
    }
    assert attendances() == []


def test_a17_a_replaced_badge_is_refused_after_sync(phone: Scanner, people: list[Enrolment]) -> None:
    item = phone.item(people[0], at=wib("08:05").isoformat())
    enrolments.renew_link(enrolment_id=people[0].id, actor=SYSTEM)
    assert phone.batch([item], device_time=wib("08:20"))[0]["reason"] == "revoked_badge"


def test_a26_one_id_for_two_people_in_one_batch_is_a_conflict(phone: Scanner, people: list[Enrolment]) -> None:
    at = wib("08:05").isoformat()
    items = [
        phone.item(people[0], id="x", at=at),
        phone.item(people[1], id="x", at=at),
        phone.item(people[0], id="x", at=at),
    ]
    results = phone.batch(items, device_time=wib("08:20"))
    assert outcomes(results) == ["new", "conflict", "new"]
    assert (len(scans()), len(attendances())) == (1, 1)


def test_one_person_twice_in_a_batch_counts_with_the_earlier_time(phone: Scanner, people: list[Enrolment]) -> None:
    items = [phone.item(people[0], at=wib(moment).isoformat()) for moment in ("08:10", "08:02", "08:15")]
    results = phone.batch(items, device_time=wib("08:20"))
    assert outcomes(results) == ["already", "new", "already"]
    assert [row.at for row in attendances()] == [wib("08:02")]
    assert {scan.at: scan.verdict for scan in scans()} == {
        wib("08:10"): "already",
        wib("08:02"): "present",
        wib("08:15"): "already",
    }
    assert {datetime.fromisoformat(result["at"]) for result in results} == {wib("08:02")}


def test_out_of_hours_is_flagged(phone: Scanner, people: list[Enrolment]) -> None:
    results = phone.batch([phone.item(people[0], at=wib("07:00").isoformat())], device_time=wib("08:20"))
    assert (results[0]["outcome"], results[0]["flags"]) == ("new", ["out_of_hours", "sent_later"])


def test_without_a_session_the_one_of_that_time_is_meant(
    phone: Scanner, people: list[Enrolment], add_session: Any, session: Any
) -> None:
    later = add_session("10:15", "11:45", title="Kontrol")
    items = [phone.item(people[0], session=None, at=wib(moment).isoformat()) for moment in ("08:40", "10:20", "06:00")]
    with clock.freeze(wib("12:00")):
        results = phone.batch(items, device_time=wib("12:00"))
    assert outcomes(results) == ["new", "new", "invalid"]
    assert {row.session_id for row in attendances()} == {session.id, later.id}


def test_a21_the_question_is_asked_offline_too(phone: Scanner, people: list[Enrolment], session: Any) -> None:
    rule(session, "Ukuran kaus?")
    at = wib("08:05").isoformat()
    items = [phone.item(people[0], at=at), phone.item(people[1], at=at, answer="XL")]
    assert outcomes(phone.batch(items, device_time=wib("08:20"))) == ["incomplete", "new"]
    again = [{**items[0], "answer": "M"}, items[1]]
    assert outcomes(phone.batch(again, device_time=wib("08:20"))) == ["new", "new"]
    assert {(scan.answer, scan.verdict) for scan in scans()} == {("M", "present"), ("XL", "present")}
    assert [row.at for row in attendances()] == [wib("08:05")] * 2


def test_one_scan_for_the_day_counts_everywhere_and_moves_everywhere(
    grant: Any, people: list[Enrolment], session: Any, add_session: Any
) -> None:
    later = add_session("10:15", "11:45", title="Kontrol")
    for row in (session, later):
        rule(row, mode=Mode.DAY)
    front, side = grant("Depan"), grant("Samping")
    items = [
        front.item(people[0], at=wib("08:10").isoformat()),
        front.item(people[0], at=wib("08:12").isoformat(), session=later.id),
    ]
    assert outcomes(front.batch(items, device_time=wib("08:20"))) == ["new", "already"]
    side.batch([side.item(people[0], at=wib("08:01").isoformat())], device_time=wib("08:20"))
    assert {(row.session_id, row.at) for row in attendances()} == {(session.id, wib("08:01")), (later.id, wib("08:01"))}
    undone = front.post("/scans/undo", {"session": session.id, "enrolment": people[0].id, "reason": "x"})
    assert undone.get_json()["undone"] is True
    assert attendances() == []


def test_too_many_items_are_a_problem(phone: Scanner) -> None:
    body = {"device_time": wib("08:20").isoformat(), "scans": [{}] * 1001}
    assert phone.post("/scans/batch", body).status_code == 422
    assert phone.post("/scans/batch", {"scans": []}).status_code == 422


def test_the_cost_is_the_same_for_many_and_within_twelve_statements(
    phone: Scanner, people: list[Enrolment], count_statements: Any
) -> None:
    def cost(items: list[Any]) -> int:
        count_statements()
        phone.batch(items, device_time=wib("08:20"))
        return int(count_statements())

    at = wib("08:05").isoformat()
    phone.get("/device")
    few = cost([phone.item(people[0], at=at)])
    rest = [phone.item(person, at=at) for person in people[1:]]
    assert cost(rest) == few
    assert few <= 8
    again = [*rest, *(phone.item(person, at=at) for person in people)]
    assert cost(again) <= 12


def test_a_batch_is_recorded_in_parts_so_that_others_get_in(
    phone: Scanner, people: list[Enrolment], monkeypatch: pytest.MonkeyPatch
) -> None:
    units: list[int] = []
    record = batch.record

    def counted(readings: Any, **known: Any) -> Any:
        units.append(len(readings))
        return record(readings, **known)

    monkeypatch.setattr(batch, "AT_ONCE", 2)
    monkeypatch.setattr(batch, "record", counted)
    items = [phone.item(person, at=wib("08:05").isoformat()) for person in people]
    assert outcomes(phone.batch(items, device_time=wib("08:20"))) == ["new"] * 5
    assert units == [2, 2, 1]


SITUATIONS = [
    {}, {"twice": True}, {"status": EnrolmentStatus.CANCELLED}, {"status": EnrolmentStatus.WAITLISTED},
    {"known": Reason.REVOKED_BADGE}, {"elsewhere": True}, {"nobody": True}, {"direction": Direction.OUT},
    {"question": "Kaus?"}, {"question": "Kaus?", "answer": "L"}, {"question": "Kaus?", "direction": Direction.OUT},
    {"minutes": 40}, {"minutes": 10}, {"again": 5}, {"again": -5}, {"undone": True},
]  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_engine_answers_as_the_page_of_staff_does(
    session: Any, people: list[Enrolment], factories: Any, situation: dict[str, Any]
) -> None:
    """The same story told to `services.check_in` and to the engine, of two people who are alike."""
    if situation.get("question"):
        rule(session, situation["question"])
    told = [
        _story(session, who, factories, situation, how) for who, how in ((people[1], "page"), (people[2], "engine"))
    ]
    assert told[0] == told[1]


def _story(session: Any, who: Enrolment, factories: Any, situation: dict[str, Any], how: str) -> list[Any]:
    if situation.get("elsewhere"):
        who = factories.enrolment()
    who.status = situation.get("status", EnrolmentStatus.CONFIRMED)
    start = session.starts_at + timedelta(minutes=situation.get("minutes", -10))
    said = [_tell(session, who, situation, how, "first", start)]
    if situation.get("undone"):
        services.undo(session=session, enrolment=who, reason="x", actor=SYSTEM)
    if situation.get("twice") or situation.get("undone"):
        said.append(_tell(session, who, situation, how, "first", start))
    if "again" in situation:
        said.append(_tell(session, who, situation, how, "second", start + timedelta(minutes=situation["again"])))
    logged = [(scan.verdict, scan.reason, scan.at, scan.answer) for scan in scans() if scan.device == f"{how}-device"]
    there = [(row.at, row.late_minutes, row.direction) for row in attendances() if row.enrolment_id == who.id]
    return [said, logged, there]


def _tell(session: Any, who: Enrolment, situation: dict[str, Any], how: str, client_id: str, at: datetime) -> Any:
    around = Circumstances(answer=situation.get("answer", ""))
    direction, known = situation.get("direction", Direction.IN), situation.get("known")
    nobody = situation.get("nobody", False)
    if how == "page":
        outcome = services.check_in(
            session=session, enrolment=None if nobody else who, method=Method.BADGE, device="page-device",
            client_id=client_id, actor=SYSTEM, at=at, refusal=known, direction=direction, around=around,
        )  # fmt: skip
        return (
            outcome.verdict,
            outcome.reason if outcome.verdict is not Verdict.INCOMPLETE else Reason.NEEDS_ANSWER,
            outcome.at,
        )
    slot = slots_of(session.workshop_id, only=session.id)[0]
    reading = Reading(
        client_id=client_id, slot=slot, guest=None if nobody else guests_by_id({who.id})[who.id], method=Method.BADGE,
        direction=direction, at=at, around=around, known=known,
    )  # fmt: skip
    result = batch.record([reading], device="engine-device")[0]
    return result.verdict, result.reason, result.at
