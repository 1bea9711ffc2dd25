"""Reads on absences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
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
from lms.plugins.checkin.paging import Page, page_of
from lms.plugins.schedule.api import Session

_MOST_COLLEAGUES = 30


@dataclass(frozen=True, kw_only=True)
class AbsenceLine:
    """One absence for the list, with the names behind its numbers."""

    enrolment_id: int
    name: str
    affiliation: str
    session_id: int
    session: str
    day: int
    starts_at: datetime
    kind: AbsenceKind
    letter: str
    note: str
    substitute: str
    came: bool


def absence_of(enrolment_id: int, session_id: int) -> Absence | None:
    """What was told about one person at one session."""
    return db.session.scalar(sa.select(Absence).filter_by(enrolment_id=enrolment_id, session_id=session_id))


def absences_of_person(enrolment_id: int) -> dict[int, Absence]:
    """`{session_id: absence}` of one person."""
    rows = db.session.scalars(sa.select(Absence).filter_by(enrolment_id=enrolment_id))
    return {row.session_id: row for row in rows}


def lines(workshop_id: int, *, session_id: int | None, without_letter: bool, page: int) -> Page:
    """A page of `AbsenceLine`s by session and name; two statements."""
    substitute, other, came = sa.orm.aliased(Enrolment), sa.orm.aliased(Person), sa.orm.aliased(Attendance)
    here = sa.and_(
        came.enrolment_id == Absence.enrolment_id,
        came.session_id == Absence.session_id,
        came.direction == Direction.IN,
    )
    query = (
        sa.select(Absence.id, Absence.enrolment_id, Absence.kind, Absence.letter, Absence.note, Enrolment.affiliation)
        .add_columns(*(getattr(Person, name) for name in _NAME))
        .add_columns(*(getattr(other, name).label(f"other_{name}") for name in _NAME))
        .add_columns(Session.id.label("session_id"), Session.title, Session.day, Session.starts_at)
        .add_columns(came.id.label("came"))
        .join(Enrolment, Enrolment.id == Absence.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Session, Session.id == Absence.session_id)
        .outerjoin(substitute, substitute.id == Absence.substitute_id)
        .outerjoin(other, other.id == substitute.person_id)
        .outerjoin(came, here)
        .where(Absence.workshop_id == workshop_id)
        .order_by(Session.starts_at, Session.id, Person.search_name, Absence.id)
    )
    if session_id is not None:
        query = query.where(Absence.session_id == session_id)
    if without_letter:
        query = query.where(Absence.letter == "", came.id.is_(None))
    found = page_of(query, page=page, per_page=50)
    return replace(found, rows=[_line(row) for row in found.rows])


_NAME = ("title_front", "full_name", "title_back")


def _line(row: Any) -> AbsenceLine:
    return AbsenceLine(
        enrolment_id=row.enrolment_id,
        name=formal_name(row.title_front, row.full_name, row.title_back),
        affiliation=row.affiliation,
        session_id=row.session_id,
        session=row.title,
        day=row.day,
        starts_at=row.starts_at,
        kind=row.kind,
        letter=row.letter,
        note=row.note,
        substitute=formal_name(row.other_title_front, row.other_full_name, row.other_title_back)
        if row.other_full_name
        else "",
        came=row.came is not None,
    )


def colleagues(enrolment: Enrolment) -> list[Enrolment]:
    """Confirmed participants of the same organisation, who may come instead."""
    if not enrolment.affiliation_key:
        return []
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .where(
            Enrolment.workshop_id == enrolment.workshop_id,
            Enrolment.role == Role.PESERTA,
            Enrolment.status == EnrolmentStatus.CONFIRMED,
            Enrolment.affiliation_key == enrolment.affiliation_key,
            Enrolment.id != enrolment.id,
        )
        .order_by(Person.search_name, Enrolment.id)
        .limit(_MOST_COLLEAGUES)
    )
    return list(db.session.scalars(query))
