"""What materials know of a person: which ones a speaker uploaded."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel.db import db
from lms.plugins.materials.models import Material


def export(person_id: int) -> Mapping[str, object]:
    """Titles of uploaded materials."""
    query = sa.select(Material.title).join(Enrolment, Enrolment.id == Material.enrolment_id)
    return {"materials": list(db.session.scalars(query.where(Enrolment.person_id == person_id)))}


def erase(person_id: int) -> None:
    """Unlink the person; the material belongs to the workshop."""
    mine = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    db.session.execute(sa.update(Material).where(Material.enrolment_id.in_(mine)).values(enrolment_id=None))
