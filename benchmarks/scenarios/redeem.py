"""The scanner app at the door: one badge sent online, with a device token, and the same with 50,000 registered."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from benchmarks.browser import Answer, Browser, Outcome, accepted, loop
from benchmarks.figures import percentile
from benchmarks.hall import DOORS, GATE, crowd
from benchmarks.run import Run, told
from benchmarks.statements import counted

CPU, STATEMENTS, FLAT = 5.0, 8, 1.25
_FIRST = 800  # of the gate; the scenario `batch` lets in those before
_MANY = 50_000


def measure(run: Run) -> None:
    """CPU and statements of one redeem, at one door and at all doors at once; then the same with many people."""
    count = 120 if run.quick else 500
    people = run.hall.gate.people[_FIRST:]
    before = _doors(run, people, count, GATE)
    run.report.add("redeem", "redeem: statements", _statements(run, people[-3:]), "", STATEMENTS)
    more = crowd(run.hall, _MANY - GATE)
    after = _doors(run, more, count, _MANY)
    for name, few, many in zip(("one door", f"{DOORS} doors"), before, after, strict=True):
        run.report.add("redeem", f"{_MANY:,} people for {GATE:,}, {name}: CPU", round(many / few, 2), "x", FLAT)
    run.report.add("redeem", f"redeem: statements, {_MANY:,} people", _statements(run, more[-3:]), "", STATEMENTS)


def _doors(run: Run, people: Sequence[int], count: int, registered: int) -> tuple[float, float]:
    """CPU milliseconds of a redeem at one door and at all of them."""
    browsers = [Browser(run.server.port, headers=_bearer(token)) for token in run.hall.devices]
    left = iter(people)

    def redeem(_number: int, door: int) -> list[float]:
        answer = browsers[door].send("/api/v1/scans", _body(run, next(left)))
        return [_new(answer).ms]

    loop(40, redeem, threads=DOORS, seconds=20)
    found = []
    for threads, name in ((1, "one door"), (DOORS, f"{DOORS} doors at once")):
        outcome, cpu = run.metered(count, redeem, threads=threads)
        _tell(run, f"{registered:,} people, {name}", outcome, cpu)
        found.append(cpu)
    for browser in browsers:
        browser.close()
    return found[0], found[1]


def _tell(run: Run, where: str, outcome: Outcome, cpu: float) -> None:
    add = run.report.add
    add("redeem", f"redeem, {where}: CPU", cpu, "ms", CPU, told(outcome))
    add("redeem", f"redeem, {where}: p95", percentile(outcome.ms, 95), "ms")
    add("redeem", f"redeem, {where}: refused", len(outcome.refused) + outcome.unsent, "", 0)


def _new(answer: Answer) -> Answer:
    body: dict[str, Any] = json.loads(accepted(answer).body)
    if body["outcome"] != "new":
        raise ValueError(f"outcome {body['outcome']}, reason {body.get('reason')}")
    return answer


def _body(run: Run, enrolment_id: int) -> dict[str, Any]:
    badge, session = run.hall.badge_of(enrolment_id), run.hall.gate.session_id
    return {"id": uuid.uuid4().hex, "session": session, "method": "badge", "code": badge}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _statements(run: Run, people: Sequence[int]) -> int:
    """Of the last of a few, when everything that is kept between requests is there."""
    visitor, bearer = run.hall.app.test_client(), _bearer(run.hall.devices[0])
    counts = []
    for enrolment_id in people:
        body = _body(run, enrolment_id)
        with counted() as seen:
            answer = visitor.post("/api/v1/scans", json=body, headers=bearer, base_url="http://127.0.0.1")
        if answer.status_code != 200 or answer.get_json()["outcome"] != "new":
            raise RuntimeError(f"the redeem answered {answer.status_code}: {answer.text[:200]}")
        counts.append(len(seen))
    return counts[-1]
