"""Events of check-in."""

from __future__ import annotations

from dataclasses import dataclass

from lms.kernel.declarations import Event


@dataclass(frozen=True, kw_only=True)
class CheckinRecorded(Event):
    """A person was marked present at a session for the first time."""

    enrolment_id: int
    session_id: int
    workshop_id: int
