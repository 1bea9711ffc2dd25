"""Reads on workshops and organisers; lists take `visible_to`."""

from __future__ import annotations

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination

from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.models import Organiser, Workshop
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor, Permission, Scope, is_of_ticket

BIGGEST_ID = 2**31  # of an integer column; a larger number in an address is nobody's
_LAST_PAGE = 100_000


def workshop_by_id(workshop_id: int) -> Workshop:
    """Raises NotFound."""
    workshop = db.session.get(Workshop, workshop_id) if workshop_id < BIGGEST_ID else None
    if workshop is None:
        raise NotFound
    return workshop


def features_off(workshop_id: int) -> frozenset[str]:
    """Plugins that are switched off for this workshop; none of one that does not exist."""
    workshop = db.session.get(Workshop, workshop_id)
    return workshop.access.disabled if workshop else frozenset()


def workshop_by_slug(slug: str) -> Workshop:
    """A workshop that the public may see, else NotFound."""
    query = sa.select(Workshop).where(Workshop.slug == slug).options(sa.orm.joinedload(Workshop.organiser))
    workshop: Workshop | None = db.session.scalar(query) if slug.isprintable() else None
    if workshop is None or workshop.status is WorkshopStatus.DRAFT:
        raise NotFound
    return workshop


def reach(actor: Actor, permission: Permission) -> sa.ColumnElement[bool]:
    """The condition on Workshop rows at which `actor` holds `permission`; the twin of `Actor.can` for lists."""
    conditions: list[sa.ColumnElement[bool]] = []
    for grant in actor.grants:
        if grant.role not in permission.default_roles:
            continue
        if grant.scope is Scope.SITE:
            return sa.true()
        if grant.scope is Scope.ORGANISER:
            conditions.append(Workshop.organiser_id == int(grant.ref))
        elif grant.scope is Scope.WORKSHOP:
            conditions.append(Workshop.id == int(grant.ref))
        elif grant.scope is Scope.REGION:
            conditions.append(
                sa.or_(Workshop.region_code == grant.ref, Workshop.region_code.startswith(f"{grant.ref}."))
            )
    if actor.enrolment is not None and is_of_ticket(permission, actor.enrolment.role):
        conditions.append(Workshop.id == actor.enrolment.workshop_id)
    return sa.or_(sa.false(), *conditions)


def workshops(*, visible_to: Actor, permission: Permission, page: int = 1, per_page: int = 20) -> Pagination:
    """A page of workshops, newest first."""
    query = (
        sa.select(Workshop)
        .where(reach(visible_to, permission))
        .order_by(Workshop.starts_on.desc(), Workshop.id.desc())
        .options(sa.orm.joinedload(Workshop.organiser))
    )
    return db.paginate(query, page=min(page, _LAST_PAGE), per_page=per_page, max_per_page=100, error_out=False)


def public_workshops(*, limit: int = 50) -> list[Workshop]:
    """Published and finished workshops for the home page, the next ones first."""
    query = (
        sa.select(Workshop)
        .where(Workshop.status.in_([WorkshopStatus.PUBLISHED, WorkshopStatus.CLOSED]))
        .order_by(Workshop.starts_on.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def organisers(*, visible_to: Actor, permission: Permission) -> list[Organiser]:
    """The organisers for which the actor holds `permission`."""
    rows = db.session.scalars(sa.select(Organiser).order_by(Organiser.name))
    return [row for row in rows if visible_to.can(permission, row.access)]


def organiser_by_id(organiser_id: int) -> Organiser:
    """Raises NotFound."""
    organiser = db.session.get(Organiser, organiser_id) if organiser_id < BIGGEST_ID else None
    if organiser is None:
        raise NotFound
    return organiser
