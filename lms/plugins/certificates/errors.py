"""What can be refused on certificates."""

from __future__ import annotations

from lms.kernel.errors import RuleViolation


class NotEligible(RuleViolation):
    """The person does not meet the criteria; the message says which and by how much."""


class PatternRefused(RuleViolation):
    """A number pattern that cannot give every certificate a number of its own."""
