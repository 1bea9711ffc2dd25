"""Events of sessions."""

from __future__ import annotations

from dataclasses import dataclass

from lms.kernel.declarations import Event


@dataclass(frozen=True, kw_only=True)
class SessionOpened(Event):
    """The staff or the narasumber opened a session."""

    session_id: int
    workshop_id: int


@dataclass(frozen=True, kw_only=True)
class SessionClosed(Event):
    """A session ended."""

    session_id: int
    workshop_id: int


@dataclass(frozen=True, kw_only=True)
class SessionMoved(Event):
    """A session has another time or room."""

    session_id: int
    workshop_id: int


@dataclass(frozen=True, kw_only=True)
class SessionRemoved(Event):
    """A session is about to leave the agenda. A handler may veto by raising RuleViolation."""

    session_id: int
    workshop_id: int
