"""Reads on ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from lms.sdk import Enrolment, db
from lms_ratings.models import Rating


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How a workshop was rated; `mean` is None while nobody rated it."""

    count: int
    mean: Decimal | None


def rating_of(enrolment_id: int) -> Rating | None:
    """The rating that this enrolment gave."""
    found: Rating | None = db.session.scalar(sa.select(Rating).where(Rating.enrolment_id == enrolment_id))
    return found


def summary_of(workshop_id: int) -> Summary:
    """Number and mean of all ratings, in one statement."""
    query = (
        sa.select(sa.func.count(Rating.id), sa.func.sum(Rating.stars))
        .join(Enrolment, Enrolment.id == Rating.enrolment_id)
        .where(Enrolment.workshop_id == workshop_id)
    )
    count, total = db.session.execute(query).one()
    return Summary(count=count, mean=Decimal(total) / count if count else None)


def raters_among(enrolment_ids: Sequence[int]) -> frozenset[int]:
    """Those of the enrolments that gave a rating."""
    query = sa.select(Rating.enrolment_id).where(Rating.enrolment_id.in_(enrolment_ids))
    return frozenset(db.session.scalars(query))
