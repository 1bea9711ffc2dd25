"""The kinds, states and pillars of sessions."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l


class SessionKind(enum.StrEnum):
    """What happens in a slot of the agenda."""

    SESSION = "session"
    REGISTRATION = "registration"
    CEREMONY = "ceremony"
    BREAK = "break"
    TEST = "test"
    CLOSING = "closing"


class SessionState(enum.StrEnum):
    """Planned until the staff open it; closed once they end it."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class Pillar(enum.StrEnum):
    """What a taught session strengthens; NONE for everything that cuts across."""

    MANAJEMEN = "manajemen"
    KEPEMIMPINAN = "kepemimpinan"
    KONTROL = "kontrol"
    NONE = ""


class ConflictKind(enum.StrEnum):
    """What two overlapping slots share."""

    SPEAKER = "speaker"
    ROOM = "room"


KIND_LABELS = {
    SessionKind.SESSION: _l("Taught session"),
    SessionKind.REGISTRATION: _l("Arrival and registration"),
    SessionKind.CEREMONY: _l("Ceremony"),
    SessionKind.BREAK: _l("Break"),
    SessionKind.TEST: _l("Pre-test or post-test"),
    SessionKind.CLOSING: _l("Closing ceremony"),
}
PILLAR_LABELS = {
    Pillar.NONE: _l("No pillar"),
    Pillar.MANAJEMEN: _l("Management"),
    Pillar.KEPEMIMPINAN: _l("Leadership"),
    Pillar.KONTROL: _l("Programme control"),
}
STATE_LABELS = {
    SessionState.PLANNED: _l("Planned"),
    SessionState.OPEN: _l("Open now"),
    SessionState.CLOSED: _l("Ended"),
}
# The first part of a session's code, which a number completes: SESI-1.
CODE_PREFIXES = {
    SessionKind.SESSION: "SESI",
    SessionKind.REGISTRATION: "REG",
    SessionKind.CEREMONY: "ACARA",
    SessionKind.BREAK: "REHAT",
    SessionKind.TEST: "UJI",
    SessionKind.CLOSING: "TUTUP",
}
