"""What can be refused on plans."""

from __future__ import annotations

from lms.kernel.errors import RuleViolation


class PlanChangedMeanwhile(RuleViolation):
    """A colleague saved the plan after this page was opened."""

    status = 409


class PlanIncomplete(RuleViolation):
    """A plan can be submitted only with at least one complete row."""
