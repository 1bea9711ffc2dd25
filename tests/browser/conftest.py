"""Browser fixtures: Debian's Chromium driven by Playwright; never a browser that a tool downloads."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium_path() -> str:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    return CHROMIUM


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
    yield started
    started.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser of its own: `window(width=360)` is a phone, 1280 a laptop."""
    opened: list[BrowserContext] = []

    def make(*, width: int = 360, **options: Any) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale="id-ID",
            timezone_id="Asia/Pontianak",
            **{"reduced_motion": "reduce", **options},
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
