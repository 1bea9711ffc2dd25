"""Writes on certificates: criteria, issue, revoke, replace."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

from flask_babel import gettext as _
from sqlalchemy import delete

from lms.core.enrolments.models import Enrolment
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.events import publish
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import Actor
from lms.kernel.settings import setting
from lms.kernel.settings import set_setting
from lms.kernel.storage import storage
from lms.kernel.tokens import new_code
from lms.plugins.certificates import content, criteria, numbering, queries
from lms.plugins.certificates.enums import CertificateStatus
from lms.plugins.certificates.errors import NotEligible
from lms.plugins.certificates.events import CertificateIssued
from lms.plugins.certificates.models import Certificate, Criterion, Signatory

# 12 characters of 31: 59 random bits, so guessing through a slowed page is hopeless.
CODE_LENGTH = 12
DEFAULTS = {"checkin.attendance_ratio": Decimal("0.8"), "quiz.posttest_submitted": Decimal(1)}


def set_criteria(*, workshop_id: int, thresholds: dict[str, Decimal], actor: Actor | None = None) -> None:
    """Replace the criteria of a workshop; papers already issued keep the facts they were issued on."""
    db.session.execute(delete(Criterion).where(Criterion.workshop_id == workshop_id))
    for key, threshold in thresholds.items():
        db.session.add(Criterion(workshop_id=workshop_id, evidence_key=key, threshold=threshold))
    db.session.flush()
    if actor is not None:
        audit.record(action="certificates.criteria_changed", workshop_id=workshop_id, actor=actor)


def set_signatories(*, workshop_id: int, rows: list[tuple[str, str]], actor: Actor) -> None:
    """Replace the signatories; at most two are printed."""
    db.session.execute(delete(Signatory).where(Signatory.workshop_id == workshop_id))
    for order, (name, position) in enumerate(rows[:2]):
        db.session.add(Signatory(workshop_id=workshop_id, name=name, position=position, order=order))
    db.session.flush()
    audit.record(action="certificates.signatories_changed", workshop_id=workshop_id, actor=actor)


def issue(*, enrolment: Enrolment, actor: Actor, facts: dict[str, str] | None = None) -> Certificate:
    """Issue to one person; a second call returns the first certificate.

    Number, row and file belong to one transaction: a crash gives the number back, and no number is used twice.
    Raises NotEligible. `facts` are given by callers that have checked the criteria already.
    """
    if not enrolment.is_confirmed:
        raise NotEligible(_("This person has no confirmed place in the workshop."))
    existing = queries.active_of(enrolment.id)
    if existing is not None:
        return existing
    if facts is None:
        found = criteria.of_enrolment(enrolment)
        if not found.is_eligible:
            raise NotEligible("; ".join(found.reasons))
        facts = found.facts
    workshop = enrolment.workshop
    on = now().astimezone(page_zone(workshop.zone)).date()
    series_id, number = numbering.take_number(organiser_id=workshop.organiser_id, year=on.year)
    again = queries.active_of(enrolment.id)  # another worker may have been faster while we waited for the series
    if again is not None:
        numbering.lock_series(workshop.organiser_id, on.year).last_number -= 1
        db.session.flush()
        return again
    pattern = setting("certificates.pattern", workshop_id=workshop.id, organiser_id=workshop.organiser_id)
    text = numbering.number_text(pattern, number=number, code=workshop.organiser.number_code, on=on)
    return _write(enrolment, series_id, number, text, facts, actor)


def _write(
    enrolment: Enrolment, series_id: int, number: int, text: str, facts: dict[str, str], actor: Actor
) -> Certificate:
    on = now().astimezone(page_zone(enrolment.workshop.zone)).date()
    code = new_code(CODE_LENGTH)
    frozen = content.gather(enrolment=enrolment, number_text=text, code=code, on=on, facts=facts)
    key = f"certificates/{enrolment.workshop_id}/{code}.pdf"
    stored = storage().put(key, BytesIO(content.paper_of(frozen)), content_type="application/pdf")
    certificate = Certificate(
        workshop_id=enrolment.workshop_id, enrolment=enrolment, enrolment_id=enrolment.id, role=enrolment.role,
        series_id=series_id, number=number, number_text=text, code=code, active_key=str(enrolment.id),
        issued_at=now(), issued_on=on, content=frozen, storage_key=key, sha256=stored.sha256, size=stored.size,
        status=CertificateStatus.VALID,
    )  # fmt: skip
    db.session.add(certificate)
    db.session.flush()
    audit.record(action="certificates.issued", subject=certificate, workshop_id=enrolment.workshop_id, actor=actor)
    publish(
        CertificateIssued(certificate_id=certificate.id, enrolment_id=enrolment.id, workshop_id=enrolment.workshop_id)
    )
    return certificate


def revoke(*, certificate: Certificate, reason: str, actor: Actor) -> Certificate:
    """Revoke for ever, with the day and the reason that the public page shows. Revoking twice changes nothing."""
    if not reason.strip():
        raise RuleViolation(_("Write why; the public page shows it."), "reason")
    if certificate.status is CertificateStatus.VALID:
        _end(certificate, CertificateStatus.REVOKED, reason)
        audit.record(
            action="certificates.revoked",
            subject=certificate,
            workshop_id=certificate.workshop_id,
            actor=actor,
            reason=reason,
        )
    return certificate


def replace(*, certificate: Certificate, reason: str, actor: Actor) -> Certificate:
    """Issue a new paper with the present name and content; the old one says what replaced it."""
    if certificate.status is not CertificateStatus.VALID:
        raise RuleViolation(_("Only a valid certificate can be replaced."))
    if not reason.strip():
        raise RuleViolation(_("Write why, for instance “name misspelt”."), "reason")
    _end(certificate, CertificateStatus.REPLACED, reason)
    new = issue(enrolment=certificate.enrolment, actor=actor, facts=dict(certificate.content.get("facts", {})))
    certificate.replaced_by = new
    db.session.flush()
    audit.record(
        action="certificates.replaced",
        subject=certificate,
        workshop_id=certificate.workshop_id,
        actor=actor,
        reason=reason,
    )
    return new


def _end(certificate: Certificate, status: CertificateStatus, reason: str) -> None:
    certificate.status, certificate.end_reason, certificate.active_key = status, reason[:300], None
    certificate.ended_on = now().astimezone(page_zone(certificate.enrolment.workshop.zone)).date()
    db.session.flush()


def preview(*, enrolment: Enrolment) -> bytes:
    """The paper of this person with a mark across it; its number and code verify nothing."""
    workshop = enrolment.workshop
    on = now().astimezone(page_zone(workshop.zone)).date()
    pattern = setting("certificates.pattern", workshop_id=workshop.id, organiser_id=workshop.organiser_id)
    number = numbering.next_number(workshop.organiser_id, on.year)
    text = numbering.number_text(pattern, number=number, code=workshop.organiser.number_code, on=on)
    frozen = content.gather(enrolment=enrolment, number_text=text, code="PRATINJAU000", on=on, facts={})
    return content.paper_of(frozen, is_preview=True)


def save_pattern(*, workshop_id: int, pattern: str, actor: Actor) -> None:
    """Number this workshop's certificates by `pattern` from now on; raises CertificateRefused on `pattern`."""
    numbering.check_pattern(pattern)
    set_setting(numbering.PATTERN_KEY, pattern, scope="workshop", scope_id=workshop_id)
    audit.record(action="certificates.pattern_changed", actor=actor, workshop_id=workshop_id, fields=("pattern",))


def record_bundle(*, workshop_id: int, actor: Actor) -> None:
    """Note that somebody took all files at once."""
    audit.record(action="certificates.downloaded", actor=actor, workshop_id=workshop_id)
