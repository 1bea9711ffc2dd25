"""The scanner of the committee: one answer a scan, once a person, and a reason for every refusal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.services import badge_token, link_token
from lms.kernel import clock
from lms.kernel.permissions import SYSTEM
from lms.kernel.settings import set_setting
from lms.kernel.tokens import make_token
from lms.plugins.checkin import services
from lms.plugins.checkin.enums import Direction, Method, Reason, Verdict
from lms.plugins.schedule.api import SessionKind
from tests.plugins.checkin.conftest import attendances, scans, wib

CODE_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def test_a15_a_badge_marks_its_holder_present_in_one_answer(door: Any, wati: Any) -> None:
    answer = door.scan(wati)
    assert answer.status_code == 200
    said = answer.json
    assert said == {
        "verdict": "present",
        "reason": None,
        "kind": "ok",
        "icon": "circle-check",
        "title": "Wati Lestari",
        "text": "Hadir 08.20",
        "affiliation": "LKSA Tunas Enggang",
        "enrolment_id": wati.id,
        "present": 1,
        "expected": 1,
    }
    (row,) = attendances()
    assert (row.enrolment_id, row.at, row.late_minutes, row.method) == (wati.id, wib("08:20"), 0, Method.BADGE)


def test_second_scan_says_already_present_with_the_first_time(door: Any, wati: Any) -> None:
    door.scan(wati)
    with clock.freeze(wib("08:41")):
        said = door.scan(wati).json
    assert (said["verdict"], said["kind"], said["present"]) == ("already", "warn", 1)
    assert "08.20" in said["text"]
    assert [scan.verdict for scan in scans()] == [Verdict.PRESENT, Verdict.ALREADY]
    assert [row.at for row in attendances()] == [wib("08:20")]


def test_same_scan_sent_five_times_is_one_row_and_the_same_answer(door: Any, wati: Any) -> None:
    answers = [door.scan(wati, client_id="lost-signal").json for _ in range(5)]
    assert answers == [answers[0]] * 5
    assert answers[0]["verdict"] == "present"
    assert len(scans()) == len(attendances()) == 1


def test_refused_scan_sent_again_is_refused_alike_and_stored_once(door: Any) -> None:
    answers = [door.scan("ABCDEF", client_id="same").json for _ in range(3)]
    assert answers == [answers[0]] * 3
    (row,) = scans()
    assert (row.verdict, row.reason, row.enrolment_id) == (Verdict.REFUSED, Reason.UNKNOWN, None)


def test_same_scan_id_for_somebody_else_is_misuse(door: Any, wati: Any, factories: Any, workshop: Any) -> None:
    other = factories.enrolment(workshop=workshop)
    door.scan(wati, client_id="one")
    said = door.scan(other, client_id="one").json
    assert (said["verdict"], said["reason"]) == ("refused", "misused_scan")
    assert [row.enrolment_id for row in attendances()] == [wati.id]


def test_same_scan_id_at_another_session_is_misuse(door: Any, wati: Any, add_session: Any) -> None:
    later = add_session("10:30", "12:00", title="Keuangan")
    door.scan(wati, client_id="one")
    assert door.scan(wati, client_id="one", sesi=later.id).json["reason"] == "misused_scan"
    assert len(attendances()) == 1


def test_retry_of_a_scan_that_was_taken_back_does_not_claim_presence(door: Any, wati: Any) -> None:
    door.scan(wati, client_id="slow")
    door.undo(wati)
    said = door.scan(wati, client_id="slow").json
    assert (said["verdict"], said["kind"], said["present"]) == ("undone", "bad", 0)
    assert attendances() == []


def test_two_sessions_are_two_attendances(door: Any, wati: Any, add_session: Any) -> None:
    later = add_session("10:30", "12:00", title="Keuangan")
    door.scan(wati)
    assert door.scan(wati, sesi=later.id).json["verdict"] == "present"
    assert {row.session_id for row in attendances()} == {door.session.id, later.id}


@pytest.mark.parametrize(
    "spell",
    [
        str.upper,
        lambda token: f"  {token}\r\n",
        lambda token: f"{token[:9]} {token[9:]}",
        lambda token: f"https://lokakarya.test/b/{token}",
        lambda token: f"HTTPS://LOKAKARYA.TEST/B/{token.upper()}/",
        lambda token: quote(f"https://lokakarya.test/b/{token}", safe=""),
        lambda token: f"{token}%0A",
    ],
)
def test_a_badge_is_read_in_every_spelling(door: Any, wati: Any, spell: Any) -> None:
    assert door.scan(spell(badge_token(wati))).json["enrolment_id"] == wati.id


@pytest.mark.parametrize("typed", ["WATAB2", "watab2", "WAT-AB2", " wat ab2 "])
def test_a_typed_code_counts_as_typed(door: Any, wati: Any, typed: str) -> None:
    assert door.scan(typed).json["enrolment_id"] == wati.id
    assert attendances()[0].method is Method.TYPED


def test_no_changed_character_of_a_badge_is_accepted(door: Any, wati: Any) -> None:
    token = badge_token(wati)
    for place, letter in enumerate(token):
        other = next(char for char in CODE_LETTERS if char != letter)
        said = door.scan(f"{token[:place]}{other}{token[place + 1 :]}").json
        assert (said["verdict"], said["reason"], said["enrolment_id"]) == ("refused", "unknown", None), place
        assert "Wati" not in str(said)
    assert attendances() == []


def test_the_last_character_of_a_badge_has_no_spare_bits(door: Any, wati: Any) -> None:
    token = badge_token(wati)
    accepted = [char for char in CODE_LETTERS if door.scan(token[:-1] + char).json["verdict"] != "refused"]
    assert accepted == [token[-1]]


@pytest.mark.parametrize(
    "text",
    ["A", "0", "-----", "🎫", "а" * 26, "../../etc/passwd", "' OR 1=1 --", "<script>", "%00", "x" * 300, "١٢٣٤٥٦"],
)
def test_malformed_codes_are_unknown(door: Any, wati: Any, text: str) -> None:
    said = door.scan(text)
    assert (said.status_code, said.json["verdict"], said.json["reason"]) == (200, "refused", "unknown")
    assert attendances() == []


def test_other_tokens_of_the_house_are_no_badges(door: Any, wati: Any) -> None:
    for token in (link_token(wati), make_token("badge", 2**32 - 1, 1), make_token("badge", 0, 0)):
        assert door.scan(token).json["reason"] == "unknown"
    assert attendances() == []


def test_a_replaced_badge_is_refused_as_replaced(door: Any, wati: Any) -> None:
    old = badge_token(wati)
    wati.badge_version += 1
    assert door.scan(old).json["reason"] == "revoked_badge"
    assert door.scan(wati).json["verdict"] == "present"


@pytest.mark.parametrize("is_old", [False, True])
def test_a_badge_of_another_workshop_says_so_and_nothing_of_its_holder(door: Any, factories: Any, is_old: bool) -> None:
    stranger = factories.enrolment(affiliation="LKSA Rahasia", person=factories.person(full_name="Tamu Asing"))
    token = badge_token(stranger)
    stranger.badge_version += is_old
    said = door.scan(token).json
    assert (said["verdict"], said["reason"], said["enrolment_id"]) == ("refused", "other_workshop", None)
    page = door.scan(token, page=True)
    assert page.status_code == 409
    for text in (str(said), page.text):
        assert "Tamu Asing" not in text
        assert "LKSA Rahasia" not in text
    assert attendances() == []


@pytest.mark.parametrize(
    ("status", "reason"), [(EnrolmentStatus.CANCELLED, "cancelled"), (EnrolmentStatus.WAITLISTED, "waitlisted")]
)
def test_who_has_no_seat_is_refused_by_badge_code_and_choice(door: Any, wati: Any, status: Any, reason: str) -> None:
    wati.status = status
    for answer in (door.scan(wati), door.scan(wati.ticket_code), door.pick(wati)):
        assert (answer.json["verdict"], answer.json["reason"]) == ("refused", reason)
        assert answer.json["text"]
    assert attendances() == []
    assert [scan.reason for scan in scans()] == [Reason(reason)] * 3


def test_a_refused_scan_does_not_block_a_later_good_one(door: Any, wati: Any) -> None:
    wati.status = EnrolmentStatus.WAITLISTED
    door.scan(wati)
    wati.status = EnrolmentStatus.CONFIRMED
    assert door.scan(wati).json["verdict"] == "present"


@pytest.mark.parametrize(
    ("clock_time", "late"), [("08:29", 0), ("08:30", 0), ("08:45", 0), ("08:46", 16), ("09:30", 60)]
)
def test_late_begins_after_the_tolerance_and_counts_from_the_start(
    door: Any, wati: Any, clock_time: str, late: int
) -> None:
    with clock.freeze(wib(clock_time)):
        said = door.scan(wati).json
    assert attendances()[0].late_minutes == late
    assert ("terlambat" in said["text"]) is bool(late)


def test_the_tolerance_is_a_setting_of_the_workshop(door: Any, wati: Any, workshop: Any) -> None:
    set_setting("checkin.late_after_minutes", 5, scope="workshop", scope_id=workshop.id)
    with clock.freeze(wib("08:36")):
        assert "6 menit" in door.scan(wati).json["text"]


def offline(session: Any, wati: Any, client_id: str, time: str) -> services.Outcome:
    return services.check_in(
        session=session,
        enrolment=wati,
        method=Method.BADGE,
        device="tablet",
        client_id=client_id,
        actor=SYSTEM,
        at=wib(time),
    )


def test_an_earlier_scan_that_arrives_late_wins(app: Any, session: Any, wati: Any) -> None:
    with app.test_request_context():
        offline(session, wati, "b", "08:55")
        outcome = offline(session, wati, "a", "08:25")
        assert (outcome.verdict, outcome.at, outcome.late_minutes) == (Verdict.ALREADY, wib("08:25"), 0)
        assert offline(session, wati, "c", "09:10").at == wib("08:25")
    assert [(row.at, row.late_minutes) for row in attendances()] == [(wib("08:25"), 0)]
    assert [scan.at for scan in scans()] == [wib("08:55"), wib("08:25"), wib("09:10")]


def test_leaving_is_counted_beside_coming(app: Any, session: Any, wati: Any, door: Any) -> None:
    door.scan(wati)
    with app.test_request_context():
        outcome = services.check_in(
            session=session,
            enrolment=wati,
            method=Method.BADGE,
            device="tablet",
            client_id="out",
            actor=SYSTEM,
            at=wib("09:40"),
            direction=Direction.OUT,
        )
    assert (outcome.verdict, outcome.late_minutes) == (Verdict.PRESENT, 0)
    assert {row.direction for row in attendances()} == {Direction.IN, Direction.OUT}
    assert "pulang 09.40" in door.client.get(f"/kelola/lokakarya/{session.workshop_id}/kehadiran?hanya=semua").text


def test_every_scan_can_answer_who_when_where_and_how(door: Any, wati: Any) -> None:
    door.scan(wati)
    (scan,) = scans()
    assert (scan.workshop_id, scan.session_id, scan.enrolment_id) == (wati.workshop_id, door.session.id, wati.id)
    assert (scan.server_time, scan.client_time, scan.method) == (wib("08:20"), None, Method.BADGE)
    assert len(scan.device) == 16
    assert scan.account_id == attendances()[0].account_id is not None


def test_without_script_the_page_answers_with_the_same_words(door: Any, wati: Any) -> None:
    page = door.scan(wati, page=True)
    assert page.status_code == 200
    assert "Wati Lestari" in page.text
    assert f"/presensi/{wati.id}/batal" in page.text
    refused = door.scan("ABCDEF", page=True)
    assert refused.status_code == 409
    assert "Kode ini tidak dikenal" in refused.text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"code": "", "client_id": "x"}, "code"),
        ({"code": "   ", "client_id": "x"}, "code"),
        ({"code": "A" * 301, "client_id": "x"}, "code"),
        ({"code": "ABCDEF", "client_id": ""}, "client_id"),
        ({"code": "ABCDEF", "client_id": "x" * 65}, "client_id"),
    ],
)
def test_a_form_that_is_not_filled_in_right_names_field_and_reason(door: Any, form: dict[str, str], field: str) -> None:
    answer = door.post("pemindai", **form)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert answer.json["text"]
    page = door.post("pemindai", page=True, **form)
    assert page.status_code == 422
    assert answer.json["text"] in page.text.replace("&#39;", "'")
    assert scans() == []


@pytest.mark.parametrize("sesi", ["x", "1x", "-1", "0", "²", "9" * 12, "9" * 40, "1e3"])
def test_a_session_that_is_none_is_not_found_instead_of_taken_for_another(door: Any, wati: Any, sesi: str) -> None:
    assert door.scan(wati, sesi=sesi).status_code == 404
    assert door.client.get(f"{door.base}/pemindai?sesi={sesi}").status_code == 404
    assert attendances() == []


def test_sessions_of_other_workshops_and_breaks_take_no_scans(
    door: Any, wati: Any, add_session: Any, factories: Any
) -> None:
    foreign = add_session(workshop=factories.workshop(starts_on=wib("08:00").date(), ends_on=wib("08:00").date()))
    coffee = add_session("10:00", "10:15", title="Rehat", kind=SessionKind.BREAK, jp=0)
    for row in (foreign, coffee):
        assert door.scan(wati, sesi=row.id).status_code == 404
    assert attendances() == []


def test_without_an_agenda_the_scanner_sends_to_the_board(as_user: Any, factories: Any) -> None:
    bare = factories.workshop()
    client, base = as_user.door(bare), f"/kelola/lokakarya/{bare.id}"
    for path in ("pemindai", "tamu"):
        answer = client.get(f"{base}/presensi/{path}")
        assert (answer.status_code, answer.location) == (303, f"{base}/kehadiran")
    assert client.get(f"{base}/kehadiran").status_code == 200
    assert client.get(f"{base}/kehadiran", headers={"HX-Request": "true"}).status_code == 200
    assert client.get(f"{base}/presensi/cari?q=wati").status_code == 200
    assert client.post(f"{base}/presensi/pemindai", data={"code": "X", "client_id": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("day", "time", "title"),
    [
        (1, "07:00", "Kepemimpinan"),
        (1, "09:00", "Kepemimpinan"),
        (1, "10:10", "Keuangan"),
        (1, "20:00", "Arsip"),
        (2, "07:50", "Arsip"),
        (2, "18:00", "Arsip"),
    ],
)
def test_the_scanner_opens_with_the_running_session_else_the_next_else_the_last(
    as_user: Any, workshop: Any, session: Any, add_session: Any, day: int, time: str, title: str
) -> None:
    add_session("10:00", "10:15", title="Rehat", kind=SessionKind.BREAK, jp=0)
    add_session("10:15", "12:00", title="Keuangan")
    add_session("08:30", "10:00", title="Arsip", day=2)
    with clock.freeze(wib(time, day)):
        page = as_user.door(workshop).get(f"/kelola/lokakarya/{workshop.id}/presensi/pemindai")
    assert f"Pemindai, {title}</h1>" in page.text


@pytest.mark.parametrize("path", ["pemindai", "pilih", "tamu", "1/batal"])
def test_nothing_is_recorded_by_reading_an_address(door: Any, wati: Any, path: str) -> None:
    query = f"sesi={door.session.id}&code={badge_token(wati)}&enrolment_id={wati.id}&client_id=1&reason=x"
    for method in ("GET", "HEAD"):
        assert door.client.open(f"{door.base}/{path}?{query}", method=method).status_code in {200, 405}
    assert scans() == attendances() == []


def test_one_scan_costs_the_same_statements_however_many_people(
    door: Any, factories: Any, workshop: Any, wati: Any, count_statements: Any
) -> None:
    door.scan(wati)
    people = [factories.enrolment(workshop=workshop) for _ in range(6)]
    costs = []
    for person in people:
        token = badge_token(person)
        count_statements()
        assert door.scan(token).json["verdict"] == "present"
        costs.append(count_statements())
    assert len(set(costs)) == 1
    assert costs[0] <= 8


def test_a_claim_of_the_future_is_not_needed_for_old_scans(app: Any, session: Any, wati: Any) -> None:
    with app.test_request_context(), clock.freeze(wib("10:00") + timedelta(days=3)):
        assert offline(session, wati, "queued", "08:31").verdict is Verdict.PRESENT
    assert attendances()[0].at == wib("08:31")
