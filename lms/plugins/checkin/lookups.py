"""What the door must know of sessions and people, as plain rows: one statement for one scan and for five hundred."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import BADGE
from lms.core.people.models import Person
from lms.core.people.names import formal_name
from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import BIGGEST_ID
from lms.kernel.db import db
from lms.kernel.permissions import Role
from lms.kernel.tokens import clean_code, read_token
from lms.plugins.checkin.enums import Mode
from lms.plugins.checkin.models import SessionRule
from lms.plugins.checkin.queries import LONGEST_CODE
from lms.plugins.schedule.api import Room, Session, SessionKind, SessionState

OPENS_BEFORE = timedelta(minutes=60)
STALE_AFTER = timedelta(hours=3)  # a session that somebody forgot to close stops being joined this long after its end
_LONGEST_TEXT = 300


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A session that people can be checked in at, with its rule."""

    id: int
    workshop_id: int
    day: int
    title: str
    starts_at: datetime
    ends_at: datetime
    state: SessionState
    opened_at: datetime | None
    counts_attendance: bool
    room: str
    mode: Mode
    question: str

    def is_open_at(self, moment: datetime) -> bool:
        """Whether staff had it open then, as far as the agenda tells."""
        return self.state is SessionState.OPEN and self.ends_at > moment - STALE_AFTER


@dataclass(frozen=True, kw_only=True)
class Guest:
    """An enrolment as the door needs it; `workshop_starts_on` is told when it belongs elsewhere."""

    id: int
    workshop_id: int
    workshop_starts_on: date
    role: Role
    status: EnrolmentStatus
    cancelled_at: datetime | None
    badge_version: int
    ticket_code: str
    name: str
    affiliation: str


@dataclass(frozen=True, kw_only=True)
class Written:
    """What the text of a code says by itself: a badge's enrolment and version, else perhaps a ticket code."""

    enrolment_id: int | None = None
    version: int = 0
    ticket_code: str = ""


def read_code(text: str) -> Written:
    """A badge token, the address in a badge's QR code, or a ticket code as people type it; needs no database."""
    if len(text) > _LONGEST_TEXT:
        return Written()
    token = "".join(unquote(text).split()).rstrip("/").rpartition("/")[2]
    read = read_token(BADGE, token) if token.isascii() else None
    if read is not None and read[0] < BIGGEST_ID:
        return Written(enrolment_id=read[0], version=read[1])
    return Written(ticket_code=clean_code(text) if len(text) <= LONGEST_CODE else "")


def slots_of(workshop_id: int, *, only: int | None = None) -> list[Slot]:
    """The sessions of a workshop without its breaks, by time; or the one with the id `only`."""
    known = {"workshop": workshop_id, "only": only}
    rows = db.session.execute(_slots() if only is None else _slot(), known)
    return [Slot(**{**row, "room": row["room"] or "", **_rule(row)}) for row in rows.mappings()]


def joinable(slots: Sequence[Slot], moment: datetime, *, is_past: bool = False) -> list[Slot]:
    """The sessions that a scan without one may mean: those staff opened, else what runs, else what begins next.

    One is an answer; several at once are for the caller to refuse. For a moment that `is_past`, the agenda alone
    counts: a session that is closed by now may have been open then.
    """
    opened = [slot for slot in slots if slot.is_open_at(moment) and not is_past]
    if opened:
        return opened
    planned = [slot for slot in slots if is_past or slot.state is SessionState.PLANNED]
    running = [slot for slot in planned if slot.starts_at <= moment <= slot.ends_at]
    if running:  # where one session ends the moment another begins, people come to the latter
        return [slot for slot in running if slot.ends_at > moment] or running
    soon = [slot for slot in planned if moment < slot.starts_at <= moment + OPENS_BEFORE]
    return [slot for slot in soon if slot.starts_at == soon[0].starts_at]


def guests_by_id(enrolment_ids: Collection[int]) -> dict[int, Guest]:
    """`{enrolment_id: Guest}`, of whatever workshop."""
    if not enrolment_ids:
        return {}
    rows = db.session.execute(_guests_by_id(), {"numbers": sorted(enrolment_ids)})
    return {row.id: _guest(row) for row in rows}


def guests_by_code(codes: Collection[str]) -> dict[str, Guest]:
    """`{ticket code: Guest}`, of whatever workshop."""
    if not codes:
        return {}
    rows = db.session.execute(_guests_by_code(), {"codes": sorted(codes)})
    return {row.ticket_code: _guest(row) for row in rows}


def _rule(row: Any) -> dict[str, Any]:
    return {"mode": row["mode"] or Mode.ONCE, "question": row["question"] or ""}


def _guest(row: Any) -> Guest:
    return Guest(
        id=row.id,
        workshop_id=row.workshop_id,
        workshop_starts_on=row.starts_on,
        role=row.role,
        status=row.status,
        cancelled_at=row.cancelled_at,
        badge_version=row.badge_version,
        ticket_code=row.ticket_code,
        name=formal_name(row.title_front, row.full_name, row.title_back),
        affiliation=row.affiliation,
    )


@cache
def _slots() -> sa.Select[*tuple[Any, ...]]:
    """Made once, like those below: every scan at the door asks for one of them."""
    columns = (
        *(Session.id, Session.workshop_id, Session.day, Session.title, Session.starts_at, Session.ends_at),
        *(Session.state, Session.opened_at, Session.counts_attendance, SessionRule.mode, SessionRule.question),
    )
    return (
        sa.select(*columns, Room.name.label("room"))
        .outerjoin(Room, Room.id == Session.room_id)
        .outerjoin(SessionRule, SessionRule.session_id == Session.id)
        .where(
            Session.workshop_id == sa.bindparam("workshop", type_=sa.Integer),
            Session.kind != SessionKind.BREAK,
        )
        .order_by(Session.starts_at, Session.ends_at, Session.id)
    )


@cache
def _slot() -> sa.Select[*tuple[Any, ...]]:
    return _slots().where(Session.id == sa.bindparam("only", type_=sa.Integer))


@cache
def _guests() -> sa.Select[*tuple[Any, ...]]:
    person = (Person.title_front, Person.full_name, Person.title_back)
    mine = (Enrolment.id, Enrolment.workshop_id, Enrolment.role, Enrolment.status, Enrolment.cancelled_at)
    printed = (Enrolment.badge_version, Enrolment.ticket_code, Enrolment.affiliation)
    return (
        sa.select(*mine, *printed, *person, Workshop.starts_on)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Workshop, Workshop.id == Enrolment.workshop_id)
    )


@cache
def _guests_by_id() -> sa.Select[*tuple[Any, ...]]:
    return _guests().where(Enrolment.id.in_(sa.bindparam("numbers", expanding=True)))


@cache
def _guests_by_code() -> sa.Select[*tuple[Any, ...]]:
    return _guests().where(Enrolment.ticket_code.in_(sa.bindparam("codes", expanding=True)))
