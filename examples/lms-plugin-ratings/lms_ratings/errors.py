"""Why a rating is refused."""

from __future__ import annotations

from lms.sdk import RuleViolation


class RatingRefused(RuleViolation):
    """This person may not rate this workshop, or not yet."""
