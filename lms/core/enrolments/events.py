"""Events of enrolments."""

from __future__ import annotations

from dataclasses import dataclass

from lms.kernel.declarations import Event


@dataclass(frozen=True, kw_only=True)
class EnrolmentConfirmed(Event):
    """A person has a place: registered with room left, added by staff, or promoted from the waiting list."""

    enrolment_id: int
    workshop_id: int


@dataclass(frozen=True, kw_only=True)
class EnrolmentCancelled(Event):
    """A person gave up or lost the place."""

    enrolment_id: int
    workshop_id: int
