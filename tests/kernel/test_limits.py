from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

import pytest
from bare import Build
from flask import Flask

from lms.kernel.limits import TooManyAttempts, device_id, throttle

THREE = "3 per 10 minutes"


@pytest.fixture(params=["memory", "redis"])
def counted(request: pytest.FixtureRequest, build: Build) -> Flask:
    if request.param == "memory":
        return build()
    return build(redis_url=request.getfixturevalue("redis_url"))


def test_the_try_after_the_budget_is_refused_with_the_time_to_wait(counted: Flask) -> None:
    for _try in range(3):
        throttle("login", "sari", limit=THREE)
    with pytest.raises(TooManyAttempts) as refused:
        throttle("login", "sari", limit=THREE)
    assert refused.value.status == 429
    assert 590 <= refused.value.retry_after <= 601


def test_budgets_of_others_are_untouched(counted: Flask) -> None:
    for _try in range(3):
        throttle("login", "sari", limit=THREE)
    throttle("login", "budi", limit=THREE)
    throttle("reset", "sari", limit=THREE)
    throttle("login", "sari", "phone-2", limit=THREE)


def test_peeking_counts_nothing_and_failures_are_counted_alone(counted: Flask) -> None:
    for _try in range(10):
        throttle.peek("code", "wati", limit=THREE)
    for _try in range(3):
        throttle.hit("code", "wati", limit=THREE)
    with pytest.raises(TooManyAttempts):
        throttle.peek("code", "wati", limit=THREE)
    throttle.hit("code", "wati", limit=THREE)


def test_a_cleared_budget_is_whole_again(counted: Flask) -> None:
    for _try in range(3):
        throttle("login", "joko", limit=THREE)
    throttle.clear("login", "joko", limit=THREE)
    throttle("login", "joko", limit=THREE)


def test_a_limit_without_a_key_is_a_mistake(bare: Flask) -> None:
    with pytest.raises(ValueError, match="key"):
        throttle("login", limit=THREE)


def test_keys_cannot_run_into_each_other(bare: Flask) -> None:
    for _try in range(3):
        throttle("login", "ab", "c", limit=THREE)
    throttle("login", "a", "bc", limit=THREE)


def test_without_redis_the_site_answers_quickly_and_the_limit_still_bites(build: Build) -> None:
    build(redis_url="redis://127.0.0.1:1/0")
    started = time.monotonic()
    for _try in range(3):
        throttle("login", "sari", limit=THREE)
    with pytest.raises(TooManyAttempts):
        throttle("login", "sari", limit=THREE)
    assert time.monotonic() - started < 3


def test_redis_holds_no_account_name(build: Build, redis_url: str) -> None:
    build(redis_url=redis_url)
    throttle("login", "sari@example.org", limit=THREE)
    listed = subprocess.run(["redis-cli", "-u", redis_url, "--scan"], capture_output=True, text=True, check=True)
    assert "login" in listed.stdout
    assert "sari" not in listed.stdout


@pytest.fixture
def devices(bare: Flask) -> Callable[[], tuple[Flask, list[str]]]:
    seen: list[str] = []

    @bare.get("/device")
    def device() -> str:
        seen.append(device_id())
        return device_id()

    @bare.get("/plain")
    def plain() -> str:
        return ""

    return lambda: (bare, seen)


def test_a_browser_keeps_its_device_name(devices: Callable[[], tuple[Flask, list[str]]]) -> None:
    app, seen = devices()
    browser = app.test_client()
    cookie = browser.get("/device").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Set-Cookie" not in browser.get("/device").headers
    app.test_client().get("/device")
    assert seen[0] == seen[1] != seen[2]


def test_a_page_that_counts_nothing_sets_no_cookie(devices: Callable[[], tuple[Flask, list[str]]]) -> None:
    app, _seen = devices()
    assert "Set-Cookie" not in app.test_client().get("/plain").headers


def test_a_forged_device_name_is_replaced(devices: Callable[[], tuple[Flask, list[str]]]) -> None:
    app, seen = devices()
    browser = app.test_client()
    browser.set_cookie("lms_device", "chosen-by-me")
    assert "Set-Cookie" in browser.get("/device").headers
    assert seen != ["chosen-by-me"]
