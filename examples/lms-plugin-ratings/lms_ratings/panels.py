"""What ratings show on pages of the core."""

from __future__ import annotations

from collections.abc import Mapping

from lms.sdk import Enrolment, Workshop
from lms_ratings import queries, services
from lms_ratings.errors import RatingRefused


def deed(*, workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The tile of a ticket; nothing for whoever may not rate, or not yet."""
    try:
        services.check_may_rate(enrolment)
    except RatingRefused:
        return None
    return {"rating": queries.rating_of(enrolment.id)}


def summary(*, workshop: Workshop) -> Mapping[str, object] | None:
    """The mean beside the overview, once somebody rated."""
    found = queries.summary_of(workshop.id)
    return {"summary": found} if found.count else None
