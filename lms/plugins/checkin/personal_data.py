"""What check-in knows of a person."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel.db import db
from lms.plugins.checkin.models import Attendance, Scan


def export(person_id: int) -> Mapping[str, object]:
    """Every attendance with its time and method."""
    query = (
        sa.select(Attendance)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Attendance.at)
    )
    rows = [
        {"session_id": row.session_id, "at": row.at.isoformat(), "method": row.method, "direction": row.direction}
        for row in db.session.scalars(query)
    ]
    return {"attendance": rows}


def erase(person_id: int) -> None:
    """Attendance stays as a fact without a name; notes typed about the person go."""
    mine = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    db.session.execute(sa.update(Attendance).where(Attendance.enrolment_id.in_(mine)).values(correction=""))
    db.session.execute(sa.update(Scan).where(Scan.enrolment_id.in_(mine)).values(note=""))
