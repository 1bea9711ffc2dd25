"""The registry as a directory for registration forms, in the staff search, in exports and in reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _

from lms.core.exports.api import Column, ColumnKind
from lms.core.regions.queries import label_of, labels_of
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.declarations import Affiliation, Hit, Period
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import Actor
from lms.plugins.organisations import queries
from lms.plugins.organisations.enums import Accreditation, Activity
from lms.plugins.organisations.forms import ACTIVITY_LABELS, LEGAL_LABELS, NO_GRADE
from lms.plugins.organisations.models import Organisation


def _as_affiliation(row: Organisation, place: str = "") -> Affiliation:
    return Affiliation(key=row.key, name=row.name, region_code=row.region_code, place=place)


def search(text: str, *, limit: int) -> list[Affiliation]:
    """Organisations whose name contains `text`, spaces ignored."""
    rows = queries.matching(text, limit=limit)
    labels = labels_of({row.region_code for row in rows})
    return [_as_affiliation(row, labels.get(row.region_code, "")) for row in rows]


def resolve(name: str) -> Affiliation | None:
    """The organisation that this text names, also when another kind (LKSA, Panti Asuhan) is written in front."""
    row = queries.by_any_spelling(name) if name else None
    return _as_affiliation(row) if row else None


def by_key(key: str) -> Affiliation | None:
    """The organisation of an affiliation key."""
    number = queries.number_of(key)
    row = db.session.get(Organisation, number) if number is not None else None
    return _as_affiliation(row, label_of(row.region_code)) if row else None


def hits(text: str, *, actor: Actor, limit: int) -> list[Hit]:
    """Organisations in the staff search."""
    query = (
        sa.select(Organisation)
        .where(queries.reach(actor), queries.named(text))
        .order_by(Organisation.search_name)
        .limit(limit)
    )
    return [
        Hit(title=row.name, url=url_for("organisations.show", organisation_id=row.id), note=row.kind.value)
        for row in db.session.scalars(query)
    ]


def columns() -> Sequence[Column]:
    """The columns of the list for download."""
    return (
        Column("name", _("Name")), Column("kind", _("Kind")), Column("legal_form", _("Legal form")),
        Column("region", _("Region")), Column("activity", _("Activity")), Column("accreditation", _("Accreditation")),
        Column("accredited_until", _("Accredited until"), ColumnKind.DATE), Column("chair", _("Chair")),
        Column("licence", _("Operating licence")), Column("licence_until", _("Licence valid until"), ColumnKind.DATE),
    )  # fmt: skip


def rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    """The list for download: the filters of the page, as far as the actor may see it."""
    today = now().astimezone(page_zone()).date()
    found = queries.all_visible(actor, queries.Filters.read(filters), today)
    labels = labels_of({row.region_code for row in found})
    for row in found:
        licence = queries.licence_of(row)
        grade = row.accreditation.value if row.accreditation is not Accreditation.NONE else str(NO_GRADE)
        yield (
            row.name, row.kind.value, str(LEGAL_LABELS[row.legal_form]), labels.get(row.region_code, row.region_code),
            str(ACTIVITY_LABELS[row.activity]), grade, row.accreditation_until, row.chair_name,
            licence.number if licence else "", licence.valid_until if licence else None,
        )  # fmt: skip


def total(*, period: Period, region_codes: Sequence[str]) -> Mapping[str, Decimal]:
    """Registered organisations, whatever the period."""
    return _count(region_codes)


def active(*, period: Period, region_codes: Sequence[str]) -> Mapping[str, Decimal]:
    """Organisations at work."""
    return _count(region_codes, Organisation.activity == Activity.ACTIVE)


def _count(region_codes: Sequence[str], *conditions: sa.ColumnElement[bool]) -> Mapping[str, Decimal]:
    query = (
        sa.select(Organisation.region_code, sa.func.count())
        .where(Organisation.region_code.in_(list(region_codes)), *conditions)
        .group_by(Organisation.region_code)
    )
    return {row[0]: Decimal(row[1]) for row in db.session.execute(query)}
