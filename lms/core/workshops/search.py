"""Workshops in the staff search."""

from __future__ import annotations

import sqlalchemy as sa
from flask import url_for

from lms.core.permissions import SEE_WORKSHOP
from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import reach
from lms.kernel.db import db
from lms.kernel.declarations import Hit
from lms.kernel.i18n import shortday
from lms.kernel.permissions import Actor


def search_workshops(text: str, *, actor: Actor, limit: int) -> list[Hit]:
    """Workshops whose title contains `text`, of those the actor may see."""
    query = (
        sa.select(Workshop)
        .where(reach(actor, SEE_WORKSHOP), Workshop.title.icontains(text, autoescape=True))
        .order_by(Workshop.starts_on.desc())
        .limit(limit)
    )
    return [
        Hit(title=row.title, url=url_for("workshops.show", workshop_id=row.id), note=shortday(row.starts_on))
        for row in db.session.scalars(query)
    ]
