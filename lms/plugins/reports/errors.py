"""What can be refused about a report."""

from __future__ import annotations

from lms.kernel.errors import RuleViolation


class ReportRefused(RuleViolation):
    """The period is taken or impossible, or the report is locked."""
