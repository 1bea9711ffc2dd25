"""R4: another process holds SQLite's write lock."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from benchmarks.browser import Answer, Browser
from drills import database
from drills.callers import Door
from drills.site import Site
from drills.trial import Control, Drill, Trial

WRITERS = 8  # fewer than the threads of one process
LONG = 15.0  # seconds that the lock is held at most
DEADLINE, GRACE, AGAIN = 6.0, 1.0, 1.0  # seconds
_TEXT = "database is locked"
_SHORT_OK = "short lock: check-ins that succeeded"
_LONG_LONGEST = "long lock: longest wait for an answer"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An answer and how long it took."""

    answer: Answer
    seconds: float


def run(trial: Trial) -> None:
    """Eight doors scan while the lock is held, shortly and then for longer than anybody can wait."""
    with trial.site() as site:
        # Were all writers to meet the same process by chance, they would take all of its eight threads, and a read that
        # comes there would wait behind them: how many threads a hall wants is not this drill's question.
        site.begin(threads=WRITERS + 4)
        site.settle()
        doors = [Door(site, trial.random, timeout=LONG + 15) for _writer in range(WRITERS)]
        for door in doors:
            door.open()
        if trial.wants(_SHORT_OK):
            _short(trial, site, doors)
        if trial.wants(_LONG_LONGEST):
            _long(trial, site, doors)
        for door in doors:
            door.close()
        site.end()
        database.check_whole(trial, site)
        log = site.log.read_text(errors="replace")
        trial.equal(f"“{_TEXT}” in the log", log.count(_TEXT), 0)


def _make_stale(site: Site) -> None:
    """Sessions whose sign of life is due: noting it is a write that nobody asked for and nobody may wait for."""
    database.change(site, "UPDATE core_login_session SET seen_at = datetime(seen_at, '-10 minutes') "
                    "WHERE account_id IS NOT NULL")  # fmt: skip


def _short(trial: Trial, site: Site, doors: list[Door]) -> None:
    seconds = trial.pick(1, 3)
    _make_stale(site)
    with database.locked(site, seconds):
        seen = _all_at_once(doors, first=0, name=f"short-{trial.seed}")
    trial.equal(_SHORT_OK, sum(one.answer.status == 200 for one in seen), WRITERS)
    trial.at_most("short lock: longest", max(one.seconds for one in seen), seconds + trial.pick(3, GRACE), "s")
    _check_words(trial, "short lock", seen)


def _long(trial: Trial, site: Site, doors: list[Door]) -> None:
    seconds = trial.pick(5.7 if trial.control is None else 7, LONG)
    name = f"long-{trial.seed}"
    _make_stale(site)
    with database.locked(site, seconds) as holder:
        reads: list[Seen] = []
        reader = threading.Thread(target=_read, args=(site, reads), daemon=True)
        reader.start()
        seen = _all_at_once(doors, first=WRITERS, name=name)
        reader.join(30)
        holder.wait(LONG + 15)
    trial.at_most(_LONG_LONGEST, max(one.seconds for one in seen), trial.pick(6.8, DEADLINE), "s")
    trial.equal("long lock: answers 503 with Retry-After", sum(_is_told_to_wait(one.answer) for one in seen), WRITERS)
    _check_words(trial, "long lock", seen)
    trial.equal("reads during the lock that failed", sum(one.answer.status != 200 for one in reads), 0)
    trial.at_most(
        "reads during the lock, longest", max((one.seconds for one in reads), default=99.0), trial.pick(3, AGAIN), "s"
    )
    again = _all_at_once(doors, first=WRITERS, name=name)
    trial.equal(
        "after the lock: the same scans that succeeded", sum(one.answer.status == 200 for one in again), WRITERS
    )
    trial.at_most("after the lock: longest", max(one.seconds for one in again), trial.pick(3, AGAIN), "s")


def _is_told_to_wait(answer: Answer) -> bool:
    return answer.status == 503 and answer.headers.get("retry-after", "").isdecimal()


def _check_words(trial: Trial, when: str, seen: list[Seen]) -> None:
    trial.equal(f"{when}: answers that say “{_TEXT}”", sum(_TEXT in one.answer.text for one in seen), 0)


def _all_at_once(doors: list[Door], *, first: int, name: str) -> list[Seen]:
    seen: list[Seen] = []

    def scan(place: int, door: Door) -> None:
        begun = time.perf_counter()
        answer = door.scan(first + place, f"{name}-{place}")
        seen.append(Seen(answer=answer, seconds=time.perf_counter() - begun))

    hands = [threading.Thread(target=scan, args=pair, daemon=True) for pair in enumerate(doors)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(LONG + 30)
    if len(seen) != len(doors):
        raise RuntimeError("a scan was not answered at all")
    return seen


def _read(site: Site, reads: list[Seen]) -> None:
    """A visitor who only reads, for the first seconds of the lock."""
    browser = Browser(site.port)
    for _visit in range(10):
        begun = time.perf_counter()
        answer = browser.get(f"/lokakarya/{site.scene.hall.big.slug}")
        reads.append(Seen(answer=answer, seconds=time.perf_counter() - begun))
        time.sleep(0.3)
    browser.close()


DRILL = Drill(
    key="R4",
    title="the database is held by another process",
    how="Eight doors scan at once while another process holds `BEGIN IMMEDIATE`, for 3 seconds and for 15; their staff "
    "sessions are due for a sign of life, which is one more write. A visitor reads pages meanwhile. After the lock the "
    "same scans are sent again with the same ids. Each process has twelve threads.",
    run=run,
    controls=(
        Control(sabotage=("no_patience",), says="a server that does not wait at all", breaks=_SHORT_OK),
        Control(sabotage=("no_deadline",), says="a server that waits for as long as it takes", breaks=_LONG_LONGEST),
    ),
    rounds=3,
)
