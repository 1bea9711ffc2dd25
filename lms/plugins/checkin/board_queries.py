"""Reads of the board: counts by organisation and region, and the people of the organisations that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.core.people.names import formal_name
from lms.kernel.db import db
from lms.kernel.permissions import Role
from lms.plugins.checkin.enums import AbsenceKind, Direction
from lms.plugins.checkin.models import Absence, Attendance


@dataclass(frozen=True, kw_only=True)
class Part:
    """How many people of one organisation in one region are registered, present, late and excused."""

    key: str
    name: str
    region_code: str | None
    total: int
    present: int
    late: int
    excused: int
    without_letter: int


@dataclass(frozen=True, kw_only=True)
class Presence:
    """One person at one session."""

    enrolment_id: int
    name: str
    affiliation: str
    affiliation_key: str
    phone: str | None
    at: datetime | None
    late_minutes: int
    left_at: datetime | None
    absence: AbsenceKind | None
    letter: str

    @property
    def is_missing(self) -> bool:
        return self.at is None and self.absence is None


@cache
def _expected() -> tuple[sa.ColumnElement[bool], ...]:
    """Confirmed participants of the workshop are expected."""
    return (
        Enrolment.workshop_id == sa.bindparam("workshop", type_=sa.Integer),
        Enrolment.role == Role.PESERTA,
        Enrolment.status == EnrolmentStatus.CONFIRMED,
    )


def _at(row: type[Attendance], direction: Direction) -> sa.ColumnElement[bool]:
    at_session = row.session_id == sa.bindparam("session", type_=sa.Integer)
    return sa.and_(row.enrolment_id == Enrolment.id, at_session, row.direction == direction)


def _absent() -> sa.ColumnElement[bool]:
    at_session = Absence.session_id == sa.bindparam("session", type_=sa.Integer)
    return sa.and_(Absence.enrolment_id == Enrolment.id, at_session)


def parts(workshop_id: int, session_id: int) -> list[Part]:
    """Counts by organisation and region, in one statement; whoever came in spite of an absence is present."""
    rows = db.session.execute(_parts(), {"workshop": workshop_id, "session": session_id})
    return [Part(**row._mapping) for row in rows]


@cache
def _parts() -> sa.Select[str, str, str | None, int, int, int, int, int]:
    came = sa.orm.aliased(Attendance)
    excused = sa.and_(came.id.is_(None), Absence.id.is_not(None))
    return (
        sa.select(
            Enrolment.affiliation_key.label("key"),
            sa.func.max(Enrolment.affiliation).label("name"),
            Enrolment.region_code,
            sa.func.count().label("total"),
            sa.func.count(came.id).label("present"),
            _count(came.late_minutes > 0).label("late"),
            _count(excused).label("excused"),
            _count(sa.and_(excused, Absence.letter == "")).label("without_letter"),
        )
        .outerjoin(came, _at(came, Direction.IN))
        .outerjoin(Absence, _absent())
        .where(*_expected())
        .group_by(Enrolment.affiliation_key, Enrolment.region_code)
    )


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))


def people(workshop_id: int, session_id: int, keys: Sequence[str], *, limit: int) -> list[Presence]:
    """The participants of these organisations: who is missing first, then who is excused, then who is here."""
    known = {"workshop": workshop_id, "session": session_id, "keys": list(keys), "most": limit}
    return [_presence(row) for row in db.session.execute(_people(), known)]


def missing(workshop_id: int, session_id: int) -> list[Presence]:
    """Everybody who neither came nor is excused, by organisation and name."""
    rows = db.session.execute(_missing(), {"workshop": workshop_id, "session": session_id})
    return [_presence(row) for row in rows]


_COLUMNS = (
    Enrolment.id, Person.title_front, Person.full_name, Person.title_back, Person.phone_e164, Enrolment.affiliation,
    Enrolment.affiliation_key,
)  # fmt: skip


@cache
def _people() -> sa.Select[*tuple[Any, ...]]:
    came, left = sa.orm.aliased(Attendance), sa.orm.aliased(Attendance)
    rank = sa.case((came.id.is_not(None), 2), (Absence.id.is_not(None), 1), else_=0)
    return (
        sa.select(*_COLUMNS, came.at, came.late_minutes, left.at.label("left_at"), Absence.kind, Absence.letter)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(came, _at(came, Direction.IN))
        .outerjoin(left, _at(left, Direction.OUT))
        .outerjoin(Absence, _absent())
        .where(*_expected(), Enrolment.affiliation_key.in_(sa.bindparam("keys", expanding=True)))
        .order_by(rank, Person.search_name, Enrolment.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


@cache
def _missing() -> sa.Select[*tuple[Any, ...]]:
    came = sa.orm.aliased(Attendance)
    nothing = (sa.null().label(name) for name in ("at", "late_minutes", "left_at", "kind", "letter"))
    return (
        sa.select(*_COLUMNS, *nothing)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(came, _at(came, Direction.IN))
        .outerjoin(Absence, _absent())
        .where(*_expected(), came.id.is_(None), Absence.id.is_(None))
        .order_by(sa.func.lower(Enrolment.affiliation), Enrolment.affiliation_key, Person.search_name, Enrolment.id)
    )


def _presence(row: sa.Row[*tuple[Any, ...]]) -> Presence:
    return Presence(
        enrolment_id=row.id,
        name=formal_name(row.title_front, row.full_name, row.title_back),
        affiliation=row.affiliation,
        affiliation_key=row.affiliation_key,
        phone=row.phone_e164,
        at=row.at,
        late_minutes=row.late_minutes or 0,
        left_at=row.left_at,
        absence=row.kind,
        letter=row.letter or "",
    )
