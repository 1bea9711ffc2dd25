"""Methods, verdicts and directions of check-in."""

from __future__ import annotations

import enum


class Method(enum.StrEnum):
    """How a person came to be marked present."""

    BADGE = "badge"
    VENUE_CODE = "venue_code"
    TYPED = "typed"
    SEARCH = "search"
    WALK_IN = "walk_in"
    MANUAL = "manual"


class Verdict(enum.StrEnum):
    """What a scan led to; refused scans are kept."""

    PRESENT = "present"
    ALREADY = "already"
    REFUSED = "refused"
    UNDONE = "undone"


class Direction(enum.StrEnum):
    """In at the start, out at the end."""

    IN = "in"
    OUT = "out"


class Reason(enum.StrEnum):
    """Why a scan was refused; the words for people are in `verdicts.py`."""

    UNKNOWN = "unknown"
    REVOKED_BADGE = "revoked_badge"
    OTHER_WORKSHOP = "other_workshop"
    CANCELLED = "cancelled"
    WAITLISTED = "waitlisted"
    NOT_OPEN = "not_open"
    CLOSED = "closed"
    OLD_CODE = "old_code"
    USED_CLAIM = "used_claim"
    MISUSED_SCAN = "misused_scan"
