"""Certificates in the staff search, by number."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from lms.kernel.declarations import Hit
from lms.kernel.permissions import Actor
from lms.plugins.certificates import queries
from lms.plugins.certificates.permissions import SEE


def search_numbers(text: str, *, actor: Actor, limit: int) -> list[Hit]:
    """Certificates whose number contains `text`, of workshops whose certificates the actor may see."""
    rows = queries.find_by_number(text, visible_to=actor, permission=SEE, limit=limit)
    return [
        Hit(
            title=row.number_text,
            url=url_for("certificates.show", workshop_id=row.workshop_id, certificate_id=row.id),
            note=row.holder or _("removed on request"),
        )
        for row in rows
    ]
