"""What certificates know of a person."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel.db import db
from lms.kernel.storage import storage
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.picture import picture_key


def _of_person(person_id: int) -> list[Certificate]:
    query = (
        sa.select(Certificate)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Certificate.id)
    )
    return list(db.session.scalars(query))


def export(person_id: int) -> Mapping[str, object]:
    """Every certificate with what it printed."""
    rows = [
        {
            "number": row.number_text,
            "code": row.shown_code,
            "issued_on": row.issued_on.isoformat(),
            "status": row.status.value,
            "revoked_on": row.revoked_on.isoformat() if row.revoked_on else None,
            "reason": row.revoke_reason,
            "content": {key: value for key, value in row.content.items() if key != "signatories"},
        }
        for row in _of_person(person_id)
    ]
    return {"certificates": rows}


def erase(person_id: int) -> None:
    """The papers and the names on them go; number, date, workshop and status stay, so that checks stay truthful."""
    for row in _of_person(person_id):
        materials = [{**line, "speaker": ""} for line in row.content["materials"]]
        gone = {"holder": "", "organisation": "", "facts": [], "evidence": {}, "materials": materials}
        row.content = {**row.content, **gone}
        if row.storage_key:
            storage().delete(picture_key(row))
            storage().delete(row.storage_key)
            row.storage_key = ""
    db.session.flush()
