"""Metrics, search, personal data, export and panels of certificates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.exports.api import Column, ColumnKind
from lms.core.workshops.events import WorkshopCopied, WorkshopCreated
from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import reach
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.declarations import Hit, Period
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import Actor
from lms.kernel.registry import registry
from lms.plugins.certificates import queries, services
from lms.plugins.certificates.enums import CertificateStatus
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.permissions import SEE


def on_created(event: WorkshopCreated) -> None:
    """Default criteria, as far as their facts can be had here."""
    known = {key: value for key, value in services.DEFAULTS.items() if key in registry().evidence}
    services.set_criteria(workshop_id=event.workshop_id, thresholds=known)


def on_copied(event: WorkshopCopied) -> None:
    """The criteria of the earlier workshop."""
    found = {row.evidence_key: row.threshold for row in queries.criteria_of(event.source_id)}
    services.set_criteria(workshop_id=event.workshop_id, thresholds=found)


def issued(*, period: Period, region_codes: Sequence[str]) -> Mapping[str, Decimal]:
    """Valid certificates of workshops in the period, by kabupaten/kota of the holder's organisation."""
    query = (
        sa.select(Enrolment.region_code, sa.func.count())
        .select_from(Certificate)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Workshop, Workshop.id == Certificate.workshop_id)
        .where(
            Certificate.status == CertificateStatus.VALID,
            Enrolment.region_code.in_(list(region_codes)),
            Workshop.starts_on.between(period.first, period.last),
        )
        .group_by(Enrolment.region_code)
    )
    return {row[0]: Decimal(row[1]) for row in db.session.execute(query) if row[0]}


def hits(text: str, *, actor: Actor, limit: int) -> list[Hit]:
    """Certificates by a part of their number."""
    query = (
        sa.select(Certificate)
        .join(Workshop, Workshop.id == Certificate.workshop_id)
        .where(reach(actor, SEE), Certificate.number_text.icontains(text, autoescape=True))
        .limit(limit)
    )
    return [
        Hit(
            title=row.number_text,
            url=url_for("papers.show", workshop_id=row.workshop_id, certificate_id=row.id),
            note=row.content["holder"],
        )
        for row in db.session.scalars(query)
    ]


def export(person_id: int) -> Mapping[str, object]:
    """Every certificate with its number and state."""
    rows = db.session.scalars(
        sa.select(Certificate).join(Certificate.enrolment).where(Enrolment.person_id == person_id)
    )
    return {"certificates": [{"number": r.number_text, "status": r.status.value, "on": str(r.issued_on)} for r in rows]}


def erase(person_id: int) -> None:
    """The name goes from the public page; whether the paper is valid stays true."""
    rows = db.session.scalars(
        sa.select(Certificate).join(Certificate.enrolment).where(Enrolment.person_id == person_id)
    )
    for row in rows:
        row.content = {**row.content, "holder": _("erased on request"), "organisation": ""}


def columns() -> Sequence[Column]:
    """The columns of the register."""
    return (
        Column("number", _("Number")), Column("holder", _("Name")), Column("role", _("Role")),
        Column("jp", _("JP"), ColumnKind.NUMBER), Column("issued_on", _("Issued on"), ColumnKind.DATE),
        Column("status", _("Status")), Column("code", _("Code")),
    )  # fmt: skip


def rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    """The register of one workshop."""
    for row in queries.certificates_of(int(filters["workshop_id"])):
        yield (
            row.number_text, row.content["holder"], row.content["role_title"], row.content["jp_total"], row.issued_on,
            row.status.value, row.spoken_code,
        )  # fmt: skip


def deed(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The tile of a ticket."""
    if not enrolment.is_confirmed:
        return None
    return {"certificate": queries.active_of(enrolment.id)}


def kpi(workshop: Workshop) -> Mapping[str, object] | None:
    """Issued so far; nothing before the first one."""
    count = len(queries.active_by_enrolment(workshop.id))
    return {"count": count} if count else None


def todo(workshop: Workshop) -> Mapping[str, object] | None:
    """After the last day: certificates wait to be issued."""
    is_over = now().astimezone(page_zone(workshop.zone)).date() > workshop.ends_on
    return {} if is_over and not queries.active_by_enrolment(workshop.id) else None
