"""The e-mail of a certificate: queued once with it, sent by a job, sent again only when staff asks."""

from __future__ import annotations

import html
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
import structlog
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from lms.core.people.services import update_person
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore, unit_of_work
from lms.kernel.errors import LmsError
from lms.kernel.installation import settings
from lms.kernel.job_runner import MAX_ATTEMPTS
from lms.kernel.jobs import JobHandle, JobState, enqueue, job_status
from lms.kernel.mail import Attachment, BadAddress, Outcome, send
from lms.kernel.permissions import Actor
from lms.kernel.settings import setting
from lms.kernel.storage import FileMissing, storage
from lms.plugins.certificates import bundle, queries
from lms.plugins.certificates.enums import DeliveryStatus, PaperKind
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import Delivery

log = structlog.get_logger(__name__)
JOB = "certificates.deliver"
EMAIL_KEY, ATTACH_KEY = "certificates.email", "certificates.attach"
_ENDED = "NotValid"  # the paper was revoked or replaced before its e-mail left
_OUTCOMES = {
    Outcome.SENT: DeliveryStatus.SENT,
    Outcome.SUPPRESSED: DeliveryStatus.SUPPRESSED,
    Outcome.OFF: DeliveryStatus.OFF,
}
TITLES: Mapping[DeliveryStatus, object] = {
    DeliveryStatus.QUEUED: _l("waiting to be sent"),
    DeliveryStatus.SENT: _l("sent"),
    DeliveryStatus.SUPPRESSED: _l("not sent: this is a demo"),
    DeliveryStatus.OFF: _l("not sent: e-mail is off"),
    DeliveryStatus.NO_ADDRESS: _l("not sent: no e-mail address"),
    DeliveryStatus.FAILED: _l("could not be delivered"),
}


def queue(certificate: Certificate, *, is_on: bool | None = None) -> Delivery | None:
    """Note how the certificate reaches its holder, and have the e-mail sent after the commit; once per certificate.

    Letters travel with the certificate: None for one. `is_on` spares a batch the question whether e-mail is on.
    """
    if certificate.kind is PaperKind.LETTER:
        return None
    if is_on is None:
        is_on = is_mailed(certificate.workshop_id, certificate.organiser_id)
    has_address = bool(certificate.enrolment.person.email)
    status = DeliveryStatus.OFF
    if is_on:
        status = DeliveryStatus.QUEUED if has_address else DeliveryStatus.NO_ADDRESS
    is_new = _add(certificate.id, status=status, attempt=1)
    row = db.session.scalars(sa.select(Delivery).filter_by(certificate_id=certificate.id)).one()
    if is_new and status is DeliveryStatus.QUEUED:
        _enqueue(row, actor_id=None)
    return row


def is_mailed(workshop_id: int, organiser_id: int) -> bool:
    """Whether new certificates of a workshop go out by e-mail."""
    return bool(setting(EMAIL_KEY, workshop_id=workshop_id, organiser_id=organiser_id))


def _add(certificate_id: int, *, status: DeliveryStatus, attempt: int) -> bool:
    values = {"certificate_id": certificate_id, "status": status, "attempt": attempt, "error": "", "created_at": now()}
    return insert_ignore(Delivery, values, keys=("certificate_id",)) is not None


def _enqueue(row: Delivery, *, actor_id: int | None) -> None:
    args = {"delivery_id": row.id, "attempt": row.attempt}
    row.job_id = enqueue(JOB, key=f"{JOB}:{row.id}:{row.attempt}", args=args, actor_id=actor_id)
    db.session.flush()


def send_again(*, certificate_id: int, seen: int, actor: Actor, email: str = "") -> Delivery:
    """Send the e-mail once more, also where e-mail is off: somebody pressed for this one.

    `seen` is the attempt that the page showed (0 for none): pressing twice, or in two tabs, sends one. A typed `email`
    becomes the person's. Raises CertificateRefused for a paper that is not valid and without an address, EmailRefused.
    """
    certificate = queries.certificate_by_id(certificate_id)
    if not certificate.is_valid or certificate.kind is PaperKind.LETTER:
        raise CertificateRefused(_("Only a valid certificate is sent."))
    if email:
        _correct_address(certificate, email, actor)
    if not certificate.enrolment.person.email:
        raise CertificateRefused(_("No e-mail address is known. Write it here, or send the link by WhatsApp."), "email")
    _add(certificate_id, status=DeliveryStatus.OFF, attempt=0)  # issued before e-mails were kept
    query = sa.select(Delivery).filter_by(certificate_id=certificate_id).with_for_update()
    row = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if row.attempt != seen or state_of(row) is DeliveryStatus.QUEUED:
        return row
    row.attempt += 1
    row.status, row.error, row.settled_at = DeliveryStatus.QUEUED, "", None
    _enqueue(row, actor_id=actor.account_id)
    audit.record(action="certificates.sent_again", subject=row, workshop_id=certificate.workshop_id, actor=actor)
    return row


def _correct_address(certificate: Certificate, email: str, actor: Actor) -> None:
    person = certificate.enrolment.person
    update_person(
        person_id=person.id,
        full_name=person.full_name,
        title_front=person.title_front,
        title_back=person.title_back,
        gender=person.gender,
        phone=person.phone_e164,
        email=email,
        actor=actor,
    )


def state_of(row: Delivery) -> DeliveryStatus:
    """What became of it; one whose job gave up without a word, for instance with a dying worker, has failed."""
    if row.status is not DeliveryStatus.QUEUED:
        return row.status
    job = job_status(row.job_id) if row.job_id else None
    return DeliveryStatus.FAILED if job is None or job.state is JobState.FAILED else DeliveryStatus.QUEUED


def run(*, job: JobHandle, delivery_id: int, attempt: int) -> None:
    """Send one e-mail. A job that runs again repeats the Message-ID, so that mail programs show it once."""
    query = sa.select(Delivery).filter_by(id=delivery_id).options(joinedload(Delivery.certificate))
    row = db.session.scalar(query)
    if row is None or row.attempt != attempt or row.status is not DeliveryStatus.QUEUED:
        return
    if not row.certificate.is_valid:
        return _settle(delivery_id, attempt, DeliveryStatus.OFF, _ENDED)
    mail = _mail_of(row.certificate)
    db.session.rollback()  # a slow mail server must not hold a transaction open
    if mail is None:
        return _settle(delivery_id, attempt, DeliveryStatus.NO_ADDRESS)
    try:
        outcome = send(
            mail.to,
            mail.subject,
            mail.text,
            html=mail.html,
            attachments=mail.attachments,
            message_id=f"certificates.delivery:{delivery_id}:{attempt}",
        )
    except (OSError, LmsError) as error:  # what smtplib raises is an OSError
        is_final = _is_refused(error)
        if is_final or job.attempt >= MAX_ATTEMPTS:
            _settle(delivery_id, attempt, DeliveryStatus.FAILED, type(error).__name__)
        if is_final:
            log.warning("certificate_mail_refused", error=type(error).__name__)
            return None
        raise
    return _settle(delivery_id, attempt, _OUTCOMES[outcome])


def _is_refused(error: Exception) -> bool:
    """Whether trying again cannot help: the address is none, or its server says for good that it knows nobody."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, BadAddress)


def _settle(delivery_id: int, attempt: int, status: DeliveryStatus, error: str = "") -> None:
    with unit_of_work():
        ours = (Delivery.id == delivery_id, Delivery.attempt == attempt)
        db.session.execute(sa.update(Delivery).where(*ours).values(status=status, error=error[:60], settled_at=now()))


@dataclass(frozen=True, kw_only=True)
class _Mail:
    to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]


def _mail_of(certificate: Certificate) -> _Mail | None:
    """The message in the language of the paper; None when its holder has no address any more."""
    to = certificate.enrolment.person.email
    if not to:
        return None
    letter = queries.active_certificate(certificate.enrolment_id, certificate.role, PaperKind.LETTER)
    files = _attachments(certificate, letter)
    with force_locale(str(certificate.content["locale"])):
        subject = _(
            "Certificate %(number)s: %(title)s",
            number=certificate.number_text,
            title=certificate.content["workshop_title"],
        )
        parts = _paragraphs(certificate, len(files))
    return _Mail(to=to, subject=subject, text="\n\n".join(parts) + "\n", html=_html(parts), attachments=files)


def _attachments(certificate: Certificate, letter: Certificate | None) -> tuple[Attachment, ...]:
    place = {"workshop_id": certificate.workshop_id, "organiser_id": certificate.organiser_id}
    if not setting(ATTACH_KEY, **place):
        return ()
    codes, files = bundle.codes_of(certificate.organiser_id), []
    for paper in (certificate, letter):
        if paper is None or not paper.storage_key:
            continue
        try:
            data = storage().read(paper.storage_key)
        except FileMissing:  # the link is still right
            continue
        files.append(Attachment(filename=bundle.file_name(paper, codes), content_type="application/pdf", data=data))
    return tuple(files)


def _paragraphs(certificate: Certificate, files: int) -> list[str]:
    """The text of the message, one string per paragraph."""
    content, base = certificate.content, settings().base_url
    attached = ["", _("The certificate is attached as PDF."), _("The certificate and a letter of thanks are attached.")]
    return [
        _("Dear %(name)s,", name=certificate.holder),
        _(
            "Your certificate number %(number)s of “%(title)s”, %(dates)s, is issued.",
            number=certificate.number_text,
            title=content["workshop_title"],
            dates=content["dates"],
        ),
        *filter(None, [attached[files]]),
        _("Anybody can check that it is genuine: %(link)s", link=f"{base}/v/{certificate.code}"),
        _(
            "It also stays on your ticket. Open your personal link, then %(link)s. Is a name written wrongly? "
            "Ask for a correction there.",
            link=f"{base}/tiket/sertifikat",
        ),
        "\n".join((_("Yours sincerely,"), str(content["issuer"]))),
    ]


def _html(parts: list[str]) -> str:
    """The same as a plain page: no pictures, no tracking; addresses become links."""
    body = "".join(f"<p>{_linked(part)}</p>" for part in parts)
    return f'<!doctype html><html lang="id"><body style="font-family:sans-serif;line-height:1.5">{body}</body></html>'


def _linked(text: str) -> str:
    words = []
    for word in text.split(" "):
        safe = html.escape(word)
        address = safe.rstrip(".,")
        is_link = address.startswith(("https://", "http://"))
        words.append(f'<a href="{address}">{address}</a>{safe[len(address) :]}' if is_link else safe)
    return " ".join(words).replace("\n", "<br>")
