"""What every scenario is given: the server, the hall, the report, and how much work is wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.browser import Answer, Browser, Outcome, accepted, loop
from benchmarks.figures import Report, percentile
from benchmarks.hall import Hall
from benchmarks.processes import Server

_WARM_UP, _LIMIT = 60, 20.0  # requests before counting; seconds of one loop


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run; `quick` does less of the same.

    Participants of the big workshop before `first_scanned` check themselves in, those before `first_on_boards` are
    scanned at the door, and the last ones come while boards are open.
    """

    server: Server
    hall: Hall
    report: Report
    quick: bool

    @property
    def first_scanned(self) -> int:
        return len(self.hall.big.people) * 13 // 20

    @property
    def first_on_boards(self) -> int:
        return len(self.hall.big.people) * 37 // 40

    def cost(self, group: str, name: str, path: str, cookies: dict[str, str], *, at_most: float | None = None) -> None:
        """Ask for one page again and again, one answer after the other: what it costs when nothing else runs."""
        count = 100 if self.quick else 400
        warm = _WARM_UP // 3 if self.quick else _WARM_UP
        visitor = Browser(self.server.port, cookies)

        def ask(_number: int, _thread: int) -> list[float]:
            return [accepted(visitor.get(path)).ms]

        loop(warm, ask, threads=1, seconds=_LIMIT)
        outcome, cpu = self.metered(count, ask, threads=1)
        visitor.close()
        self.report.add(group, f"{name}: CPU per request", cpu, "ms", at_most)
        self.report.add(group, f"{name}: p95", percentile(outcome.ms, 95), "ms", note=told(outcome))

    def metered(self, count: int, step: Callable[[int, int], list[float]], *, threads: int) -> tuple[Outcome, float]:
        """A closed loop and the CPU milliseconds of all server processes per answer of it."""
        before = self.server.cpu_ms()
        outcome = loop(count, step, threads=threads, seconds=_LIMIT)
        return outcome, (self.server.cpu_ms() - before) / max(1, len(outcome.ms))


def told(outcome: Outcome) -> str:
    """The first failure in words, or nothing."""
    return f"{len(outcome.refused)} failed: {outcome.refused[0]}" if outcome.refused else ""


def page(run: Run, path: str, cookies: dict[str, str]) -> tuple[Browser, Answer]:
    """A browser that has opened `path`, and what it saw."""
    browser = Browser(run.server.port, cookies)
    return browser, accepted(browser.get(path))
