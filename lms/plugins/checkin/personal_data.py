"""What check-in knows of a person."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.core.people.names import search_key
from lms.kernel.db import db
from lms.plugins.checkin.models import Absence, Attendance, Scan, WalkIn
from lms.plugins.checkin.paper_models import Signature


def export(person_id: int) -> Mapping[str, object]:
    """Every attendance with its time and method, and every scan with what it led to."""
    mine = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    attended = sa.select(Attendance).where(Attendance.enrolment_id.in_(mine)).order_by(Attendance.at)
    scanned = sa.select(Scan).where(Scan.enrolment_id.in_(mine)).order_by(Scan.id)
    excused = sa.select(Absence).where(Absence.enrolment_id.in_(mine)).order_by(Absence.id)
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
                "answer": row.answer,
            }
            for row in db.session.scalars(scanned)
        ],
        "absences": [
            {
                "session_id": row.session_id,
                "kind": row.kind.value,
                "note": row.note,
                "letter": row.letter,
                "recorded_at": row.recorded_at.isoformat(),
            }
            for row in db.session.scalars(excused)
        ],
        "signatures": _signatures(person_id),
        "walk_ins": _walk_ins(person_id),
    }


def _signatures(person_id: int) -> list[dict[str, object]]:
    mine = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    signed = sa.select(Signature).where(Signature.enrolment_id.in_(mine)).order_by(Signature.id)
    return [
        {"session_id": row.session_id, "at": row.signed_at.isoformat(), "path": row.path}
        for row in db.session.scalars(signed)
    ]


def _walk_ins(person_id: int) -> list[dict[str, object]]:
    mine = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    noted = sa.select(WalkIn).where(WalkIn.enrolment_id.in_(mine)).order_by(WalkIn.id)
    return [
        {
            "session_id": row.session_id,
            "at": row.at.isoformat(),
            "full_name": row.full_name,
            "phone": row.phone_e164 or "",
            "affiliation": row.affiliation,
            "position": row.position,
            "gender": row.gender,
        }
        for row in db.session.scalars(noted)
    ]


def erase(person_id: int) -> None:
    """Attendance stays as a fact without a name; notes typed about the person and signatures go."""
    mine = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    db.session.execute(sa.update(Attendance).where(Attendance.enrolment_id.in_(mine)).values(correction=""))
    db.session.execute(sa.update(Scan).where(Scan.enrolment_id.in_(mine)).values(note="", answer=""))
    db.session.execute(sa.delete(Signature).where(Signature.enrolment_id.in_(mine)))
    told = sa.or_(Absence.enrolment_id.in_(mine), Absence.substitute_id.in_(mine))
    db.session.execute(sa.update(Absence).where(told).values(note=""))
    form = {"full_name": "", "phone_e164": None, "affiliation": "", "position": "", "gender": ""}
    db.session.execute(sa.update(WalkIn).where(WalkIn.enrolment_id.in_(mine)).values(form))
    _drop_undecided(person_id)


def _drop_undecided(person_id: int) -> None:
    """Forms at the door under the person's name and number that nobody linked to a registration."""
    person = db.session.get_one(Person, person_id)
    if person.phone_e164 is None:
        return
    rows = db.session.scalars(sa.select(WalkIn).filter_by(phone_e164=person.phone_e164, enrolment_id=None))
    for row in rows:
        if search_key(row.full_name) == person.search_name:
            db.session.delete(row)
    db.session.flush()
