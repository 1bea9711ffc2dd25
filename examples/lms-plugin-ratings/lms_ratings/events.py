"""Events of ratings."""

from __future__ import annotations

from dataclasses import dataclass

from lms.sdk import Event


@dataclass(frozen=True, kw_only=True)
class Rated(Event):
    """A participant rated the workshop, or changed the rating."""

    enrolment_id: int
    workshop_id: int
    stars: int
