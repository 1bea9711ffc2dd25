"""What a phone kept without signal: sent later it counts once, at the time of the scan, and every item is answered."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from lms.core.enrolments.enums import EnrolmentStatus
from lms.kernel import clock
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.limits import throttle
from lms.plugins.checkin import venue
from lms.plugins.checkin.enums import Direction, Flag, Reason, Verdict
from tests.plugins.checkin.conftest import attendances, scans, wib
from tests.plugins.checkin.test_self_check_in import claim_on, code_of, scanned, tap


@pytest.fixture(autouse=True)
def fresh_budget(app: Any, wati: Any) -> None:
    """The numbers of people begin anew in every test, what they have tried does not."""
    with app.test_request_context():
        throttle.clear("venue-kept-code-of", str(wati.id), limit="20 per 10 minutes")


def send(client: Any, *items: object, off: timedelta = timedelta(0)) -> Any:
    """Send items from a phone whose clock is `off` from ours."""
    return client.post("/h/kirim", json={"device_time": (now() + off).isoformat(), "items": list(items)})


def item(
    name: str = "a", *, at: datetime | None = None, off: timedelta = timedelta(0), **values: Any
) -> dict[str, Any]:
    return {"id": name, "at": ((at or now()) + off).isoformat(), **values}


def results(answer: Any) -> list[tuple[str, str, str]]:
    assert answer.status_code == 200, answer.text
    return [(row["id"], row["outcome"], row["text"]) for row in answer.json["results"]]


def typed_holder(client: Any) -> str:
    """The note of the page for typing: whose ticket this phone holds."""
    found = re.search(r'data-holder="([^"]+)"', client.get("/h").text)
    assert found
    return found[1]


def code_at(app: Any, session: Any, moment: datetime, way: Direction = Direction.IN) -> str:
    with app.test_request_context():
        return venue.venue_code(session.id, moment, way)


def test_a_tap_without_signal_counts_with_the_time_of_the_scan(app: Any, as_user: Any, session: Any, wati: Any) -> None:
    phone = as_user.ticket(wati)
    claim = scanned(app, phone, session)
    with clock.freeze(wib("11:00")):
        assert results(send(phone, item(at=wib("08:21"), claim=claim))) == [("a", "new", "Hadir 08.20")]
    (row,), (scan,) = attendances(), scans()
    assert (row.at, row.late_minutes) == (wib("08:20"), 0)
    assert (scan.client_time, scan.server_time, scan.skew_seconds) == (wib("08:21"), wib("11:00"), 0)
    assert (scan.flag_set, scan.code_age) == ({Flag.SENT_LATER}, 0)


def test_a27_the_same_tap_sent_often_and_by_both_ways_counts_once(
    app: Any, as_user: Any, session: Any, wati: Any
) -> None:
    phone = as_user.ticket(wati)
    claim = scanned(app, phone, session)
    assert tap(phone, claim).status_code == 200
    for name in "ab":
        assert results(send(phone, item(name, claim=claim))) == [(name, "new", "Hadir 08.20")]
    assert tap(phone, claim).status_code == 200
    assert len(scans()) == len(attendances()) == 1


def test_a_kept_claim_is_worth_nothing_on_another_phone_after_ten_minutes(
    app: Any, as_user: Any, session: Any, wati: Any
) -> None:
    claim = scanned(app, as_user.ticket(wati), session)
    with clock.freeze(wib("09:00")):
        ((_name, outcome, text),) = results(send(as_user.ticket(wati), item(claim=claim)))
    assert (outcome, "Kode ini sudah berganti" in text) == ("refused", True)
    assert attendances() == []


@pytest.mark.parametrize(
    "off", [timedelta(minutes=30), timedelta(minutes=-30), timedelta(days=1), -timedelta(days=9000)]
)
def test_a09_a_phone_with_a_wrong_clock_checks_in_and_is_flagged(
    app: Any, as_user: Any, session: Any, wati: Any, off: timedelta
) -> None:
    phone = as_user.ticket(wati)
    claim = scanned(app, phone, session)
    with clock.freeze(wib("08:21")):
        assert results(send(phone, item(claim=claim, off=off), off=off)) == [("a", "new", "Hadir 08.20")]
    (scan,) = scans()
    assert (scan.at, scan.client_time) == (wib("08:20"), wib("08:21") + off)
    assert (scan.skew_seconds, Flag.CLOCK_SKEW in scan.flag_set) == (off.total_seconds(), True)


@pytest.mark.parametrize("off", [timedelta(0), timedelta(minutes=30), timedelta(days=-2)])
@pytest.mark.parametrize("spell", [str, str.lower, lambda code: f" {code[:3]}-{code[3:]}"])
def test_a_code_typed_without_signal_says_itself_when_it_was_shown(
    app: Any, as_user: Any, session: Any, wati: Any, off: timedelta, spell: Any
) -> None:
    phone = as_user.ticket(wati)
    kept = item(code=spell(code_of(app, session)), holder=typed_holder(phone), off=off)
    with clock.freeze(wib("13:00")):
        assert results(send(phone, kept, off=off)) == [("a", "new", "Hadir 08.20")]
        assert results(send(phone, kept, off=off)) == [("a", "new", "Hadir 08.20")]
    (row,), (scan,) = attendances(), scans()
    assert (row.at, scan.at, scan.flag_set >= {Flag.SENT_LATER}) == (wib("08:20"), wib("08:20"), True)


def test_a_code_scanned_without_signal_counts_for_its_session_only(
    app: Any, as_user: Any, session: Any, wati: Any, add_session: Any
) -> None:
    other = add_session("08:30", "10:00", title="Kelas kedua")
    phone, code = as_user.ticket(wati), code_of(app, session)
    holder = typed_holder(phone)
    with clock.freeze(wib("09:00")):
        first, second = results(
            send(phone, item("a", code=code, session=other.id, holder=holder), item("b", code=code, session=session.id))
        )
    assert (first[1], second[1]) == ("refused", "new")
    assert [row.session_id for row in attendances()] == [session.id]


@pytest.mark.parametrize(
    ("shown_at", "way", "reason"),
    [
        ("08:20", Direction.OUT, None),  # the exit code counts from the start of the session
        ("10:10", Direction.IN, Reason.CLOSED),
        ("10:59", Direction.OUT, "present"),
        ("08:29", Direction.MID, None),
        ("08:30", Direction.MID, "present"),
    ],
)
def test_a_kept_code_is_good_only_for_the_hours_in_which_it_counted(
    app: Any, as_user: Any, session: Any, wati: Any, shown_at: str, way: Direction, reason: Any
) -> None:
    phone = as_user.ticket(wati)
    holder = typed_holder(phone)
    kept = item(at=wib(shown_at), code=code_at(app, session, wib(shown_at), way), holder=holder)
    with clock.freeze(wib("12:00")):
        ((_name, outcome, _text),) = results(send(phone, kept))
    if reason == "present":
        assert (outcome, [row.direction for row in attendances()]) == ("new", [way])
        return
    assert (outcome, attendances()) == ("refused", [])
    (scan,) = scans()
    assert (scan.verdict, scan.reason) == (Verdict.REFUSED, reason or Reason.NOT_OPEN)


def test_a_code_of_yesterday_is_too_old(app: Any, as_user: Any, session: Any, wati: Any) -> None:
    phone, code = as_user.ticket(wati), code_of(app, session)
    kept = item(code=code, holder=typed_holder(phone))
    with clock.freeze(wib("08:21", day=2)):
        assert [row[1] for row in results(send(phone, kept))] == ["refused"]
    assert attendances() == []


def test_several_people_on_one_phone_keep_items_of_their_own(
    app: Any, as_user: Any, session: Any, wati: Any, factories: Any
) -> None:
    friend = factories.enrolment(workshop=wati.workshop, ticket_code="FRNDXY")
    cousin = factories.enrolment(
        workshop=wati.workshop, person=factories.person(full_name="Budi Kusuma", phone_e164="+6281299990000")
    )
    phone = as_user.ticket(wati)
    page = phone.get(f"/h/{session.id}/{code_of(app, session)}")
    holder = re.search(r'name="holder"[^>]*value="([^"]+)"', page.text)
    assert holder
    mine = item("a", claim=claim_on(page), holder=holder[1])
    theirs = item("b", claim=scanned(app, phone, session), ticket_code="FRNDXY")
    third = item("c", claim=scanned(app, phone, session), phone="0812 9999 0000", full_name="Budi Kusuma")
    with clock.freeze(wib("09:00")):
        outcomes = results(send(phone, theirs, mine, third))
    assert [row[:2] for row in outcomes] == [("b", "new"), ("a", "new"), ("c", "new")]
    assert {row.enrolment_id for row in attendances()} == {wati.id, friend.id, cousin.id}


def test_a_note_of_who_held_the_ticket_is_good_on_its_own_phone_only(
    app: Any, as_user: Any, client: Any, session: Any, wati: Any
) -> None:
    holder = typed_holder(as_user.ticket(wati))
    claim = scanned(app, client, session)  # another phone, which holds no ticket
    assert [row[1] for row in results(send(client, item(claim=claim, holder=holder)))] == ["refused"]
    assert scans() == []


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "x",
        7,
        {},
        {"id": "x"},
        {"id": "", "at": "2026-12-02T08:20:00+07:00", "code": "AAAAAA"},
        {"id": "x", "at": "gestern", "code": "AAAAAA"},
        {"id": "x", "at": "2026-12-02T08:20:00", "code": "AAAAAA"},
        {"id": "x", "at": "0001-01-01T00:00:00Z", "code": "AAAAAA"},
        {"id": "x", "at": "9999-12-31T00:00:00Z", "code": "AAAAAA"},
        {"id": "x", "at": "2026-12-02T08:20:00+07:00", "code": "A" * 21},
        {"id": "x", "at": "2026-12-02T08:20:00+07:00", "code": "AAAAAA", "session": 2**40},
        {"id": "x", "at": "2026-12-02T08:20:00+07:00", "code": ["AAAAAA"]},
    ],
)
def test_a_broken_item_is_answered_and_does_not_stop_the_others(
    app: Any, as_user: Any, session: Any, wati: Any, broken: object
) -> None:
    phone = as_user.ticket(wati)
    good = item("good", claim=scanned(app, phone, session))
    first, second = results(send(phone, broken, good))
    assert (first[1], second[:2]) == ("invalid", ("good", "new"))


@pytest.mark.parametrize("code", ["", "AAAAAA", "🎫🎫🎫🎫🎫🎫", "%00%00", "ÄÖÜÄÖÜ", "A" * 20])
def test_a_code_that_no_screen_showed_is_refused(app: Any, as_user: Any, session: Any, wati: Any, code: str) -> None:
    phone = as_user.ticket(wati)
    assert [row[1] for row in results(send(phone, item(code=code, holder=typed_holder(phone))))] == ["refused"]
    assert scans() == []


@pytest.mark.parametrize("body", [None, [], {}, {"items": []}, {"device_time": "x", "items": [{}]}, "text"])
def test_a_parcel_that_cannot_be_read_is_refused_as_a_whole(client: Any, session: Any, body: object) -> None:
    assert client.post("/h/kirim", json=body).status_code == 422


def test_a_parcel_holds_at_most_twenty_items(client: Any, session: Any) -> None:
    assert send(client, *[item(str(number)) for number in range(21)]).status_code == 422


def test_a10_guessing_kept_codes_is_put_off_and_the_item_stays_on_the_phone(
    app: Any, as_user: Any, session: Any, wati: Any
) -> None:
    phone = as_user.ticket(wati)
    holder = typed_holder(phone)
    guesses = [item(str(number), code=f"AAA{number:03}", holder=holder) for number in range(20)]
    assert {row[1] for row in results(send(phone, *guesses))} == {"refused"}
    good = item("good", code=code_of(app, session), holder=holder)
    assert [row[1] for row in results(send(phone, good))] == ["waiting"]
    with clock.freeze(wib("08:32")):
        other = as_user.ticket(wati)
        assert tap(other, scanned(app, other, session)).status_code == 200


@pytest.mark.parametrize("status", [EnrolmentStatus.CANCELLED, EnrolmentStatus.WAITLISTED])
def test_a14_who_has_no_seat_is_not_marked_by_what_was_kept(
    app: Any, as_user: Any, session: Any, wati: Any, status: EnrolmentStatus
) -> None:
    phone = as_user.ticket(wati)
    claim, holder, code = scanned(app, phone, session), typed_holder(phone), code_of(app, session)
    wati.status = status
    db.session.flush()
    outcomes = results(send(phone, item("a", claim=claim, holder=holder), item("b", code=code, holder=holder)))
    assert [row[1] for row in outcomes] == ["refused", "refused"]
    assert (attendances(), len(scans())) == ([], 2)


def test_the_pages_that_keep_a_tap_open_without_signal(app: Any, as_user: Any, session: Any, wati: Any) -> None:
    phone = as_user.ticket(wati)
    for path in ("/h", f"/h/{session.id}/{code_of(app, session)}", "/tiket"):
        page = phone.get(path)
        assert page.headers["Lms-Offline"] == "keep"
        assert "/checkin/s/keep.js?v=" in page.text
        assert 'data-kept="/h/kirim"' in page.text
    assert "Lms-Offline" not in phone.get(f"/h/{session.id}/AAAAAA").headers
