"""Writes on certificates: issue, revoke, reissue. Number, row, file, signature and log entry are one transaction."""

from __future__ import annotations

import itertools
import re
from datetime import date
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from lms.core.enrolments.queries import enrolment_by_id
from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.plugins.certificates import content as paper
from lms.plugins.certificates import (
    delivery,
    eligibility,
    ledger,
    letters,
    numbering,
    queries,
    template_queries,
    templates,
)
from lms.plugins.certificates.content import Basis
from lms.plugins.certificates.design_models import TemplateVersion
from lms.plugins.certificates.enums import CertificateStatus, PaperKind, PaperRole, Standing
from lms.plugins.certificates.errors import CertificateRefused, NotEligible
from lms.plugins.certificates.issuing_rules import issuing_value
from lms.plugins.certificates.making import Draft, make, number_of
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.numbering import Taken

_SUFFIX = re.compile(r"-R(\d{1,6})$")


def today_at(workshop: Workshop) -> date:
    """The date in the workshop's zone, which decides month and year of a number."""
    return now().astimezone(ZoneInfo(workshop.zone)).date()


def issue(*, enrolment_id: int, actor: Actor, role: PaperRole | None = None) -> Certificate:
    """Issue the certificate of an enrolment in a role, its own unless told; a valid one is returned as it is.

    Raises NotEligible with what is missing, or EvidenceUnavailable. A revoked certificate does not stand in the way:
    staff asks for this one person.
    """
    enrolment = enrolment_by_id(enrolment_id)
    asked = role or PaperRole.of(enrolment.role)
    if asked is None:
        raise CertificateRefused(_("There are no certificates for this role."))
    existing = queries.active_certificate(enrolment.id, asked)
    if existing is not None:
        return existing
    row = eligibility.row_of(enrolment, asked)
    if row.standing is Standing.LACKING:
        raise NotEligible(_("Not yet: %(reasons)s.", reasons="; ".join(row.reasons)))
    made = issue_checked(basis=paper.basis_of(enrolment.workshop, asked), row=row, actor=actor)
    ledger.sign_head(made.issued_on.year)
    return made


def issue_checked(*, basis: Basis, row: eligibility.Row, actor: Actor, batch_id: int | None = None) -> Certificate:
    """Issue for a person whose conditions were just checked; a valid certificate is returned as it is."""
    enrolment, role = queries.fresh_holder(row.enrolment.id), basis.role
    if not enrolment.is_confirmed or enrolment.person.erased_at is not None:
        raise CertificateRefused(_("Only confirmed people get certificates."))
    issued_on = today_at(basis.workshop)
    _lock_books(
        basis.workshop, role, PaperKind.CERTIFICATE, issued_on, basis=basis, has_letter=bool(basis.letter_version)
    )
    # Asked under the lock: whoever pressed at the same time has committed by now.
    existing = queries.active_certificate(enrolment.id, role)
    if existing is not None:
        return existing
    detail = row.decision.detail if row.decision else ""
    facts = [fact.text for fact in row.facts]
    content = paper.content_of(basis, enrolment, issued_on=issued_on, facts=facts, values=row.values, detail=detail)
    draft = Draft(
        enrolment=enrolment,
        role=role,
        kind=PaperKind.CERTIFICATE,
        content=content,
        version=basis.version,
        issued_on=issued_on,
        expires_on=paper.expiry_of(basis, issued_on),
        has_offline_qr=basis.has_offline_qr,
        read_asset=basis.read_asset,
        batch_id=batch_id,
    )
    made = make(draft, number_of(draft, basis, row.decision.external_number if row.decision else ""))
    audit.record(action="certificates.issued", subject=made, workshop_id=made.workshop_id, actor=actor)
    if basis.letter_version is not None:
        _thank(basis, draft, basis.letter_version, detail)
    delivery.queue(made, is_on=basis.is_mailed)
    return made


def _lock_books(
    workshop: Workshop,
    role: PaperRole,
    kind: PaperKind,
    issued_on: date,
    *,
    has_letter: bool,
    basis: Basis | None = None,
) -> None:
    """Lock the books of all that will be made before the first paper locks the log: nobody waits in a circle."""
    for one in (kind, PaperKind.LETTER) if has_letter else (kind,):
        numbering.lock_book(
            workshop=workshop,
            role=role,
            kind=one,
            issued_on=issued_on,
            rules=basis.rules if basis else None,
        )


def _thank(basis: Basis, of: Draft, version: TemplateVersion, detail: str) -> None:
    """The letter of thanks that goes with a certificate; one that is still valid stays."""
    if queries.active_certificate(of.enrolment.id, of.role, PaperKind.LETTER) is not None:
        return
    content = letters.content_of(basis, of.enrolment, role=of.role, issued_on=of.issued_on, detail=detail)
    letter = Draft(
        enrolment=of.enrolment,
        role=of.role,
        kind=PaperKind.LETTER,
        content=content,
        version=version,
        issued_on=of.issued_on,
        expires_on=None,
        has_offline_qr=False,
        read_asset=basis.read_asset,
        batch_id=of.batch_id,
    )
    make(letter, number_of(letter, basis))


def revoke(*, certificate_id: int, reason: str, actor: Actor) -> Certificate:
    """Take a certificate back; date and reason are public for ever. Revoking twice changes nothing.

    The letter of thanks that was made with it goes too.
    """
    row = db.session.get_one(Certificate, certificate_id, with_for_update=True, populate_existing=True)
    if not row.is_valid:
        return row
    if not reason.strip():
        raise CertificateRefused(_("Say why: whoever checks this certificate reads the reason."), "reason")
    _end(row, CertificateStatus.REVOKED, reason)
    audit.record(
        action="certificates.revoked", subject=row, workshop_id=row.workshop_id, actor=actor, reason=reason.strip()
    )
    letter = queries.active_certificate(row.enrolment_id, row.role, PaperKind.LETTER)
    if row.kind is PaperKind.CERTIFICATE and letter is not None:
        revoke(certificate_id=letter.id, reason=reason, actor=actor)
    return row


def reissue(*, certificate_id: int, reason: str, actor: Actor) -> Certificate:
    """A new paper with today's name, titles and organisation; everything else as it was printed.

    It has its own number, or with the setting `certificates.suffix` the old one with "-R1". The old paper verifies as
    replaced by the new one from now on. Raises CertificateRefused for one that is not valid.
    """
    old = db.session.get_one(Certificate, certificate_id)
    enrolment, workshop = queries.fresh_holder(old.enrolment_id), old.enrolment.workshop
    issued_on = today_at(workshop)
    has_letter = queries.active_certificate(enrolment.id, old.role, PaperKind.LETTER) is not None
    _lock_books(workshop, old.role, old.kind, issued_on, has_letter=has_letter)
    db.session.refresh(old, with_for_update=True)
    if not old.is_valid or enrolment.person.erased_at is not None:
        raise CertificateRefused(_("Only a valid certificate can be reissued."))
    _end(old, CertificateStatus.REPLACED, reason)
    draft = _corrected(old, issued_on)
    made = make(draft, _number_after(old, draft))
    old.replaced_by_id = made.id
    db.session.flush()
    db.session.expire(old, ["replaced_by"])
    audit.record(
        action="certificates.reissued", subject=made, workshop_id=made.workshop_id, actor=actor, reason=reason.strip()
    )
    ledger.sign_head(made.issued_on.year)
    delivery.queue(made)
    _follow(made, reason=reason, actor=actor)
    return made


def _follow(made: Certificate, *, reason: str, actor: Actor) -> None:
    """The letter of thanks names the same person, so it is corrected with the certificate."""
    if made.kind is PaperKind.LETTER:
        return
    letter = queries.active_certificate(made.enrolment_id, made.role, PaperKind.LETTER)
    if letter is not None and letter.holder != made.holder:
        reissue(certificate_id=letter.id, reason=reason, actor=actor)


def _corrected(old: Certificate, issued_on: date) -> Draft:
    enrolment, workshop = old.enrolment, old.enrolment.workshop
    content = {
        **old.content,
        "holder": enrolment.person.formal_name,
        "holder_plain": enrolment.person.full_name,
        "organisation": enrolment.affiliation,
        "signed": paper.signed_text(workshop, issued_on),
        "issued": paper.long_date(issued_on),
    }
    version = template_queries.version_by_id(old.template_version_id) if old.template_version_id else None
    return Draft(
        enrolment=enrolment,
        role=old.role,
        kind=old.kind,
        content=content,
        version=version or templates.version_for(workshop, old.role, old.kind),
        issued_on=issued_on,
        expires_on=old.expires_on,
        has_offline_qr=issuing_value("offline_qr", workshop) and old.kind is PaperKind.CERTIFICATE,
        read_asset=templates.asset_reader(old.organiser_id),
    )


def _number_after(old: Certificate, draft: Draft) -> Taken:
    workshop = draft.enrolment.workshop
    if not issuing_value("suffix", workshop):
        return number_of(draft)
    found = _SUFFIX.search(old.number_text)
    base, first = (old.number_text[: found.start()], int(found[1]) + 1) if found else (old.number_text, 1)
    texts = (f"{base}-R{again}" for again in itertools.count(first))
    free = (text for text in texts if not numbering.is_used(old.organiser_id, text))  # one from outside may have it
    return Taken(series_id=None, number=None, text=next(free))


def _end(row: Certificate, status: CertificateStatus, reason: str) -> None:
    row.status, row.active_key = status, None
    row.revoked_on = today_at(row.enrolment.workshop)
    row.revoke_reason = reason.strip()[:300]
    db.session.flush()


def record_bundle(*, workshop_id: int, actor: Actor) -> None:
    """Note that somebody took all files at once."""
    audit.record(action="certificates.downloaded", actor=actor, workshop_id=workshop_id)
