"""What certificates know of a person."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel.db import db
from lms.kernel.storage import storage
from lms.plugins.certificates import book
from lms.plugins.certificates.models import Certificate, Decision
from lms.plugins.certificates.picture import picture_key
from lms.plugins.certificates.record_models import Correction, Delivery

REMOVED = "-"  # of an exception that was made: that there was one stays, the words go


def _of_person(person_id: int) -> list[Certificate]:
    query = (
        sa.select(Certificate)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Certificate.id)
    )
    return list(db.session.scalars(query))


def _corrections_of(papers: Sequence[Certificate]) -> list[Correction]:
    query = sa.select(Correction).where(Correction.certificate_id.in_([row.id for row in papers]))
    return list(db.session.scalars(query.order_by(Correction.id)))


def export(person_id: int) -> Mapping[str, object]:
    """Every certificate and letter with what it printed, its e-mail, and requests to correct it."""
    papers = _of_person(person_id)
    numbers = {row.id: row.number_text for row in papers}
    mails = sa.select(Delivery).where(Delivery.certificate_id.in_(list(numbers))).order_by(Delivery.id)
    return {
        "certificates": [_paper(row) for row in papers],
        "corrections": [_correction(row, numbers[row.certificate_id]) for row in _corrections_of(papers)],
        "e-mails": [
            {
                "number": numbers[row.certificate_id],
                "status": row.status.value,
                "at": row.settled_at.isoformat() if row.settled_at else None,
            }
            for row in db.session.scalars(mails)
        ],
    }


def _paper(row: Certificate) -> dict[str, object]:
    return {
        "number": row.number_text,
        "kind": row.kind.value,
        "code": row.shown_code,
        "issued_on": row.issued_on.isoformat(),
        "expires_on": row.expires_on.isoformat() if row.expires_on else None,
        "status": row.status.value,
        "revoked_on": row.revoked_on.isoformat() if row.revoked_on else None,
        "reason": row.revoke_reason,
        "content": {key: value for key, value in row.content.items() if key != "signatories"},
    }


def _correction(row: Correction, number: str) -> dict[str, object]:
    return {
        "number": number,
        "wanted_name": row.wanted_name,
        "wanted_organisation": row.wanted_organisation,
        "note": row.note,
        "status": row.status.value,
        "answer": row.answer,
        "asked_at": row.created_at.isoformat(),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
    }


def _without_name(text: str, name: str) -> str:
    """A public reason without the words of a name: "Wrong: Rahma Wulandari" becomes "Wrong: … …"."""
    words = sorted(filter(None, name.partition(",")[0].split()), key=len, reverse=True)
    if not words:
        return text
    return re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", "…", text, flags=re.IGNORECASE)


def erase(person_id: int) -> None:
    """The papers and the names on them go; number, date, workshop and status stay, so that checks stay truthful.

    Entries of the transparency log stay too: they hold a number and a hash, and no name.
    """
    papers = _of_person(person_id)
    for row in papers:
        row.revoke_reason = _without_name(row.revoke_reason, str(row.content.get("holder_plain") or row.holder))
        materials = [{**line, "speaker": ""} for line in row.content["materials"]]
        gone = {"holder": "", "holder_plain": "", "organisation": "", "facts": [], "evidence": {}}
        row.content = {**row.content, **gone, "materials": materials}
        if row.storage_key:
            storage().delete(picture_key(row))
            storage().delete(row.storage_key)
            row.storage_key = ""
    ids = [row.id for row in papers]
    db.session.execute(sa.delete(Correction).where(Correction.certificate_id.in_(ids)))
    db.session.execute(sa.delete(Delivery).where(Delivery.certificate_id.in_(ids)))
    own = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    reason = sa.case((Decision.exception_reason == "", ""), else_=REMOVED)
    decided = sa.update(Decision).where(Decision.enrolment_id.in_(own))
    db.session.execute(decided.values(detail="", exception_reason=reason))
    book.remove_of(sorted({row.workshop_id for row in papers}))
    db.session.flush()
