"""What can be refused on workshops."""

from __future__ import annotations

from lms.kernel.errors import RuleViolation


class WorkshopRefused(RuleViolation):
    """The dates or the state of the workshop do not allow this."""
