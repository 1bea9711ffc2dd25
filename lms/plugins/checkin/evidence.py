"""Facts about attendance for certificates and plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from lms.plugins.checkin import queries
from lms.plugins.schedule.api import attendance_sessions


def sessions_attended(*, workshop_id: int, enrolment_ids: Sequence[int]) -> Mapping[int, Decimal]:
    """Number of counted sessions attended, 0 for people who never came."""
    counted = {session.id for session in attendance_sessions(workshop_id)}
    attended = queries.attendance_of(workshop_id)
    return {number: Decimal(len(attended.get(number, set()) & counted)) for number in enrolment_ids}


def attendance_ratio(*, workshop_id: int, enrolment_ids: Sequence[int]) -> Mapping[int, Decimal]:
    """Ratio 0..1 of counted sessions attended; no data where a workshop has no counted session."""
    total = len(attendance_sessions(workshop_id))
    if total == 0:
        return {}
    found = sessions_attended(workshop_id=workshop_id, enrolment_ids=enrolment_ids)
    return {number: count / Decimal(total) for number, count in found.items()}
