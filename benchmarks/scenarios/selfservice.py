"""Self check-in: a hall of phones behind one address scan the code on the screen, within a minute and in a burst."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.browser import Browser, Outcome, accepted, loop
from benchmarks.figures import percentile
from benchmarks.hall import present
from benchmarks.run import Run, told
from lms.plugins.checkin.venue import venue_code

_HANDS = 48
P95 = 300  # milliseconds


@dataclass
class Wave:
    """Phones that come within so many seconds, and what became of them."""

    run: Run
    phones: range
    seconds: float
    acknowledged: set[int] = field(default_factory=set)
    opened: list[float] = field(default_factory=list)  # milliseconds
    posted: list[float] = field(default_factory=list)

    def come(self) -> Outcome:
        """An open loop: phones come when they come, however slow the answers are."""
        due = [place * self.seconds / len(self.phones) for place in range(len(self.phones))]
        return loop(len(due), self._phone, threads=_HANDS, seconds=self.seconds + 30, due=due)

    def _phone(self, place: int, _hand: int) -> list[float]:
        number, session_id = self.phones[place], self.run.hall.big.session_id
        with self.run.hall.app.app_context():
            code = venue_code(session_id)
        browser = Browser(self.run.server.port, self.run.hall.ticket_cookie(number))
        try:
            shown = accepted(browser.get(f"/h/{session_id}/{code}"))
            saved = accepted(browser.post("/h/catat", shown.form("/h/catat")))
        finally:
            browser.close()
        self.acknowledged.add(self.run.hall.big.people[number])
        self.opened.append(shown.ms)
        self.posted.append(saved.ms)
        return [shown.ms, saved.ms]


def measure(run: Run) -> None:
    """A thousand in a minute, then three hundred in ten seconds; nobody may be refused or lost."""
    before = present(run.hall)
    count = min(300 if run.quick else 1000, run.first_scanned * 10 // 13)
    wave = Wave(run, range(count), 18.0 if run.quick else 60.0)
    burst = Wave(run, range(count, count + count * 3 // 10), 3.0 if run.quick else 10.0)
    started = run.server.cpu_ms()
    came = wave.come()
    cpu = (run.server.cpu_ms() - started) / max(1, len(wave.acknowledged))
    hurried = burst.come()
    there, acknowledged = present(run.hall) - before, wave.acknowledged | burst.acknowledged
    add = run.report.add
    add("self", f"phones in {wave.seconds:.0f} s from one address", count, "")
    add("self", "refused", count - len(wave.acknowledged), "", 0, told(came))
    add("self", "open the code: p95", percentile(wave.opened, 95), "ms", P95)
    add("self", "record: p95", percentile(wave.posted, 95), "ms", P95)
    add("self", "all requests: p99", percentile(came.ms, 99), "ms")
    add("self", "CPU per phone (two requests)", cpu, "ms")
    add("self", "took", came.seconds, "s", wave.seconds + 5)
    add("self", f"then phones in {burst.seconds:.0f} s", len(burst.phones), "")
    add("self", "of them refused", len(burst.phones) - len(burst.acknowledged), "", 0, told(hurried))
    add("self", "of them, all requests: p95", percentile(hurried.ms, 95), "ms")
    add("self", "acknowledged but not in the database", len(acknowledged - there), "", 0)
    add("self", "in the database but not acknowledged", len(there - acknowledged), "")
