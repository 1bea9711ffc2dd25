"""Papers that were never set: a row and a small file each, so that tests of log and pages start at once."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.kernel.storage import storage
from lms.kernel.tokens import new_code
from lms.plugins.certificates import ledger
from lms.plugins.certificates.enums import PaperKind, PaperRole
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import LogHead, LogLeaf
from lms.testing import factories


def add_paper(enrolment: Enrolment, number: str, *, moment: datetime | None = None, **values: Any) -> Certificate:
    """A certificate of that number, with a file in storage, that no log knows."""
    workshop, moment, code = enrolment.workshop, moment or now(), new_code(12)
    data = f"%PDF-1.7 {number} {code}".encode()
    with unit_of_work():
        stored = storage().put(f"certificates/{workshop.id}/{code}.pdf", data, content_type="application/pdf")
        made = Certificate(
            organiser_id=workshop.organiser_id,
            workshop_id=workshop.id,
            enrolment=enrolment,
            role=PaperRole.PESERTA,
            number_text=number,
            code=code,
            issued_at=moment,
            issued_on=values.pop("issued_on", moment.astimezone(ZoneInfo(workshop.zone)).date()),
            content=content_of(enrolment),
            storage_key=stored.key,
            sha256=sha256(data).hexdigest(),
            size=stored.size,
            **{"kind": PaperKind.CERTIFICATE, **values},
        )
        db.session.add(made)
        db.session.flush()
    return made


def content_of(enrolment: Enrolment) -> dict[str, Any]:
    return {
        "holder": enrolment.person.formal_name,
        "organisation": enrolment.affiliation,
        "workshop_title": enrolment.workshop.title,
        "place": "Pontianak",
        "dates": "24-25 November 2026",
        "jp": 16,
        "issuer": enrolment.workshop.organiser.name,
        "signatories": [{"name": "Drs. Petrus Lungkang, M.Si.", "position": "Ketua BK3S", "image_key": None}],
        "materials": [],
        "facts": [],
        "evidence": {},
        "is_demo": False,
        "locale": "id",
    }


def add_papers(count: int, *, workshop: Any = None, first: int = 1, **values: Any) -> list[Certificate]:
    """Papers 001/SERT/BK3S-KB/XI/2026 and on, one for each of so many people."""
    workshop = workshop or factories.workshop(starts_on=date(2026, 11, 24), ends_on=date(2026, 11, 25))
    return [
        add_paper(factories.enrolment(workshop=workshop), f"{number:03}/SERT/BK3S-KB/XI/2026", **values)
        for number in range(first, first + count)
    ]


def log_all(papers: list[Certificate], *, sign: bool = True) -> LogHead | None:
    """Append papers in one transaction and sign the head of their year."""
    with unit_of_work():
        for paper in papers:
            ledger.append(paper)
        return ledger.sign_head(papers[0].issued_on.year) if sign else None


def leaves_of(year: int) -> list[LogLeaf]:
    log = ledger.log_of(year)
    assert log is not None
    return list(db.session.scalars(sa.select(LogLeaf).filter_by(log_id=log.id).order_by(LogLeaf.position)))
