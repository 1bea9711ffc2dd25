"""How complete an organisation's record is, and the next three things to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import format_date
from flask_babel import gettext as _

from lms.plugins.organisations.enums import DocumentKind
from lms.plugins.organisations.models import LegalDocument, Organisation
from lms.plugins.organisations.queries import SOON, licence_of


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """`ratio` 0..1 of the wanted facts, and what to do next."""

    ratio: Decimal
    steps: tuple[str, ...]


def state_of(document: LegalDocument, today: date) -> str:
    """`expired`, `soon` (90 days), `valid`, or `open` where no end is printed."""
    if document.valid_until is None:
        return "open"
    if document.valid_until < today:
        return "expired"
    return "soon" if document.valid_until <= today + SOON else "valid"


def completeness_of(organisation: Organisation, today: date) -> Completeness:
    """Facts that every organisation should have on record; a licence that ends soon is the first step."""
    kinds = {row.kind for row in organisation.documents if state_of(row, today) != "expired"}
    facts = {
        _("Add the chair's name"): bool(organisation.chair_name),
        _("Add a WhatsApp number"): bool(organisation.contact_phone),
        _("Add the address"): bool(organisation.address),
        _("Count those you serve"): bool(organisation.snapshots),
        _("Record the deed of establishment"): DocumentKind.DEED in kinds,
        _("Record the registration certificate"): DocumentKind.REGISTRATION in kinds,
        _("Record or renew the operating licence"): DocumentKind.LICENCE in kinds,
        _("Record the tax number"): DocumentKind.TAX_NUMBER in kinds,
    }
    missing = [step for step, is_there in facts.items() if not is_there]
    steps = _renewal(organisation, today) + missing
    return Completeness(ratio=Decimal(len(facts) - len(missing)) / len(facts), steps=tuple(steps[:3]))


def _renewal(organisation: Organisation, today: date) -> list[str]:
    licence = licence_of(organisation)
    if licence is None or licence.valid_until is None or state_of(licence, today) != "soon":
        return []
    day = format_date(licence.valid_until, "d MMMM y")
    return [_("Renew the operating licence: it ends on %(day)s", day=day)]
