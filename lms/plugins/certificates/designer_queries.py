"""Reads for the designer: whose names a design can be tried with."""

from __future__ import annotations

import sqlalchemy as sa

from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import workshop_by_id
from lms.kernel.db import db
from lms.kernel.errors import NotFound

_SHOWN = 20


def recent_workshops(organiser_id: int) -> list[Workshop]:
    """The organiser's workshops, the latest first."""
    query = sa.select(Workshop).where(Workshop.organiser_id == organiser_id)
    return list(db.session.scalars(query.order_by(Workshop.starts_on.desc(), Workshop.id.desc()).limit(_SHOWN)))


def workshop_of(organiser_id: int, workshop_id: int) -> Workshop:
    """A workshop of this very organiser; raises NotFound."""
    workshop = workshop_by_id(workshop_id)
    if workshop.organiser_id != organiser_id:
        raise NotFound
    return workshop
