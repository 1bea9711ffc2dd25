"""Facts about attendance for certificates and plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from lms.plugins.checkin import queries
from lms.plugins.checkin.enums import Strength
from lms.plugins.checkin.strength import reaches, strengths_of
from lms.plugins.schedule.api import attendance_sessions


def sessions_attended(*, workshop_id: int, enrolment_ids: Sequence[int]) -> Mapping[int, Decimal]:
    """Number of counted sessions attended, 0 for people who never came.

    A session that asks for well-evidenced attendance counts only for those who reach that.
    """
    counted = {session.id for session in attendance_sessions(workshop_id)}
    attended, weak = queries.attendance_of(workshop_id), _too_weak(workshop_id, counted)
    return {
        number: Decimal(sum((number, session_id) not in weak for session_id in attended.get(number, set()) & counted))
        for number in enrolment_ids
    }


def attendance_ratio(*, workshop_id: int, enrolment_ids: Sequence[int]) -> Mapping[int, Decimal]:
    """Ratio 0..1 of counted sessions attended; no data where a workshop has no counted session."""
    total = len(attendance_sessions(workshop_id))
    if total == 0:
        return {}
    found = sessions_attended(workshop_id=workshop_id, enrolment_ids=enrolment_ids)
    return {number: count / Decimal(total) for number, count in found.items()}


def exits(*, workshop_id: int, enrolment_ids: Sequence[int]) -> Mapping[int, Decimal]:
    """Number of sessions left with the exit code, 0 for people who have not left any."""
    left = queries.exits_of(workshop_id, enrolment_ids)
    return {number: Decimal(left.get(number, 0)) for number in enrolment_ids}


def well_evidenced_ratio(*, workshop_id: int, enrolment_ids: Sequence[int]) -> Mapping[int, Decimal]:
    """Ratio 0..1 of counted sessions attended with fair or strong evidence; no data without a counted session."""
    sessions = [session.id for session in attendance_sessions(workshop_id)]
    if not sessions:
        return {}
    counts = dict.fromkeys(enrolment_ids, 0)
    for (enrolment_id, _session_id), strength in strengths_of(workshop_id, sessions).items():
        if enrolment_id in counts and reaches(strength, Strength.FAIR):
            counts[enrolment_id] += 1
    return {number: count / Decimal(len(sessions)) for number, count in counts.items()}


def _too_weak(workshop_id: int, session_ids: set[int]) -> set[tuple[int, int]]:
    """`{(enrolment_id, session_id)}` present, but less well evidenced than the session's rule asks for."""
    required = {number: rule.required for number, rule in queries.rules_of(sorted(session_ids)).items()}
    asked = [number for number, strength in required.items() if strength is not None]
    found = strengths_of(workshop_id, asked)
    return {pair for pair, strength in found.items() if not reaches(strength, required[pair[1]])}
