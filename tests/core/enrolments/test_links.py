"""Personal links and typed codes: what opens a ticket, what does not, and what a wrong one says."""

from __future__ import annotations

from typing import Any

import pytest
from flask import url_for

from lms.core.accounts.models import LoginSession
from lms.core.enrolments import services
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.kernel.tokens import make_token


def link(enrolment: Any) -> str:
    return f"/t/{services.link_token(enrolment)}"


def test_a_link_opens_the_ticket_as_often_as_wanted(app, client, factories) -> None:
    enrolment = factories.enrolment()
    for browser in (client, app.test_client(), client):
        answer = browser.get(link(enrolment))
        assert (answer.status_code, answer.location) == (303, "/tiket")
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert enrolment.person.full_name in browser.get("/tiket").text


def test_opening_the_same_link_again_makes_no_further_session(client, factories) -> None:
    enrolment = factories.enrolment()
    client.get(link(enrolment))
    client.get(link(enrolment))
    assert db.session.query(LoginSession).filter_by(enrolment_id=enrolment.id).count() == 1


def test_a_link_replaces_whatever_the_cookie_held_but_the_language(client, factories, speak) -> None:
    speak(client, "en")
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    client.get(link(factories.enrolment()))
    with client.session_transaction() as cookie:
        assert cookie["language"] == "en"
        assert "planted" not in cookie


def test_an_old_cookie_opens_nothing_after_another_link(app, client, factories) -> None:
    first, second = factories.enrolment(), factories.enrolment()
    client.get(link(first))
    client.get(link(second))
    page = client.get("/tiket").text
    assert second.person.full_name in page
    assert first.person.full_name not in page


def test_staff_who_open_a_ticket_stay_staff(as_user, factories) -> None:
    enrolment = factories.enrolment()
    browser = as_user.committee(enrolment.workshop)
    browser.get(link(enrolment))
    assert enrolment.person.full_name in browser.get("/tiket").text
    assert browser.get("/kelola").status_code == 200
    assert browser.post("/tiket/lepas").status_code == 303
    assert browser.get("/tiket").location == "/tiket/masuk?next=/tiket"
    assert browser.get("/kelola").status_code == 200


def bad_links(enrolment: Any) -> dict[str, str]:
    good = services.link_token(enrolment)
    swapped = good[:-2] + ("b" if good[-2] != "b" else "c") + good[-1]
    return {
        "cut short": good[:-1],
        "one letter wrong": swapped,
        "of the badge": services.badge_token(enrolment),
        "of another version": make_token("ticket-link", enrolment.id, enrolment.link_version + 1),
        "of nobody": make_token("ticket-link", 2**31, 1),
        "of the largest number": make_token("ticket-link", 2**32 - 1, 1),
        "not a token": "%00%0d%0a",
        "letters of another script": "陈美兰" * 9,
    }


KINDS = ("cut short", "one letter wrong", "of the badge", "of another version", "of nobody", "of the largest number",
         "not a token", "letters of another script")  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_that_is_not_right_says_what_to_do_instead(client, factories, speak, kind) -> None:
    enrolment = factories.enrolment()
    for language, words in (("id", "Ketik kode tiket"), ("en", "Type the ticket code")):
        speak(client, language)
        answer = client.get(f"/t/{bad_links(enrolment)[kind]}")
        assert answer.status_code == 404
        assert words in answer.text
        assert enrolment.person.full_name not in answer.text
    assert client.get("/tiket").status_code == 302


def test_a_renewed_link_ends_the_old_one_its_code_and_its_sessions(app, client, factories) -> None:
    enrolment = factories.enrolment()
    old, old_code, old_badge = link(enrolment), enrolment.ticket_code, services.badge_token(enrolment)
    client.get(old)
    services.renew_link(enrolment_id=enrolment.id, actor=SYSTEM)
    assert client.get("/tiket").status_code == 302
    assert client.get(old).status_code == 404
    assert client.post("/tiket/masuk", data={"code": old_code}).status_code == 422
    assert services.badge_token(enrolment) != old_badge
    assert client.get(link(enrolment)).status_code == 303


def test_the_code_opens_the_ticket_however_it_is_typed(app, factories) -> None:
    enrolment = factories.enrolment(ticket_code="K7M4PQ")
    for typed in ("K7M4PQ", "k7m-4pq", " K7M 4PQ ", "k7m–4pq"):
        browser = app.test_client()
        answer = browser.post("/tiket/masuk", data={"code": typed})
        assert (answer.status_code, answer.location) == (303, "/tiket")
        assert enrolment.person.full_name in browser.get("/tiket").text


@pytest.mark.parametrize("typed", ["", "AAAAAA", "K7M", "'; DROP TABLE", "x" * 21, "\u202eK7M4P", "陈美兰陈美兰"])
def test_a_wrong_code_is_asked_again_in_both_languages(client, factories, speak, typed) -> None:
    factories.enrolment(ticket_code="K7M4PQ")
    lines = []
    for language in ("id", "en"):
        speak(client, language)
        answer = client.post("/tiket/masuk", data={"code": typed})
        assert answer.status_code == 422
        lines.append(answer.text.partition('id="code-error"')[2].partition("</p>")[0])
    assert all(lines)
    assert lines[0] != lines[1]


def test_guessing_is_slow_for_a_device_and_harmless_for_the_hall(app, client, factories) -> None:
    enrolment = factories.enrolment(ticket_code="K7M4PQ")
    answers = [client.post("/tiket/masuk", data={"code": f"AAAA{n:02d}"}).status_code for n in range(11)]
    assert answers == [422] * 10 + [429]
    assert client.post("/tiket/masuk", data={"code": "K7M4PQ"}).status_code == 429
    neighbour = app.test_client()  # the same address, another phone
    assert neighbour.post("/tiket/masuk", data={"code": "K7M4PQ"}).status_code == 303
    assert enrolment.person.full_name in neighbour.get("/tiket").text


def test_a_guesser_without_cookies_meets_the_limit_of_the_site(app, factories, monkeypatch) -> None:
    factories.enrolment(ticket_code="K7M4PQ")
    monkeypatch.setattr("lms.core.enrolments.tries.WRONG_ON_SITE", "3 per 1 hour")
    codes = [app.test_client().post("/tiket/masuk", data={"code": f"BBBB{n:02d}"}).status_code for n in range(5)]
    assert codes == [422, 422, 422, 429, 429]


def test_one_code_cannot_be_tried_without_end_from_many_devices(app, factories) -> None:
    codes = [app.test_client().post("/tiket/masuk", data={"code": "CCCCCC"}).status_code for _ in range(22)]
    assert codes == [422] * 20 + [429] * 2


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/tiket/data", "/tiket/data"),
        ("https://evil.example", "/tiket"),
        ("//evil.example", "/tiket"),
        ("/\\evil.example", "/tiket"),
        ("/\t/evil.example", "/tiket"),
        ("javascript:alert(1)", "/tiket"),
        ("", "/tiket"),
    ],
)
def test_after_the_code_only_own_pages_follow(client, factories, wanted, reached) -> None:
    factories.enrolment(ticket_code="K7M4PQ")
    answer = client.post("/tiket/masuk", data={"code": "K7M4PQ", "next": wanted})
    assert answer.location == reached


def test_whoever_has_no_ticket_is_asked_for_the_code_and_comes_back(client, factories) -> None:
    answer = client.get("/tiket/data")
    assert (answer.status_code, answer.location) == (302, "/tiket/masuk?next=/tiket/data")
    assert 'name="next" value="/tiket/data"' in client.get(answer.location).text


def test_the_link_in_messages_is_a_full_address(app, factories) -> None:
    with app.test_request_context():
        address = url_for("enrolments.open_link", token=services.link_token(factories.enrolment()), _external=True)
    assert address.startswith("http://localhost/t/")
    assert len(address) < 60
