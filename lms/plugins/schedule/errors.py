"""What the rules of an agenda refuse."""

from __future__ import annotations

from lms.kernel.errors import RuleViolation


class PlanRefused(RuleViolation):
    """A session as planned cannot stand: its title, times, day, JP, room or speakers."""


class SessionInUse(RuleViolation):
    """A session was opened or has begun, so others may have recorded facts about it."""


class RoomRefused(RuleViolation):
    """A room's name or number of seats cannot stand."""
