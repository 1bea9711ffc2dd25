"""Reads on the registry; every list takes `visible_to`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.people.names import search_key
from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import BIGGEST_ID
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor, Role, Scope
from lms.plugins.organisations import names
from lms.plugins.organisations.enums import Activity, DocumentKind, OrganisationKind
from lms.plugins.organisations.models import LegalDocument, Organisation
from lms.plugins.organisations.permissions import SEE

SOON = timedelta(days=90)
_LAST_PAGE = 100_000
_FOREVER = date.max  # of a licence without a printed end


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the list is narrowed to."""

    text: str = ""
    region: str = ""
    kind: OrganisationKind | None = None
    activity: Activity | None = None
    expiring: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        """The filters of an address; what cannot be one is left out."""
        region = query.get("wilayah", "")[:13]
        return cls(
            text=query.get("q", "").strip()[:100],
            region=region if region.isprintable() else "",
            kind=_member(OrganisationKind, query.get("jenis", "")),
            activity=_member(Activity, query.get("keadaan", "")),
            expiring=query.get("izin") == "90",
        )

    @property
    def query(self) -> dict[str, str]:
        """As they stand in an address."""
        chosen = {
            "q": self.text,
            "wilayah": self.region,
            "jenis": self.kind.value if self.kind else "",
            "keadaan": self.activity.value if self.activity else "",
            "izin": "90" if self.expiring else "",
        }
        return {name: value for name, value in chosen.items() if value}


def _member(kind: type[Any], value: str) -> Any:
    return kind(value) if value in {member.value for member in kind} else None


def organisation_by_id(organisation_id: int) -> Organisation:
    """Raises NotFound."""
    options = [sa.orm.selectinload(Organisation.documents), sa.orm.selectinload(Organisation.snapshots)]
    found = db.session.get(Organisation, organisation_id, options=options) if organisation_id < BIGGEST_ID else None
    if found is None:
        raise NotFound
    return found


def document_by_id(document_id: int) -> LegalDocument:
    """Raises NotFound."""
    found = db.session.get(LegalDocument, document_id) if document_id < BIGGEST_ID else None
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
            inside = Organisation.region_code.startswith(f"{grant.ref}.", autoescape=True)
            conditions.append(sa.or_(Organisation.region_code == grant.ref, inside))
        elif grant.scope is Scope.ORGANISATION and (number := number_of(grant.ref)) is not None:
            conditions.append(Organisation.id == number)
    return sa.or_(sa.false(), *conditions)


def number_of(key: str) -> int | None:
    """The id in an affiliation key such as `organisations:12`; None for any other text."""
    owner, _colon, number = key.partition(":")
    is_id = owner == "organisations" and number.isascii() and number.isdigit() and len(number) < 10
    return int(number) if is_id else None


def selection(filters: Filters, *, visible_to: Actor, today: date) -> sa.Select[Organisation]:
    """The part of the registry that the actor may see and the filters leave, by name, with documents.

    Text without a letter or digit finds nothing. A licence counts as ending when the one that lasts longest does;
    those that have ended already are included, since they need a renewal most of all.
    """
    query = sa.select(Organisation).where(reach(visible_to)).order_by(Organisation.search_name, Organisation.id)
    if filters.text:
        query = query.where(named(filters.text))
    if filters.region:
        query = query.where(Organisation.region_code == filters.region)
    if filters.kind:
        query = query.where(Organisation.kind == filters.kind)
    if filters.activity:
        query = query.where(Organisation.activity == filters.activity)
    if filters.expiring:
        query = query.where(Organisation.id.in_(_licence_ends_by(today + SOON)))
    return query.options(sa.orm.selectinload(Organisation.documents))


def named(text: str) -> sa.ColumnElement[bool]:
    """Organisations whose name contains `text`, spaces and capitals aside; none for text without a letter."""
    key = search_key(text)
    return Organisation.search_name.contains(key, autoescape=True) if key else sa.false()


def _licence_ends_by(day: date) -> sa.Select[int]:
    last = sa.func.max(sa.func.coalesce(LegalDocument.valid_until, _FOREVER))
    return (
        sa.select(LegalDocument.organisation_id)
        .where(LegalDocument.kind == DocumentKind.LICENCE)
        .group_by(LegalDocument.organisation_id)
        .having(last <= day)
    )


def page_of(filters: Filters, *, visible_to: Actor, today: date, page: int = 1) -> Pagination:
    """A page of the registry by name."""
    query = selection(filters, visible_to=visible_to, today=today)
    return db.paginate(query, page=min(page, _LAST_PAGE), per_page=50, max_per_page=100, error_out=False)


def all_visible(actor: Actor, filters: Filters, today: date) -> list[Organisation]:
    """Every organisation that the actor may see and the filters leave; for downloads."""
    return list(db.session.scalars(selection(filters, visible_to=actor, today=today)))


def licence_of(organisation: Organisation) -> LegalDocument | None:
    """The operating licence that lasts longest: after a renewal the old one no longer counts."""
    found = [row for row in organisation.documents if row.kind is DocumentKind.LICENCE]
    return max(found, key=lambda row: row.valid_until or _FOREVER, default=None)


def people_of(key: str, *, before: date) -> list[Enrolment]:
    """Confirmed participants of this organisation in workshops that ended before a day, newest workshop first."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.workshop)
        .where(
            Enrolment.affiliation_key == key,
            Enrolment.role == Role.PESERTA,
            Enrolment.status == EnrolmentStatus.CONFIRMED,
            Workshop.ends_on < before,
        )
        .order_by(Workshop.starts_on.desc(), Enrolment.id)
        .limit(500)
    )
    return list(db.session.scalars(query))


def by_search_name(key: str) -> Organisation | None:
    """The organisation of this name without spaces, capitals and punctuation."""
    query = sa.select(Organisation).where(Organisation.search_name == key).order_by(Organisation.id)
    return db.session.scalars(query).first() if key else None


def by_external_code(code: str) -> Organisation | None:
    """The organisation that another system knows by this code."""
    return db.session.scalar(sa.select(Organisation).filter_by(external_code=code))


def by_any_spelling(name: str) -> Organisation | None:
    """The organisation of this name, else the only one whose name differs in the kind in front; never a guess."""
    exact = by_search_name(search_key(name))
    if exact is not None:
        return exact
    query = sa.select(Organisation).where(Organisation.search_name.in_(names.spellings(name))).limit(2)
    found = list(db.session.scalars(query))
    return found[0] if len(found) == 1 else None


def matching(text: str, *, limit: int) -> list[Organisation]:
    """Organisations whose name contains `text`; the first ones for no text at all."""
    query = sa.select(Organisation).order_by(Organisation.search_name).limit(limit)
    return list(db.session.scalars(query.where(named(text)) if text else query))
