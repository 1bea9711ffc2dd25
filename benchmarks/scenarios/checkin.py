"""Check-in at the door: staff scan signed badges, as fast as the answers come."""

from __future__ import annotations

import uuid

from benchmarks.browser import Browser, loop, verdict_of
from benchmarks.figures import percentile
from benchmarks.run import Run, page, told
from benchmarks.statements import client, counted

DOORS = 4


def measure(run: Run) -> None:
    """CPU time, latency and statements of one scan; every answer must be a first presence."""
    hall, count = run.hall, 200 if run.quick else 800
    path = f"/kelola/lokakarya/{hall.big.workshop_id}/presensi/pemindai?sesi={hall.big.session_id}"
    doors: list[tuple[Browser, str]] = []
    for _door in range(DOORS):
        browser, shown = page(run, path, hall.staff_cookie())
        doors.append((browser, shown.field("csrf_token")))
    tokens = [hall.badge(number) for number in range(run.first_scanned, run.first_on_boards)]
    warm = min(20 if run.quick else 60, len(tokens) // 4)
    count = min(count, len(tokens) - warm - 2)

    def scan(number: int, door: int) -> list[float]:
        browser, csrf = doors[door]
        form = {"code": tokens[number], "client_id": uuid.uuid4().hex, "csrf_token": csrf}
        answer = browser.post(path, form, as_json=True)
        verdict_of(answer)
        return [answer.ms]

    loop(warm, scan, threads=DOORS, seconds=30)
    alone, cpu = run.metered(count // 3, lambda number, door: scan(warm + number, door), threads=1)
    warm, count = warm + count // 3, count - count // 3
    outcome, crowded = run.metered(count, lambda number, door: scan(warm + number, door), threads=DOORS)
    add = run.report.add
    add("checkin", "scan of a badge: CPU per request", cpu, "ms", 6, told(alone))
    add("checkin", "scan: p95, one door", percentile(alone.ms, 95), "ms")
    add("checkin", f"scan: CPU per request, {DOORS} doors at once", crowded, "ms")
    for percent in (50, 95, 99):
        add("checkin", f"scan: p{percent}, {DOORS} doors at once", percentile(outcome.ms, percent), "ms")
    add("checkin", "scans per second", round(len(outcome.ms) / outcome.seconds), "/s")
    lost = len(alone.refused) + alone.unsent + count - len(outcome.ms)
    add("checkin", "scans refused or lost", lost, "", 0, told(outcome))
    add("checkin", "scan: statements", _statements(run, path, tokens[-2:]), "", 8)
    for browser, _csrf in doors:
        browser.close()


def _statements(run: Run, path: str, tokens: list[str]) -> int:
    visitor = client(run.hall, run.hall.staff_cookie())
    with counted():
        shown = visitor.get(path, base_url="http://127.0.0.1")
    csrf = shown.text.partition('data-csrf="')[2].partition('"')[0]
    for token in tokens:
        form = {"code": token, "client_id": uuid.uuid4().hex, "csrf_token": csrf}
        with counted() as seen:
            answer = visitor.post(path, data=form, headers={"Accept": "application/json"}, base_url="http://127.0.0.1")
        if answer.status_code != 200 or answer.get_json()["verdict"] != "present":
            raise RuntimeError(f"the scan answered {answer.status_code}: {answer.text[:200]}")
    return len(seen)
