"""People in the staff search: by name or organisation, in workshops that the actor may see."""

from __future__ import annotations

import sqlalchemy as sa
from flask import url_for

from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.core.people.names import search_key
from lms.core.permissions import SEE_PARTICIPANTS
from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import reach
from lms.kernel.db import db
from lms.kernel.declarations import Hit
from lms.kernel.permissions import Actor


def search_people(text: str, *, actor: Actor, limit: int) -> list[Hit]:
    """Enrolments by name; never shows a phone number. Text without a letter or digit finds nobody."""
    key = search_key(text)
    if not key:
        return []
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .join(Enrolment.workshop)
        .where(reach(actor, SEE_PARTICIPANTS), Person.search_name.contains(key, autoescape=True))
        .order_by(Workshop.starts_on.desc(), Person.search_name)
        .limit(limit)
    )
    return [
        Hit(
            title=row.person.formal_name,
            url=url_for("participants.show", workshop_id=row.workshop_id, enrolment_id=row.id),
            note=f"{row.affiliation} · {row.workshop.title}",
        )
        for row in db.session.scalars(query)
    ]
