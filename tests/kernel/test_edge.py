"""The edge of the whole site: what is refused before a view runs, and what every answer carries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import IntegerConverter

from lms.kernel import limits
from lms.kernel.db import db
from lms.kernel.permissions import BEARER, Permission, Role, Scope
from lms.testing.factories import PASSWORD

TRACE = re.compile(r"Traceback|\.py\b|line \d+|sqlalchemy|psycopg|sqlite3|werkzeug|/lms/", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _fresh_limits(app: Flask) -> None:
    app.extensions[limits._EXTENSION].limiter.storage.reset()


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    """The app as it runs for people: forms need their token."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


# Tried with `csrf.init_app` taken out: every POST below went through.
def test_every_form_of_the_site_needs_its_token(guarded: Flask, as_user: Any) -> None:
    browser = as_user.admin()
    asked = 0
    for rule in guarded.url_map.iter_rules():
        access = getattr(guarded.view_functions[rule.endpoint], "__lms_access__", None)
        if "POST" not in (rule.methods or ()) or access == BEARER:  # a cookie opens nothing there
            continue
        values = {name: 1 if isinstance(kind, IntegerConverter) else "a" for name, kind in rule._converters.items()}
        with guarded.test_request_context():
            address = guarded.url_for(rule.endpoint, **values)
        answer = browser.post(address, data={"x": "1"})
        assert answer.status_code in {400, 404, 405}, (rule.endpoint, answer.status_code)
        asked += answer.status_code == 400
    assert asked > 60


def test_a_missing_a_foreign_and_an_old_token_meet_a_clear_page(guarded: Flask, as_user: Any, factories: Any) -> None:
    mine, other = as_user.admin(), as_user.admin()
    foreign = token_of(other.get("/kelola/akun/baru").text)
    own = token_of(mine.get("/kelola/akun/baru").text)
    words = {"id": "Muat ulang", "en": "Reload the page"}
    data = {"name": "Rina", "email": "rina@contoh.id", "password": "kuda laut membaca"}
    for language, text in words.items():
        mine.get(f"/bahasa/{language}")
        for token in ("", foreign, own[:-3], "x" * 5_000):
            answer = mine.post("/kelola/akun/baru", data={**data, "csrf_token": token})
            assert answer.status_code == 400
            assert text in answer.text
            assert answer.headers["X-Request-ID"] in answer.text
    assert mine.post("/kelola/akun/baru", data={**data, "csrf_token": own}).status_code == 303


def test_signing_in_needs_a_token_too(guarded: Flask, factories: Any) -> None:
    factories.account(email="sari@contoh.id")
    browser = guarded.test_client()
    data = {"login": "sari@contoh.id", "password": PASSWORD}
    assert browser.post("/masuk", data=data).status_code == 400
    token = token_of(browser.get("/masuk").text)
    assert browser.post("/masuk", data={**data, "csrf_token": token}).status_code == 303


def test_json_is_no_way_around_the_token(guarded: Flask, as_user: Any) -> None:
    body = json.dumps({"name": "Rina"})
    for kind in ("application/json", "text/plain", ""):
        assert as_user.admin().post("/kelola/akun/baru", data=body, content_type=kind).status_code == 400


# Tried without TRUSTED_HOSTS: the page came, and its links named the other host.
@pytest.mark.parametrize("host", ["evil.test", "localhost.evil.test", "localhost@evil.test", "a b", ""])
def test_a_foreign_host_gets_no_page(app: Flask, client: Any, host: str) -> None:
    answer = client.get("/masuk", headers={"Host": host}, environ_overrides={"HTTP_HOST": host})
    if host:
        assert answer.status_code == 400
        assert "X-Request-ID" in answer.headers
    assert "evil" not in answer.text


def test_a_forwarded_host_is_not_believed(client: Any, factories: Any) -> None:
    workshop = factories.workshop()
    for name in ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"):
        page = client.get(f"/lokakarya/{workshop.slug}", headers={name: "evil.test"})
        assert page.status_code == 200
        assert "evil.test" not in page.text


PUBLIC = ["/", "/masuk", "/tiket/masuk", "/halaman/privasi", "/halaman/bantuan", "/tidak-ada", "/kelola", "/t/abc"]


# Tried with `_decorate` taken out of after_request: no page had any of them.
@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_carries_the_headers(client: Any, path: str) -> None:
    check_headers(client.get(path))


def test_every_page_of_staff_and_tickets_carries_the_headers(as_user: Any, factories: Any) -> None:
    enrolment = factories.enrolment()
    base = f"/kelola/lokakarya/{enrolment.workshop_id}"
    for browser, paths in (
        (as_user.admin(), ["/kelola", "/kelola/akun", "/kelola/cari?q=abc", base, f"{base}/peserta", f"{base}/agenda"]),
        (as_user.ticket(enrolment), ["/tiket", "/tiket/data", "/tiket/data.json", "/tiket/tiket.png", "/kelola/akun"]),
    ):
        for path in paths:
            answer = browser.get(path)
            check_headers(answer)
            assert "no-store" in answer.headers["Cache-Control"]
            assert "Cookie" in answer.headers["Vary"]


def check_headers(answer: Any) -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";"))
    assert "unsafe" not in str(rules)
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == "'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    # The personal link and the typed code stand in addresses: other sites must not learn them.
    assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert "microphone=()" in answer.headers["Permissions-Policy"]
    assert "Server" not in answer.headers
    if answer.mimetype == "text/html":
        page = answer.get_data(as_text=True)
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")[^>]*>\s*\S", page)
        assert not re.search(r"\son[a-z]+=\"|<style|\sstyle=\"|javascript:", page)


def test_a_body_that_is_too_large_meets_a_page_in_both_languages(client: Any) -> None:
    for language, words in (("id", "terlalu besar"), ("en", "too large")):
        client.get(f"/bahasa/{language}")
        for path in ("/masuk", "/tiket/masuk", "/keluar"):
            answer = client.post(path, data={"login": "x" * 1_500_000})
            assert answer.status_code == 413
            assert words in answer.text
            assert answer.headers["X-Request-ID"] in answer.text


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]


def ask(status: int, browser: Any, guarded: Flask) -> Any:
    match status:
        case 400:
            return browser.post("/masuk", data={})
        case 403:
            return browser.get("/kelola/akun")
        case 404:
            return browser.get("/lokakarya/tidak-ada")
        case 405:
            return browser.get("/keluar")
        case 413:
            return browser.post("/masuk", data={"login": "x" * 1_500_000})
        case 422:
            guarded.config["WTF_CSRF_ENABLED"] = False
            return browser.post("/masuk", data={"login": ""})
        case _:
            # A real fault: the table is gone until the test's transaction is rolled back.
            db.session.execute(sa.text("ALTER TABLE core_workshop RENAME TO core_workshop_gone"))
            return browser.get("/")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 422, 500])
def test_an_error_names_its_request_and_shows_no_inside(
    guarded: Flask, as_user: Any, factories: Any, capsys: pytest.CaptureFixture[str], status: int
) -> None:
    workshop = factories.workshop()
    browser = as_user.door(workshop)
    capsys.readouterr()
    answer = ask(status, browser, guarded)
    assert answer.status_code == status
    (line,) = [entry for entry in lines(capsys) if entry["event"] == "request"]
    assert line["status"] == status
    assert line["request_id"] == answer.headers["X-Request-ID"]
    if status != 422:  # the form itself is the page
        assert answer.headers["X-Request-ID"] in answer.text
    assert '<html lang="id"' in answer.text
    assert not TRACE.search(re.sub(r"<script[^>]*>|<link[^>]*>", "", answer.text))
    if status == 405:
        assert "POST" in answer.headers["Allow"]


def test_scripts_get_the_same_errors_as_json(client: Any) -> None:
    answer = client.get("/tidak-ada", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert set(answer.json) == {"status", "detail", "request_id"}


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/.env", "/console", "/openapi.json", "/data/lokakarya.sqlite", "/static/../config.py",
     "/static/%2e%2e/config.py", "/static/..%5cconfig.py", "/installation.json", "/metrics"],
)  # fmt: skip
def test_nothing_of_the_inside_is_served(client: Any, path: str) -> None:
    answer = client.get(path, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert answer.status_code == 404
    assert "SECRET" not in answer.text


# Tried with the rule "a ticket's role counts everywhere": the committee's ticket opened the list with all numbers.
def test_a_committee_ticket_opens_no_page_of_staff(guarded: Flask, as_user: Any, factories: Any) -> None:
    member = factories.enrolment(role=Role.PANITIA)
    factories.enrolment(workshop=member.workshop)
    browser = as_user.ticket(member)
    asked = 0
    for rule in guarded.url_map.iter_rules():
        access = getattr(guarded.view_functions[rule.endpoint], "__lms_access__", None)
        known = {"workshop_id": member.workshop_id, "enrolment_id": member.id}
        if not rule.rule.startswith("/kelola") or "GET" not in (rule.methods or ()) or not rule.arguments <= set(known):
            continue
        with guarded.test_request_context():
            address = guarded.url_for(rule.endpoint, **{name: known[name] for name in rule.arguments})
        answer = browser.get(address)
        assert answer.status_code in {302, 403, 404}, (rule.endpoint, answer.status_code)
        assert isinstance(access, Permission) or access == "login"
        asked += 1
    assert asked > 30
    assert browser.get("/tiket").status_code == 200


def test_a_committee_account_opens_them(as_user: Any, factories: Any) -> None:
    workshop = factories.workshop()
    browser = as_user.with_role(Role.PANITIA, Scope.WORKSHOP, workshop.id)
    assert browser.get(f"/kelola/lokakarya/{workshop.id}/peserta").status_code == 200


# Tried with the address in `_where`, and with the login in a log line: both showed up here.
def test_a_whole_day_leaves_no_personal_data_in_the_logs(
    app: Flask, as_user: Any, factories: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    workshop = factories.workshop()
    factories.account(email="sari.rahasia@contoh.id")
    secrets = ["Ratna", "Wulandari", "81277776666", "sari.rahasia", PASSWORD, "bukan-sandinya", "Mutiara"]
    capsys.readouterr()
    browser = app.test_client()
    form = {
        "nonce": "nonce-of-this-day", "full_name": "Ratna Wulandari", "affiliation": "LKSA Mutiara", "gender": "P",
        "position": "Pengasuh", "phone": "0812 7777 6666", "consent": "y",
    }  # fmt: skip
    assert browser.post(f"/lokakarya/{workshop.slug}/daftar?utm=Ratna", data=form).status_code == 303
    page = browser.get("/tiket").text
    link = re.search(r"%2Ft%2F([a-z2-7]{26})", page)
    assert link is not None
    secrets.append(link[1])
    with browser.session_transaction() as cookie:
        secrets.append(cookie["_user_id"])
    for path in (f"/t/{link[1]}", "/tiket/data.json", "/tiket/masuk?next=/Ratna", "/t/Ratna-Wulandari", "/Ratna"):
        browser.get(path)
    staff = app.test_client()
    for password in ("bukan-sandinya", PASSWORD):
        staff.post("/masuk", data={"login": "sari.rahasia@contoh.id", "password": password})
    admin = as_user.admin()
    for path in (
        "/kelola/cari?q=Ratna",
        f"/kelola/lokakarya/{workshop.id}/peserta?q=81277776666",
        "/kelola/akun?q=sari",
    ):
        assert admin.get(path).status_code == 200
    db.session.execute(sa.text("ALTER TABLE core_workshop RENAME TO core_workshop_gone"))
    assert admin.get(f"/kelola/lokakarya/{workshop.id}/peserta?q=Ratna").status_code == 500
    text = capsys.readouterr().err
    assert text.count('"event":"request"') >= 12
    assert '"event":"unexpected"' in text
    for secret in secrets:
        assert secret.lower() not in text.lower(), secret


def test_the_old_name_of_the_icon_leads_to_the_icon(client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    icon = client.get(answer.location)
    assert (icon.status_code, icon.mimetype) == (200, "image/svg+xml")
