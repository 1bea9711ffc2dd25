"""Reads on sessions and rooms."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolments_of
from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import reach
from lms.kernel.clock import now
from lms.kernel.db import UtcDateTime, db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor, Permission, Role
from lms.plugins.schedule.enums import SessionKind, SessionState
from lms.plugins.schedule.models import Room, Session, SessionSpeaker

# A session that somebody forgot to close stops being the current one this long after its end.
STALE_AFTER = timedelta(hours=3)


def sessions_of(workshop_id: int) -> list[Session]:
    """The whole agenda by time, with workshop, rooms and speakers; two statements, however long it is."""
    return list(db.session.scalars(_loaded().where(Session.workshop_id == workshop_id)))


def session_by_id(session_id: int) -> Session:
    """Raises NotFound."""
    session = db.session.scalars(_by_id(), {"number": session_id}).one_or_none()
    if session is None:
        raise NotFound
    return session


@cache
def _by_id() -> sa.Select[Session]:
    """Made once: every scan at the door asks for it."""
    return sa.select(Session).where(Session.id == sa.bindparam("number", type_=sa.Integer)).options(*_place())


def session_by_code(workshop_id: int, code: str) -> Session | None:
    """The session of this code, such as SESI-1."""
    return db.session.scalars(_loaded().where(Session.workshop_id == workshop_id, Session.code == code)).one_or_none()


def current_session(workshop_id: int) -> Session | None:
    """The open session (the one opened last), else the one that runs now by the clock, breaks last."""
    moment = now()
    known = {"workshop": workshop_id, "moment": moment, "stale": moment - STALE_AFTER}
    return db.session.scalars(_current(), known).first()


@cache
def _current() -> sa.Select[Session]:
    """Made once: every ticket asks for it."""
    moment, stale = (sa.bindparam(name, type_=UtcDateTime()) for name in ("moment", "stale"))
    running = sa.and_(Session.state == SessionState.PLANNED, Session.starts_at <= moment, Session.ends_at > moment)
    opened = sa.and_(Session.state == SessionState.OPEN, Session.ends_at > stale)
    return (
        sa.select(Session)
        .where(Session.workshop_id == sa.bindparam("workshop", type_=sa.Integer), sa.or_(opened, running))
        .order_by(
            sa.case((Session.state == SessionState.OPEN, 0), else_=1),
            Session.opened_at.desc(),
            sa.case((Session.kind == SessionKind.BREAK, 1), else_=0),
            Session.starts_at,
            Session.id,
        )
        .options(*_place())
        .limit(1)
    )


def session_to_join(workshop_id: int, *, within: timedelta) -> Session | None:
    """The session, breaks aside, that a person can come to: the one opened last, else what runs or begins `within`."""
    moment = now()
    known = {"workshop": workshop_id, "moment": moment, "until": moment + within, "stale": moment - STALE_AFTER}
    return db.session.scalars(_to_join(), known).first()


@cache
def _to_join() -> sa.Select[Session]:
    """Made once: every ticket asks for it."""
    moment, until, stale = (sa.bindparam(name, type_=UtcDateTime()) for name in ("moment", "until", "stale"))
    soon = sa.and_(Session.state == SessionState.PLANNED, Session.starts_at <= until, Session.ends_at >= moment)
    opened = sa.and_(Session.state == SessionState.OPEN, Session.ends_at > stale)
    return (
        sa.select(Session)
        .where(
            Session.workshop_id == sa.bindparam("workshop", type_=sa.Integer),
            Session.kind != SessionKind.BREAK,
            sa.or_(opened, soon),
        )
        .order_by(
            sa.case((Session.state == SessionState.OPEN, 0), else_=1),
            Session.opened_at.desc(),
            Session.starts_at,
            Session.id,
        )
        .options(*_place())
        .limit(1)
    )


def attendance_sessions(workshop_id: int) -> list[Session]:
    """The sessions whose attendance counts, by time."""
    query = _loaded().where(Session.workshop_id == workshop_id, Session.counts_attendance)
    return list(db.session.scalars(query))


def sessions_of_speaker(enrolment_id: int) -> list[Session]:
    """The sessions of one narasumber, by time."""
    mine = sa.select(SessionSpeaker.session_id).where(SessionSpeaker.enrolment_id == enrolment_id)
    return list(db.session.scalars(_loaded().where(Session.id.in_(mine))))


def total_jp(workshop_id: int) -> int:
    """The JP (45 minutes each) of all sessions."""
    query = sa.select(sa.func.coalesce(sa.func.sum(Session.jp), 0)).where(Session.workshop_id == workshop_id)
    return int(db.session.scalar(query) or 0)


def jp_of_speaker(enrolment_id: int) -> int:
    """The JP of the sessions of one narasumber."""
    query = (
        sa.select(sa.func.coalesce(sa.func.sum(Session.jp), 0))
        .join(SessionSpeaker, SessionSpeaker.session_id == Session.id)
        .where(SessionSpeaker.enrolment_id == enrolment_id)
    )
    return int(db.session.scalar(query) or 0)


def rooms_of(workshop_id: int) -> list[Room]:
    """The rooms in the order of the timetable."""
    query = sa.select(Room).where(Room.workshop_id == workshop_id).order_by(Room.position, Room.id)
    return list(db.session.scalars(query))


def room_by_id(room_id: int) -> Room:
    """Raises NotFound."""
    room = db.session.get(Room, room_id)
    if room is None:
        raise NotFound
    return room


def speakers_of(workshop_id: int) -> list[Enrolment]:
    """Every confirmed narasumber of the workshop, by name, with or without a session."""
    return enrolments_of(workshop_id, roles=(Role.NARASUMBER,))


def find_sessions(text: str, *, visible_to: Actor, permission: Permission, limit: int) -> list[Session]:
    """Sessions whose title contains `text`, of workshops where the actor holds `permission`; the latest first."""
    query = (
        sa.select(Session)
        .join(Session.workshop)
        .where(reach(visible_to, permission), Session.title.icontains(text, autoescape=True))
        .order_by(Session.starts_at.desc(), Session.id)
        .options(contains_eager(Session.workshop))
        .limit(limit)
    )
    return list(db.session.scalars(query))


def last_numbers(workshop_id: int) -> dict[str, int]:
    """`{code prefix: highest number}` of the codes in use."""
    found: dict[str, int] = {}
    for code in db.session.scalars(sa.select(Session.code).where(Session.workshop_id == workshop_id)):
        prefix, _dash, number = code.rpartition("-")
        if number.isdigit():
            found[prefix] = max(found.get(prefix, 0), int(number))
    return found


@cache  # loader options are dear to make and never change
def _place() -> tuple[sa.sql.base.ExecutableOption, ...]:
    """For one session: its speakers cost the same one statement when they are asked for, which check-in never does."""
    workshop = joinedload(Session.workshop, innerjoin=True)
    return workshop.joinedload(Workshop.organiser, innerjoin=True), joinedload(Session.room)


@cache
def _loaded() -> sa.Select[Session]:
    speaker = selectinload(Session.assignments).joinedload(SessionSpeaker.enrolment, innerjoin=True)
    # The workshop of a speaker is that of the session, which is loaded: not once more in every row.
    options = (*_place(), speaker.lazyload(Enrolment.workshop))
    return sa.select(Session).order_by(Session.starts_at, Session.ends_at, Session.id).options(*options)
