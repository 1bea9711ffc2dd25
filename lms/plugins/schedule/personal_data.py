"""What the schedule knows of a person: the sessions in which the person speaks."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel.db import db
from lms.plugins.schedule.models import Session, SessionSpeaker


def export(person_id: int) -> Mapping[str, object]:
    """Every session of the person, with its time and JP."""
    query = (
        sa.select(Session)
        .join(SessionSpeaker, SessionSpeaker.session_id == Session.id)
        .join(Enrolment, Enrolment.id == SessionSpeaker.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Session.starts_at)
    )
    rows = db.session.scalars(query)
    return {"speaker_of": [{"title": row.title, "starts_at": row.starts_at.isoformat(), "jp": row.jp} for row in rows]}


def erase(person_id: int) -> None:
    """The person leaves the sessions; their labels ("Narasumber 1") stand again."""
    mine = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    db.session.execute(sa.delete(SessionSpeaker).where(SessionSpeaker.enrolment_id.in_(mine)))
