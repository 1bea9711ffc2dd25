"""What can be refused on plans."""

from __future__ import annotations

from collections.abc import Mapping

from lms.kernel.errors import RuleViolation


class PlanChangedMeanwhile(RuleViolation):
    """A colleague saved the plan after this page was opened."""

    status = 409


class PlanIncomplete(RuleViolation):
    """A submitted plan has at least one row, and every row can be followed up.

    `problems` is `{place of the row as typed: {field: what to do}}`; empty when there is no row at all.
    """

    def __init__(self, message: object, problems: Mapping[int, Mapping[str, str]] | None = None) -> None:
        super().__init__(message)
        self.problems = dict(problems or {})


class RowHasReports(RuleViolation):
    """An activity of which progress was reported stays: reports are never deleted."""
