"""The agenda of an earlier workshop, carried into a new one: rooms, narasumber, sessions."""

from __future__ import annotations

from dataclasses import replace

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.services import enrol
from lms.core.workshops.models import Workshop
from lms.kernel.db import db
from lms.kernel.permissions import Role
from lms.plugins.schedule import queries
from lms.plugins.schedule.models import Room
from lms.plugins.schedule.plans import plan_of
from lms.plugins.schedule.services import add_session


def copy_agenda(*, source_id: int, workshop: Workshop) -> None:
    """Copy by day number and local time, so that another zone keeps its mornings; days too many are cut off."""
    rooms = {room.id: _copy_room(room, workshop) for room in queries.rooms_of(source_id)}
    db.session.flush()
    speakers = {
        row.id: _copy_speaker(row, workshop) for row in queries.speakers_of(source_id) if row.person.erased_at is None
    }
    for session in queries.sessions_of(source_id):
        if session.day > workshop.day_count:
            continue
        room = rooms.get(session.room_id) if session.room_id else None
        chosen = tuple(speakers[row.id].id for row in session.speakers if row.id in speakers)
        plan = replace(plan_of(session), room_id=room.id if room else None, speaker_ids=chosen)
        add_session(workshop=workshop, plan=plan, code=session.code)


def _copy_room(room: Room, workshop: Workshop) -> Room:
    copy = Room(workshop_id=workshop.id, name=room.name, capacity=room.capacity, position=room.position)
    db.session.add(copy)
    return copy


def _copy_speaker(speaker: Enrolment, workshop: Workshop) -> Enrolment:
    return enrol(
        workshop=workshop,
        person=speaker.person,
        role=Role.NARASUMBER,
        affiliation=speaker.affiliation,
        position=speaker.position,
    )
