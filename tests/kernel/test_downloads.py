from __future__ import annotations

import pytest
from bare import Build
from flask import Flask, Response
from flask.testing import FlaskClient

from lms.kernel.downloads import name_file, serve
from lms.kernel.storage import storage


@pytest.fixture
def browser(build: Build) -> FlaskClient:
    app: Flask = build()
    storage().put("notes", b"0123456789", content_type="text/plain")
    storage().put("page", b"<script>alert(1)</script>", content_type="text/html")

    @app.get("/notes")
    def notes() -> Response:
        return serve("notes", filename='Materi "A"/\r\nSesi Ā.txt', content_type="text/plain")

    @app.get("/page")
    def page() -> Response:
        return serve("page", filename="page.html", content_type="text/html", etag="v1", inline=True)

    @app.get("/picture")
    def picture() -> Response:
        return serve(
            "notes", filename="p.png", content_type="image/png", inline=True, cache_control="public, max-age=60"
        )

    @app.get("/gone")
    def gone() -> Response:
        return serve("gone", filename="gone.txt", content_type="text/plain")

    return app.test_client()


def test_a_file_is_a_download_that_no_cache_keeps_and_no_browser_runs(browser: FlaskClient) -> None:
    answer = browser.get("/notes")
    assert answer.data == b"0123456789"
    assert answer.headers["Content-Length"] == "10"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "\n" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "got", "says"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
    ],
)
def test_a_range_is_answered_with_206(browser: FlaskClient, asked: str, got: bytes, says: str) -> None:
    answer = browser.get("/notes", headers={"Range": asked})
    assert (answer.status_code, answer.data) == (206, got)
    assert answer.headers["Content-Range"] == says


def test_a_range_behind_the_end_is_416(browser: FlaskClient) -> None:
    assert browser.get("/notes", headers={"Range": "bytes=99-"}).status_code == 416


def test_a_known_validator_is_answered_with_304(browser: FlaskClient) -> None:
    etag = browser.get("/notes").headers["ETag"]
    answer = browser.get("/notes", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert browser.get("/notes", headers={"If-None-Match": '"other"'}).status_code == 200


def test_html_is_never_shown_inline(browser: FlaskClient) -> None:
    answer = browser.get("/page")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["ETag"] == '"v1"'


def test_a_picture_may_be_shown_inline_and_cached_when_told(browser: FlaskClient) -> None:
    answer = browser.get("/picture")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_missing_bytes_are_404(browser: FlaskClient) -> None:
    assert browser.get("/gone").status_code == 404


@pytest.mark.parametrize(
    ("name", "plain", "encoded"),
    [
        ("林美玲.pdf", "file.pdf", "%E6%9E%97%E7%BE%8E%E7%8E%B2.pdf"),
        ("al-Ḥamīd.pdf", "al-Hamid.pdf", "al-%E1%B8%A4am%C4%ABd.pdf"),
        ("😀", "file", "%F0%9F%98%80"),
    ],
)
def test_a_file_name_beyond_latin_letters_travels_in_a_header_that_is_ascii(
    name: str, plain: str, encoded: str
) -> None:
    response = Response()
    name_file(response, name)
    header = response.headers["Content-Disposition"]
    assert header.isascii()
    assert f"filename={plain};" in header.replace('"', "")
    assert header.endswith(f"filename*=UTF-8''{encoded}")
