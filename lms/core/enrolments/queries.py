"""Reads on enrolments: one by id, code or link, and the lists of a workshop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.core.people.names import search_key
from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import BIGGEST_ID
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Role
from lms.kernel.tokens import clean_code, read_token

LINK = "ticket-link"
BADGE = "badge"
_LAST_PAGE = 100_000


@dataclass(frozen=True, kw_only=True)
class Seats:
    """How full a workshop is; `left` is None without a limit."""

    taken: int
    waiting: int
    capacity: int

    @property
    def left(self) -> int | None:
        return None if self.capacity == 0 else max(0, self.capacity - self.taken)


def enrolment_by_id(enrolment_id: int) -> Enrolment:
    """Raises NotFound."""
    enrolment = db.session.get(Enrolment, enrolment_id) if enrolment_id < BIGGEST_ID else None
    if enrolment is None:
        raise NotFound
    return enrolment


def by_code(typed: str) -> Enrolment | None:
    """The enrolment of a typed ticket code."""
    code = clean_code(typed)
    return db.session.scalar(sa.select(Enrolment).where(Enrolment.ticket_code == code)) if code else None


def by_link(token: str) -> Enrolment | None:
    """The enrolment of a personal link; None when the link is not genuine or was revoked."""
    read = read_token(LINK, token)
    enrolment = db.session.get(Enrolment, read[0]) if read and read[0] < BIGGEST_ID else None
    return enrolment if enrolment is not None and read is not None and enrolment.link_version == read[1] else None


def by_nonce(nonce: str) -> Enrolment | None:
    """The enrolment that an earlier sending of the same form made."""
    return db.session.scalar(sa.select(Enrolment).where(Enrolment.form_nonce == nonce)) if nonce else None


def seats(workshop_id: int) -> Seats:
    """Places taken by confirmed participants of one workshop."""
    return seats_of([workshop_id])[workshop_id]


def seats_of(workshop_ids: Sequence[int]) -> dict[int, Seats]:
    """`{workshop_id: Seats}` in one statement."""
    rows = db.session.execute(_seats(), {"numbers": list(workshop_ids)})
    return {number: Seats(taken=taken, waiting=waiting, capacity=capacity) for number, capacity, taken, waiting in rows}


@cache
def _seats() -> sa.Select[int, int, int, int]:
    """Made once: every public page asks for it. Two counts in an index each, however many are enrolled."""

    def counted(status: EnrolmentStatus) -> sa.ScalarSelect[int]:
        places = sa.select(sa.func.count()).select_from(Enrolment).where(Enrolment.workshop_id == Workshop.id)
        return (
            places.where(Enrolment.role == Role.PESERTA, Enrolment.status == status)
            .correlate(Workshop)
            .scalar_subquery()
        )

    taken, waiting = counted(EnrolmentStatus.CONFIRMED), counted(EnrolmentStatus.WAITLISTED)
    query = sa.select(Workshop.id, Workshop.capacity, taken, waiting)
    return query.where(Workshop.id.in_(sa.bindparam("numbers", expanding=True)))


def waiting_place(enrolment: Enrolment) -> int:
    """The place on the waiting list, from 1, in the order in which seats are given; of somebody who waits."""
    before = sa.tuple_(Enrolment.registered_at, Enrolment.id) < sa.tuple_(
        sa.literal(enrolment.registered_at, Enrolment.registered_at.type), sa.literal(enrolment.id)
    )
    query = sa.select(sa.func.count()).where(
        Enrolment.workshop_id == enrolment.workshop_id,
        Enrolment.role == Role.PESERTA,
        Enrolment.status == EnrolmentStatus.WAITLISTED,
        before,
    )
    return (db.session.scalar(query) or 0) + 1


def organisation_count(workshop_id: int) -> int:
    """Organisations with at least one confirmed participant."""
    query = sa.select(sa.func.count(Enrolment.affiliation_key.distinct())).where(
        Enrolment.workshop_id == workshop_id,
        Enrolment.role == Role.PESERTA,
        Enrolment.status == EnrolmentStatus.CONFIRMED,
    )
    return db.session.scalar(query) or 0


def enrolments_of(
    workshop_id: int,
    *,
    roles: tuple[Role, ...] = (Role.PESERTA,),
    statuses: tuple[EnrolmentStatus, ...] = (EnrolmentStatus.CONFIRMED,),
) -> list[Enrolment]:
    """All enrolments of a workshop by name, with their people; for documents and batches."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .where(Enrolment.workshop_id == workshop_id, Enrolment.role.in_(roles), Enrolment.status.in_(statuses))
        .order_by(Person.search_name, Enrolment.id)
    )
    return list(db.session.scalars(query))


def page_of(
    workshop_id: int,
    *,
    text: str = "",
    role: Role | None = None,
    status: EnrolmentStatus | None = None,
    page: int = 1,
    per_page: int = 50,
) -> Pagination:
    """A page of the organiser's list; `text` matches name or organisation without spaces and case.

    Text without a letter or digit finds nobody.
    """
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .where(Enrolment.workshop_id == workshop_id)
        .order_by(Person.search_name, Enrolment.id)
    )
    if role is not None:
        query = query.where(Enrolment.role == role)
    if status is not None:
        query = query.where(Enrolment.status == status)
    if text:
        key = search_key(text)
        squeezed = sa.func.replace(sa.func.lower(Enrolment.affiliation), " ", "")
        found = sa.or_(Person.search_name.contains(key, autoescape=True), squeezed.contains(key, autoescape=True))
        query = query.where(found if key else sa.false())
    query = query.options(sa.orm.lazyload(Enrolment.workshop))  # one and the same in every row
    return db.paginate(query, page=min(page, _LAST_PAGE), per_page=per_page, max_per_page=100, error_out=False)


def same_registration(*, workshop_id: int, phone: str, full_name: str) -> Enrolment | None:
    """A registration of the same name and phone that was not cancelled."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .where(
            Enrolment.workshop_id == workshop_id,
            Enrolment.role == Role.PESERTA,
            Enrolment.status != EnrolmentStatus.CANCELLED,
            Person.phone_e164 == phone,
            Person.search_name == search_key(full_name),
        )
    )
    return db.session.scalars(query).first()
