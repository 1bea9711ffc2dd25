"""Writes on the registry."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.people.names import clean_title, search_key
from lms.core.people.phones import parse_phone
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import Actor
from lms.plugins.organisations import queries
from lms.plugins.organisations.enums import Accreditation, Activity, DocumentKind, LegalForm, OrganisationKind
from lms.plugins.organisations.models import LegalDocument, Organisation, Snapshot


def save_organisation(
    *,
    organisation_id: int | None,
    name: str,
    kind: OrganisationKind,
    legal_form: LegalForm,
    region_code: str,
    activity: Activity,
    accreditation: Accreditation,
    actor: Actor,
    address: str = "",
    chair_name: str = "",
    contact_phone: str = "",
) -> Organisation:
    """Add an organisation or change one. Raises RuleViolation when another one has the same name."""
    clean = clean_title(name, limit=200, field="name")
    other = queries.by_search_name(search_key(clean))
    if other is not None and other.id != organisation_id:
        raise RuleViolation(_("An organisation of this name is registered already. Open it instead."), "name")
    row = db.session.get_one(Organisation, organisation_id) if organisation_id else Organisation(created_at=now())
    row.name, row.search_name, row.kind, row.legal_form = clean, search_key(clean), kind, legal_form
    row.region_code, row.activity, row.accreditation = region_code, activity, accreditation
    row.address, row.chair_name = address, chair_name
    row.contact_phone = parse_phone(contact_phone, field="contact_phone") if contact_phone else None
    db.session.add(row)
    db.session.flush()
    audit.record(action="organisations.saved", subject=row, actor=actor)
    return row


def add_document(
    *,
    organisation_id: int,
    kind: DocumentKind,
    number: str,
    issuer: str,
    issued_on: date | None,
    valid_until: date | None,
    actor: Actor,
) -> LegalDocument:
    """Record a document as printed. Raises RuleViolation when it ends before it begins."""
    if issued_on and valid_until and valid_until < issued_on:
        raise RuleViolation(_("The document ends before it was issued. Check both dates."), "valid_until")
    row = LegalDocument(
        organisation_id=organisation_id,
        kind=kind,
        number=number,
        issuer=issuer,
        issued_on=issued_on,
        valid_until=valid_until,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(action="organisations.document_added", subject=row, actor=actor)
    return row


def add_snapshot(
    *, organisation_id: int, on: date, inside: int, outside: int, carers: int, social_workers: int, actor: Actor
) -> Snapshot:
    """Record counts on a day; the same day again replaces them."""
    row = db.session.scalar(sa.select(Snapshot).filter_by(organisation_id=organisation_id, on=on))
    row = row or Snapshot(organisation_id=organisation_id, on=on)
    row.inside, row.outside, row.carers, row.social_workers = inside, outside, carers, social_workers
    db.session.add(row)
    db.session.flush()
    audit.record(action="organisations.counted", subject=row, actor=actor)
    return row
