"""Writes on ratings."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.sdk import Enrolment, Role, db, enrolment_by_id, insert_ignore, now, publish
from lms_ratings import queries
from lms_ratings.errors import RatingRefused
from lms_ratings.events import Rated
from lms_ratings.models import Rating


def rate(*, enrolment_id: int, stars: int, remark: str = "") -> Rating:
    """Set the rating of an enrolment, 1 to 5 stars; a second rating replaces the first.

    Raises RatingRefused before the first day, and for anybody but a confirmed participant.
    """
    enrolment = enrolment_by_id(enrolment_id)
    check_may_rate(enrolment)
    values = {"enrolment_id": enrolment.id, "stars": stars, "remark": remark, "rated_at": now()}
    insert_ignore(Rating, values, keys=("enrolment_id",))  # a phone may send the form twice at once
    rating = queries.rating_of(enrolment.id)
    assert rating is not None
    rating.stars, rating.remark, rating.rated_at = stars, remark, now()
    db.session.flush()
    publish(Rated(enrolment_id=enrolment.id, workshop_id=enrolment.workshop_id, stars=stars))
    return rating


def check_may_rate(enrolment: Enrolment) -> None:
    """Raise RatingRefused with what to do instead."""
    if enrolment.role is not Role.PESERTA or not enrolment.is_confirmed:
        raise RatingRefused(_("Only participants with a place rate the workshop."))
    today = now().astimezone(ZoneInfo(enrolment.workshop.zone)).date()
    if today < enrolment.workshop.starts_on:
        raise RatingRefused(_("The workshop has not begun. Come back on its first day."))


def withdraw(*, enrolment_id: int) -> None:
    """Remove the rating of an enrolment; none is no error."""
    db.session.execute(sa.delete(Rating).where(Rating.enrolment_id == enrolment_id))
