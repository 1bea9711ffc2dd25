"""Requests of holders to correct a certificate, and what staff decides: one waits per certificate at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from lms.core.enrolments import services as enrolments
from lms.core.enrolments.models import Enrolment
from lms.core.people.names import clean_name
from lms.core.people.services import update_person
from lms.core.workshops.queries import BIGGEST_ID
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor
from lms.plugins.certificates import services
from lms.plugins.certificates.enums import CorrectionStatus, PaperKind
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import Correction

TITLES: Mapping[CorrectionStatus, object] = {
    CorrectionStatus.OPEN: _l("waiting for an answer"),
    CorrectionStatus.ACCEPTED: _l("accepted"),
    CorrectionStatus.DECLINED: _l("declined"),
}
MAX_NOTE = 300
# Titles that stand before a name; other words with a point, such as "M." or "Moh.", belong to the name.
_FRONT = frozenset(
    ("prof", "dr", "drs", "dra", "drg", "ir", "h", "hj", "kh", "apt", "ns", "sr", "br", "rm", "pdt", "ust")
)


def ask(*, certificate_id: int, name: str, organisation: str, note: str = "", actor: Actor) -> Correction:
    """Ask for a correction of a valid certificate. While one waits, it is returned as it is: forms are sent twice.

    Raises CertificateRefused when nothing would change, and NameRefused for a name that no paper can carry.
    """
    paper = db.session.get_one(Certificate, certificate_id)
    waiting = open_for(certificate_id)
    if waiting is not None:
        return waiting
    if not paper.is_valid or paper.kind is not PaperKind.CERTIFICATE:
        raise CertificateRefused(_("Only a valid certificate can be corrected."))
    wanted = {"name": _plain(name), "organisation": _plain(organisation), "note": note.strip()[:MAX_NOTE]}
    clean_name(split_name(wanted["name"])[1], field="name")
    is_same = (wanted["name"], wanted["organisation"]) == (paper.holder, paper.content["organisation"])
    if is_same and not wanted["note"]:
        raise CertificateRefused(_("Write it as it should be, or tell in the note what is wrong."), "name")
    values = {
        "certificate_id": paper.id,
        "open_key": paper.id,
        "wanted_name": wanted["name"][:200],
        "wanted_organisation": wanted["organisation"][:200],
        "note": wanted["note"],
        "status": CorrectionStatus.OPEN,
        "answer": "",
        "created_at": now(),
    }
    is_new = insert_ignore(Correction, values, keys=("open_key",)) is not None
    made = open_for(certificate_id)
    assert made is not None
    if is_new:
        audit.record(action="certificates.correction_asked", subject=made, workshop_id=paper.workshop_id, actor=actor)
    return made


def _plain(text: str) -> str:
    return " ".join(text.split())


def withdraw(*, correction_id: int, actor: Actor) -> None:
    """The holder takes a waiting request back; its words go. One that was decided stays."""
    row = _locked(correction_id)
    if row is None or row.status is not CorrectionStatus.OPEN:
        return
    audit.record(
        action="certificates.correction_withdrawn",
        subject=row,
        workshop_id=row.certificate.workshop_id,
        actor=actor,
    )
    db.session.delete(row)
    db.session.flush()


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What staff lets stand: the parts of the name, and the organisation as the enrolment shall have it."""

    title_front: str
    full_name: str
    title_back: str
    organisation: str


def accept(*, correction_id: int, wanted: Wanted, answer: str = "", actor: Actor) -> Certificate:
    """Correct the person and the enrolment, and issue the certificate again; deciding twice changes nothing.

    Raises what the services of people and enrolments raise, or CertificateRefused.
    """
    row = _locked(correction_id)
    if row is None:
        raise NotFound
    old = row.certificate
    if row.status is not CorrectionStatus.OPEN:
        return old.replaced_by or old
    person, enrolment = old.enrolment.person, old.enrolment
    update_person(
        person_id=person.id,
        full_name=wanted.full_name,
        title_front=wanted.title_front,
        title_back=wanted.title_back,
        gender=person.gender,
        phone=person.phone_e164,
        email=person.email,
        actor=actor,
    )
    _move(enrolment, wanted.organisation, actor)
    _decide(row, CorrectionStatus.ACCEPTED, answer, actor)
    return services.reissue(certificate_id=old.id, reason=_("Corrected at the request of its holder"), actor=actor)


def _move(enrolment: Enrolment, organisation: str, actor: Actor) -> None:
    if _plain(organisation) == enrolment.affiliation:
        return
    region = enrolment.region_code
    enrolments.move(enrolment_id=enrolment.id, affiliation=organisation, position=enrolment.position, actor=actor)
    if enrolment.region_code is None:  # the same house, spelt as no directory has it
        enrolment.region_code = region
        db.session.flush()


def decline(*, correction_id: int, answer: str, actor: Actor) -> Correction:
    """Refuse with an answer that the holder reads; deciding twice changes nothing."""
    row = _locked(correction_id)
    if row is None:
        raise NotFound
    if row.status is CorrectionStatus.OPEN:
        if not answer.strip():
            raise CertificateRefused(_("Say why: the holder reads your answer."), "answer")
        _decide(row, CorrectionStatus.DECLINED, answer, actor)
    return row


def _decide(row: Correction, status: CorrectionStatus, answer: str, actor: Actor) -> None:
    row.status, row.answer, row.open_key = status, answer.strip()[:MAX_NOTE], None
    row.decided_at, row.decided_by_id = now(), actor.account_id
    db.session.flush()
    audit.record(
        action=f"certificates.correction_{status.value}",
        subject=row,
        workshop_id=row.certificate.workshop_id,
        actor=actor,
    )


def split_name(text: str) -> tuple[str, str, str]:
    """`(titles in front, name, titles behind)` of a name as it is printed; a guess that staff looks at."""
    before, comma, back = _plain(text).partition(",")
    words = before.split(" ")
    at = 0
    while at < len(words) - 1 and words[at].endswith(".") and words[at].rstrip(".").casefold() in _FRONT:
        at += 1
    return " ".join(words[:at]), " ".join(words[at:]), back.strip() if comma else ""


def correction_by_id(correction_id: int) -> Correction:
    """Raises NotFound."""
    found = db.session.get(Correction, correction_id) if correction_id < BIGGEST_ID else None
    if found is None:
        raise NotFound
    return found


def open_for(certificate_id: int) -> Correction | None:
    """The request that waits for a certificate."""
    return db.session.scalar(sa.select(Correction).filter_by(open_key=certificate_id))


def newest_by_paper(enrolment_id: int) -> dict[int, Correction]:
    """`{certificate: its newest request}` of an enrolment."""
    query = (
        sa.select(Correction)
        .join(Correction.certificate)
        .where(Certificate.enrolment_id == enrolment_id)
        .order_by(Correction.id)
    )
    return {row.certificate_id: row for row in db.session.scalars(query)}


def of_workshop(workshop_id: int) -> list[Correction]:
    """Every request of a workshop: those that wait first, the oldest of them on top."""
    query = (
        sa.select(Correction)
        .join(Correction.certificate)
        .where(Certificate.workshop_id == workshop_id)
        .options(joinedload(Correction.certificate).joinedload(Certificate.enrolment))
        .order_by(sa.case((Correction.status == CorrectionStatus.OPEN, 0), else_=1), Correction.id)
    )
    return list(db.session.scalars(query))


def waiting_in(workshop_id: int) -> int:
    """How many requests of a workshop wait."""
    query = (
        sa.select(sa.func.count(Correction.id))
        .join(Correction.certificate)
        .where(Certificate.workshop_id == workshop_id, Correction.status == CorrectionStatus.OPEN)
    )
    return db.session.scalar(query) or 0


def _locked(correction_id: int) -> Correction | None:
    query = sa.select(Correction).filter_by(id=correction_id).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))
