"""How well an attendance is evidenced: strong, fair or weak. It is shown, and a certificate may ask for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from lms.core.presence import Span, signs_of
from lms.kernel.db import db
from lms.plugins.checkin.enums import Direction, Flag, Method, Strength, Verdict
from lms.plugins.checkin.models import Attendance, Scan
from lms.plugins.schedule.api import Session

FRESH_CODE = 35  # seconds: a code older than this may have been sent to somebody outside
BY_STAFF = (Method.BADGE, Method.TYPED, Method.SEARCH, Method.WALK_IN)  # a person of the committee saw them
_RANK = {Strength.WEAK: 0, Strength.FAIR: 1, Strength.STRONG: 2}
Pair = tuple[int, int]  # enrolment and session


@dataclass(kw_only=True)
class Evidence:
    """What speaks for one attendance, in points."""

    points: int = 0
    phone: str = ""  # by which the person checked in alone
    scanned_at: int = 0  # session of that scan: another one where a check-in counts for the whole day
    sharers: int = 0  # people who checked in with that phone at that session, when there are several
    directions: set[Direction] = field(default_factory=set)

    @property
    def strength(self) -> Strength:
        if self.points >= 3:
            return Strength.STRONG
        return Strength.FAIR if self.points == 2 else Strength.WEAK


def reaches(found: Strength | None, required: Strength | None) -> bool:
    """Whether the strength of an attendance is enough; nothing required is always enough."""
    return required is None or (found is not None and _RANK[found] >= _RANK[required])


def strengths_of(
    workshop_id: int, session_ids: Sequence[int], enrolment_ids: Sequence[int] | None = None
) -> dict[Pair, Strength]:
    """`{(enrolment_id, session_id): strength}` of everybody who is present, or of these people."""
    found = evidence_of(workshop_id, session_ids, enrolment_ids)
    return {pair: evidence.strength for pair, evidence in found.items()}


def evidence_of(
    workshop_id: int, session_ids: Sequence[int], enrolment_ids: Sequence[int] | None = None
) -> dict[Pair, Evidence]:
    """The evidence of every attendance at these sessions, in a constant number of statements."""
    if not session_ids or (enrolment_ids is not None and not enrolment_ids):
        return {}
    found = _attended(workshop_id, session_ids, enrolment_ids)
    if not found:
        return {}
    _add_staff(found, workshop_id, session_ids, enrolment_ids)
    if any(evidence.phone for evidence in found.values()):
        _count_sharers(found)
    for pair in signs_of(workshop_id=workshop_id, sessions=_spans(session_ids)) & found.keys():
        found[pair].points += 1
    return found


def _attended(workshop_id: int, session_ids: Sequence[int], people: Sequence[int] | None) -> dict[Pair, Evidence]:
    """Coming, the second code and leaving; the scan behind a row tells how fresh the code was."""
    query = (
        sa.select(Attendance.enrolment_id, Attendance.session_id, Attendance.direction, Attendance.method)
        .add_columns(Scan.code_age, Scan.flags, Scan.phone, Scan.session_id.label("scanned_at"))
        .outerjoin(Scan, Scan.id == Attendance.scan_id)
        .where(Attendance.workshop_id == workshop_id, Attendance.session_id.in_(session_ids))
    )
    if people is not None:
        query = query.where(Attendance.enrolment_id.in_(people))
    found: dict[Pair, Evidence] = defaultdict(Evidence)
    for row in db.session.execute(query):
        evidence = found[row.enrolment_id, row.session_id]
        evidence.directions.add(row.direction)
        if row.direction is Direction.IN:
            evidence.points += _points(row.method, row.code_age, row.flags or "")
            evidence.phone, evidence.scanned_at = row.phone or "", row.scanned_at or 0
        else:
            evidence.points += 1
    return {pair: evidence for pair, evidence in found.items() if Direction.IN in evidence.directions}


def _points(method: Method, code_age: int | None, flags: str) -> int:
    if method in BY_STAFF:
        return 2
    is_fresh = code_age is not None and code_age <= FRESH_CODE and Flag.SENT_LATER not in flags.split()
    return 2 if method is Method.VENUE_CODE and is_fresh else 1


def _add_staff(
    found: dict[Pair, Evidence], workshop_id: int, session_ids: Sequence[int], people: Sequence[int] | None
) -> None:
    """Who checked in alone, or was entered by hand, and was scanned by staff afterwards."""
    query = (
        sa.select(Attendance.enrolment_id, Attendance.session_id)
        .join(
            Scan,
            sa.and_(
                Scan.session_id == Attendance.session_id,
                Scan.enrolment_id == Attendance.enrolment_id,
                Scan.id > Attendance.scan_id,  # an earlier one was taken back
            ),
        )
        .where(
            Attendance.workshop_id == workshop_id,
            Attendance.session_id.in_(session_ids),
            Attendance.direction == Direction.IN,
            Attendance.method.not_in(BY_STAFF),
            Scan.verdict == Verdict.ALREADY,
            Scan.direction == Direction.IN,
            Scan.method.in_(BY_STAFF),
        )
        .distinct()
    )
    if people is not None:
        query = query.where(Attendance.enrolment_id.in_(people))
    for enrolment_id, session_id in db.session.execute(query):
        if (enrolment_id, session_id) in found:
            found[enrolment_id, session_id].points += 2


def _count_sharers(found: dict[Pair, Evidence]) -> None:
    """One phone for several people is no fault (families and homes share phones), but it weighs less."""
    people = sa.func.count(Scan.enrolment_id.distinct())
    query = (
        sa.select(Scan.session_id, Scan.phone, people)
        .where(
            Scan.session_id.in_({evidence.scanned_at for evidence in found.values()}),
            Scan.phone != "",
            Scan.verdict.in_((Verdict.PRESENT, Verdict.ALREADY)),
        )
        .group_by(Scan.session_id, Scan.phone)
        .having(people > 1)
    )
    shared = {(session_id, phone): count for session_id, phone, count in db.session.execute(query)}
    for evidence in found.values():
        count = shared.get((evidence.scanned_at, evidence.phone), 0)
        if count > 1:
            evidence.points, evidence.sharers = evidence.points - 1, count


def _spans(session_ids: Sequence[int]) -> list[Span]:
    query = sa.select(Session.id, Session.starts_at, Session.ends_at).where(Session.id.in_(session_ids))
    return [(row.id, row.starts_at, row.ends_at) for row in db.session.execute(query)]
