"""Loaders for `@requires(..., on=...)`: from URL arguments to sessions and rooms."""

from __future__ import annotations

from lms.kernel.errors import NotFound
from lms.plugins.schedule.models import Room, Session
from lms.plugins.schedule.queries import room_by_id, session_by_id


def session_from_url(session_id: int) -> Session:
    """Any session, by id."""
    return session_by_id(session_id)


def session_of_workshop(workshop_id: int, session_id: int) -> Session:
    """A session of this very workshop."""
    session = session_by_id(session_id)
    if session.workshop_id != workshop_id:
        raise NotFound
    return session


def room_of_workshop(workshop_id: int, room_id: int) -> Room:
    """A room of this very workshop."""
    room = room_by_id(room_id)
    if room.workshop_id != workshop_id:
        raise NotFound
    return room
