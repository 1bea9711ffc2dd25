"""Methods, verdicts, directions, modes and flags of check-in; the values are stored and are codes of the API."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l


class Method(enum.StrEnum):
    """How a person came to be marked present."""

    BADGE = "badge"
    VENUE_CODE = "venue_code"
    TYPED = "typed"
    SEARCH = "search"
    WALK_IN = "walk_in"
    MANUAL = "manual"
    PAPER = "paper"


class Verdict(enum.StrEnum):
    """What a scan led to; refused scans are kept."""

    PRESENT = "present"
    ALREADY = "already"
    INCOMPLETE = "incomplete"  # the door's question is not answered yet
    REFUSED = "refused"
    UNDONE = "undone"
    QUARANTINED = "quarantined"  # came from a revoked device: kept until somebody decides


class Direction(enum.StrEnum):
    """In at the start, the second code in the middle, out at the end."""

    IN = "in"
    MID = "mid"
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
    NEEDS_ANSWER = "needs_answer"
    SHARED_PHONE = "shared_phone"
    REVOKED_DEVICE = "revoked_device"


class Mode(enum.StrEnum):
    """How often people check in at a session."""

    ONCE = "once"
    ENTRY_EXIT = "entry_exit"
    DAY = "day"  # one check-in counts for every counted session of that day


class AbsenceKind(enum.StrEnum):
    """Why somebody who is missed is not simply missing."""

    EXCUSED = "excused"
    SICK = "sick"
    SUBSTITUTED = "substituted"


class Strength(enum.StrEnum):
    """How well an attendance is evidenced; never a gate at the door."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"


class Flag(enum.StrEnum):
    """What is worth a look about a scan; it never drops one."""

    CLOCK_SKEW = "clock_skew"
    SENT_LATER = "sent_later"
    CANCELLED_BEFORE_SYNC = "cancelled_before_sync"
    OUT_OF_HOURS = "out_of_hours"


class WalkInState(enum.StrEnum):
    """Where a walk-in noted without signal stands."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    MERGED = "merged"
    DISMISSED = "dismissed"


MODE_LABELS = {
    Mode.ONCE: _l("Once"),
    Mode.ENTRY_EXIT: _l("On arrival and on leaving"),
    Mode.DAY: _l("Once for the whole day"),
}
ABSENCE_LABELS = {
    AbsenceKind.EXCUSED: _l("Excused"),
    AbsenceKind.SICK: _l("Sick"),
    AbsenceKind.SUBSTITUTED: _l("Represented by somebody else"),
}
STRENGTH_LABELS = {Strength.STRONG: _l("Strong"), Strength.FAIR: _l("Fair"), Strength.WEAK: _l("Weak")}
FLAG_LABELS = {
    Flag.CLOCK_SKEW: _l("the device's clock was wrong"),
    Flag.SENT_LATER: _l("sent later"),
    Flag.CANCELLED_BEFORE_SYNC: _l("cancelled before it was sent"),
    Flag.OUT_OF_HOURS: _l("outside the hours of check-in"),
}
METHOD_LABELS = {
    Method.BADGE: _l("Badge"),
    Method.VENUE_CODE: _l("Code on the screen"),
    Method.TYPED: _l("Typed code"),
    Method.SEARCH: _l("Search by name"),
    Method.WALK_IN: _l("Walk-in"),
    Method.MANUAL: _l("By hand"),
    Method.PAPER: _l("Signed paper list"),
}
