"""A demo workshop whose session runs, phones that are paired with it, and what they show and remember."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from lms.app import create_app
from lms.config import Settings
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.services import badge_token, link_token
from lms.demo import workshops
from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.kernel.settings import set_setting
from lms.plugins.checkin import devices, queries, rules
from lms.plugins.checkin.models import Attendance, Device, Scan
from lms.plugins.schedule.api import current_session
from tests.browser.checks import wait_until
from tests.browser.server import Installation

expect.set_options(timeout=20_000)  # a phone answers at once, a busy machine of the tests may not


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody with a badge who is not present yet."""

    id: int
    name: str
    token: str
    code: str


@dataclass
class Door:
    """A demo workshop whose session runs, and people who still have to come."""

    installation: Installation
    app: Flask
    moment: datetime
    workshop_id: int
    session_id: int
    guests: list[Guest]
    later: list[Guest]  # people of whom each test takes its own

    @property
    def url(self) -> str:
        return self.installation.url

    def grant(self, name: str) -> str:
        """The address that pairs a phone."""
        with self.app.app_context(), freeze(self.moment), unit_of_work():
            workshop = workshops.find(workshops.RUNNING_TITLE)
            _device, token = devices.grant_device(workshop=workshop, session=None, name=name, actor=SYSTEM)
        return f"{self.url}/pintu#t={token}"

    def newcomer(self) -> Guest:
        """Somebody whom no other test knows."""
        return self.later.pop(0)

    def ticket(self, guest: Guest) -> str:
        """The personal link of a participant."""
        with self.app.app_context():
            return f"{self.url}/t/{link_token(db.session.get_one(Enrolment, guest.id))}"

    @contextmanager
    def ruled(self, **rule: Any) -> Iterator[None]:
        """The session with other rules for a while."""
        self._rule(rules.Rule(**rule))
        try:
            yield
        finally:
            self._rule(rules.Rule())

    def _rule(self, rule: rules.Rule) -> None:
        with self.app.app_context(), freeze(self.moment), unit_of_work():
            rules.save(session=queries.session(self.session_id), rule=rule, actor=SYSTEM)

    @contextmanager
    def searching_offline(self, *, is_allowed: bool) -> Iterator[None]:
        """The workshop's setting for a while."""
        self._allow(is_allowed)
        try:
            yield
        finally:
            self._allow(False)

    def _allow(self, value: object) -> None:
        with self.app.app_context(), unit_of_work():
            set_setting("checkin.searches_offline", value, scope="workshop", scope_id=self.workshop_id)

    def revoke(self, name: str) -> None:
        with self.app.app_context(), freeze(self.moment), unit_of_work():
            device = db.session.scalars(sa.select(Device).filter_by(name=name)).one()
            devices.revoke_device(device=device, actor=SYSTEM)

    def rows(self, model: Any, **where: Any) -> list[Any]:
        """Rows as the server has written them by now."""
        with self.app.app_context():
            db.session.rollback()
            found = list(db.session.scalars(sa.select(model).filter_by(**where).order_by(model.id)))
            for row in found:
                db.session.expunge(row)
        return found

    def present(self) -> dict[int, datetime]:
        """`{enrolment: time}` at the session, of the guests of this test."""
        ids = {guest.id for guest in self.guests}
        rows = self.rows(Attendance, session_id=self.session_id)
        return {row.enrolment_id: row.at for row in rows if row.enrolment_id in ids}


@contextmanager
def open_door(folder: Path) -> Iterator[Door]:
    """The demo at ten in the morning of its second day, with nobody at the running session yet."""
    moment = datetime.now(ZoneInfo("Asia/Pontianak")).replace(hour=10, minute=0, second=0, microsecond=0)
    installation = Installation(folder, {"LMS_ENV": "demo"})
    installation.set_clock(moment)
    installation.run("demo", "--data", str(folder), "--load-only")
    app = create_app(Settings.from_env(installation.environment, data_dir=folder))
    with app.app_context(), freeze(moment):
        workshop = workshops.find(workshops.RUNNING_TITLE)
        session = current_session(workshop.id)
        assert session is not None
        with unit_of_work():  # the demo's people are here already: this morning begins anew
            for model in (Attendance, Scan):
                db.session.execute(sa.delete(model).filter_by(session_id=session.id))
        guests = [_guest(row) for row in workshops.participants_of(workshop) if row.is_confirmed]
        made = Door(installation, app, moment, workshop.id, session.id, guests[:12], guests[12:])
    assert len(made.later) >= 7
    installation.set_clock(moment)
    installation.start()
    yield made
    installation.stop()
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def _guest(row: Enrolment) -> Guest:
    return Guest(id=row.id, name=row.person.formal_name, token=badge_token(row), code=row.ticket_code)


def pair(context: BrowserContext, address: str) -> Page:
    """Open the pairing link and wait until the phone could do without a network."""
    page = context.new_page()
    page.goto(address)
    expect(page.locator("[data-roster-age]")).to_contain_text("Daftar pukul")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wait_until(
        page, "async () => (await (await caches.open('lms-shell')).keys()).some((r) => r.url.endsWith('/pintu'))"
    )
    return page


def wedge(page: Page, text: str) -> None:
    """What a hardware scanner types, wherever the focus is; at its pace, however busy the machine of the tests is."""
    page.evaluate(
        """(text) => { for (const key of [...text, "Enter"]) {
          const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
          (document.activeElement ?? document.body).dispatchEvent(event);
        } }""",
        text,
    )


def verdict(page: Page, title: str, text: str) -> None:
    expect(page.locator("[data-verdict-title]")).to_have_text(title)
    expect(page.locator("[data-verdict-text]")).to_contain_text(text)


def queue(page: Page) -> list[dict[str, Any]]:
    found = page.evaluate("""() => new Promise((done) => {
      indexedDB.open("lokakarya-pintu").onsuccess = ({ target: { result: base } }) => {
        const all = base.transaction("queue").objectStore("queue").getAll();
        all.onsuccess = () => { base.close(); done(JSON.stringify(all.result)); };
      };
    })""")
    items: list[dict[str, Any]] = json.loads(found)
    return items


def facts(page: Page) -> set[str]:
    """Names of what the phone remembers."""
    found = page.evaluate("""() => new Promise((done) => {
      indexedDB.open("lokakarya-pintu").onsuccess = ({ target: { result: base } }) => {
        const [store, names] = [base.transaction("facts").objectStore("facts"), []];
        store.openCursor().onsuccess = ({ target: { result: at } }) => {
          if (!at) { base.close(); done(names); return; }
          if (at.value !== undefined) names.push(at.key);
          at.continue();
        };
      };
    })""")
    return set(found)


def weight(address: str) -> int:
    """Bytes of an answer's body as it is sent to a browser."""
    asked = urllib.request.Request(address.partition("#")[0], headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return len(answer.read())
