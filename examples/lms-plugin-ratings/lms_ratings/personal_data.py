"""What ratings know of a person, for a copy and for erasure (UU 27/2022)."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from lms.sdk import Enrolment, PersonalData, db
from lms_ratings.models import Rating


def export(person_id: int) -> Mapping[str, object]:
    """Every rating of the person."""
    rows = db.session.scalars(sa.select(Rating).where(Rating.enrolment_id.in_(_enrolments_of(person_id))))
    return {
        "ratings": [{"stars": row.stars, "remark": row.remark, "rated_at": row.rated_at.isoformat()} for row in rows]
    }


def erase(person_id: int) -> None:
    """The stars stay, for the mean; the remark may name somebody and goes."""
    mine = Rating.enrolment_id.in_(_enrolments_of(person_id))
    db.session.execute(sa.update(Rating).where(mine).values(remark=""))


def _enrolments_of(person_id: int) -> sa.Select[int]:
    return sa.select(Enrolment.id).where(Enrolment.person_id == person_id)


DATA = PersonalData(key="ratings", export=export, erase=erase)
