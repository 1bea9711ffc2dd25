"""Reads on what staff decided about people: roles they were named for, exceptions, numbers from outside."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import page_of
from lms.core.workshops.models import Workshop
from lms.kernel.db import db
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.models import Decision

MOST_FOUND = 20


def decision_of(enrolment_id: int, role: PaperRole) -> Decision | None:
    """What was decided about one person in one role."""
    return db.session.scalar(sa.select(Decision).filter_by(enrolment_id=enrolment_id, role=role))


def decisions_of(workshop_id: int, role: PaperRole) -> dict[int, Decision]:
    """`{enrolment_id: decision}` of a workshop and role, in one statement."""
    query = (
        sa.select(Decision)
        .join(Enrolment, Enrolment.id == Decision.enrolment_id)
        .where(Enrolment.workshop_id == workshop_id, Decision.role == role)
    )
    return {row.enrolment_id: row for row in db.session.scalars(query)}


def named_people(decisions: Mapping[int, Decision], role: PaperRole) -> list[Enrolment]:
    """Confirmed people whose own role is another one, named for `role` by `decisions`; at most one statement."""
    if not decisions:
        return []
    query = sa.select(Enrolment).where(Enrolment.id.in_(list(decisions)), Enrolment.status == EnrolmentStatus.CONFIRMED)
    return [row for row in db.session.scalars(query) if PaperRole.of(row.role) != role]


def has_role(enrolment: Enrolment, role: PaperRole) -> bool:
    """Whether the person has the role, by the enrolment or because staff named them."""
    return PaperRole.of(enrolment.role) == role or decision_of(enrolment.id, role) is not None


def holders_of(workshop_id: int, person_id: int, role: PaperRole) -> list[int]:
    """Enrolments through which a person has the role in a workshop already; cancelled ones do not count."""
    query = (
        sa.select(Enrolment.id, Enrolment.role, Decision.id.label("decision_id"))
        .outerjoin(Decision, sa.and_(Decision.enrolment_id == Enrolment.id, Decision.role == role))
        .where(
            Enrolment.workshop_id == workshop_id,
            Enrolment.person_id == person_id,
            Enrolment.status != EnrolmentStatus.CANCELLED,
        )
    )
    rows = db.session.execute(query)
    return [row.id for row in rows if PaperRole.of(row.role) == role or row.decision_id is not None]


def people_found(workshop_id: int, text: str) -> list[Enrolment]:
    """Confirmed people of a workshop by name or organisation, for a choice: at most 20, nobody without a text."""
    if not text.strip():
        return []
    page = page_of(workshop_id, text=text, status=EnrolmentStatus.CONFIRMED, per_page=MOST_FOUND)
    return [row for row in page.items if row.person.erased_at is None]


def with_external_number(workshop_id: int, role: PaperRole) -> list[tuple[Decision, Enrolment]]:
    """Everybody of a role with a number from outside, in the order of the numbers."""
    query = (
        sa.select(Decision, Enrolment)
        .join(Enrolment, Enrolment.id == Decision.enrolment_id)
        .where(Enrolment.workshop_id == workshop_id, Decision.role == role, Decision.external_number != "")
        .order_by(Decision.external_number)
        .options(lazyload(Enrolment.workshop))
    )
    return [(decision, enrolment) for decision, enrolment in db.session.execute(query)]


def by_ticket_code(workshop_id: int, codes: set[str]) -> dict[str, Enrolment]:
    """`{ticket code: enrolment}` of one workshop."""
    query = sa.select(Enrolment).where(Enrolment.workshop_id == workshop_id, Enrolment.ticket_code.in_(codes))
    return {row.ticket_code: row for row in db.session.scalars(query.options(lazyload(Enrolment.workshop)))}


def planned_elsewhere(organiser_id: int, texts: set[str], *, except_ids: set[int]) -> set[str]:
    """Which of these outside numbers are written down for other decisions of the organiser."""
    query = (
        sa.select(Decision.external_number)
        .join(Enrolment, Enrolment.id == Decision.enrolment_id)
        .join(Workshop, Workshop.id == Enrolment.workshop_id)
        .where(Workshop.organiser_id == organiser_id, Decision.external_number.in_(texts))
    )
    if except_ids:
        query = query.where(Decision.id.not_in(except_ids))
    return set(db.session.scalars(query))
