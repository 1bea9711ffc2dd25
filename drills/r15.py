"""R15: a browser, the server and the network are taken away in turn while somebody answers a quiz."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page, Response

from drills import database
from drills.browsers import Chromium, driver
from drills.site import Site
from drills.trial import Control, Drill, Trial
from lms.app import create_app
from lms.config import Settings
from lms.kernel.db import db, unit_of_work
from lms.plugins.quiz import services

TRIES = 5
TOLD, BACK, FLUSH = 15.0, 30.0, 10.0  # seconds: to say what waits, to send it again, for the browser's own storage
_LOST = "acknowledged answers lost"
_ANSWERS = (
    "SELECT l.client_seq, l.question_id, l.is_late FROM quiz_answer_log l JOIN quiz_attempt a ON a.id = l.attempt_id "
    "WHERE a.quiz_id = ? AND a.enrolment_id = ? ORDER BY l.client_seq"
)


@dataclass
class Taker:
    """Somebody with a phone, in front of the quiz of 20 questions."""

    trial: Trial
    site: Site
    browser: Chromium
    context: BrowserContext
    page: Page
    acknowledged: int = 0

    def visit(self) -> None:
        """A new tab on the quiz, as far as it was."""
        self.page = self.context.new_page()
        for _time in range(TRIES):
            self.page.goto(f"{self.browser.url}/tiket/kuis/{self.site.scene.hall.exam_id}")
            if self.page.locator("[data-quiz]").count():
                break
            self.page.locator("main form button.btn-primary").first.click()
            self.page.wait_for_timeout(500)
        self.page.locator("[data-quiz]").wait_for()
        self.page.evaluate("navigator.serviceWorker.ready")

    def tap(self, number: int, place: int = 1) -> None:
        """Choose an answer, wherever the page stands."""
        option = self.page.locator(f"[data-question='{number}'] input[value='{place}']")
        option.evaluate("input => { input.checked = true; input.dispatchEvent(new Event('change', {bubbles: true})) }")

    def acknowledge(self, number: int) -> None:
        """Tap, and wait for the server's answer."""

        def is_its(answer: Response) -> bool:  # an earlier answer may still be under way
            sent = answer.request.post_data or ""
            return answer.url.endswith("/jawaban") and answer.status == 200 and f'"n":{number},' in sent

        with self.page.expect_response(is_its):
            self.tap(number)
        self.acknowledged += 1

    def says(self) -> str:
        return str(self.page.locator("[data-sync] span").inner_text())

    def until_says(self, word: str, seconds: float) -> float:
        """Seconds until the page says `word`; infinite when it does not in time."""
        return self.until(lambda: word in self.says(), seconds)

    def until(self, check: Callable[[], bool], seconds: float) -> float:
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if check():
                return time.monotonic() - began
            self.page.wait_for_timeout(100)
        return float("inf")

    def stored(self) -> int:
        """How many questions the server has an answer to."""
        hall = self.site.scene.hall
        return len({row[1] for row in database.rows(self.site, _ANSWERS, hall.exam_id, hall.big.people[1])})


def run(trial: Trial) -> None:
    """The losses in turn, on one attempt."""
    with trial.server() as (site, _server), driver() as driven:
        url = f"http://127.0.0.1:{site.port}"
        folder = trial.folder / f"phone-{trial.seed}"
        folder.mkdir(exist_ok=True)
        phone = Chromium(driver=driven, folder=folder, cookies=site.scene.hall.ticket_cookie(1), url=url)
        try:
            context = phone.open()
            taker = Taker(trial=trial, site=site, browser=phone, context=context, page=context.new_page())
            taker.visit()
            _server_goes(trial, taker)
            if trial.control is None:
                _browser_goes(trial, taker)
                _network_goes(trial, taker)
                _two_tabs(trial, taker)
                _time_goes(trial, taker)
        finally:
            phone.kill()
        site.end()
        database.check_whole(trial, site)


def _server_goes(trial: Trial, taker: Taker) -> None:
    """Killed the moment after an acknowledgement, then away for a while."""
    for number in (1, 2, 3):
        taker.acknowledge(number)
    taker.site.kill()
    taker.tap(4)
    if trial.control is None:
        trial.at_most("server gone: the page says what waits", taker.until_says("menunggu", TOLD), TOLD, "s")
    taker.site.begin()
    trial.equal(_LOST, max(0, taker.acknowledged - _kept_of(taker, taker.acknowledged)), 0)
    back = taker.until(lambda: taker.stored() >= 4, BACK)
    trial.at_most("server back: what waited has arrived", back, BACK, "s")


def _kept_of(taker: Taker, count: int) -> int:
    hall = taker.site.scene.hall
    first = database.rows(taker.site, _ANSWERS, hall.exam_id, hall.big.people[1])
    return min(count, len(first))


def _browser_goes(trial: Trial, taker: Taker) -> None:
    """Ended by SIGKILL, once with everything acknowledged and once with answers that wait for a signal."""
    taker.acknowledge(5)
    taker.browser.kill()
    trial.equal("browser killed: answers with the server", taker.stored(), 5)
    taker.context = taker.browser.open()
    taker.visit()
    trial.equal("browser back: answers shown", _shown(taker), 5)
    taker.context.set_offline(True)
    for number in (6, 7, 8):
        taker.tap(number)
    trial.at_most("network gone: the page says what waits", taker.until_says("menunggu", TOLD), TOLD, "s")
    taker.page.wait_for_timeout(FLUSH * 1000)
    taker.browser.kill()
    taker.context = taker.browser.open()
    taker.visit()
    back = taker.until(lambda: taker.stored() >= 8, BACK)
    trial.at_most("browser killed without a network: what waited has arrived", back, BACK, "s")


def _network_goes(trial: Trial, taker: Taker) -> None:
    taker.context.set_offline(True)
    for number in (9, 10):
        taker.tap(number)
    taker.page.wait_for_timeout(1500)
    trial.equal("network gone: answers with the server", taker.stored(), 8)
    taker.context.set_offline(False)
    trial.at_most("network back: what waited has arrived", taker.until(lambda: taker.stored() >= 10, BACK), BACK, "s")


def _two_tabs(trial: Trial, taker: Taker) -> None:
    """The last tap wins, and both are in the log."""
    first = taker.page
    taker.visit()
    taker.tap(11, 1)
    taker.page.wait_for_timeout(300)
    taker.page = first
    taker.tap(11, 2)
    taker.until(lambda: _log_of(taker) >= 12, BACK)
    hall = taker.site.scene.hall
    wins = database.one(
        taker.site,
        "SELECT count(*) FROM quiz_answer v JOIN quiz_attempt a ON a.id = v.attempt_id WHERE a.quiz_id = ? AND "
        "a.enrolment_id = ? AND v.client_seq = (SELECT max(client_seq) FROM quiz_answer_log l WHERE "
        "l.attempt_id = a.id)",
        hall.exam_id,
        hall.big.people[1],
    )
    trial.equal("two tabs: both in the log", _log_of(taker), 12)
    trial.equal("two tabs: the last tap is in force", wins, 1)


def _log_of(taker: Taker) -> int:
    hall = taker.site.scene.hall
    return len(database.rows(taker.site, _ANSWERS, hall.exam_id, hall.big.people[1]))


def _time_goes(trial: Trial, taker: Taker) -> None:
    """The time runs out while the phone is away: what was saved is graded, and what comes later is only kept."""
    site, hall = taker.site, taker.site.scene.hall
    taker.context.set_offline(True)
    taker.tap(12)
    database.change(site, "UPDATE quiz_quiz SET time_limit = 1 WHERE id = ?", hall.exam_id)
    database.change(
        site, "UPDATE quiz_attempt SET started_at = '2026-01-01 00:00:00.000000' WHERE quiz_id = ?", hall.exam_id
    )
    app = create_app(Settings.from_env(site.environment(), data_dir=site.folder))
    with app.app_context(), app.test_request_context():
        with unit_of_work():
            services.close_overdue()
        db.session.remove()
        db.engine.dispose()
    row = "SELECT state, mark, max_mark FROM quiz_attempt WHERE quiz_id = ? AND enrolment_id = ?"
    state, mark, most = database.rows(site, row, hall.exam_id, hall.big.people[1])[0]
    trial.equal("time over: state, points possible", f"{state}, {int(most)}", "auto_closed, 20")
    taker.context.set_offline(False)
    trial.at_most("late answer has arrived", taker.until(lambda: _log_of(taker) >= 13, BACK), BACK, "s")
    late = database.rows(site, _ANSWERS, hall.exam_id, hall.big.people[1])[-1][2]
    again = database.rows(site, row, hall.exam_id, hall.big.people[1])[0][1]
    trial.equal("late answer: kept as late, score as before", f"{late}, {again == mark}", "1, True")


def _shown(taker: Taker) -> int:
    return int(taker.page.locator("[data-question] input:checked").count())


DRILL = Drill(
    key="R15",
    title="browser, server and network are taken away while somebody answers",
    how="A real browser with the quiz page. The server is killed the moment after an acknowledgement; the browser is "
    "killed with SIGKILL, once with everything acknowledged, once ten seconds after taps without a network; the "
    "network goes; two tabs answer the same question; the time runs out while the phone is away.",
    run=run,
    controls=(
        Control(
            sabotage=("answer_first",),
            says="a server that answers before it has committed",
            breaks=_LOST,
        ),
    ),
    needs=("chromium --version",),
)
