"""Reads on certificates, batches and signatories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import BIGGEST_ID, reach
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor, Permission
from lms.kernel.tokens import clean_code
from lms.plugins.certificates.enums import CertificateStatus, PaperKind, PaperRole
from lms.plugins.certificates.models import Batch, Certificate, Decision, SignatoryRow

CODE_LENGTH = 12
_PORTION = 200  # rows that a long list holds in memory at a time


def certificate_by_id(certificate_id: int) -> Certificate:
    """Raises NotFound."""
    found = db.session.get(Certificate, certificate_id) if certificate_id < BIGGEST_ID else None
    if found is None:
        raise NotFound
    return found


def whole_code(typed: str) -> str | None:
    """The code that was typed, however it was spaced; None for what cannot be one."""
    code = clean_code(typed)
    return code if len(code) == CODE_LENGTH and code.isascii() else None


def by_code(typed: str) -> Certificate | None:
    """The certificate of a code, however it was typed, with the one that replaced it: one statement."""
    code = whole_code(typed)
    if code is None:
        return None
    query = sa.select(Certificate).filter_by(code=code).options(joinedload(Certificate.replaced_by))
    return db.session.scalar(query)


def active_key(enrolment_id: int, role: PaperRole, kind: PaperKind = PaperKind.CERTIFICATE) -> str:
    """What a valid paper holds alone."""
    key = f"{enrolment_id}:{role.value}"
    return key if kind is PaperKind.CERTIFICATE else f"{key}:{kind.value}"


def active_certificate(
    enrolment_id: int, role: PaperRole, kind: PaperKind = PaperKind.CERTIFICATE
) -> Certificate | None:
    """The valid certificate (or letter) of an enrolment in a role."""
    wanted = sa.select(Certificate).filter_by(active_key=active_key(enrolment_id, role, kind))
    return db.session.scalar(wanted)


def certificates_of_person(enrolment_id: int) -> list[Certificate]:
    """Every paper of an enrolment, letters too, the newest first."""
    query = sa.select(Certificate).filter_by(enrolment_id=enrolment_id).order_by(Certificate.id.desc())
    return list(db.session.scalars(query.options(joinedload(Certificate.replaced_by))))


def fresh_holder(enrolment_id: int) -> Enrolment:
    """The enrolment and its person as the database has them now, the person locked against an erasure meanwhile.

    Sessions keep what they have read over commits, so a long batch would print names that were erased since. Take this
    lock before that of any book: whoever corrects a name holds the person first, too.
    """
    query = sa.select(Enrolment).join(Enrolment.person).where(Enrolment.id == enrolment_id)
    query = query.options(contains_eager(Enrolment.person), lazyload(Enrolment.workshop))
    query = query.with_for_update(read=True, of=Person).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def has_certificate(enrolment_id: int) -> bool:
    """Whether an organiser has issued a certificate to this enrolment that is valid."""
    return newest_certificate(enrolment_id) is not None


def newest_certificate(enrolment_id: int) -> Certificate | None:
    """The newest valid certificate of an enrolment, in whatever role."""
    return db.session.scalar(_newest(), {"enrolment": enrolment_id})


@cache
def _newest() -> sa.Select[Certificate]:
    """Made once: every ticket asks for it."""
    query = sa.select(Certificate).where(Certificate.enrolment_id == sa.bindparam("enrolment", type_=sa.Integer))
    wanted = query.filter_by(kind=PaperKind.CERTIFICATE, status=CertificateStatus.VALID)
    return wanted.order_by(Certificate.id.desc()).limit(1)


def latest_by_enrolment(workshop_id: int, role: PaperRole) -> dict[int, Certificate]:
    """`{enrolment_id: its valid certificate, else its newest}` in one statement."""
    query = (
        sa.select(Certificate)
        .filter_by(workshop_id=workshop_id, role=role, kind=PaperKind.CERTIFICATE)
        .order_by(Certificate.id)
    )
    found: dict[int, Certificate] = {}
    for row in db.session.scalars(query):
        known = found.get(row.enrolment_id)
        if known is None or not known.is_valid:
            found[row.enrolment_id] = row
    return found


def register(workshop_id: int) -> Iterator[Certificate]:
    """Every paper of a workshop in the order of its numbers, revoked ones and letters too; read in portions."""
    query = (
        sa.select(Certificate)
        .filter_by(workshop_id=workshop_id)
        .order_by(Certificate.series_id, Certificate.number, Certificate.id)
        .options(joinedload(Certificate.replaced_by))
        .execution_options(yield_per=_PORTION)
    )
    return iter(db.session.scalars(query))


@dataclass(frozen=True, kw_only=True)
class PaperFile:
    """A stored paper as a bundle names it."""

    number: int | None
    number_text: str
    kind: PaperKind
    holder: str
    storage_key: str


def files_of(workshop_id: int, role: PaperRole | None = None, kind: PaperKind | None = None) -> list[PaperFile]:
    """Valid papers whose file is there, in the order of their numbers; of one role or kind when given."""
    query = (
        sa.select(
            Certificate.number,
            Certificate.number_text,
            Certificate.kind,
            Certificate.content["holder"].as_string().label("holder"),
            Certificate.storage_key,
        )
        .where(Certificate.workshop_id == workshop_id, Certificate.status == CertificateStatus.VALID)
        .where(Certificate.storage_key != "")
        .order_by(Certificate.series_id, Certificate.number, Certificate.id)
    )
    if role is not None:
        query = query.where(Certificate.role == role)
    if kind is not None:
        query = query.where(Certificate.kind == kind)
    return [PaperFile(**row._mapping) for row in db.session.execute(query)]


def count_valid(workshop_id: int, role: PaperRole) -> int:
    """Valid certificates of one role; letters are not counted."""
    query = sa.select(sa.func.count(Certificate.id)).filter_by(
        workshop_id=workshop_id, role=role, status=CertificateStatus.VALID, kind=PaperKind.CERTIFICATE
    )
    return db.session.scalar(query) or 0


def signatories_of(workshop_id: int) -> list[SignatoryRow]:
    """The signatories set for a workshop, left to right; empty when the organiser's leader signs."""
    query = sa.select(SignatoryRow).filter_by(workshop_id=workshop_id).order_by(SignatoryRow.place)
    return list(db.session.scalars(query))


def batch_by_id(batch_id: int) -> Batch:
    """Raises NotFound."""
    found = db.session.get(Batch, batch_id) if batch_id < BIGGEST_ID else None
    if found is None:
        raise NotFound
    return found


def issued_in(batch_id: int) -> int:
    """How many certificates a batch has made so far; the letters that go with them are not counted."""
    query = sa.select(sa.func.count(Certificate.id)).filter_by(batch_id=batch_id, kind=PaperKind.CERTIFICATE)
    return db.session.scalar(query) or 0


def exceptions_in(batch_id: int) -> int:
    """How many certificates of a batch went to people who pass by an exception."""
    decided = sa.and_(Decision.enrolment_id == Certificate.enrolment_id, Decision.role == Certificate.role)
    query = (
        sa.select(sa.func.count(Certificate.id))
        .join(Decision, decided)
        .where(Certificate.batch_id == batch_id, Certificate.kind == PaperKind.CERTIFICATE)
        .where(Decision.exception_reason != "")
    )
    return db.session.scalar(query) or 0


def years_in(batch_id: int) -> list[int]:
    """The years of issue of a batch's papers: one, or two when it ran over New Year."""
    query = sa.select(sa.func.min(Certificate.issued_on), sa.func.max(Certificate.issued_on))
    days: list[date | None] = list(db.session.execute(query.where(Certificate.batch_id == batch_id)).one())
    return sorted({day.year for day in days if day is not None})


def find_by_number(text: str, *, visible_to: Actor, permission: Permission, limit: int) -> list[Certificate]:
    """Certificates whose number contains `text`, of workshops where the actor holds `permission`."""
    query = (
        sa.select(Certificate)
        .join(Workshop, Workshop.id == Certificate.workshop_id)
        .where(reach(visible_to, permission), Certificate.number_text.icontains(text, autoescape=True))
        .order_by(Certificate.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))
