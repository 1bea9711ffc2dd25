"""The code on the screen and the participant's own phone: a code in time earns a claim, a claim marks one person."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.services import badge_token
from lms.kernel import clock
from lms.kernel.clock import now
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.checkin import venue
from lms.plugins.checkin.enums import Flag, Method, Reason, Verdict
from lms.plugins.schedule.api import SessionKind, close_session, open_session
from tests.plugins.checkin.conftest import attendances, scans, wib


def claim_on(page: Any) -> str:
    found = re.search(r'name="claim"[^>]*value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def code_of(app: Any, session: Any, moment: Any = None) -> str:
    with app.test_request_context():
        return venue.venue_code(session.id, moment)


def scanned(app: Any, client: Any, session: Any) -> str:
    """The claim that this phone gets for the code of this moment."""
    page = client.get(f"/h/{session.id}/{code_of(app, session)}")
    assert page.status_code == 200
    return claim_on(page)


def tap(client: Any, claim: str, **form: str) -> Any:
    return client.post("/h/catat", data={"claim": claim, **form})


def test_a01_a_current_code_and_one_tap_mark_the_holder_present(
    app: Any, as_user: Any, session: Any, wati: Any
) -> None:
    phone = as_user.ticket(wati)
    claim = scanned(app, phone, session)
    assert attendances() == []
    page = tap(phone, claim)
    assert page.status_code == 200
    for text in ("Wati Lestari", "Kepemimpinan", "08.20 WIB", "tercatat hadir"):
        assert text in page.text
    (row,) = attendances()
    assert (row.enrolment_id, row.session_id, row.at, row.method) == (
        wati.id,
        session.id,
        wib("08:20"),
        Method.VENUE_CODE,
    )


def test_a02_a_second_code_says_already_present_with_the_first_time(
    app: Any, as_user: Any, session: Any, wati: Any
) -> None:
    phone = as_user.ticket(wati)
    tap(phone, scanned(app, phone, session))
    with clock.freeze(wib("08:50")):
        page = tap(phone, scanned(app, phone, session))
    assert page.status_code == 200
    assert "08.20 WIB" in page.text
    assert len(attendances()) == 1


def test_a02_the_same_tap_sent_again_is_still_a_success(app: Any, as_user: Any, session: Any, wati: Any) -> None:
    phone = as_user.ticket(wati)
    claim = scanned(app, phone, session)
    pages = [tap(phone, claim) for _ in range(3)]
    assert [page.status_code for page in pages] == [200] * 3
    assert len(scans()) == len(attendances()) == 1


def test_a06_a_claim_used_by_a_second_person_is_refused(
    app: Any, as_user: Any, session: Any, wati: Any, factories: Any
) -> None:
    other = factories.enrolment(workshop=wati.workshop)
    phone, second = as_user.ticket(wati), as_user.ticket(other)
    claim = scanned(app, phone, session)
    tap(phone, claim)
    page = tap(second, claim)
    assert page.status_code == 409
    assert "sudah dipakai orang lain" in page.text
    assert [row.enrolment_id for row in attendances()] == [wati.id]


@pytest.mark.parametrize(
    ("age", "is_good"),
    [(-6, False), (-5, True), (0, True), (29, True), (30, True), (59, True), (64, True), (65, False), (600, False)],
)
def test_a03_a_code_of_the_step_before_is_good_within_the_stated_leeway_and_no_longer(
    app: Any, as_user: Any, session: Any, wati: Any, age: int, is_good: bool
) -> None:
    code = code_of(app, session)  # 08.20.00 is the first second of a step
    with clock.freeze(now() + timedelta(seconds=age)):
        page = as_user.ticket(wati).get(f"/h/{session.id}/{code}")
    assert page.status_code == (200 if is_good else 410)
    assert ("Kode ini sudah berganti" in page.text) is not is_good


def test_a04_a_code_of_one_session_opens_no_other(
    app: Any, as_user: Any, session: Any, wati: Any, add_session: Any
) -> None:
    same_time = add_session("08:30", "10:00", title="Kelas kedua")
    assert as_user.ticket(wati).get(f"/h/{same_time.id}/{code_of(app, session)}").status_code == 410


@pytest.mark.parametrize("code", ["AAAAAA", "x", "A" * 500, "🎫", "%00", "' OR 1=1 --"])
def test_wrong_codes_are_refused_with_the_way_on(as_user: Any, session: Any, wati: Any, code: str) -> None:
    page = as_user.ticket(wati).get(f"/h/{session.id}/{code}")
    assert page.status_code == 410
    assert 'href="/h"' in page.text
    assert scans() == []


@pytest.mark.parametrize("number", ["0", "999999", "2147483648", "9" * 30])
def test_sessions_that_do_not_exist_are_not_found(client: Any, session: Any, number: str) -> None:
    assert client.get(f"/h/{number}/AAAAAA").status_code == 404


def test_a05_a_scan_stays_good_while_its_owner_finds_the_ticket(
    app: Any, as_user: Any, client: Any, session: Any, wati: Any
) -> None:
    claim = scanned(app, client, session)  # nobody holds a ticket on this phone yet
    with clock.freeze(wib("08:23")):
        page = tap(client, claim, ticket_code="wat-ab2")
    assert page.status_code == 200
    assert attendances()[0].at == wib("08:20")
    assert "Wati Lestari" in client.get("/tiket").text


def test_a_claim_ends_after_ten_minutes_on_every_other_phone(app: Any, as_user: Any, session: Any, wati: Any) -> None:
    claim, other = scanned(app, as_user.ticket(wati), session), as_user.ticket(wati)
    with clock.freeze(wib("08:30")):
        assert tap(other, claim).status_code == 200
    with clock.freeze(wib("08:31")):
        assert tap(as_user.ticket(wati), claim).status_code == 422


def test_a_claim_ends_after_a_day_on_the_phone_that_scanned(app: Any, as_user: Any, session: Any, wati: Any) -> None:
    phone = as_user.ticket(wati)
    claim = scanned(app, phone, session)
    with clock.freeze(wib("08:21", day=2)):
        assert tap(phone, claim).status_code == 422
    assert attendances() == []
    with clock.freeze(wib("08:20", day=2)):
        assert tap(phone, claim).status_code == 200
    (row,), (scan,) = attendances(), scans()
    assert (row.at, scan.flag_set) == (wib("08:20"), {Flag.SENT_LATER})


@pytest.mark.parametrize("claim", ["", "x", "A" * 201, "WzEsMSwieCJd.aaaa.bbbb"])
def test_made_up_claims_are_refused(as_user: Any, wati: Any, claim: str) -> None:
    assert tap(as_user.ticket(wati), claim).status_code == 422
    assert scans() == []


def test_a_changed_claim_is_refused(app: Any, as_user: Any, session: Any, wati: Any) -> None:
    phone = as_user.ticket(wati)
    claim = scanned(app, phone, session)
    assert tap(phone, ("A" if claim[0] != "A" else "B") + claim[1:]).status_code == 422
    assert attendances() == []


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Ketik enam huruf"),
        ("ZZZZZZ", "Tidak ada tiket"),
        ("Z" * 13, "12"),
    ],
)
def test_a_wrong_ticket_code_keeps_the_claim_and_says_why(
    app: Any, client: Any, session: Any, wati: Any, typed: str, reason: str
) -> None:
    claim = scanned(app, client, session)
    page = tap(client, claim, ticket_code=typed)
    assert page.status_code == 422
    assert reason in page.text
    assert 'aria-invalid="true"' in page.text
    assert tap(client, claim_on(page), ticket_code="WATAB2").status_code == 200


def test_guessing_ticket_codes_is_slowed_for_this_phone_only(
    app: Any, as_user: Any, client: Any, session: Any, wati: Any
) -> None:
    claim = scanned(app, client, session)
    answers = [tap(client, claim, ticket_code=f"ZZZ{number:03}").status_code for number in range(12)]
    assert answers == [422] * 10 + [429] * 2
    other = app.test_client()
    assert tap(other, scanned(app, other, session), ticket_code="WATAB2").status_code == 200


@pytest.mark.parametrize(
    ("status", "reason"),
    [(EnrolmentStatus.CANCELLED, Reason.CANCELLED), (EnrolmentStatus.WAITLISTED, Reason.WAITLISTED)],
)
def test_a14_who_has_no_seat_cannot_check_in(
    app: Any, as_user: Any, client: Any, session: Any, wati: Any, status: Any, reason: Reason
) -> None:
    wati.status = status
    phone = as_user.ticket(wati)
    assert tap(phone, scanned(app, phone, session)).status_code == 409
    assert tap(client, scanned(app, client, session), ticket_code="WATAB2").status_code == 409
    assert attendances() == []
    assert [(scan.verdict, scan.reason) for scan in scans()] == [(Verdict.REFUSED, reason)] * 2


def test_a_ticket_of_another_workshop_is_refused_naming_it(
    app: Any, as_user: Any, session: Any, factories: Any
) -> None:
    phone = as_user.ticket(factories.enrolment())
    page = tap(phone, scanned(app, phone, session))
    assert page.status_code == 409
    assert "untuk lokakarya lain" in page.text
    assert attendances() == []


@pytest.mark.parametrize(
    ("time", "status", "text"),
    [
        ("07:29", 409, "07.30 WIB"),
        ("07:30", 200, "Kepemimpinan"),
        ("09:59", 200, "Kepemimpinan"),
        ("10:01", 409, "10.00 WIB"),
    ],
)
def test_a07_self_check_in_opens_an_hour_before_and_ends_with_the_session(
    app: Any, session: Any, wati: Any, as_user: Any, time: str, status: int, text: str
) -> None:
    with clock.freeze(wib(time)):
        page = as_user.ticket(wati).get(f"/h/{session.id}/{code_of(app, session)}")
    assert page.status_code == status
    assert text in page.text


def test_the_committee_can_open_and_close_by_hand(app: Any, session: Any, wati: Any, as_user: Any) -> None:
    with app.test_request_context(), clock.freeze(wib("06:00")):
        open_session(session_id=session.id, actor=SYSTEM)
    with clock.freeze(wib("06:05")):
        phone = as_user.ticket(wati)
        assert phone.get(f"/h/{session.id}/{code_of(app, session)}").status_code == 200
        with app.test_request_context():
            close_session(session_id=session.id, actor=SYSTEM)
        page = phone.get(f"/h/{session.id}/{code_of(app, session)}")
    assert page.status_code == 409
    assert "06.05 WIB" in page.text


def test_a44_opening_an_address_never_marks_presence(app: Any, as_user: Any, session: Any, wati: Any) -> None:
    phone, url = as_user.ticket(wati), f"/h/{session.id}/{code_of(app, session)}"
    assert [phone.open(url, method=method).status_code for method in ("GET", "HEAD")] == [200, 200]
    assert phone.get("/h/catat").status_code == 405
    assert scans() == attendances() == []


def test_a44_a_tap_from_another_site_or_without_its_token_changes_nothing(
    app: Any, as_user: Any, session: Any, wati: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = as_user.ticket(wati)
    claim = scanned(app, phone, session)
    elsewhere = {"Origin": "https://elsewhere.example"}
    kept = {
        "device_time": wib("08:20").isoformat(),
        "items": [{"id": "a", "at": wib("08:20").isoformat(), "claim": claim}],
    }
    assert phone.post("/h/catat", data={"claim": claim}, headers=elsewhere).status_code == 403
    assert phone.post("/h/kirim", json=kept, headers=elsewhere).status_code == 403
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert phone.post("/h/catat", data={"claim": claim}).status_code == 400
    assert phone.post("/h/kirim", json=kept).status_code == 400
    assert scans() == attendances() == []
    token = phone.get("/h/kirim").json["csrf"]
    assert phone.post("/h/kirim", json=kept, headers={"X-CSRFToken": token}).json["results"][0]["outcome"] == "new"


def test_a07_late_self_check_in_is_late_not_absent(app: Any, as_user: Any, session: Any, wati: Any) -> None:
    with clock.freeze(wib("09:10")):
        phone = as_user.ticket(wati)
        tap(phone, scanned(app, phone, session))
    assert attendances()[0].late_minutes == 40


@pytest.mark.parametrize("spell", [str, str.lower, lambda code: f"{code[:3]}-{code[3:]}", lambda code: f" {code}/ "])
def test_a10_the_typed_code_works_like_the_picture(app: Any, as_user: Any, session: Any, wati: Any, spell: Any) -> None:
    phone = as_user.ticket(wati)
    answer = phone.post("/h", data={"code": spell(code_of(app, session))})
    assert answer.status_code == 303
    page = phone.get(answer.location)
    assert page.status_code == 200
    assert tap(phone, claim_on(page)).status_code == 200
    assert len(attendances()) == 1


@pytest.mark.parametrize(("time", "title"), [("07:35", "Kepemimpinan"), ("10:05", "Keuangan")])
def test_the_typed_code_works_before_the_start_and_in_breaks(
    app: Any, as_user: Any, session: Any, wati: Any, add_session: Any, time: str, title: str
) -> None:
    add_session("10:00", "10:15", title="Rehat", kind=SessionKind.BREAK, jp=0)
    add_session("10:15", "12:00", title="Keuangan")
    with clock.freeze(wib(time)):
        staff, phone = as_user.committee(wati.workshop), as_user.ticket(wati)
        screen = staff.get(
            f"/kelola/lokakarya/{wati.workshop_id}/presensi/layar", headers={"Accept": "application/json"}
        )
        answer = phone.post("/h", data={"code": screen.json["code"]})
        assert answer.status_code == 303
        assert title in phone.get(answer.location).text
        assert title in phone.get("/tiket").text


@pytest.mark.parametrize(("typed", "reason"), [("", "wajib"), ("A" * 13, "12"), ("AAAAAA", "belum cocok")])
def test_a_wrong_typed_code_stays_on_the_form_with_a_reason(
    as_user: Any, session: Any, wati: Any, typed: str, reason: str
) -> None:
    page = as_user.ticket(wati).post("/h", data={"code": typed})
    assert page.status_code == 422
    assert reason in page.text
    assert 'aria-invalid="true"' in page.text
    assert 'id="code"' in page.text


def test_a10_wrong_typed_codes_are_slowed_for_one_ticket_and_not_for_the_hall(
    as_user: Any, app: Any, session: Any, wati: Any, factories: Any
) -> None:
    guesser, neighbour = as_user.ticket(wati), as_user.ticket(factories.enrolment(workshop=wati.workshop))
    answers = [guesser.post("/h", data={"code": f"AAA{number:03}"}).status_code for number in range(22)]
    assert answers == [422] * 20 + [429] * 2
    assert neighbour.post("/h", data={"code": code_of(app, session)}).status_code == 303


def test_a11_sixty_phones_behind_one_address_get_in_within_a_minute(
    app: Any, as_user: Any, session: Any, factories: Any, wati: Any
) -> None:
    people = [wati, *(factories.enrolment(workshop=wati.workshop) for _ in range(59))]
    for person in people:
        phone = as_user.ticket(person)
        assert tap(phone, scanned(app, phone, session)).status_code == 200
    assert len(attendances()) == 60


def test_a12_a_shared_phone_can_name_another_ticket(
    app: Any, as_user: Any, session: Any, wati: Any, factories: Any
) -> None:
    friend = factories.enrolment(workshop=wati.workshop, ticket_code="FRNDXY")
    phone = as_user.ticket(wati)
    tap(phone, scanned(app, phone, session))
    tap(phone, scanned(app, phone, session), ticket_code="FRNDXY")
    assert {row.enrolment_id for row in attendances()} == {wati.id, friend.id}


def test_speakers_and_committee_check_in_with_their_tickets(
    app: Any, as_user: Any, session: Any, workshop: Any, factories: Any
) -> None:
    for role in (Role.NARASUMBER, Role.PANITIA):
        phone = as_user.ticket(factories.enrolment(workshop=workshop, role=role))
        assert tap(phone, scanned(app, phone, session)).status_code == 200
    assert len(attendances()) == 2


def test_a_badge_in_a_strangers_camera_shows_nothing_of_its_holder(
    client: Any, as_user: Any, wati: Any, session: Any
) -> None:
    url = f"/b/{badge_token(wati)}"
    page = client.get(url)
    assert page.status_code == 200
    for secret in ("Wati", "Enggang", "WATAB2", "0812"):
        assert secret not in page.text
    assert "/presensi/pemindai" not in page.text
    assert "/presensi/pemindai" in as_user.door(wati.workshop).get(url).text
    wati.badge_version += 1
    assert client.get(url).status_code == 404
    assert attendances() == []


def test_the_ticket_offers_check_in_only_while_it_is_possible(as_user: Any, session: Any, wati: Any) -> None:
    with clock.freeze(wib("07:00")):
        assert 'class="deed" aria-disabled="true"' in as_user.ticket(wati).get("/tiket").text
    with clock.freeze(wib("07:31")):
        assert 'class="deed deed-main" href="/h"' in as_user.ticket(wati).get("/tiket").text


def test_the_ticket_shows_since_when_its_holder_is_present(as_user: Any, door: Any, wati: Any) -> None:
    door.scan(wati)
    with clock.freeze(wib("08:40")):
        page = as_user.ticket(wati).get("/tiket").text
    assert "08.20 WIB" in page
    assert "aria-disabled" not in page
