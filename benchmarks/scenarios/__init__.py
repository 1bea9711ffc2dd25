"""The scenarios, in the order in which they run; each takes a `Run` and adds figures to its report."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.run import Run
from benchmarks.scenarios import checkin, lists, memory, pages, selfservice, weights

SCENARIOS: dict[str, Callable[[Run], None]] = {
    "weights": weights.measure,
    "pages": pages.measure,
    "lists": lists.measure,
    "checkin": checkin.measure,
    "self": selfservice.measure,
    "memory": memory.measure,
}
