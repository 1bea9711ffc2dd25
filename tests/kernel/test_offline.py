"""What a phone keeps for the time without signal: what answers say, the worker's file, its page and the manifests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lms.kernel import assets
from lms.kernel.offline import FORGET_COOKIE, HEADER, forget_offline, keep_offline


def test_the_worker_stands_at_the_root_and_is_asked_for_anew(client: Any) -> None:
    answer = client.get("/sw.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.text == (assets.STATIC / "js" / "sw.js").read_text()


def test_the_page_without_signal_knows_nobody_and_is_kept(client: Any, as_user: Any) -> None:
    answer = client.get("/offline")
    assert (answer.status_code, answer.headers[HEADER]) == (200, "shell")
    assert "csrf" not in answer.text
    assert as_user.admin().get("/offline").text == answer.text


def test_a_page_is_kept_as_its_person_s_or_as_nobody_s(app: Flask) -> None:
    with app.test_request_context():
        mine, shell = keep_offline("page"), keep_offline("page", is_personal=False)
    assert (mine.headers[HEADER], shell.headers[HEADER]) == ("keep", "shell")
    # How the page's own script learns of it; see app.js.
    assert mine.headers["Server-Timing"] == "offline"


def test_what_answers_vary_by_does_not_hinder_the_browser_s_cache(as_user: Any) -> None:
    answer = as_user.admin().get("/offline")
    assert "*" not in answer.vary  # the Cache API refuses it
    assert answer.headers["Cache-Control"] == "no-store"  # and does not mind this


@pytest.mark.parametrize("address", ["/keluar", "/tiket/lepas"])
def test_the_page_after_a_sign_out_lets_the_phone_forget(as_user: Any, address: str) -> None:
    browser = as_user.admin()
    assert browser.post(address).headers[HEADER] == "forget"  # which no worker sees on a redirect
    page = browser.get("/")
    assert (page.status_code, page.headers[HEADER]) == (200, "forget")
    assert HEADER not in browser.get("/").headers


def test_a_download_after_a_sign_out_leaves_the_mark_for_a_page(as_user: Any) -> None:
    browser = as_user.admin()
    browser.post("/keluar")
    assert HEADER not in browser.get("/manifest.webmanifest").headers
    assert browser.get("/").headers[HEADER] == "forget"


def test_the_mark_is_out_of_reach_of_scripts(app: Flask) -> None:
    with app.test_request_context():
        cookie = forget_offline(app.make_response("")).headers["Set-Cookie"]
    assert cookie.startswith(f"{FORGET_COOKIE}=1;")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(("address", "start"), [("/manifest.webmanifest", "/"), ("/pintu/app.webmanifest", "/pintu")])
def test_a_manifest_names_its_start_and_icons_that_exist(client: Any, address: str, start: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/manifest+json")
    assert (answer.json["id"], answer.json["start_url"], answer.json["display"]) == (start, start, "standalone")
    sizes = set()
    for icon in answer.json["icons"]:
        file = client.get(icon["src"])
        assert (file.status_code, file.mimetype) == (200, icon["type"])
        sizes.add(icon["sizes"])
    assert {"192x192", "512x512"} <= sizes  # without which browsers do not offer to install


def test_the_worker_handles_neither_posts_nor_the_api() -> None:
    """The order of the first lines of its fetch handler; the browser tests see what it does."""
    text = Path(assets.STATIC / "js" / "sw.js").read_text()
    handler = text[text.index('addEventListener("fetch"') :]
    guard = handler[: handler.index("respondWith")]
    assert 'request.method !== "GET"' in guard
    assert 'startsWith("/api/")' in guard
    assert re.search(r"\breturn;", guard)
