"""Phones and doors that do not give up: the same nonce again until it is answered, and a ledger of what was."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.browser import Answer, Browser, accepted, verdict_of
from drills.site import Site
from lms.plugins.checkin.venue import venue_code

TRIES, FIRST_WAIT, LONGEST_WAIT = 40, 0.05, 2.0  # seconds
T = TypeVar("T")


class Refused(Exception):
    """An answer that no repetition will change."""


@dataclass
class Ledger:
    """What was sent and what was acknowledged; an acknowledged id is in the file before it counts."""

    path: Path
    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    moments: list[float] = field(default_factory=list)  # of `time.perf_counter`, one an acknowledgement
    tries: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sending(self, key: str) -> None:
        """Before the first byte leaves."""
        with self._lock:
            self.sent.add(key)
            self.tries += 1

    def answered(self, key: str) -> None:
        """After the last byte of the answer came."""
        with self._lock:
            with self.path.open("a", encoding="ascii") as file:
                file.write(f"{key}\n")
                file.flush()
            self.acknowledged.add(key)
            self.moments.append(time.perf_counter())

    @property
    def retries(self) -> int:
        return self.tries - len(self.sent)

    def in_file(self) -> set[str]:
        """What the file says, which is what counts."""
        return set(self.path.read_text(encoding="ascii").split()) if self.path.exists() else set()

    def first_after(self, moment: float) -> float:
        """Seconds from `moment` to the next acknowledgement; infinite when none came."""
        return min((when - moment for when in self.moments if when > moment), default=float("inf"))


def persist(step: Callable[[], T], dice: random.Random, *, tries: int = TRIES) -> T:
    """Do `step` until it is answered: exponential waits with jitter after a broken connection, a 5xx or a 429."""
    wait = FIRST_WAIT
    for left in range(tries, 0, -1):
        try:
            return step()
        except (OSError, http.client.HTTPException, ValueError, LookupError):
            if left == 1:
                raise
        time.sleep(wait * (0.5 + dice.random()))
        wait = min(LONGEST_WAIT, wait * 2)
    raise AssertionError("unreachable")


def fine(answer: Answer) -> Answer:
    """The answer; ValueError for one worth another try, Refused for one that is not."""
    if answer.status >= 500 or answer.status == 429:
        raise ValueError(f"status {answer.status}")
    if answer.status >= 400:
        raise Refused(f"status {answer.status}: {answer.text[:200]!r}")
    return answer


def code_now(site: Site) -> str:
    """What the screen in the hall shows at this moment."""
    with site.scene.hall.app.app_context():
        return venue_code(site.scene.session_id)


@dataclass
class Phone:
    """A participant's own phone, which holds a ticket."""

    site: Site
    number: int
    dice: random.Random
    headers: dict[str, str] = field(default_factory=dict)
    tries: int = TRIES

    @property
    def key(self) -> str:
        return str(self.site.scene.hall.big.people[self.number])

    def check_in(self, ledger: Ledger) -> list[float]:
        """Open the code of the screen and record, each until it is answered; milliseconds of the good answers."""
        with self._browser() as browser:
            shown = persist(lambda: self._open(browser), self.dice, tries=self.tries)
            form = shown.form("/h/catat")

            def record() -> Answer:
                ledger.sending(self.key)
                return good(browser.post("/h/catat", form))

            saved = persist(record, self.dice, tries=self.tries)
            ledger.answered(self.key)
        return [shown.ms, saved.ms]

    def _open(self, browser: Browser) -> Answer:
        return accepted(browser.get(f"/h/{self.site.scene.session_id}/{code_now(self.site)}"))

    @contextlib.contextmanager
    def _browser(self) -> Iterator[Browser]:
        cookies = self.site.scene.hall.ticket_cookie(self.number)
        browser = Browser(self.site.port, cookies, headers=self.headers)
        try:
            yield browser
        finally:
            browser.close()


def good(answer: Answer) -> Answer:
    """An answer that says present; ValueError or Refused for every other."""
    if "verdict-bad" in fine(answer).text:
        raise Refused(answer.text[:200])
    return answer


class Scanner:
    """A phone at the door with a device token, as the scanner app sends; `offset` is how wrong its clock is."""

    def __init__(self, site: Site, device: int, *, offset: timedelta = timedelta(0), timeout: float = 30.0) -> None:
        self.site, self.offset = site, offset
        headers = {"Authorization": f"Bearer {site.scene.tokens[device]}"}
        self.browser = Browser(site.port, headers=headers, timeout=timeout)

    def close(self) -> None:
        """Leave."""
        self.browser.close()

    def item(self, number: int, nonce: str, at: datetime) -> dict[str, Any]:
        """A scan of the badge of participant `number` at `at` (by a right clock), as the device noted it."""
        return {
            "id": nonce,
            "session": self.site.scene.session_id,
            "method": "badge",
            "code": self.site.scene.hall.badge(number),
            "at": (at + self.offset).isoformat(),
        }

    def send(self, items: list[dict[str, Any]], moment: datetime) -> Answer:
        """Send a batch at `moment` (by a right clock)."""
        body = {"device_time": (moment + self.offset).isoformat(), "scans": items, "walk_ins": []}
        return self.browser.send("/api/v1/scans/batch", body)

    def check_in(self, number: int, nonce: str, dice: random.Random, ledger: Ledger) -> list[float]:
        """Send one badge online until it is answered with new or already."""
        key = str(self.site.scene.hall.big.people[number])
        body = {name: value for name, value in self.item(number, nonce, datetime.now(UTC)).items() if name != "at"}

        def send() -> Answer:
            ledger.sending(key)
            answer = fine(self.browser.send("/api/v1/scans", body))
            if json.loads(answer.body)["outcome"] not in {"new", "already"}:
                raise Refused(answer.text[:200])
            return answer

        answer = persist(send, dice)
        ledger.answered(key)
        return [answer.ms]


class Door:
    """A signed-in member of staff with the scanner's page open."""

    def __init__(self, site: Site, dice: random.Random, *, timeout: float = 15.0) -> None:
        self.site, self.dice = site, dice
        self.browser = Browser(site.port, site.scene.hall.staff_cookie(), timeout=timeout)
        self.path = f"/kelola/lokakarya/{site.scene.workshop_id}/presensi/pemindai?sesi={site.scene.session_id}"
        self.csrf = ""

    def close(self) -> None:
        """Leave."""
        self.browser.close()

    def open(self) -> None:
        """Load the page once, as a scanner does in the morning."""
        self.csrf = persist(lambda: accepted(self.browser.get(self.path)), self.dice).field("csrf_token")

    def scan(self, number: int, nonce: str) -> Answer:
        """Send one badge; the answer whatever it is."""
        form = {"code": self.site.scene.hall.badge(number), "client_id": nonce, "csrf_token": self.csrf}
        return self.browser.post(self.path, form, as_json=True)

    def check_in(self, number: int, nonce: str, ledger: Ledger) -> list[float]:
        """Scan the badge of participant `number` until it is answered with present or already present."""
        key = str(self.site.scene.hall.big.people[number])

        def send() -> Answer:
            ledger.sending(key)
            answer = fine(self.scan(number, nonce))
            verdict_of(answer, "present", "already")
            return answer

        answer = persist(send, self.dice)
        ledger.answered(key)
        return [answer.ms]
