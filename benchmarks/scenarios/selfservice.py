"""Self check-in: a hall of phones behind one address scan the code on the screen within a minute."""

from __future__ import annotations

from benchmarks.browser import Browser, accepted, loop
from benchmarks.figures import percentile
from benchmarks.hall import present
from benchmarks.run import Run, told
from lms.plugins.checkin.venue import venue_code

_HANDS = 32


def measure(run: Run) -> None:
    """An open loop: phones come when they come, however slow the answers are; nobody may be refused or lost."""
    seconds = 18.0 if run.quick else 60.0
    count = min(300 if run.quick else 1000, run.first_scanned)
    session_id = run.hall.big.session_id
    acknowledged: set[int] = set()
    opened: list[float] = []
    posted: list[float] = []

    def phone(number: int, _hand: int) -> list[float]:
        with run.hall.app.app_context():
            code = venue_code(session_id)
        browser = Browser(run.server.port, run.hall.ticket_cookie(number))
        try:
            shown = accepted(browser.get(f"/h/{session_id}/{code}"))
            form = {"claim": shown.field("claim"), "csrf_token": shown.field("csrf_token"), "ticket_code": ""}
            saved = accepted(browser.post("/h/catat", form))
        finally:
            browser.close()
        acknowledged.add(run.hall.big.people[number])
        opened.append(shown.ms)
        posted.append(saved.ms)
        return [shown.ms, saved.ms]

    before, started = present(run.hall), run.server.cpu_ms()
    due = [number * seconds / count for number in range(count)]
    outcome = loop(count, phone, threads=_HANDS, seconds=seconds + 30, due=due)
    cpu = (run.server.cpu_ms() - started) / max(1, len(acknowledged))
    now_present = present(run.hall) - before
    add = run.report.add
    add("self", f"phones in {seconds:.0f} s from one address", count, "")
    add("self", "refused", count - len(acknowledged), "", 0, told(outcome))
    add("self", "acknowledged but not in the database", len(acknowledged - now_present), "", 0)
    add("self", "in the database but not acknowledged", len(now_present - acknowledged), "")
    add("self", "open the code: p95", percentile(opened, 95), "ms", 500)
    add("self", "record: p95", percentile(posted, 95), "ms", 500)
    add("self", "all requests: p99", percentile(outcome.ms, 99), "ms")
    add("self", "CPU per phone (two requests)", cpu, "ms")
    add("self", "took", outcome.seconds, "s", seconds + 5)
