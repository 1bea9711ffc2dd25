"""Reads on the registry; every list takes `visible_to`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.people.names import search_key
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor, Role, Scope
from lms.plugins.organisations.enums import Activity, DocumentKind, OrganisationKind
from lms.plugins.organisations.models import LegalDocument, Organisation
from lms.plugins.organisations.permissions import SEE

SOON = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the list is narrowed to."""

    text: str = ""
    region: str = ""
    kind: OrganisationKind | None = None
    activity: Activity | None = None
    expiring: bool = False


def organisation_by_id(organisation_id: int) -> Organisation:
    """Raises NotFound."""
    found = db.session.get(
        Organisation,
        organisation_id,
        options=[sa.orm.selectinload(Organisation.documents), sa.orm.selectinload(Organisation.snapshots)],
    )
    if found is None:
        raise NotFound
    return found


def reach(actor: Actor) -> sa.ColumnElement[bool]:
    """Rows that the actor may see: all, those of a region, or one's own. An organiser sees the whole registry."""
    conditions: list[sa.ColumnElement[bool]] = []
    for grant in actor.grants:
        if grant.role not in SEE.default_roles:
            continue
        if grant.scope in {Scope.SITE, Scope.ORGANISER}:
            return sa.true()
        if grant.scope is Scope.REGION:
            inside = Organisation.region_code.startswith(f"{grant.ref}.")
            conditions.append(sa.or_(Organisation.region_code == grant.ref, inside))
        elif grant.scope is Scope.ORGANISATION and grant.ref.startswith("organisations:"):
            conditions.append(Organisation.id == int(grant.ref.rpartition(":")[2]))
    return sa.or_(sa.false(), *conditions)


def page_of(filters: Filters, *, visible_to: Actor, today: date, page: int = 1) -> Pagination:
    """A page of the registry by name."""
    query = sa.select(Organisation).where(reach(visible_to)).order_by(Organisation.search_name)
    if filters.text:
        query = query.where(Organisation.search_name.contains(search_key(filters.text), autoescape=True))
    if filters.region:
        query = query.where(Organisation.region_code == filters.region)
    if filters.kind:
        query = query.where(Organisation.kind == filters.kind)
    if filters.activity:
        query = query.where(Organisation.activity == filters.activity)
    if filters.expiring:
        soon = sa.select(LegalDocument.organisation_id).where(LegalDocument.valid_until <= today + SOON)
        query = query.where(Organisation.id.in_(soon))
    query = query.options(sa.orm.selectinload(Organisation.documents))
    return db.paginate(query, page=page, per_page=50, max_per_page=100, error_out=False)


def all_visible(actor: Actor) -> list[Organisation]:
    """Every organisation that the actor may see; for exports."""
    return list(db.session.scalars(sa.select(Organisation).where(reach(actor)).order_by(Organisation.search_name)))


def licence_of(organisation: Organisation) -> LegalDocument | None:
    """The operating licence, if one is recorded."""
    found = [row for row in organisation.documents if row.kind is DocumentKind.LICENCE]
    return found[0] if found else None


def people_of(key: str) -> list[Enrolment]:
    """Confirmed participants of this organisation in all workshops, newest first."""
    query = (
        sa.select(Enrolment)
        .where(
            Enrolment.affiliation_key == key,
            Enrolment.role == Role.PESERTA,
            Enrolment.status == EnrolmentStatus.CONFIRMED,
        )
        .order_by(Enrolment.registered_at.desc())
        .limit(200)
    )
    return list(db.session.scalars(query))


def by_search_name(key: str) -> Organisation | None:
    """The organisation of this name without spaces, capitals and punctuation."""
    return db.session.scalars(sa.select(Organisation).where(Organisation.search_name == key)).first()


def matching(text: str, *, limit: int) -> list[Organisation]:
    """Organisations whose name contains `text`."""
    query = sa.select(Organisation).order_by(Organisation.search_name).limit(limit)
    key = search_key(text)
    if key:
        query = query.where(Organisation.search_name.contains(key, autoescape=True))
    return list(db.session.scalars(query))
