"""R1b: what is acknowledged is on the disk: the kernel was asked to sync within each request."""

from __future__ import annotations

import bisect
import re
import time
from pathlib import Path

from benchmarks.figures import percentile
from drills import database
from drills.callers import Ledger, Phone
from drills.trial import Control, Drill, Trial

_CALL = re.compile(r"^\d+\s+(\d+\.\d+) (?:fsync|fdatasync)\(")
_TRACER = ["strace", "-f", "-qq", "--seccomp-bpf", "-ttt", "-e", "trace=fsync,fdatasync", "-o"]


def run(trial: Trial) -> None:
    """Check in one after the other under strace, and look which requests had a sync while they ran."""
    count = trial.pick(40, 300)
    trace = trial.folder / "syncs.txt"
    ledger = Ledger(trial.folder / "acknowledged.txt")
    spans: list[tuple[float, float]] = []
    ms: list[float] = []
    with trial.site() as site:
        site.begin(under=[*_TRACER, str(trace)], workers=trial.pick(1, 2))
        for number in range(count):
            begun = time.time()
            ms += Phone(site, number, trial.random).check_in(ledger)[1:]
            spans.append((begun, time.time()))
        site.end()
        syncs = _moments(trace)
        bare = sum(not _has_one(syncs, begun, ended) for begun, ended in spans)
        stored = {str(number) for number in database.present(site)}
        trial.equal("acknowledged", len(ledger.in_file()), count)
        trial.equal("acknowledged and not stored", len(ledger.in_file() - stored), 0)
        trial.at_least("syncs, first check-in to last", _between(syncs, spans[0][0], spans[-1][1]), count)
        trial.equal("acknowledged without a sync while the request ran", bare, 0)
        database.check_whole(trial, site)
    trial.tell("record, traced: p50", f"{percentile(ms, 50):.1f} ms")


def _moments(trace: Path) -> list[float]:
    """When a thread of the server began to sync, in seconds of the wall clock."""
    found = (_CALL.match(line) for line in trace.read_text(errors="replace").splitlines())
    return sorted(float(match[1]) for match in found if match)


def _between(moments: list[float], begun: float, ended: float) -> int:
    return bisect.bisect_right(moments, ended) - bisect.bisect_left(moments, begun)


def _has_one(moments: list[float], begun: float, ended: float) -> bool:
    return _between(moments, begun, ended) > 0


DRILL = Drill(
    key="R1b",
    title="durable before it is acknowledged",
    how="Single check-ins, one after the other, on a server under `strace -f -e trace=fsync,fdatasync -ttt`. Every one "
    "must have had a sync between its first byte and its answer, and there must be as many syncs as answers.",
    run=run,
    controls=(
        Control(
            sabotage=("sync_normal",),
            says="SQLite with `PRAGMA synchronous=NORMAL`, which loses the last commits at a power cut",
            breaks="acknowledged without a sync while the request ran",
        ),
    ),
    people=300,
    rounds=1,
    needs=("strace -qq -o /dev/null true",),
)
