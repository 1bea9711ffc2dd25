"""The hall's screen of the tests and a live round, in real browsers: both follow without a reload."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from lms.app import create_app
from lms.config import Settings
from lms.core.enrolments.services import link_token
from lms.demo import workshops
from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.plugins.quiz import queries, services
from lms.plugins.quiz.enums import QuizKind
from tests.browser.server import Installation

pytestmark = pytest.mark.browser
STAFF = ("panitia@contoh.id", "coba-lokakarya-2026")


@dataclass(frozen=True, kw_only=True)
class Room:
    """The running workshop of the demo, whose pre-test is open and whose session quiz has been asked live."""

    installation: Installation
    app: Flask
    start: datetime  # of the server's clock
    workshop_id: int
    links: list[str]
    people: list[int]
    pre_id: int
    live_id: int

    @property
    def base(self) -> str:
        return f"{self.installation.url}/kelola/lokakarya/{self.workshop_id}/kuis"

    def hand_in(self, enrolment_id: int) -> None:
        """Somebody hands in an empty pre-test, elsewhere."""
        with self.app.test_request_context(), freeze(self.start), unit_of_work():
            attempt = services.start(quiz_id=self.pre_id, enrolment_id=enrolment_id)
            services.submit(attempt_id=attempt.id)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("room")
    installation = Installation(folder, {"LMS_ENV": "demo"})
    start = datetime.now(ZoneInfo("Asia/Pontianak")).replace(hour=10, minute=0, second=0, microsecond=0)
    installation.set_clock(start)
    installation.run("demo", "--data", str(folder), "--load-only")
    app = create_app(Settings.from_env(installation.environment, data_dir=folder))
    with app.app_context(), freeze(start):
        workshop = workshops.find(workshops.RUNNING_TITLE)
        people = [row for row in workshops.participants_of(workshop) if row.is_confirmed]
        found = queries.quizzes_of(workshop.id)
        pre_id = next(quiz.id for quiz in found if quiz.kind is QuizKind.PRE)
        live_id = next(quiz.id for quiz in found if quiz.title.startswith("Kuis langsung"))
        links, ids = [f"/t/{link_token(row)}" for row in people], [row.id for row in people]
        workshop_id = workshop.id
        db.session.remove()
    installation.set_clock(start)
    installation.start()
    yield Room(
        start=start,
        installation=installation,
        app=app,
        workshop_id=workshop_id,
        links=links,
        people=ids,
        pre_id=pre_id,
        live_id=live_id,
    )
    installation.stop()
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def staff(window: Callable[..., BrowserContext], room: Room) -> Page:
    page = window(width=1280).new_page()
    page.goto(f"{room.installation.url}/masuk")
    page.fill("[name=login]", STAFF[0])
    page.fill("[type=password]", STAFF[1])
    page.press("[type=password]", "Enter")
    page.wait_for_url("**/kelola**")
    return page


def test_q36_a_submission_shows_within_five_seconds_without_a_reload(room: Room, staff: Page) -> None:
    staff.goto(f"{room.base}/layar")
    staff.evaluate("window.same = true")
    done = staff.locator(".room-counts dd").nth(2)
    before = int(done.inner_text().split()[0])
    room.hand_in(room.people[-1])
    begun = time.monotonic()
    expect(done).to_contain_text(f"{before + 1} ", timeout=5000)
    assert time.monotonic() - begun < 5
    assert staff.evaluate("window.same") is True


def test_a_phone_answers_a_live_question_and_the_hall_sees_it(
    room: Room, staff: Page, window: Callable[..., BrowserContext]
) -> None:
    phone = window(width=360).new_page()
    phone.goto(room.installation.url + room.links[0])
    phone.goto(f"{room.installation.url}/tiket/kuis/langsung")
    phone.evaluate("window.same = true")
    staff.goto(f"{room.base}/{room.live_id}/langsung")
    staff.get_by_role("button", name="Buka ruang tunggu").click()
    expect(phone.get_by_role("heading", name="Anda sudah ikut")).to_be_visible()
    expect(staff.locator(".stage-count")).to_contain_text("1")
    staff.keyboard.press("ArrowRight")
    phone.locator(".choice").first.click()
    phone.get_by_role("button", name="Kirim jawaban").click()
    expect(phone.get_by_text("Jawaban diterima")).to_be_visible()
    expect(staff.locator(".room-counts dd").first).to_contain_text("1 dari 1")
    staff.keyboard.press("ArrowRight")
    expect(staff.locator(".room-bars .is-right")).to_contain_text("Benar")
    expect(phone.get_by_text("Benar:")).to_be_visible()
    assert phone.evaluate("window.same") is True
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
