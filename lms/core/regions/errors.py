"""What can be refused about a region."""

from __future__ import annotations

from lms.kernel.errors import RuleViolation


class UnknownProvince(RuleViolation):
    """No province has this code."""
