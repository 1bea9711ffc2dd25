"""What check-in knows of a person."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel.db import db
from lms.plugins.checkin.models import Attendance, Scan


def export(person_id: int) -> Mapping[str, object]:
    """Every attendance with its time and method, and every scan with what it led to."""
    mine = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    attended = sa.select(Attendance).where(Attendance.enrolment_id.in_(mine)).order_by(Attendance.at)
    scanned = sa.select(Scan).where(Scan.enrolment_id.in_(mine)).order_by(Scan.id)
    return {
        "attendance": [
            {
                "session_id": row.session_id,
                "at": row.at.isoformat(),
                "late_minutes": row.late_minutes,
                "method": row.method.value,
                "direction": row.direction.value,
                "correction": row.correction,
            }
            for row in db.session.scalars(attended)
        ],
        "scans": [
            {
                "session_id": row.session_id,
                "at": row.server_time.isoformat(),
                "method": row.method.value,
                "verdict": row.verdict.value,
                "reason": row.reason.value if row.reason else "",
                "note": row.note,
            }
            for row in db.session.scalars(scanned)
        ],
    }


def erase(person_id: int) -> None:
    """Attendance stays as a fact without a name; notes typed about the person go."""
    mine = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    db.session.execute(sa.update(Attendance).where(Attendance.enrolment_id.in_(mine)).values(correction=""))
    db.session.execute(sa.update(Scan).where(Scan.enrolment_id.in_(mine)).values(note=""))
