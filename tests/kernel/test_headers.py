from __future__ import annotations

import io

import pytest
from bare import Build
from flask import Flask, Response, request, session
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.kernel.headers import max_body


@pytest.fixture
def app(build: Build) -> Flask:
    app: Flask = build()

    @app.get("/")
    def home() -> str:
        return "home"

    @app.get("/sign-in")
    def sign_in() -> str:
        session["who"] = 1
        return "in"

    @app.get("/cached")
    def cached() -> Response:
        return Response("x", headers={"Cache-Control": "public, max-age=60"})

    @app.route("/write", methods=["POST", "PUT", "PATCH", "DELETE"])
    def write() -> str:
        return str(len(request.form) + len(request.get_data()))

    @app.post("/upload")
    @max_body(3_000_000)
    def receive() -> str:
        return str(len(request.files["file"].read()))

    return app


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def test_every_page_tells_the_browser_what_it_may_do(browser: FlaskClient) -> None:
    answer = browser.get("/")
    policy = answer.headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert "unsafe" not in policy
    assert "*" not in policy
    assert rules["script-src"] == "'self'"
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert "Server" not in answer.headers


def test_error_pages_carry_the_headers_too(browser: FlaskClient) -> None:
    answer = browser.get("/nothing-here")
    assert answer.status_code == 404
    assert "Content-Security-Policy" in answer.headers


def test_only_https_asks_for_https(build: Build) -> None:
    plain = build().test_client()
    assert "Strict-Transport-Security" not in plain.get("/healthz").headers


def test_an_https_installation_asks_for_https_for_a_year(build: Build) -> None:
    browser = build(base_url="https://lokakarya.example").test_client()
    assert "max-age=31536000" in browser.get("/healthz").headers["Strict-Transport-Security"]


def test_a_page_of_somebody_signed_in_is_kept_by_no_cache(browser: FlaskClient) -> None:
    first = browser.get("/sign-in")
    assert first.headers["Cache-Control"] == "no-store"
    later = browser.get("/")
    assert later.headers["Cache-Control"] == "no-store"
    assert "Cookie" in later.headers["Vary"]


def test_a_page_of_a_stranger_varies_by_cookie(browser: FlaskClient) -> None:
    answer = browser.get("/")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Cookie" in answer.headers["Vary"]


def test_a_view_may_say_how_long_its_answer_keeps(browser: FlaskClient) -> None:
    assert browser.get("/cached").headers["Cache-Control"] == "public, max-age=60"


FOREIGN = [
    {"Origin": "https://evil.test"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.test"},
    {"Origin": "https://localhost"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.test"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("headers", FOREIGN)
def test_what_another_site_sends_is_refused(browser: FlaskClient, method: str, headers: dict[str, str]) -> None:
    assert browser.open("/write", method=method, headers=headers).status_code == 403


OWN = [
    {},
    {"Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
]


@pytest.mark.parametrize("headers", OWN)
def test_what_our_own_pages_send_passes(browser: FlaskClient, headers: dict[str, str]) -> None:
    assert browser.post("/write", headers=headers).status_code == 200


def test_reading_from_another_site_is_allowed_but_shared_with_nobody(browser: FlaskClient) -> None:
    answer = browser.get("/", headers={"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_method_cannot_be_overridden(browser: FlaskClient) -> None:
    assert browser.get("/write", headers={"X-HTTP-Method-Override": "POST"}).status_code == 405
    assert browser.get("/write?_method=POST").status_code == 405


def test_a_form_of_ten_times_the_limit_is_refused_with_and_without_a_length(browser: FlaskClient) -> None:
    body = b"a" * 10_000_000
    assert browser.post("/write", data=body).status_code == 413
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    form = {"content_type": "application/x-www-form-urlencoded", "environ_overrides": chunked}
    assert browser.post("/write", input_stream=io.BytesIO(body), **form).status_code == 413


def upload(browser: FlaskClient, size: int) -> TestResponse:
    head = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    body = head + b"x" * size + b"\r\n--cut--\r\n"
    return browser.post("/upload", data=body, content_type="multipart/form-data; boundary=cut")


def test_a_view_may_take_larger_bodies_up_to_its_own_limit(browser: FlaskClient) -> None:
    fits = upload(browser, 2_000_000)
    assert (fits.status_code, fits.text) == (200, "2000000")
    assert upload(browser, 4_000_000).status_code == 413


def test_a_form_of_very_many_parts_is_refused(browser: FlaskClient) -> None:
    answer = browser.post("/write", data={f"f{n}": "" for n in range(500)}, content_type="multipart/form-data")
    assert answer.status_code == 413
