"""What staff decides about one person in one role: naming, letting pass as an exception, a number from outside."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolment_by_id
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor
from lms.plugins.certificates import decision_queries, queries
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.models import Certificate, Decision
from lms.plugins.certificates.number_rules import MAX_NUMBER

MAX_DETAIL = 300


def name_person(*, enrolment_id: int, role: PaperRole, detail: str, actor: Actor) -> Decision:
    """Name a confirmed person for a role that is not their own; once more only changes the detail.

    `detail` is what they moderated, or what they did, as it is printed. Raises CertificateRefused when the person has
    the role already.
    """
    enrolment = enrolment_by_id(enrolment_id)
    if not enrolment.is_confirmed or enrolment.person.erased_at is not None:
        raise CertificateRefused(_("Only confirmed people get certificates."), "enrolment_id")
    holders = decision_queries.holders_of(enrolment.workshop_id, enrolment.person_id, role)
    if PaperRole.of(enrolment.role) is role or set(holders) - {enrolment.id}:
        raise CertificateRefused(_("This person has the role already."), "enrolment_id")
    row = _decision(enrolment, role)
    row.detail = _short(detail, MAX_DETAIL, "detail")
    db.session.flush()
    _record("certificates.named", enrolment, actor)
    return row


def unname(*, enrolment_id: int, role: PaperRole, actor: Actor) -> None:
    """Take back a naming; nothing happens when there is none. Raises CertificateRefused once a certificate is out."""
    enrolment = enrolment_by_id(enrolment_id)
    if PaperRole.of(enrolment.role) is role:
        raise CertificateRefused(_("This role comes from the registration. Change it there."))
    row = decision_queries.decision_of(enrolment.id, role)
    if row is None:
        return
    _refuse_issued(enrolment, role, _("There is a certificate in this role. Revoke it first."))
    db.session.delete(row)
    db.session.flush()
    _record("certificates.unnamed", enrolment, actor)


def set_exception(*, enrolment_id: int, role: PaperRole, reason: str, actor: Actor) -> Decision:
    """Let a person pass without the conditions; the reason is frozen on the certificate.

    Raises CertificateRefused on `reason` without one.
    """
    enrolment = _holder(enrolment_id, role)
    if not reason.strip():
        raise CertificateRefused(_("Say why this person gets a certificate without the conditions."), "reason")
    _refuse_issued(enrolment, role, _("The certificate is issued already."))
    row = _decision(enrolment, role)
    row.exception_reason = _short(reason, MAX_DETAIL, "reason")
    row.exception_by_id, row.exception_at = actor.account_id, now()
    db.session.flush()
    _record("certificates.exception", enrolment, actor)
    return row


def clear_exception(*, enrolment_id: int, role: PaperRole, actor: Actor) -> None:
    """Ask the conditions of the person again; nothing happens when there is no exception."""
    enrolment = _holder(enrolment_id, role)
    row = decision_queries.decision_of(enrolment.id, role)
    if row is None or not row.exception_reason:
        return
    _refuse_issued(enrolment, role, _("The certificate is issued already. Revoke it if it should not have been."))
    row.exception_reason, row.exception_by_id, row.exception_at = "", None, None
    _tidy(enrolment, row)
    _record("certificates.exception_withdrawn", enrolment, actor)


def set_external_number(*, enrolment_id: int, role: PaperRole, text: str, actor: Actor) -> None:
    """Use a number from outside instead of our series; "" goes back to the series.

    Raises CertificateRefused on `external_number` for one that the organiser has already used or promised.
    """
    enrolment = _holder(enrolment_id, role)
    _set_numbers({enrolment.id: (enrolment, text.strip())}, role)
    _record("certificates.external_numbers", enrolment, actor)


def paste_external_numbers(*, workshop_id: int, role: PaperRole, text: str, actor: Actor) -> int:
    """Numbers from outside out of a pasted list, a line each: ticket code, tab (or semicolon), number.

    All or none; the number of people. Raises CertificateRefused on `lines`, naming the line at fault.
    """
    pairs = _pairs(text)
    known = decision_queries.by_ticket_code(workshop_id, {code for code, _number in pairs.values()})
    wanted: dict[int, tuple[Enrolment, str]] = {}
    having = set(decision_queries.decisions_of(workshop_id, role))
    for line, (code, number) in pairs.items():
        enrolment = known.get(code)
        if enrolment is None or not (PaperRole.of(enrolment.role) is role or enrolment.id in having):
            message = _("Line %(line)s: nobody in this role has the ticket code %(code)s.", line=line, code=code[:20])
            raise CertificateRefused(message, "lines")
        if enrolment.id in wanted:
            message = _("Line %(line)s: the ticket code %(code)s is there twice.", line=line, code=code)
            raise CertificateRefused(message, "lines")
        wanted[enrolment.id] = (enrolment, number)
    try:
        _set_numbers(wanted, role)
    except CertificateRefused as error:
        error.field = "lines"
        raise
    audit.record(action="certificates.external_numbers", actor=actor, workshop_id=workshop_id)
    return len(wanted)


def _pairs(text: str) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for line, content in enumerate(text.splitlines(), start=1):
        if not content.strip():
            continue
        separator = next((sign for sign in ("\t", ";") if sign in content.strip()), " ")
        code, _sign, number = (part.strip() for part in content.strip().partition(separator))
        if not number:
            message = _("Line %(line)s: write the ticket code, a tab, and the number.", line=line)
            raise CertificateRefused(message, "lines")
        found[line] = (code.upper(), number)
    if not found:
        raise CertificateRefused(_("Paste at least one line: the ticket code, a tab, and the number."), "lines")
    return found


def _set_numbers(wanted: dict[int, tuple[Enrolment, str]], role: PaperRole) -> None:
    wanted = {key: (enrolment, _one_line(text)) for key, (enrolment, text) in wanted.items()}
    texts = [text for _enrolment, text in wanted.values() if text]
    repeated = next((text for text in texts if texts.count(text) > 1), None) if len(set(texts)) < len(texts) else None
    if repeated is not None:
        raise _taken(repeated)
    for enrolment, text in wanted.values():
        _short(text, MAX_NUMBER, "external_number")
        _refuse_issued(enrolment, role, _("The certificate is issued already."), "external_number")
    if texts:
        _refuse_used(wanted, role, set(texts))
    for enrolment, text in wanted.values():
        row = _decision(enrolment, role)
        row.external_number = text
        _tidy(enrolment, row)
    db.session.flush()


def _refuse_used(wanted: dict[int, tuple[Enrolment, str]], role: PaperRole, texts: set[str]) -> None:
    first = next(iter(wanted.values()))[0]
    organiser_id = first.workshop.organiser_id
    own = {
        row.id for row in decision_queries.decisions_of(first.workshop_id, role).values() if row.enrolment_id in wanted
    }
    used = decision_queries.planned_elsewhere(organiser_id, texts, except_ids=own)
    query = sa.select(Certificate.number_text).where(
        Certificate.organiser_id == organiser_id, Certificate.number_text.in_(texts)
    )
    used |= set(db.session.scalars(query))
    if used:
        raise _taken(min(used))


def _taken(text: str) -> CertificateRefused:
    return CertificateRefused(
        _("The number %(number)s is on another certificate already.", number=text), "external_number"
    )


def _holder(enrolment_id: int, role: PaperRole) -> Enrolment:
    enrolment = enrolment_by_id(enrolment_id)
    if not decision_queries.has_role(enrolment, role):
        raise NotFound
    return enrolment


def _decision(enrolment: Enrolment, role: PaperRole) -> Decision:
    """The row of a person and role, made when missing; two hands at once make one."""
    values = {"enrolment_id": enrolment.id, "role": role, "detail": "", "exception_reason": "", "external_number": ""}
    found = decision_queries.decision_of(enrolment.id, role)
    if found is None:
        insert_ignore(Decision, values, keys=("enrolment_id", "role"))
        found = decision_queries.decision_of(enrolment.id, role)
        assert found is not None
    return found


def _tidy(enrolment: Enrolment, row: Decision) -> None:
    """Drop a row of the person's own role that decides nothing any more."""
    is_own = PaperRole.of(enrolment.role) is row.role
    if is_own and not (row.detail or row.exception_reason or row.external_number):
        db.session.delete(row)
    db.session.flush()


def _refuse_issued(enrolment: Enrolment, role: PaperRole, message: str, field: str | None = None) -> None:
    if queries.active_certificate(enrolment.id, role) is not None:
        raise CertificateRefused(f"{enrolment.person.formal_name}: {message}", field)


def _one_line(text: str) -> str:
    """A number as a register can read it: a line of an entry in the log, and no sign that nobody sees."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _short(text: str, longest: int, field: str) -> str:
    kept = " ".join(text.split())
    if len(kept) > longest:
        raise CertificateRefused(_("Write at most %(count)s characters.", count=longest), field)
    return kept


def _record(action: str, enrolment: Enrolment, actor: Actor) -> None:
    audit.record(action=action, actor=actor, subject=enrolment, workshop_id=enrolment.workshop_id)
