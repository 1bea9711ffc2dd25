"""R10: a thousand phones behind one address, while others guess."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.browser import Browser, Outcome, accepted, loop
from benchmarks.figures import percentile
from drills import database
from drills.callers import Ledger, Phone, code_now
from drills.site import Site
from drills.trial import Control, Drill, Trial
from lms.testing import servers

ADDRESS = {"X-Forwarded-For": "203.0.113.7"}  # the hall's one address, as the proxy tells it
HANDS, GUESSES, WRONG = 48, 25, 10
P95, P99, LONGEST = 300, 2000, 15_000  # milliseconds
QUICK_P95 = 1500  # where the short form shares its two processors with other tests
_REFUSED = "wave: refused or failed"


@dataclass
class Guesser:
    """Somebody with a current code of the screen who tries ticket codes."""

    site: Site
    number: int
    seconds: float
    statuses: Counter[int] = field(default_factory=Counter)
    trouble: str = ""

    def work(self) -> None:
        """Guess at an even pace until the wave is over; a break of the connection ends it."""
        browser = Browser(self.site.port, headers=ADDRESS)
        try:
            shown = accepted(browser.get(f"/h/{self.site.scene.session_id}/{code_now(self.site)}"))
            form = shown.form("/h/catat")
            for guess in range(GUESSES):
                answer = browser.post("/h/catat", {**form, "ticket_code": f"ZZ{self.number:02d}{guess:02d}"})
                self.statuses[answer.status] += 1
                time.sleep(self.seconds / GUESSES * 0.9)
        except (OSError, ValueError, LookupError) as error:
            self.trouble = f"{type(error).__name__}: {error}"
        finally:
            browser.close()


def run(trial: Trial) -> None:
    """The hall within a minute, then a burst of those who come late; nobody tries twice."""
    count, seconds = trial.pick(60, 1000), trial.pick(3, 60)
    more, shortly = trial.pick(30, 300), trial.pick(1, 10)
    ledger = Ledger(trial.folder / "acknowledged.txt")
    with _redis() as counters, trial.server(LMS_PROXIES="1", LMS_REDIS_URL=counters) as (site, _server):
        site.settle()
        for number in range(count + more, count + more + 8):  # a server's first visitors wait for its templates
            Phone(site, number, trial.random, headers=ADDRESS).check_in(ledger)
        guessers = [Guesser(site, number, seconds) for number in range(trial.pick(4, 20))]
        hands = [threading.Thread(target=guesser.work, daemon=True) for guesser in guessers]
        for hand in hands:
            hand.start()
        wave = _come(trial, site, ledger, range(count), seconds)
        for hand in hands:
            hand.join(30)
        burst = _come(trial, site, ledger, range(count, count + more), shortly)
        site.end()
        _judge(trial, wave, burst, guessers, 1 if counters else 2)
        stored = {str(number) for number in database.present(site)}
        trial.equal("acknowledged and lost", len(ledger.in_file() - stored), 0)
        trial.equal("stored and never sent", len(stored - ledger.sent), 0)
        database.check_whole(trial, site)
    trial.tell("phones, and seconds in which they came", f"{count} in {seconds} s, {more} in {shortly} s")


def _come(trial: Trial, site: Site, ledger: Ledger, numbers: range, seconds: float) -> Outcome:
    due = [place * seconds / len(numbers) for place in range(len(numbers))]

    def one(place: int, _hand: int) -> list[float]:
        return Phone(site, numbers[place], trial.random, headers=ADDRESS, tries=1).check_in(ledger)

    return loop(len(numbers), one, threads=HANDS, seconds=seconds + 30, due=due)


def _judge(trial: Trial, wave: Outcome, burst: Outcome, guessers: list[Guesser], processes: int) -> None:
    trial.equal(_REFUSED, len(wave.refused) + wave.unsent, 0)
    trial.at_most("wave: p95 of a request", percentile(wave.ms, 95), trial.pick(QUICK_P95, P95), "ms")
    trial.at_most("wave: p99 of a request", percentile(wave.ms, 99), P99, "ms")
    trial.tell("wave: p50, longest", f"{percentile(wave.ms, 50):.0f} ms, {max(wave.ms, default=0):.0f} ms")
    trial.equal("burst: refused or failed", len(burst.refused) + burst.unsent, 0)
    trial.at_most("burst: longest request", max(burst.ms, default=0.0), LONGEST, "ms")
    trial.tell("burst: p50, p95", f"{percentile(burst.ms, 50):.0f} ms, {percentile(burst.ms, 95):.0f} ms")
    tried = [guesser.statuses[422] for guesser in guessers]
    trial.at_most("guessers: most wrong codes that were looked up", max(tried), WRONG * processes)
    trial.equal("guessers who were cut off", sum(guesser.statuses[429] > 0 for guesser in guessers), len(guessers))
    trial.tell("limits are counted", "for all processes, in Redis" if processes == 1 else "by each process")
    for name, found in (("wave", wave.refused), ("burst", burst.refused)):
        if found:
            trial.tell(f"{name}: first failure", found[0])


@contextlib.contextmanager
def _redis() -> Iterator[str]:
    """Counters for all processes where Redis is installed, else none: each process then counts for itself."""
    if not (shutil.which("redis-server") or shutil.which("valkey-server")):
        yield ""
        return
    with servers.redis() as url:
        yield url


DRILL = Drill(
    key="R10",
    title="a thousand phones behind one address",
    how="Phones with tickets open the code of the screen and record, all from one address (`X-Forwarded-For`, one "
    "proxy), at an even pace and then in a burst; none tries twice. Others with the same address guess ticket codes "
    "meanwhile, each in a browser of its own.",
    run=run,
    controls=(
        Control(
            sabotage=("limit_by_address",),
            says="a limiter that allows 60 requests a minute and address in each process",
            breaks=_REFUSED,
        ),
    ),
    people=1310,
    rounds=1,
)
