"""The pages that everybody opens: CPU time of the server for one of them."""

from __future__ import annotations

from benchmarks.run import Run
from benchmarks.statements import of_page


def measure(run: Run) -> None:
    """The public page of the workshop, the ticket of a participant, and what any answer costs at least."""
    hall = run.hall
    run.cost("pages", "answer without page or database", "/healthz", {})
    for name, path, cookies in (
        ("public workshop page", f"/lokakarya/{hall.big.slug}", {}),
        ("ticket page", "/tiket", hall.ticket_cookie(1)),
    ):
        run.cost("pages", name, path, cookies, at_most=6)
        run.report.add("pages", f"{name}: statements", of_page(hall, cookies, path), "")
