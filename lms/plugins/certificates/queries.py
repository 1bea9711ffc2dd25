"""Reads on certificates."""

from __future__ import annotations

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.tokens import clean_code
from lms.plugins.certificates.enums import CertificateStatus
from lms.plugins.certificates.models import Certificate, Criterion, Signatory


def certificate_by_id(certificate_id: int) -> Certificate:
    """Raises NotFound."""
    found = db.session.get(Certificate, certificate_id)
    if found is None:
        raise NotFound
    return found


def by_code(typed: str) -> Certificate | None:
    """The certificate of a code, however it was typed."""
    code = clean_code(typed)[:40]
    return db.session.scalar(sa.select(Certificate).where(Certificate.code == code)) if code else None


def active_of(enrolment_id: int) -> Certificate | None:
    """The valid certificate of one enrolment."""
    query = sa.select(Certificate).filter_by(enrolment_id=enrolment_id, status=CertificateStatus.VALID)
    return db.session.scalar(query)


def certificates_of(workshop_id: int) -> list[Certificate]:
    """Every certificate of a workshop by number, revoked ones too."""
    query = (
        sa.select(Certificate).filter_by(workshop_id=workshop_id).order_by(Certificate.series_id, Certificate.number)
    )
    return list(db.session.scalars(query))


def certificates_of_person(person_id: int, workshop_id: int) -> list[Certificate]:
    """What one person holds in one workshop, in every role."""
    query = (
        sa.select(Certificate)
        .join(Certificate.enrolment)
        .where(Enrolment.person_id == person_id, Certificate.workshop_id == workshop_id)
        .order_by(Certificate.number)
    )
    return list(db.session.scalars(query))


def active_by_enrolment(workshop_id: int) -> dict[int, Certificate]:
    """`{enrolment_id: valid certificate}`."""
    query = sa.select(Certificate).filter_by(workshop_id=workshop_id, status=CertificateStatus.VALID)
    return {row.enrolment_id: row for row in db.session.scalars(query)}


def criteria_of(workshop_id: int) -> list[Criterion]:
    """What participants must reach."""
    return list(db.session.scalars(sa.select(Criterion).filter_by(workshop_id=workshop_id).order_by(Criterion.id)))


def signatories_of(workshop_id: int) -> list[Signatory]:
    """Who signs, in order."""
    query = sa.select(Signatory).filter_by(workshop_id=workshop_id).order_by(Signatory.order, Signatory.id)
    return list(db.session.scalars(query))
