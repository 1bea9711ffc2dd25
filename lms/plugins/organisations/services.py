"""Writes on the registry."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.people.names import clean_title, search_key
from lms.core.people.phones import parse_phone
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import Actor
from lms.plugins.organisations import queries
from lms.plugins.organisations.enums import (
    Accreditation,
    Activity,
    DocumentKind,
    DocumentStatus,
    LegalForm,
    OrganisationKind,
    Reach,
)
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
    accreditation_until: date | None = None,
    scope: Reach = Reach.REGENCY,
    address: str = "",
    postal_code: str = "",
    chair_name: str = "",
    contact_name: str = "",
    contact_phone: str = "",
) -> Organisation:
    """Add an organisation or change one. Raises RuleViolation when another one has the same name."""
    row = db.session.get_one(Organisation, organisation_id) if organisation_id else Organisation(created_at=now())
    _name(row, name)
    row.kind, row.legal_form, row.scope = kind, legal_form, scope.value
    if row.region_code != region_code:
        row.region_code, row.village_code = region_code, None  # a village lies in one kabupaten
    row.activity, row.accreditation, row.accreditation_until = activity, accreditation, accreditation_until
    row.address, row.postal_code = address, postal_code
    row.chair_name, row.contact_name = chair_name, contact_name
    row.contact_phone = parse_phone(contact_phone, field="contact_phone") if contact_phone else None
    db.session.add(row)
    db.session.flush()
    audit.record(action="organisations.saved", subject=row, actor=actor)
    return row


def upsert_organisation(*, code: str, name: str, actor: Actor, **facts: Any) -> Organisation:
    """Add the organisation that another system knows as `code`, or change what `facts` (column names) say of it.

    Repeating it changes nothing. Raises RuleViolation when another organisation has the same name.
    """
    row = queries.by_external_code(code) or Organisation(external_code=code, created_at=now())
    kinds = {"kind": OrganisationKind, "legal_form": LegalForm, "activity": Activity, "accreditation": Accreditation}
    for column, value in facts.items():
        setattr(row, column, kinds[column](value) if column in kinds else value)
    _name(row, name)
    db.session.add(row)
    db.session.flush()
    audit.record(action="organisations.loaded", subject=row, actor=actor)
    return row


def _name(row: Organisation, name: str) -> None:
    clean = clean_title(name, limit=200, field="name")
    key = search_key(clean)
    if not any(char.isalpha() for char in key):
        raise RuleViolation(_("Write the name of the organisation in letters."), "name")
    with db.session.no_autoflush:
        other = queries.by_search_name(key)
    if other is not None and other is not row:
        raise RuleViolation(_("An organisation of this name is registered already. Open it instead."), "name")
    row.name, row.search_name = clean, key


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
        status=DocumentStatus.UNCHECKED,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(action="organisations.document_added", subject=row, actor=actor)
    return row


def check_document(*, document: LegalDocument, actor: Actor) -> None:
    """Note that the entry was compared with the paper; again is no second check."""
    if document.status is DocumentStatus.CHECKED:
        return
    document.status = DocumentStatus.CHECKED
    db.session.flush()
    audit.record(action="organisations.document_checked", subject=document, actor=actor, fields=("status",))


def add_snapshot(
    *,
    organisation_id: int,
    on: date,
    inside: int | None,
    outside: int | None,
    carers: int | None,
    social_workers: int | None,
    actor: Actor,
) -> Snapshot:
    """Record counts on a day; None was not counted. The same counts again are the same record (a phone may send twice).

    Raises RuleViolation for a day to come, for nothing counted at all, and for other counts on a day that has some:
    none are overwritten.
    """
    if on > now().astimezone(page_zone()).date():
        raise RuleViolation(_("This day is still to come. Write the day on which you counted."), "on")
    counts = {"inside": inside, "outside": outside, "carers": carers, "social_workers": social_workers}
    if all(count is None for count in counts.values()):
        raise RuleViolation(_("Write at least one number. Nobody is 0."), "inside")
    row = db.session.scalar(sa.select(Snapshot).filter_by(organisation_id=organisation_id, on=on))
    if row is not None:
        if any(getattr(row, name) != count for name, count in counts.items()):
            raise RuleViolation(_("Counts of this day are recorded already and stay. Choose another day."), "on")
        return row
    row = Snapshot(organisation_id=organisation_id, on=on, **counts)
    db.session.add(row)
    db.session.flush()
    audit.record(action="organisations.counted", subject=row, actor=actor)
    return row
