"""R8: two scanners come back from hours without signal, send twice at once, and the server is killed half-way."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.browser import Answer
from drills import database
from drills.callers import Ledger, Scanner, persist
from drills.site import Site
from drills.trial import Control, Drill, Trial

BATCH_SECONDS = 3.0
FAST = timedelta(minutes=7)  # how wrong the clock of the second device is
SENDINGS = 2  # of each queue, at the same moment
_UNION, _TWICE = "attendances", "present twice"


@dataclass
class Queue:
    """What one device has kept: `{participant: when it really was}`."""

    site: Site
    device: int
    offset: timedelta
    scans: dict[int, datetime]
    name: str
    ledger: Ledger
    statuses: Counter[int] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, trial: Trial) -> None:
        """Send everything until every item is answered; only what is answered leaves the queue."""
        scanner = Scanner(self.site, self.device, offset=self.offset)
        left = {f"{self.name}-{number}": scanner.item(number, f"{self.name}-{number}", at)
                for number, at in self.scans.items()}  # fmt: skip
        while left:
            for key in left:
                self.ledger.sending(key)
            answer = persist(lambda: self._once(scanner, list(left.values())), trial.random)
            for result in json.loads(answer.body)["results"]:
                left.pop(result["id"], None)
                self.ledger.answered(result["id"])
                with self._lock:
                    self.outcomes[result["outcome"]] += 1
        scanner.browser.close()

    def _once(self, scanner: Scanner, items: list[dict[str, Any]]) -> Answer:
        begun = time.perf_counter()
        answer = scanner.send(items, datetime.now(UTC))
        with self._lock:
            self.statuses[answer.status] += 1
            if answer.status == 200:
                self.seconds.append(time.perf_counter() - begun)
        if answer.status != 200:
            raise ValueError(f"status {answer.status}: {answer.text[:300]}")
        return answer


def run(trial: Trial) -> None:
    """First undisturbed, for the time that a batch takes; then on a fresh installation with the kill."""
    each, shift = trial.pick(120, 500), trial.pick(70, 300)
    for kills in (False,) if trial.control else trial.pick((True,), (False, True)):
        name = "killed half-way" if kills else "undisturbed"
        with trial.site() as site:
            if "batch_look_then_insert" in trial.sabotage:
                database.drop_unique(site, "checkin_attendance", ("enrolment_id", "session_id", "direction"))
                database.drop_unique(site, "checkin_scan", ("device", "client_id"))
            site.begin()
            site.settle()
            queues = _queues(trial, site, each, shift, name)
            _send_all(trial, site, queues, each + shift if kills else 0)
            site.end()
            _judge(trial, site, queues, each + shift, name)
            if not kills:
                longest = max(second for queue in queues for second in queue.seconds)
                trial.at_most(f"{name}: longest batch", longest, BATCH_SECONDS, "s")
            database.check_whole(trial, site)


def _queues(trial: Trial, site: Site, each: int, shift: int, name: str) -> list[Queue]:
    """The first device saw the first people, the second the last; in the middle both, at times of their own."""
    now, queues = datetime.now(UTC).replace(microsecond=0), []
    ledger = Ledger(trial.folder / f"answered-{name.replace(' ', '-')}.txt")
    for device, offset in enumerate((timedelta(0), FAST)):
        numbers = range(device * shift, device * shift + each)
        # Even minutes on one, odd minutes on the other: who was first is never a matter of a second.
        moments = [now - timedelta(minutes=2 * trial.random.randrange(3, 20) + device) for _number in numbers]
        scans = dict(zip(numbers, moments, strict=True))
        queues.append(Queue(site, device, offset, scans, f"r8-{trial.seed}-{device}", ledger))
    return queues


def _send_all(trial: Trial, site: Site, queues: list[Queue], kill_after: int) -> None:
    hands = [threading.Thread(target=queue.send, args=(trial,), daemon=True) for queue in queues * SENDINGS]
    for hand in hands:
        hand.start()
    if kill_after:
        _kill_at(trial, site, kill_after // 2)
    for hand in hands:
        hand.join(90)
    if any(hand.is_alive() for hand in hands):
        raise RuntimeError("a batch was never answered")


def _kill_at(trial: Trial, site: Site, stored: int) -> None:
    """Kill everything as soon as half is stored, while the rest is on its way."""
    end = time.monotonic() + 20
    while (found := len(database.present(site))) < stored and time.monotonic() < end:
        time.sleep(0.002)
    site.kill()
    trial.tell("attendances stored when the server was killed", found)
    site.begin()


def _judge(trial: Trial, site: Site, queues: list[Queue], union: int, name: str) -> None:
    big, ledger = site.scene.hall.big.people, queues[0].ledger
    sent = {big[number] for queue in queues for number in queue.scans}
    stored = database.present(site)
    rows = database.one(site, "SELECT count(*) FROM checkin_attendance WHERE session_id = ?", site.scene.session_id)
    trial.equal(f"{name}: {_UNION}", rows, union)
    trial.equal(f"{name}: people missing or too many", len(sent ^ stored), 0)
    items = sum(len(queue.scans) for queue in queues)
    trial.equal(f"{name}: items answered", len(ledger.in_file()), items)
    trial.equal(f"{name}: scans in the log", len(database.scans(site)), items)
    outcomes = sum((queue.outcomes for queue in queues), Counter[str]())
    trial.equal(f"{name}: answers besides new and already", len(set(outcomes) - {"new", "already"}), 0)
    statuses = sum((queue.statuses for queue in queues), Counter[int]())
    trial.equal(f"{name}: answers with 5xx", sum(count for status, count in statuses.items() if status >= 500), 0)
    trial.equal(f"{name}: earliest corrected time not kept", _wrong_times(site, queues), 0)
    flagged = "SELECT count(*) FROM checkin_scan WHERE flags LIKE '%clock_skew%'"
    trial.equal(f"{name}: scans flagged for the clock", database.one(site, flagged), len(queues[1].scans))
    trial.tell(f"{name}: outcomes", dict(sorted(outcomes.items())))
    trial.tell(f"{name}: seconds of the batches", ", ".join(f"{s:.2f}" for queue in queues for s in queue.seconds))


def _wrong_times(site: Site, queues: list[Queue]) -> int:
    """People whose kept time is more than two seconds from the earlier of the real ones."""
    big, wanted = site.scene.hall.big.people, dict[int, datetime]()
    for queue in queues:
        for number, at in queue.scans.items():
            wanted[big[number]] = min(at, wanted.get(big[number], at))
    kept = database.rows(site, "SELECT enrolment_id, at FROM checkin_attendance")
    found = {row[0]: datetime.fromisoformat(row[1]).replace(tzinfo=UTC) for row in kept}
    return sum(abs(found.get(key, datetime.max.replace(tzinfo=UTC)) - at).total_seconds() > 2
               for key, at in wanted.items())  # fmt: skip


DRILL = Drill(
    key="R8",
    title="two scanners without signal",
    how="Device A has 500 scans of people 0 to 499, device B 500 of people 300 to 799 and a clock 7 minutes fast. Each "
    "queue is sent twice at the same moment through `POST /api/v1/scans/batch`; then again on a fresh installation, "
    "where the whole server is killed when half is stored. Items leave a queue only when they are answered.",
    run=run,
    controls=(
        Control(
            sabotage=("batch_look_then_insert",),
            says="no lock and no unique keys: look which rows are there, then insert the others",
            breaks=f"undisturbed: {_UNION}",
        ),
    ),
    people=800,
)
