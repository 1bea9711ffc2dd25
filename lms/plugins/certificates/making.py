"""One paper from its content to its row: number, file, signature, log entry. The caller holds the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.events import publish
from lms.kernel.storage import storage
from lms.kernel.tokens import new_code
from lms.plugins.certificates import content as paper
from lms.plugins.certificates import keys, ledger, numbering, offline_qr, queries, templates
from lms.plugins.certificates.content import Basis
from lms.plugins.certificates.design.engine import AssetReader
from lms.plugins.certificates.design_models import TemplateVersion
from lms.plugins.certificates.enums import CertificateStatus, PaperKind, PaperRole
from lms.plugins.certificates.errors import PaperNotSet, PaperNotSigned
from lms.plugins.certificates.events import CertificateIssued
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.numbering import Taken
from lms.plugins.certificates.signing.model import SigningFailed, reason_for

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A paper that is about to be made."""

    enrolment: Enrolment
    role: PaperRole
    kind: PaperKind
    content: Mapping[str, Any]
    version: TemplateVersion
    issued_on: date
    expires_on: date | None
    has_offline_qr: bool
    read_asset: AssetReader
    batch_id: int | None = None


def number_of(draft: Draft, basis: Basis | None = None, external: str = "") -> Taken:
    """The number of a paper; `basis` saves reading the rules again, `external` is used as it is."""
    return numbering.take(
        workshop=draft.enrolment.workshop,
        role=draft.role,
        kind=draft.kind,
        issued_on=draft.issued_on,
        rules=basis.rules if basis else None,
        external=external,
    )


def make(draft: Draft, taken: Taken) -> Certificate:
    """Set, sign and store the paper, write its row and its entry in the log; the caller holds the lock on the book."""
    workshop = draft.enrolment.workshop
    code, moment = new_code(queries.CODE_LENGTH), now()
    try:
        hand = keys.pdf_signer()
        pdf = _set(draft, taken.text, code, moment)
        reason = reason_for(number=taken.text, code=code)
        signed = hand.sign(pdf, moment=moment, reason=reason, location=workshop.organiser.city)
    except SigningFailed as error:
        log.error("certificate_not_signed", error=str(error))
        raise PaperNotSigned(
            _("The paper could not be signed. Try again in a moment; tell the administrator if it stays.")
        ) from error
    # The code makes the key fresh: what a rolled-back try left behind is an orphan that the sweep removes.
    stored = storage().put(f"certificates/{workshop.id}/{code}.pdf", signed, content_type="application/pdf")
    made = Certificate(
        organiser_id=workshop.organiser_id,
        workshop_id=workshop.id,
        enrolment=draft.enrolment,
        role=draft.role,
        kind=draft.kind,
        series_id=taken.series_id,
        number=taken.number,
        number_text=taken.text,
        code=code,
        active_key=queries.active_key(draft.enrolment.id, draft.role, draft.kind),
        batch_id=draft.batch_id,
        template_version_id=draft.version.id,
        key_id=keys.key_row(hand.info).id,
        issued_at=moment,
        issued_on=draft.issued_on,
        expires_on=draft.expires_on,
        content=dict(draft.content),
        storage_key=stored.key,
        sha256=stored.sha256,
        size=stored.size,
        status=CertificateStatus.VALID,
    )
    db.session.add(made)
    db.session.flush()
    ledger.append(made)
    if draft.kind is PaperKind.CERTIFICATE:
        event = CertificateIssued(certificate_id=made.id, enrolment_id=draft.enrolment.id, workshop_id=workshop.id)
        publish(event)
    return made


def _set(draft: Draft, number: str, code: str, moment: datetime) -> bytes:
    """The paper before it is signed."""
    qr_text = _offline_address(draft, number, code) if draft.has_offline_qr else ""
    facts = paper.facts_of(draft.content, number_text=number, code=code, qr_text=qr_text, moment=moment)
    design = templates.design_of(draft.version)
    try:
        return paper.render(design, facts, read_asset=draft.read_asset)
    except (RuntimeError, NotFound) as error:  # NotFound: a picture of the design is gone
        log.error("certificate_not_set", error=type(error).__name__, enrolment_id=draft.enrolment.id)
        raise PaperNotSet(
            _("The paper could not be set: look at the pictures of the signatures and of the design.")
        ) from error


def _offline_address(draft: Draft, number: str, code: str) -> str:
    return offline_qr.address_of(
        draft.enrolment.workshop,
        draft.content,
        role=draft.role,
        kind=draft.kind,
        number_text=number,
        code=code,
        issued_on=draft.issued_on,
        expires_on=draft.expires_on,
    )
