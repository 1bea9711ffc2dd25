"""Writes on certificates: issue, revoke, reissue. Number, row and file belong to one transaction."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolment_by_id
from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.events import publish
from lms.kernel.permissions import Actor
from lms.kernel.settings import set_setting
from lms.kernel.storage import storage
from lms.kernel.tokens import new_code
from lms.plugins.certificates import content as paper
from lms.plugins.certificates import eligibility, numbering, queries
from lms.plugins.certificates.content import Basis
from lms.plugins.certificates.enums import CertificateStatus, PaperKind, PaperRole, Standing
from lms.plugins.certificates.errors import CertificateRefused, NotEligible
from lms.plugins.certificates.events import CertificateIssued
from lms.plugins.certificates.models import Certificate, Series


def today_at(workshop: Workshop) -> date:
    """The date in the workshop's zone, which decides month and year of a number."""
    return now().astimezone(ZoneInfo(workshop.zone)).date()


def issue(*, enrolment_id: int, actor: Actor) -> Certificate:
    """Issue the certificate of an enrolment in its role; a valid one is returned as it is.

    Raises NotEligible with what is missing, or EvidenceUnavailable. A revoked certificate does not stand in the way:
    staff asks for this one person.
    """
    enrolment = enrolment_by_id(enrolment_id)
    existing = queries.active_certificate(enrolment.id, PaperRole(enrolment.role.value))
    if existing is not None:
        return existing
    facts, values = eligibility.judge(enrolment.workshop, [enrolment], PaperRole(enrolment.role.value))[enrolment.id]
    missing = [fact.text for fact in facts if not fact.is_met]
    if missing:
        raise NotEligible(_("Not yet: %(reasons)s.", reasons="; ".join(missing)))
    row = eligibility.Row(enrolment=enrolment, standing=Standing.READY, facts=facts, values=values)
    return issue_checked(basis=paper.basis_of(enrolment.workshop), row=row, actor=actor)


def issue_checked(*, basis: Basis, row: eligibility.Row, actor: Actor, batch_id: int | None = None) -> Certificate:
    """Issue for a person whose conditions were just checked; a valid certificate is returned as it is."""
    enrolment = row.enrolment
    if not enrolment.is_confirmed or enrolment.person.erased_at is not None:
        raise CertificateRefused(_("Only confirmed people get certificates."))
    issued_on = today_at(basis.workshop)
    series = numbering.lock_series(organiser_id=basis.workshop.organiser_id, year=issued_on.year)
    # Asked under the lock: whoever pressed at the same time has committed by now.
    existing = queries.active_certificate(enrolment.id, PaperRole(enrolment.role.value))
    if existing is not None:
        return existing
    facts = [fact.text for fact in row.facts]
    content = paper.content_of(basis, enrolment, issued_on=issued_on, facts=facts, values=row.values)
    made = _make(basis.pattern, series, enrolment, content, issued_on=issued_on, batch_id=batch_id)
    audit.record(action="certificates.issued", subject=made, workshop_id=made.workshop_id, actor=actor)
    return made


def _make(
    pattern: str,
    series: Series,
    enrolment: Enrolment,
    content: dict[str, Any],
    *,
    issued_on: date,
    batch_id: int | None = None,
) -> Certificate:
    """Take the next number, set the paper, store it and write the row; the caller holds the lock on `series`."""
    workshop = enrolment.workshop
    series.last_number += 1
    text = numbering.number_text(
        pattern, number=series.last_number, organiser_code=workshop.organiser.number_code, issued_on=issued_on
    )
    code = new_code(queries.CODE_LENGTH)
    pdf = paper.render(content, number_text=text, code=code)
    # The code makes the key fresh: what a rolled-back try left behind is an orphan that the sweep removes.
    stored = storage().put(f"certificates/{workshop.id}/{code}.pdf", pdf, content_type="application/pdf")
    made = Certificate(
        organiser_id=workshop.organiser_id,
        workshop_id=workshop.id,
        enrolment=enrolment,
        role=PaperRole(enrolment.role.value),
        kind=PaperKind.CERTIFICATE,
        series_id=series.id,
        number=series.last_number,
        number_text=text,
        code=code,
        active_key=queries.active_key(enrolment.id, PaperRole(enrolment.role.value)),
        batch_id=batch_id,
        issued_at=now(),
        issued_on=issued_on,
        content=content,
        storage_key=stored.key,
        sha256=stored.sha256,
        size=stored.size,
        status=CertificateStatus.VALID,
    )
    db.session.add(made)
    db.session.flush()
    publish(CertificateIssued(certificate_id=made.id, enrolment_id=enrolment.id, workshop_id=workshop.id))
    return made


def revoke(*, certificate_id: int, reason: str, actor: Actor) -> Certificate:
    """Take a certificate back; date and reason are public for ever. Revoking twice changes nothing."""
    row = db.session.get_one(Certificate, certificate_id, with_for_update=True, populate_existing=True)
    if not row.is_valid:
        return row
    if not reason.strip():
        raise CertificateRefused(_("Say why: whoever checks this certificate reads the reason."), "reason")
    _end(row, CertificateStatus.REVOKED, reason)
    audit.record(
        action="certificates.revoked", subject=row, workshop_id=row.workshop_id, actor=actor, reason=reason.strip()
    )
    return row


def reissue(*, certificate_id: int, reason: str, actor: Actor) -> Certificate:
    """A new paper with its own number and today's name, titles and organisation; everything else as it was printed.

    The old one verifies as replaced by the new one from now on. Raises CertificateRefused for one that is not valid.
    """
    old = db.session.get_one(Certificate, certificate_id)
    enrolment, workshop = old.enrolment, old.enrolment.workshop
    issued_on = today_at(workshop)
    series = numbering.lock_series(organiser_id=workshop.organiser_id, year=issued_on.year)
    db.session.refresh(old, with_for_update=True)
    if not old.is_valid or enrolment.person.erased_at is not None:
        raise CertificateRefused(_("Only a valid certificate can be reissued."))
    _end(old, CertificateStatus.REPLACED, reason)
    content = {
        **old.content,
        "holder": enrolment.person.formal_name,
        "organisation": enrolment.affiliation,
        "signed": paper.signed_text(workshop, issued_on),
    }
    made = _make(numbering.pattern_of(workshop), series, enrolment, content, issued_on=issued_on)
    old.replaced_by_id = made.id
    db.session.flush()
    db.session.expire(old, ["replaced_by"])
    audit.record(
        action="certificates.reissued", subject=made, workshop_id=made.workshop_id, actor=actor, reason=reason.strip()
    )
    return made


def _end(row: Certificate, status: CertificateStatus, reason: str) -> None:
    row.status, row.active_key = status, None
    row.revoked_on = today_at(row.enrolment.workshop)
    row.revoke_reason = reason.strip()[:300]
    db.session.flush()


def save_pattern(*, workshop_id: int, pattern: str, actor: Actor) -> None:
    """Number this workshop's certificates by `pattern` from now on; raises CertificateRefused on `pattern`."""
    numbering.check_pattern(pattern)
    set_setting(numbering.PATTERN_KEY, pattern, scope="workshop", scope_id=workshop_id)
    audit.record(action="certificates.pattern_changed", actor=actor, workshop_id=workshop_id, fields=("pattern",))


def record_bundle(*, workshop_id: int, actor: Actor) -> None:
    """Note that somebody took all files at once."""
    audit.record(action="certificates.downloaded", actor=actor, workshop_id=workshop_id)
