"""The scenarios, in the order in which they run; each takes a `Run` and adds figures to its report."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.run import Run
from benchmarks.scenarios import (
    batch,
    boards,
    checkin,
    lists,
    live,
    memory,
    pages,
    papers,
    quiz,
    redeem,
    selfservice,
    statistics,
    weights,
)

SCENARIOS: dict[str, Callable[[Run], None]] = {
    "weights": weights.measure,
    "pages": pages.measure,
    "lists": lists.measure,
    "checkin": checkin.measure,
    "self": selfservice.measure,
    "batch": batch.measure,
    "boards": boards.measure,
    "live": live.measure,
    "quiz": quiz.measure,
    "statistics": statistics.measure,
    "papers": papers.measure,
    "memory": memory.measure,
    "redeem": redeem.measure,  # at the end: it makes the installation 25 times as big
}
