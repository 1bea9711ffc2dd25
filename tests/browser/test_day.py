"""The whole workshop day, from first draft to verified certificates, in real browsers on a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright

from tests.browser import day as clock
from tests.browser import day_door as door
from tests.browser import day_learning as learning
from tests.browser import day_papers as papers
from tests.browser import day_planning as planning
from tests.browser.conftest import ARTIFACTS
from tests.browser.day import PASSWORD, Day
from tests.browser.server import Installation

pytestmark = pytest.mark.browser


@pytest.fixture(params=["embedded", "grown"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """The product on SQLite and local files, and on PostgreSQL, Redis and an S3-compatible store with two processes."""
    extra: dict[str, str] = {}
    if request.param == "grown":
        from lms.testing.services_plugin import fresh_database

        base = request.getfixturevalue("postgres_base")
        extra = {
            "LMS_DATABASE_URL": fresh_database(base, "lms_day"),
            "LMS_REDIS_URL": request.getfixturevalue("redis_url"),
            "LMS_STORAGE_URL": request.getfixturevalue("s3_url"),
        }
    made = Installation(tmp_path, extra, workers=2 if extra else 0)
    made.set_clock(clock.at(0, "07.30"))
    made.run("db", "upgrade")
    made.run("regions", "load", "61")
    made.run("admin", "create", "--name", "Rani Oktaviana", "--email", "rani@contoh.id", text=f"{PASSWORD}\n")
    made.start()
    yield made
    made.stop()


def test_a_workshop_runs_from_draft_to_verified_certificate(
    installation: Installation,
    window: Callable[..., BrowserContext],
    playwright: Playwright,
    chromium_path: str,
    tmp_path: Path,
) -> None:
    kind = "grown" if installation.extra else "embedded"
    day = Day(installation.url, ARTIFACTS / "day" / kind, window(width=1280).new_page(), installation.set_clock)
    speaker_link = planning.plan(day)
    planning.read_calendar(day)
    people = planning.register_everybody(day, window)
    seated = people[:3]

    first = day.session("Kebijakan, peran")
    speaker = window(width=360).new_page()
    speaker.goto(speaker_link)
    speaker.wait_for_url("**/tiket")
    learning.upload(day, speaker, first)
    learning.materials_stay_closed(day, people[0].phone)
    pre, post, evaluation = learning.quiz_ids(day)
    learning.take(day, people[:2], pre, choice=0, kill=True)

    day.set_clock(clock.at(0, "09.25"))
    door.check_in(day, people, first, tmp_path, playwright, chromium_path)
    learning.materials_open(day, people[0].phone, first)
    door.attend_the_rest(day, seated, on_day=0)

    day.set_clock(clock.at(1, "08.00"))
    day.sign_in("rani@contoh.id")
    door.attend_the_rest(day, seated, on_day=1)
    learning.take(day, seated, post, choice=2)
    learning.see_gain(day, people[:2])
    learning.evaluate(day, people[0], evaluation)
    learning.make_plan(day, people[0])

    day.set_clock(clock.at(1, "17.30"))
    day.sign_in("rani@contoh.id")
    learning.solutions_come_later(day, people[0], post)
    papers.issue_all(day)
    address = papers.check_papers(day, seated)
    papers.verify_and_revoke(day, address, people[0], window)
    papers.sheets(day, seated)

    day.set_clock(clock.at(2, "09.00"))
    day.sign_in("rani@contoh.id")
    papers.report(day)
