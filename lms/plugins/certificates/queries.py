"""Reads on certificates, batches and signatories."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import BIGGEST_ID, reach
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor, Permission
from lms.kernel.tokens import clean_code
from lms.plugins.certificates.enums import CertificateStatus, PaperRole
from lms.plugins.certificates.models import Batch, Certificate, SignatoryRow

CODE_LENGTH = 12


def certificate_by_id(certificate_id: int) -> Certificate:
    """Raises NotFound."""
    found = db.session.get(Certificate, certificate_id) if certificate_id < BIGGEST_ID else None
    if found is None:
        raise NotFound
    return found


def by_code(typed: str) -> Certificate | None:
    """The certificate of a code, however it was typed, with the one that replaced it: one statement."""
    code = clean_code(typed)
    if len(code) != CODE_LENGTH or not code.isascii():
        return None
    query = sa.select(Certificate).filter_by(code=code).options(joinedload(Certificate.replaced_by))
    return db.session.scalar(query)


def active_key(enrolment_id: int, role: PaperRole) -> str:
    """What a valid certificate holds alone."""
    return f"{enrolment_id}:{role.value}"


def active_certificate(enrolment_id: int, role: PaperRole) -> Certificate | None:
    """The valid certificate of an enrolment."""
    return db.session.scalar(_active(), {"key": active_key(enrolment_id, role)})


@cache
def _active() -> sa.Select[Certificate]:
    """Made once: every ticket asks for it."""
    return sa.select(Certificate).where(Certificate.active_key == sa.bindparam("key", type_=sa.String))


def certificates_of_person(enrolment_id: int) -> list[Certificate]:
    """Every certificate of an enrolment, the newest first."""
    query = sa.select(Certificate).filter_by(enrolment_id=enrolment_id).order_by(Certificate.id.desc())
    return list(db.session.scalars(query.options(joinedload(Certificate.replaced_by))))


def latest_by_enrolment(workshop_id: int, role: PaperRole) -> dict[int, Certificate]:
    """`{enrolment_id: its valid certificate, else its newest}` in one statement."""
    query = sa.select(Certificate).filter_by(workshop_id=workshop_id, role=role).order_by(Certificate.id)
    found: dict[int, Certificate] = {}
    for row in db.session.scalars(query):
        known = found.get(row.enrolment_id)
        if known is None or not known.is_valid:
            found[row.enrolment_id] = row
    return found


def register(workshop_id: int) -> Iterator[Certificate]:
    """Every certificate of a workshop in the order of its numbers, revoked ones too."""
    query = (
        sa.select(Certificate)
        .filter_by(workshop_id=workshop_id)
        .order_by(Certificate.series_id, Certificate.number)
        .options(joinedload(Certificate.replaced_by))
    )
    return iter(db.session.scalars(query))


def files_of(workshop_id: int, role: PaperRole | None = None) -> list[Certificate]:
    """Valid certificates whose file is there, in the order of their numbers."""
    query = sa.select(Certificate).filter_by(workshop_id=workshop_id, status=CertificateStatus.VALID)
    if role is not None:
        query = query.filter_by(role=role)
    query = query.where(Certificate.storage_key != "").order_by(Certificate.series_id, Certificate.number)
    return list(db.session.scalars(query))


def count_valid(workshop_id: int, role: PaperRole) -> int:
    """Valid certificates of one role."""
    query = sa.select(sa.func.count(Certificate.id)).filter_by(
        workshop_id=workshop_id, role=role, status=CertificateStatus.VALID
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
    """How many certificates a batch has made so far."""
    return db.session.scalar(sa.select(sa.func.count(Certificate.id)).filter_by(batch_id=batch_id)) or 0


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
