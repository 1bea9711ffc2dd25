"""The participant's own phone and the hall's screen without a network: what they keep, and that it counts once."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from lms.app import create_app
from lms.config import Settings
from lms.core.enrolments.services import badge_token, link_token
from lms.demo import workshops
from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.plugins.checkin import venue
from lms.plugins.checkin.enums import Direction
from lms.plugins.checkin.models import Attendance, Scan
from lms.plugins.schedule.api import current_session
from tests.browser.checks import wait_until
from tests.browser.day import decode
from tests.browser.server import Installation

pytestmark = pytest.mark.browser
STAFF = ("panitia@contoh.id", "coba-lokakarya-2026")


@dataclass(frozen=True, kw_only=True)
class Guest:
    id: int
    link: str
    badge: str


@dataclass
class Hall:
    """A demo workshop whose session runs, with people who still have to come."""

    installation: Installation
    app: Flask
    start: datetime  # of the server's clock, which is not the browser's
    began: datetime  # when it was set, by the real clock
    workshop_id: int
    session_id: int
    guests: list[Guest]

    @property
    def url(self) -> str:
        return self.installation.url

    def now(self) -> datetime:
        """What the server believes."""
        return self.start + (datetime.now(self.began.tzinfo) - self.began)

    def codes(self, direction: Direction = Direction.IN) -> set[str]:
        """What a screen may show now: this step's code, and the next one's when that is about to begin."""
        with self.app.test_request_context():
            moments = (self.now() - timedelta(seconds=2), self.now() + timedelta(seconds=2))
            return {venue.venue_code(self.session_id, moment, direction) for moment in moments}

    def code(self) -> str:
        with self.app.test_request_context():
            return venue.venue_code(self.session_id, self.now())

    def attendance(self, guest: Guest) -> list[Attendance]:
        return self._rows(Attendance, guest)

    def scans(self, guest: Guest) -> list[Scan]:
        return self._rows(Scan, guest)

    def _rows(self, model: Any, guest: Guest) -> list[Any]:
        with self.app.app_context():
            db.session.rollback()
            rows = list(
                db.session.scalars(sa.select(model).filter_by(enrolment_id=guest.id, session_id=self.session_id))
            )
            db.session.expunge_all()
        return rows


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("hall")
    began = datetime.now(ZoneInfo("Asia/Pontianak"))
    start = began.replace(hour=10, minute=0, second=0, microsecond=0)
    installation = Installation(folder, {"LMS_ENV": "demo"})
    installation.set_clock(start)
    installation.run("demo", "--data", str(folder), "--load-only")
    app = create_app(Settings.from_env(installation.environment, data_dir=folder))
    with app.app_context(), freeze(start):
        workshop = workshops.find(workshops.RUNNING_TITLE)
        session = current_session(workshop.id)
        assert session is not None
        with unit_of_work():
            for model in (Attendance, Scan):
                db.session.execute(sa.delete(model).filter_by(session_id=session.id))
        people = [row for row in workshops.participants_of(workshop) if row.is_confirmed][:4]
        guests = [Guest(id=row.id, link=f"/t/{link_token(row)}", badge=badge_token(row)) for row in people]
        numbers = workshop.id, session.id
    began = datetime.now(began.tzinfo)
    installation.set_clock(start)
    installation.start()
    yield Hall(installation, app, start, began, *numbers, guests)
    installation.stop()
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def phone(window: Callable[..., BrowserContext], hall: Hall) -> Callable[[Guest], Page]:
    """The phone of a guest, with the ticket open."""

    def make(guest: Guest) -> Page:
        page = window(width=360).new_page()
        page.goto(hall.url + guest.link)
        ready(page)
        return page

    return make


def ready(page: Page) -> None:
    """Wait until the service worker has this page and its files."""
    wait_until(
        page,
        """async () => Boolean(navigator.serviceWorker.controller
        && await (await caches.open("lms-kept")).match(location.href, { ignoreVary: true }))""",
    )


def test_a_tap_without_signal_is_kept_and_sent_later_with_the_time_of_the_scan(
    hall: Hall, phone: Callable[[Guest], Page]
) -> None:
    guest = hall.guests[0]
    page = phone(guest)
    page.goto(f"{hall.url}/h/{hall.session_id}/{hall.code()}")
    scanned_at = hall.now()
    ready(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Hadir", exact=True).click()
    expect(page.locator("[data-kept-text]")).to_have_text("Tersimpan di ponsel, menunggu sinyal")
    page.reload()  # the kept page, without a network
    expect(page.locator("[data-kept-text]")).to_have_text("Tersimpan di ponsel, menunggu sinyal")
    assert hall.scans(guest) == []
    page.goto(f"{hall.url}/tiket")
    expect(page.locator("[data-kept-text]")).to_have_text("Tersimpan di ponsel, menunggu sinyal")
    page.context.set_offline(False)
    expect(page.locator("[data-kept-text]")).to_have_text("Hadir 10.00")
    (row,), (scan,) = hall.attendance(guest), hall.scans(guest)
    assert abs((row.at - scanned_at).total_seconds()) <= 3
    assert scan.skew_seconds is not None
    assert page.evaluate("localStorage.getItem('lms-kept')") == "[]"


def test_a_code_typed_or_scanned_without_signal_is_kept_too(hall: Hall, phone: Callable[[Guest], Page]) -> None:
    guest = hall.guests[1]
    page = phone(guest)
    page.goto(f"{hall.url}/h")
    ready(page)
    page.context.set_offline(True)
    code = hall.code()
    page.goto(f"{hall.url}/h/{hall.session_id}/{code}")  # never opened before: the page for typing stands in
    expect(page.locator("#code")).to_have_value(code)
    page.get_by_role("button", name="Lanjut").click()
    expect(page.locator("[data-kept-text]")).to_have_text("Tersimpan di ponsel, menunggu sinyal")
    page.context.set_offline(False)
    expect(page.locator("[data-kept-text]")).to_have_text("Hadir 10.00")
    assert len(hall.attendance(guest)) == 1


def test_one_tap_with_signal_leads_to_the_verdict_as_without_script(hall: Hall, phone: Callable[[Guest], Page]) -> None:
    guest = hall.guests[2]
    page = phone(guest)
    page.goto(f"{hall.url}/h/{hall.session_id}/{hall.code()}")
    page.get_by_role("button", name="Hadir", exact=True).click()
    expect(page.locator("h1")).to_have_text("Anda tercatat hadir")
    expect(page.locator("h1")).to_be_focused()
    assert page.evaluate("localStorage.getItem('lms-kept')") == "[]"
    assert len(hall.attendance(guest)) == 1


def test_the_ticket_opens_without_signal_and_its_pictures_are_read_however_they_are_sent(
    hall: Hall, phone: Callable[[Guest], Page]
) -> None:
    guest = hall.guests[3]
    page = phone(guest)
    picture = page.request.get(f"{hall.url}/tiket/tiket.png").body()
    page.context.set_offline(True)
    page.reload()
    badge = f"{hall.url}/b/{guest.badge}"
    shown = page.locator(".ticket").screenshot()
    assert decode(shown) == badge
    assert decode(shown, quality=30) == badge  # a screenshot, sent on by a messenger
    image = Image.open(io.BytesIO(picture)).convert("L")
    small = io.BytesIO()
    image.resize((image.width // 2, image.height // 2), Image.Resampling.BILINEAR).save(small, "PNG")
    assert decode(small.getvalue(), quality=20) == badge
    page.context.set_offline(False)
    page.get_by_role("button", name="Lepas tiket").click()
    page.wait_for_url("**/tiket/masuk")
    page.context.set_offline(True)
    page.goto(f"{hall.url}/tiket")
    expect(page.locator("h1")).to_contain_text("tanpa sinyal")


def test_the_screen_makes_the_servers_codes_after_a_reload_without_internet(
    hall: Hall, window: Callable[..., BrowserContext]
) -> None:
    context = window(width=1280)
    screen = context.new_page()
    screen.goto(f"{hall.url}/masuk")
    screen.fill("[name=login]", STAFF[0])
    screen.fill("[name=password]", STAFF[1])
    screen.keyboard.press("Enter")
    screen.wait_for_url("**/kelola**")
    address = f"{hall.url}/kelola/lokakarya/{hall.workshop_id}/presensi/layar"
    screen.goto(address)
    ready(screen)
    expect(screen.locator("[data-signal]")).to_contain_text("Jam layar ini meleset")
    context.set_offline(True)
    for _ in "12":
        screen.reload()
        expect(screen.locator("[data-signal]")).to_have_text("Tanpa internet, kode tetap berlaku.")
        assert shown_on(screen, hall) in hall.codes()
    screen.keyboard.press("3")
    expect(screen.locator("[data-waytext]")).to_contain_text("Kode pulang")
    assert shown_on(screen, hall) in hall.codes(Direction.OUT)
    screen.reload()
    expect(screen.locator("[data-way-link='out']")).to_have_attribute("aria-current", "page")
    assert shown_on(screen, hall) in hall.codes(Direction.OUT)


def shown_on(screen: Page, hall: Hall) -> str:
    """The code in the picture, which is the one beside it."""
    expect(screen.locator("[data-left]")).not_to_have_text("1")  # not in the moment in which it changes
    found = decode(screen.screenshot())
    start = f"{hall.url}/h/{hall.session_id}/"
    assert found.startswith(start)
    assert screen.locator("[data-code]").inner_text().replace("-", "") == found.removeprefix(start)
    return found.removeprefix(start)
