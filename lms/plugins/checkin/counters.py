"""Present and expected beside every answer at the door, at the same small cost for fifty and for fifty thousand.

Each process keeps the figures of a session and adds what is new every two seconds; it counts all anew when anything
was changed that the trail of changes knows of (an attendance taken back, a registration cancelled), and every minute.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.kernel.audit import AuditEntry
from lms.kernel.db import after_commit, db
from lms.kernel.memory import recalled, remembered
from lms.kernel.permissions import Role
from lms.plugins.checkin.enums import Direction
from lms.plugins.checkin.models import Attendance
from lms.plugins.checkin.queries import Counter

_NAME = "checkin.counter"
_FRESH = 2.0  # seconds
_WHOLE = 60.0  # seconds after which everything is counted anew


@dataclass(kw_only=True)
class _Figures:
    present: int
    expected: int
    newest: int  # attendance that is counted in
    changes: int  # newest entry of the trail
    counted_at: float
    own: int = 0  # what this process added since


def counter(workshop_id: int, session_id: int) -> Counter:
    """At most two seconds old, with what this process added since."""
    key = (workshop_id, session_id)
    found = remembered(_NAME, key, lambda: _figures(workshop_id, session_id, recalled(_NAME, key)), seconds=_FRESH)
    return Counter(present=found.present + found.own, expected=found.expected)


def add(workshop_id: int, session_id: int, *, role: Role, direction: Direction, people: int) -> None:
    """Count somebody in (1) or out (-1) once this unit of work is committed; only participants who came are counted."""
    if role is Role.PESERTA and direction is Direction.IN:
        after_commit(lambda: _add(workshop_id, session_id, people))


def _add(workshop_id: int, session_id: int, people: int) -> None:
    found = recalled(_NAME, (workshop_id, session_id))
    if isinstance(found, _Figures):
        found.own += people


def _figures(workshop_id: int, session_id: int, before: object) -> _Figures:
    moment, known = time.monotonic(), {"workshop": workshop_id, "session": session_id}
    if isinstance(before, _Figures) and moment - before.counted_at < _WHOLE:
        row = db.session.execute(_statement(is_whole=False), {**known, "after": before.newest}).one()
        if row.changes == before.changes:
            return _Figures(
                present=before.present + row.here,
                expected=before.expected,
                newest=row.newest,
                changes=row.changes,
                counted_at=before.counted_at,
            )
    row = db.session.execute(_statement(is_whole=True), {**known, "after": 0}).one()
    return _Figures(present=row.here, expected=row.expected, newest=row.newest, changes=row.changes, counted_at=moment)


@cache
def _statement(*, is_whole: bool) -> sa.Executable:
    """What came after one attendance; the two newest numbers are the ends of primary keys."""
    workshop = sa.bindparam("workshop", type_=sa.Integer)
    confirmed = (
        Enrolment.workshop_id == workshop,
        Enrolment.role == Role.PESERTA,
        Enrolment.status == EnrolmentStatus.CONFIRMED,
    )
    newest = sa.select(sa.func.coalesce(sa.func.max(Attendance.id), 0)).scalar_subquery()
    changes = sa.select(sa.func.coalesce(sa.func.max(AuditEntry.id), 0)).scalar_subquery()
    here = (
        sa.select(sa.func.count())
        .select_from(Attendance)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .where(
            *confirmed,
            Attendance.id > sa.bindparam("after", type_=sa.Integer),
            Attendance.workshop_id == workshop,
            Attendance.session_id == sa.bindparam("session", type_=sa.Integer),
            Attendance.direction == Direction.IN,
        )
        .scalar_subquery()
    )
    columns = [newest.label("newest"), changes.label("changes"), here.label("here")]
    if is_whole:
        expected = sa.select(sa.func.count()).select_from(Enrolment).where(*confirmed).scalar_subquery()
        columns.append(expected.label("expected"))
    return sa.select(*columns)
