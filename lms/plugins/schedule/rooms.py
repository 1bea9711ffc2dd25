"""Writes on rooms."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.core.enrolments.services import lock_workshop
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.plugins.schedule import queries
from lms.plugins.schedule.errors import RoomRefused
from lms.plugins.schedule.models import Room

NAME_LENGTH = 80
MAX_SEATS = 10_000


def add_room(*, workshop_id: int, name: str, capacity: int = 0, actor: Actor) -> Room:
    """Add a room as the last column of the timetable. Raises RoomRefused."""
    lock_workshop(workshop_id)
    known = queries.rooms_of(workshop_id)
    clean = " ".join(name.split())
    if not clean:
        raise RoomRefused(_("Write the name of the room."), "name")
    if len(clean) > NAME_LENGTH:
        raise RoomRefused(_("Shorten this to %(count)s letters.", count=NAME_LENGTH), "name")
    if not 0 <= capacity <= MAX_SEATS:
        raise RoomRefused(_("Seats is a number from 0 to %(most)s.", most=MAX_SEATS), "capacity")
    if any(room.name.casefold() == clean.casefold() for room in known):
        raise RoomRefused(_("There is a room of this name already."), "name")
    position = max((room.position for room in known), default=0) + 1
    room = Room(workshop_id=workshop_id, name=clean, capacity=capacity, position=position)
    db.session.add(room)
    db.session.flush()
    audit.record(action="schedule.room_added", subject=room, workshop_id=workshop_id, actor=actor)
    return room


def remove_room(*, room_id: int, actor: Actor) -> None:
    """Take a room away; its sessions stay, without a room."""
    room = queries.room_by_id(room_id)
    for session in queries.sessions_of(room.workshop_id):
        if session.room_id == room.id:
            session.room = session.room_id = None
            session.sequence, session.changed_at = session.sequence + 1, now()
    db.session.flush()
    audit.record(action="schedule.room_removed", subject=room, workshop_id=room.workshop_id, actor=actor)
    db.session.delete(room)
    db.session.flush()
