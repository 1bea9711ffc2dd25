"""R1: workers and then the whole server are killed while a hall checks in."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from dataclasses import dataclass, field

from benchmarks.browser import loop
from benchmarks.figures import percentile
from drills import database
from drills.callers import Door, Ledger, Phone, Scanner
from drills.site import DEVICES, Site
from drills.trial import Control, Drill, Trial

EVERY, PAUSE = (1.0, 1.5), (1.5, 4.0)  # seconds between two killed workers, and two servers, in short and in full
HANDS, RATE = (16, 48), (25, 50)  # callers at once and check-ins a second, in short and in full
LONGEST, RESTART = 60.0, 3.0  # seconds
TAIL = 2.5, 15.0  # seconds of load beyond the plan: starts take time, and the last one must meet people too


@dataclass
class Reaper:
    """Kills workers, then whole servers, and starts again what ended, as systemd's `Restart=on-failure` does."""

    trial: Trial
    site: Site
    workers: int
    servers: int
    killed: int = 0
    ended: int = 0  # times that the server gave up by itself
    restarts: list[float] = field(default_factory=list)  # moments of the commands after a killed server
    is_over: bool = False

    def work(self) -> None:
        """Kill by the plan; then keep the server alive until the callers are done."""
        for _number in range(self.workers):
            self._watch(self.trial.pick(*EVERY))
            self._kill_one()
        for _number in range(self.servers):
            self._watch(self.trial.pick(*PAUSE))
            self.site.kill()
            self.restarts.append(time.perf_counter())
            self.site.begin()
        while not self.is_over:
            self._watch(0.1)

    def _watch(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            server = self.site.server
            if server is None or server.process.poll() is not None:
                self.ended += 1
                self.site.begin()
            time.sleep(0.05)

    def _kill_one(self) -> None:
        server = self.site.server
        pids = server.worker_pids() if server is not None and server.process.poll() is None else []
        if pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.trial.random.choice(sorted(pids)), signal.SIGKILL)
                self.killed += 1


def run(trial: Trial) -> None:
    """People use their own phone, come to a door or to a scanner; each repeats the same nonce until it is answered."""
    workers, servers = trial.pick(2, 12), trial.pick(1, 3)
    seconds = workers * trial.pick(*EVERY) + servers * trial.pick(*PAUSE) + trial.pick(*TAIL)
    count = min(int(trial.pick(*RATE) * seconds), len(trial.scene.hall.big.people))
    hands = trial.pick(*HANDS)
    ledger = Ledger(trial.folder / f"acknowledged-{trial.seed}.txt")
    waits: list[float] = []
    with trial.server() as (site, _server):
        site.settle()
        doors = [Door(site, trial.random) for _hand in range(hands)]
        scanners = [Scanner(site, hand % DEVICES) for hand in range(hands)]
        for door in doors:
            door.open()
        due = [number * seconds / count for number in range(count)]
        reaper = Reaper(trial=trial, site=site, workers=workers, servers=servers)
        killer = threading.Thread(target=reaper.work, daemon=True)
        began = time.perf_counter()
        killer.start()

        def one(number: int, hand: int) -> list[float]:
            nonce = f"r1-{trial.seed}-{number}"
            if number % 3 == 0:
                Phone(site, number, trial.random).check_in(ledger)
            elif number % 3 == 1:
                doors[hand].check_in(number, nonce, ledger)
            else:
                scanners[hand].check_in(number, nonce, trial.random, ledger)
            waits.append(time.perf_counter() - began - due[number])
            return []

        outcome = loop(count, one, threads=hands, seconds=seconds + LONGEST, due=due)
        reaper.is_over = True
        killer.join(30)
        for caller in [*(door.browser for door in doors), *(scanner.browser for scanner in scanners)]:
            caller.close()
        site.end()
        _judge(trial, site, ledger, count, waits)
        trial.at_most("first success after a restart", _slowest_restart(ledger, reaper), trial.pick(20, RESTART), "s")
    trial.tell("check-ins, retries", f"{count}, {ledger.retries}")
    trial.tell("workers killed, servers killed, servers that gave up", f"{reaper.killed}, {servers}, {reaper.ended}")
    if outcome.refused:
        trial.tell("first failure", outcome.refused[0])


def _judge(trial: Trial, site: Site, ledger: Ledger, count: int, waits: list[float]) -> None:
    acknowledged, stored = ledger.in_file(), {str(number) for number in database.present(site)}
    trial.equal("acknowledged", len(acknowledged), count)
    trial.equal("acknowledged and lost", len(acknowledged - stored), 0)
    trial.equal("stored and never sent", len(stored - ledger.sent), 0)
    trial.at_most("longest way to an acknowledgement", max(waits, default=0.0), LONGEST, "s")
    trial.tell(
        "way to an acknowledgement, p50 and p95", f"{percentile(waits, 50):.2f} s, {percentile(waits, 95):.2f} s"
    )
    database.check_whole(trial, site)


def _slowest_restart(ledger: Ledger, reaper: Reaper) -> float:
    return max((ledger.first_after(moment) for moment in reaper.restarts), default=0.0)


DRILL = Drill(
    key="R1",
    title="kill -9 while a hall checks in",
    how="50 check-ins a second, by phone, at the door and by scanners with device tokens; every 1.5 s one random "
    "worker is killed by its id, then three times the server with all its workers, which is started again. Every "
    "caller repeats the same nonce until it is answered.",
    run=run,
    controls=(
        Control(
            sabotage=("answer_first",),
            says="a server that answers before it has committed",
            breaks="acknowledged and lost",
        ),
    ),
    people=2300,
)
