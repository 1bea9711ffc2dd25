"""Narasumber: adding them, their link, their page."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from lms.kernel.permissions import Role
from lms.plugins.schedule import queries
from lms.plugins.schedule.api import SessionState

SENT = {
    "full_name": "Ratna Wulandari",
    "title_front": "Dra. Hj.",
    "title_back": "M.Si.",
    "organisation": "Dinas Sosial",
    "phone": "0812-0000-0001",
}


@pytest.fixture
def url(workshop: Any) -> str:
    return f"/kelola/lokakarya/{workshop.id}/narasumber"


def test_a_new_speaker_gets_sessions_and_a_link_to_send(workshop, url, as_user, add_session) -> None:
    first, second = add_session(), add_session("10:00", "11:00")
    browser = as_user.committee(workshop)
    answer = browser.post(url, data={**SENT, "session_ids": [str(first.id), str(second.id)]})
    assert answer.status_code == 303
    (speaker,) = queries.speakers_of(workshop.id)
    assert speaker.person.formal_name == "Dra. Hj. Ratna Wulandari, M.Si."
    assert (speaker.role, speaker.affiliation) == (Role.NARASUMBER, "Dinas Sosial")
    assert [row.id for row in queries.sessions_of_speaker(speaker.id)] == [first.id, second.id]
    page = unquote(browser.get(url).text)
    assert "https://wa.me/6281200000001?text=" in page
    assert "/t/" in page
    assert page.count("Kepemimpinan") >= 2


def test_the_message_is_short_and_ends_with_the_link(app, workshop, add_session, add_speaker) -> None:
    from lms.plugins.schedule.invitations import invitations_of

    add_session(speakers=[add_speaker()])
    with app.test_request_context():
        (row,) = invitations_of(workshop)
    text = unquote(row.whatsapp.partition("?text=")[2])
    assert len(text) < 700
    assert text.endswith(row.link)
    assert "08.30" in text


def test_adding_the_same_speaker_twice_makes_one(workshop, url, as_user) -> None:
    browser = as_user.committee(workshop)
    for _time in range(2):
        assert browser.post(url, data=SENT).status_code == 303
    assert len(queries.speakers_of(workshop.id)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"full_name": "123"},
        {"phone": "0812"},
        {"session_ids": "999999"},
        {"organisation": "x" * 201},
        {"position": "x" * 101},
        {"full_name": ""},
    ],
)
def test_bad_input_is_refused_and_kept(workshop, url, as_user, change) -> None:
    answer = as_user.committee(workshop).post(url, data={**SENT, **change})
    assert answer.status_code == 422
    assert "M.Si." in answer.text
    assert queries.speakers_of(workshop.id) == []


def test_a_removed_speaker_leaves_the_label(workshop, url, as_user, add_session, add_speaker, factories) -> None:
    speaker = add_speaker()
    session = add_session(speakers=[speaker], speaker_label="Narasumber 1")
    browser = as_user.committee(workshop)
    assert browser.post(f"{url}/{speaker.id}/batal").status_code == 303
    assert (session.speaker_text, queries.speakers_of(workshop.id)) == ("Narasumber 1", [])
    participant = factories.enrolment(workshop=workshop)
    assert browser.post(f"{url}/{participant.id}/batal").status_code == 404
    assert participant.is_confirmed


def test_a_speaker_opens_and_closes_own_sessions_only(workshop, as_user, add_session, add_speaker, factories) -> None:
    speaker = add_speaker()
    own, foreign = add_session(speakers=[speaker]), add_session("10:00", "11:00")
    browser = as_user.ticket(speaker)
    assert browser.post(f"/tiket/sesi/{own.id}/buka").status_code == 303
    assert own.state is SessionState.OPEN
    assert browser.post(f"/tiket/sesi/{own.id}/tutup").status_code == 303
    assert own.state is SessionState.CLOSED
    assert browser.post(f"/tiket/sesi/{foreign.id}/buka").status_code == 404
    participant = as_user.ticket(factories.enrolment(workshop=workshop))
    assert participant.post(f"/tiket/sesi/{own.id}/buka").status_code == 404
    assert foreign.state is SessionState.PLANNED
