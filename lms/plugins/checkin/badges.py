"""Badges on paper: eight on an A4 sheet with cut marks, or one on a page of its own size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolments_of
from lms.core.enrolments.services import badge_token
from lms.core.workshops.models import Workshop
from lms.kernel.errors import RuleViolation
from lms.kernel.i18n import daterange
from lms.kernel.installation import settings
from lms.kernel.permissions import Role
from lms.kernel.qr import qr_drawing
from lms.kernel.typesetting import typeset

TEMPLATE = Path(__file__).parent / "typst" / "badges.typ"
TITLES = {Role.PESERTA: _l("Participant"), Role.NARASUMBER: _l("Speaker"), Role.PANITIA: _l("Committee")}


class NoBadge(RuleViolation):
    """Nobody here has a confirmed place, so there is nothing to print."""

    status = 409


def sheet_of_badges(workshop: Workshop, *, roles: Sequence[Role]) -> bytes:
    """A4 pages with the badges of everybody confirmed in these roles, by name. Raises NoBadge for nobody."""
    people = enrolments_of(workshop.id, roles=tuple(roles))
    if not people:
        raise NoBadge(_("Nobody in this group has a confirmed place yet, so there are no badges to print."))
    return _typeset(workshop, people, is_single=False)


def single_badge(enrolment: Enrolment) -> bytes:
    """One badge. Raises NoBadge for somebody without a confirmed place."""
    if not enrolment.is_confirmed:
        raise NoBadge(_("Without a confirmed place there is no badge. Ask the committee whether a seat is free."))
    return _typeset(enrolment.workshop, [enrolment], is_single=True)


def address_of(enrolment: Enrolment) -> str:
    """What the QR code of a badge says; it opens nothing but a check-in by staff."""
    return f"{settings().base_url}/b/{badge_token(enrolment)}"


def _typeset(workshop: Workshop, people: Sequence[Enrolment], *, is_single: bool) -> bytes:
    data = {
        "single": is_single,
        "title": workshop.title,
        "dates": daterange(workshop.starts_on, workshop.ends_on),
        "organiser": workshop.organiser.short_name,
        "is_demo": workshop.is_demo,
        "locale": str(get_locale() or "id"),
        "people": [_person(row) for row in people],
        "labels": {
            "heading": _("Badges"),
            "qr": _("QR code of the badge of %(name)s", name="{name}"),
            "demo": _("Sample data"),
        },
    }
    return typeset(TEMPLATE, data=data, lenient=True)


def _person(row: Enrolment) -> dict[str, object]:
    return {
        "name": row.person.formal_name,
        "organisation": row.affiliation,
        "role": str(TITLES.get(row.role, "")),
        "kind": row.role.value,
        "task": row.task if row.role is Role.PANITIA else "",
        "qr": qr_drawing(address_of(row)),
    }
