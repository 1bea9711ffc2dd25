"""Two scanners come back from hours without signal: overlapping queues, each sent twice at the same moment."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

from benchmarks.browser import Browser, accepted, loop
from benchmarks.hall import present
from benchmarks.run import Run, told
from lms.kernel.clock import now

EACH, OVERLAP, SENDINGS = 500, 200, 2
SECONDS = 3.0  # of a batch


def measure(run: Run) -> None:
    """The wall time of each batch, and the exact union in the database."""
    hall, each = run.hall, EACH // (4 if run.quick else 1)
    overlap = OVERLAP // (4 if run.quick else 1)
    queues = [_queue(run, start, each) for start in (0, each - overlap)]
    wanted = set(hall.gate.people[: 2 * each - overlap])

    def send(number: int, _hand: int) -> list[float]:
        device = number % len(queues)
        browser = Browser(run.server.port, headers={"Authorization": f"Bearer {hall.devices[device]}"})
        body = {"device_time": now().isoformat(), "scans": queues[device], "walk_ins": []}
        answer = accepted(browser.send("/api/v1/scans/batch", body))
        browser.close()
        wrong = [item for item in json.loads(answer.body)["results"] if item["outcome"] not in {"new", "already"}]
        if wrong:
            raise ValueError(f"{len(wrong)} items, for instance {wrong[0]}")
        return [answer.ms]

    started, sendings = run.server.cpu_ms(), SENDINGS * len(queues)
    outcome = loop(sendings, send, threads=sendings, seconds=30)
    cpu = (run.server.cpu_ms() - started) / sendings / each
    there = present(hall, hall.gate) & set(hall.gate.people[: EACH * 2])
    add = run.report.add
    add("batch", f"batch of {each}, {sendings} at once: longest", max(outcome.ms, default=0) / 1000, "s", SECONDS)
    add("batch", "CPU per scan", cpu, "ms")
    add("batch", "batches refused or failed", sendings - len(outcome.ms), "", 0, told(outcome))
    add("batch", "people missing or too many", len(there ^ wanted), "", 0, f"union of {len(wanted)}")


def _queue(run: Run, start: int, count: int) -> list[dict[str, Any]]:
    """What one device has kept: one scan every few seconds since an hour ago."""
    gate, began = run.hall.gate, now() - timedelta(minutes=50)
    return [
        {
            "id": uuid.uuid4().hex,
            "session": gate.session_id,
            "method": "badge",
            "code": run.hall.badge_of(gate.people[start + place]),
            "at": (began + timedelta(seconds=5 * place)).isoformat(),
        }
        for place in range(count)
    ]
