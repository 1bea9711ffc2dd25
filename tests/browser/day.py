"""What every step of a workshop day uses: the day's clock, its people and their phones, pictures, and a QR decoder."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page

PASSWORD = "tiga kata panjang sekali"
TITLE = "Lokakarya Tata Kelola LKS dan LKSA"
WIB = ZoneInfo("Asia/Pontianak")
# The servers' clock is moved to this day; tomorrow, so that no cookie of the real today is too old for it.
FIRST_DAY = datetime.now(WIB).date() + timedelta(days=1)


def at(day: int, clock: str) -> datetime:
    """A moment of the workshop: `day` 0 or 1, `clock` as "09.25" in Pontianak."""
    hour, minute = clock.split(".")
    midnight = datetime.combine(FIRST_DAY, datetime.min.time(), WIB)
    return midnight + timedelta(days=day, hours=int(hour), minutes=int(minute))


@dataclass
class Person:
    """A participant with a phone of their own."""

    name: str
    title: str
    number: str
    organisation: str
    window: Page | None = None
    code: str = ""

    @property
    def phone(self) -> Page:
        assert self.window is not None
        return self.window

    @property
    def formal_name(self) -> str:
        return f"{self.name}, {self.title}" if self.title else self.name


@dataclass
class Day:
    """The workshop, the organiser's browser, and pictures of every step."""

    url: str
    shots: Path
    staff: Page
    set_clock: Callable[[datetime], None]
    workshop_id: int = 0
    slug: str = ""
    sessions: dict[str, int] = field(default_factory=dict)
    starts: dict[str, datetime] = field(default_factory=dict)
    step: int = 0

    def shoot(self, page: Page, name: str) -> Path:
        self.step += 1
        self.shots.mkdir(parents=True, exist_ok=True)
        path = self.shots / f"{self.step:02}-{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    def go(self, path: str, page: Page | None = None) -> Page:
        page = page or self.staff
        answer = page.goto(self.url + path)
        assert answer is not None and answer.status < 400, f"{path}: {answer and answer.status}"
        return page

    @property
    def base(self) -> str:
        return f"/kelola/lokakarya/{self.workshop_id}"

    def session(self, words: str) -> int:
        return next(number for title, number in self.sessions.items() if words.lower() in title.lower())

    def sign_in(self, login: str) -> None:
        page = self.go("/masuk")
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button.btn-primary")
        page.wait_for_url("**/kelola")

    def post(self, path: str, page: Page | None = None, **data: Any) -> Any:
        """A POST of the signed-in browser with the CSRF token of its page, for steps that are repeated many times."""
        page = page or self.staff
        token = page.locator("input[name=csrf_token]").first.get_attribute("value")
        return page.request.post(
            self.url + path, form={"csrf_token": token or "", **data}, max_redirects=0, fail_on_status_code=False,
            headers={"Origin": self.url, "Accept": "application/json, text/html"},
        )  # fmt: skip


def press(page: Page, button: Locator) -> None:
    """Press a button, say yes when the page asks, and wait for the next page."""
    form = button.locator("xpath=ancestor::form[1]")
    if form.count() and form.get_attribute("data-confirm"):
        button.click()
        button = page.locator("dialog[open] button[value=yes]")
    with page.expect_navigation():
        button.click()


def decode(picture: bytes | Path, *, quality: int | None = None) -> str:
    """The QR code in a picture, read by zxing-cpp, after JPEG compression when `quality` is given."""
    image = Image.open(picture if isinstance(picture, Path) else io.BytesIO(picture)).convert("RGB")
    if quality is not None:
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=quality)
        image = Image.open(stream)
    found = zxingcpp.read_barcodes(image)
    assert found, "no QR code in the picture"
    return found[0].text


def wait_for(check: Callable[[], bool], seconds: float = 30.0) -> None:
    """Poll until `check()` is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return
        time.sleep(0.3)
    raise AssertionError("it did not happen in time")
