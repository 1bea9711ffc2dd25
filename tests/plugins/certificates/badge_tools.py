"""Papers for tests of badges and QR codes, straight from their content: no PDF is made."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from lms.kernel.db import db
from lms.kernel.tokens import new_code
from lms.plugins.certificates.enums import CertificateStatus, PaperKind, PaperRole
from lms.plugins.certificates.models import Certificate

ISSUED_AT = datetime(2026, 11, 27, 3, tzinfo=UTC)
CONTENT = {
    "holder": "Yohana Lestari, S.Sos.",
    "organisation": "LKSA Harapan",
    "workshop_title": "Tata Kelola LKSA",
    "place": "Pontianak",
    "dates": "24–25 November 2026",
    "jp": 32,
    "role_title": "Peserta",
    "body": "atas partisipasinya sebagai peserta dalam lokakarya",
    "materials": [{"no": 1, "title": "Kepemimpinan", "speaker": "Drs. Petrus", "jp": 32}],
    "signatories": [],
    "signed": "Pontianak, 27 November 2026",
    "issuer": "BK3S Kalimantan Barat",
    "letterhead": [],
    "facts": ["nilai post-test 55 %, perlu 70 %", "pengecualian: sakit"],
    "evidence": {},
    "is_demo": False,
    "locale": "id",
}


def make_paper(enrolment: Any, **values: Any) -> Certificate:
    """A row as issuing leaves it; `content` adds to or replaces what the paper says."""
    code = new_code(12)
    number = values.pop("number_text", f"001/SERT/BK3S-KB/XI/2026-{code}")
    content = {**CONTENT, **values.pop("content", {})}
    row = Certificate(
        **{
            "organiser_id": enrolment.workshop.organiser_id,
            "workshop_id": enrolment.workshop_id,
            "enrolment": enrolment,
            "role": PaperRole.PESERTA,
            "kind": PaperKind.CERTIFICATE,
            "number_text": number,
            "code": code,
            "active_key": f"{enrolment.id}:peserta",
            "issued_at": ISSUED_AT,
            "issued_on": date(2026, 11, 27),
            "content": content,
            "storage_key": f"certificates/test/{code}.pdf",
            "sha256": "0" * 64,
            "size": 1,
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def end(row: Certificate, status: CertificateStatus, **values: Any) -> None:
    """Take a paper back, as the services do."""
    row.status, row.active_key, row.revoked_on = status, None, date(2026, 12, 1)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.flush()
