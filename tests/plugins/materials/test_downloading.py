"""Downloads: before opening nobody gets a byte by any address, afterwards with headers that keep a file a file."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lms.core.enrolments.enums import EnrolmentStatus
from lms.kernel import clock
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.storage import storage
from lms.plugins.schedule.api import SessionKind, close_session, open_session
from tests.plugins.materials.conftest import materials, pdf, pptx, versions, wib

_own = re.compile(r"\b[0-9a-f]{12}\b")  # the number of the request


@pytest.fixture
def file(send: Any) -> str:
    """The address of a file that opens with its session."""
    assert send(pptx(), "Modul Satu.pptx").status_code == 303
    (row,) = materials()
    return f"/materi/{row.id}/Modul Satu.pptx"


def tries(address: str) -> list[tuple[str, str, dict[str, str]]]:
    number = address.split("/")[2]
    key = versions()[0].storage_key
    return [
        ("GET", address, {}),
        ("HEAD", address, {}),
        ("GET", address, {"Range": "bytes=0-99"}),
        ("HEAD", address, {"Range": "bytes=0-0"}),
        ("GET", address, {"If-None-Match": f'"{versions()[0].sha256}"'}),
        ("GET", address, {"Accept": "application/json"}),
        ("GET", f"{address}?versi=1", {}),
        ("GET", f"/materi/{number}/apa-saja.css", {}),
        ("GET", f"/materi/{number}/../{number}/x", {}),
        ("GET", f"/materi/0{number}/x", {}),
        ("GET", f"/{key}", {}),
        ("GET", f"/files/{key}", {}),
        ("GET", f"/static/{key}", {}),
        ("GET", f"/static/..%2f..%2f{key}", {}),
    ]


def test_before_opening_nobody_without_a_right_gets_a_byte_by_any_address(
    file: str, as_user: Any, factories: Any, workshop: Any, wati: Any, client: Any
) -> None:
    other = factories.workshop()
    people = {
        "participant": as_user.ticket(wati),
        "another speaker": as_user.ticket(factories.enrolment(workshop=workshop, role=Role.NARASUMBER)),
        "other workshop": as_user.ticket(factories.enrolment(workshop=other)),
        "other speaker": as_user.ticket(factories.enrolment(workshop=other, role=Role.NARASUMBER)),
        "other committee": as_user.committee(other),
        "door": as_user.door(workshop),
        "observer": as_user.observer("61"),
        "board": as_user.board_of(wati.affiliation_key),
        "nobody": client,
    }
    for who, browser in people.items():
        for method, url, headers in tries(file):
            answer = browser.open(url, method=method, headers=headers)
            expected = {302, 401, 404, 308} if who == "nobody" else {404, 308}
            assert answer.status_code in expected, (who, method, url, answer.status_code)
            for header in ("Content-Range", "ETag", "Content-Disposition"):
                assert header not in answer.headers, (who, url, header)
    assert [row.downloads for row in versions()] == [0]


def test_a_closed_file_answers_exactly_like_one_that_does_not_exist(file: str, as_user: Any, wati: Any) -> None:
    phone = as_user.ticket(wati)
    number = file.split("/")[2]
    closed, missing = phone.get(file), phone.get(file.replace(number, "999999", 1))
    assert closed.status_code == missing.status_code == 404
    shown = [
        _own.sub("", answer.text).replace(f"/materi/{known}/", "")
        for answer, known in ((closed, number), (missing, "999999"))
    ]
    assert shown[0] == shown[1]


def test_staff_and_the_own_speaker_get_it_at_once(file: str, as_user: Any, workshop: Any, speaker: Any) -> None:
    for browser in (as_user.admin(), as_user.organiser(workshop), as_user.committee(workshop), as_user.ticket(speaker)):
        assert browser.get(file).data == pptx()


def test_once_open_it_comes_with_safe_headers(file: str, as_user: Any, wati: Any) -> None:
    with clock.freeze(wib("08:30")):
        answer = as_user.ticket(wati).get(file)
    assert (answer.status_code, answer.data) == (200, pptx())
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    said = answer.headers
    assert said["Content-Disposition"] == 'attachment; filename="Modul Satu.pptx"'
    assert said["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in said["Content-Security-Policy"]
    assert "default-src 'none'" in said["Content-Security-Policy"]
    assert said["Cache-Control"] == "private, no-store"
    assert said["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in said
    assert int(said["Content-Length"]) == len(pptx())


def test_an_interrupted_download_goes_on_and_a_known_file_is_not_sent_again(file: str, as_user: Any, wati: Any) -> None:
    with clock.freeze(wib("08:30")):
        phone = as_user.ticket(wati)
        part = phone.get(file, headers={"Range": "bytes=100-199"})
        assert (part.status_code, part.data) == (206, pptx()[100:200])
        assert part.headers["Content-Range"] == f"bytes 100-199/{len(pptx())}"
        assert phone.get(file, headers={"Range": "bytes=99999999-"}).status_code == 416
        tag = phone.head(file).headers["ETag"]
        again = phone.get(file, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    assert [row.downloads for row in versions()] == [0]  # none of these was a download from the start


def test_downloads_are_counted_by_version(file: str, send: Any, as_user: Any, workshop: Any) -> None:
    client = as_user.committee(workshop)
    client.get(file)
    send(pdf(2), "Baru.pdf", url=f"/tiket/materi/berkas/{materials()[0].id}/versi")
    for _ in range(2):
        client.get(file)
    client.get(f"{file}?versi=1")
    assert [(row.number, row.downloads) for row in versions()] == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("opens", "moments"),
    [
        ("with_session", {"08:29": 404, "08:30": 200, "10:01": 200}),
        ("after_session", {"08:30": 404, "09:59": 404, "10:00": 200}),
        ("at_once", {"00:00": 200}),
        ("hidden", {"08:30": 404, "23:00": 404}),
    ],
)
def test_each_rule_opens_at_its_time(send: Any, as_user: Any, wati: Any, opens: str, moments: dict[str, int]) -> None:
    send(pdf(), "Modul.pdf", opens=opens)
    address = f"/materi/{materials()[0].id}/x"
    for moment, status in moments.items():
        with clock.freeze(wib(moment)):
            assert as_user.ticket(wati).get(address).status_code == status, moment


def test_opening_and_closing_by_hand_decides_before_the_clock(
    app: Any, send: Any, as_user: Any, wati: Any, session: Any
) -> None:
    send(pdf(1), "Awal.pdf", title="Awal")
    send(pdf(2), "Akhir.pdf", title="Akhir", opens="after_session")
    early, late = (f"/materi/{row.id}/x" for row in materials())
    phone = as_user.ticket(wati)

    def answers() -> tuple[int, int]:
        return phone.get(early).status_code, phone.get(late).status_code

    assert answers() == (404, 404)
    with app.test_request_context():
        open_session(session_id=session.id, actor=SYSTEM)
    assert answers() == (200, 404)
    with app.test_request_context():
        close_session(session_id=session.id, actor=SYSTEM)
    assert answers() == (200, 200)


@pytest.mark.parametrize("status", [EnrolmentStatus.CANCELLED, EnrolmentStatus.WAITLISTED])
def test_who_has_no_seat_gets_no_file_even_when_it_is_open(send: Any, as_user: Any, wati: Any, status: Any) -> None:
    send(pdf(), "Modul.pdf", opens="at_once")
    address = f"/materi/{materials()[0].id}/x"
    phone = as_user.ticket(wati)
    assert phone.get(address).status_code == 200
    wati.status = status
    db.session.flush()
    assert phone.get(address).status_code == 404
    assert phone.get("/tiket/materi").status_code == 404


@pytest.mark.parametrize(
    "name", ['a"b\r\nX-Evil: 1.pdf', "gpj.\u202efdp", "教材 José.pdf", "x" * 400 + ".pdf", "..\\..\\a.pdf"]
)
def test_no_file_name_breaks_the_headers(send: Any, as_user: Any, workshop: Any, name: str) -> None:
    assert send(pdf(), name, title="Modul").status_code == 303
    row = versions()[0]
    answer = as_user.committee(workshop).get(f"/materi/{row.material_id}/{row.filename}")
    assert answer.data == pdf()
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment; filename")
    assert "X-Evil" not in answer.headers
    assert not {"\r", "\n", "\u202e", "\\"} & set(said)
    assert len(said) < 700


def test_the_ticket_lists_what_is_open_what_comes_and_nothing_of_the_committee(
    send: Any, as_user: Any, wati: Any, speaker: Any
) -> None:
    send(pdf(1), "a.pdf", title="Nanti")
    send(pdf(2), "b.pdf", title="Sekarang", opens="at_once")
    send(pdf(3), "c.pdf", title="Kunci jawaban", opens="hidden")
    later, current, hidden = materials()
    page = as_user.ticket(wati).get("/tiket/materi").text
    assert "Nanti" in page
    assert f"/materi/{current.id}/" in page
    assert f"/materi/{later.id}/" not in page
    assert "Kunci jawaban" not in page
    assert "1 dari 2" in as_user.ticket(wati).get("/tiket").text
    own = as_user.ticket(speaker).get("/tiket/materi").text
    for row in (later, current, hidden):
        assert f"/materi/{row.id}/" in own


def test_a_speaker_of_any_kind_of_slot_can_upload_there(
    send: Any, as_user: Any, speaker: Any, add_session: Any, wati: Any, workshop: Any
) -> None:
    opening = add_session("08:00", "08:30", title="Pembukaan", kind=SessionKind.CEREMONY, jp=0, speakers=[speaker])
    db.session.expire(opening)
    url = f"/tiket/materi/{opening.id}/unggah"
    assert url in as_user.ticket(speaker).get("/tiket/materi").text
    assert send(pdf(), "Sambutan.pdf", url=url, opens="at_once").status_code == 303
    assert "Sambutan" in as_user.ticket(wati).get("/tiket/materi").text
    assert "Sambutan" in as_user.committee(workshop).get(f"/kelola/lokakarya/{workshop.id}/materi").text


def test_missing_bytes_are_not_found_and_not_counted_as_an_error(
    app: Any, file: str, as_user: Any, workshop: Any
) -> None:
    with app.test_request_context():
        storage().backend.delete(versions()[0].storage_key)
    assert as_user.committee(workshop).get(file).status_code == 404


def test_the_list_costs_the_same_statements_however_many_files(
    send: Any, as_user: Any, workshop: Any, wati: Any, count_statements: Any
) -> None:
    client, phone = as_user.committee(workshop), as_user.ticket(wati)
    costs = []
    for number in range(1, 4):
        send(pdf(number), "a.pdf", title=f"Modul {number}")
        for browser, url in ((client, f"/kelola/lokakarya/{workshop.id}/materi"), (phone, "/tiket/materi")):
            db.session.expire_all()
            browser.get(url)
            db.session.expire_all()
            count_statements()
            assert browser.get(url).status_code == 200
            costs.append(count_statements())
    assert costs[2:4] == costs[4:6]


@pytest.mark.parametrize(
    ("language", "words"), [("id", ["Materi", "Unggah materi"]), ("en", ["Materials", "Upload material"])]
)
def test_the_pages_speak_both_languages(
    as_user: Any, speaker: Any, session: Any, language: str, words: list[str]
) -> None:
    client = as_user.ticket(speaker)
    with client.session_transaction() as cookie:
        cookie["language"] = language
    page = client.get("/tiket/materi").text
    for word in words:
        assert word in page, word
