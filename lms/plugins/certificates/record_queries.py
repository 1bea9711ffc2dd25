"""Reads on what is kept beside a paper: design, key, log, e-mail, counts, and the papers before and after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.db import db
from lms.plugins.certificates import tallies
from lms.plugins.certificates.design_models import Template, TemplateVersion
from lms.plugins.certificates.enums import CertificateStatus, DeliveryStatus, PaperKind, TallyKind
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import Delivery, Log, LogLeaf, SignatureKey, UseCount

PER_PAGE = 50
_LAST_PAGE = 100_000


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything beside one paper; None and empty where there is nothing."""

    template: str  # "Kalimantan Barat, version 3"-like parts are put together by the page
    template_version: int | None
    key: SignatureKey | None
    log_year: int | None
    log_position: int | None
    delivery: Delivery | None
    tallies: Mapping[TallyKind, int]
    replaces: Certificate | None
    letter: Certificate | None


def record_of(paper: Certificate) -> Record:
    """Reads everything of one paper."""
    design = db.session.execute(
        sa.select(Template.name, TemplateVersion.number)
        .join(Template, Template.id == TemplateVersion.template_id)
        .where(TemplateVersion.id == paper.template_version_id)
    ).first()
    leaf = db.session.execute(
        sa.select(Log.year, LogLeaf.position)
        .join(Log, Log.id == LogLeaf.log_id)
        .where(LogLeaf.certificate_id == paper.id)
    ).first()
    return Record(
        template=design.name if design else "",
        template_version=design.number if design else None,
        key=db.session.get(SignatureKey, paper.key_id) if paper.key_id else None,
        log_year=leaf.year if leaf else None,
        log_position=leaf.position if leaf else None,
        delivery=delivery_of(paper.id),
        tallies=tallies.of_certificate(paper.id),
        replaces=db.session.scalar(sa.select(Certificate).filter_by(replaced_by_id=paper.id)),
        letter=_letter_of(paper),
    )


def _letter_of(paper: Certificate) -> Certificate | None:
    """The newest letter of thanks in the same role."""
    if paper.kind is PaperKind.LETTER:
        return None
    letters = sa.select(Certificate).filter_by(enrolment_id=paper.enrolment_id, role=paper.role, kind=PaperKind.LETTER)
    return db.session.scalar(letters.order_by(Certificate.id.desc()).limit(1))


def delivery_of(certificate_id: int) -> Delivery | None:
    """The e-mail of a certificate."""
    return db.session.scalar(sa.select(Delivery).filter_by(certificate_id=certificate_id))


def deliveries(workshop_id: int, status: DeliveryStatus | None = None, *, page: int = 1) -> Pagination:
    """E-mails of a workshop's certificates by name, of one status when given."""
    query = (
        sa.select(Delivery)
        .join(Delivery.certificate)
        .where(Certificate.workshop_id == workshop_id)
        .options(joinedload(Delivery.certificate).joinedload(Certificate.enrolment))
        .order_by(Certificate.series_id, Certificate.number, Delivery.id)
    )
    if status is not None:
        query = query.where(Delivery.status == status)
    return db.paginate(query, page=min(page, _LAST_PAGE), per_page=PER_PAGE, max_per_page=PER_PAGE, error_out=False)


def delivery_counts(workshop_id: int) -> dict[DeliveryStatus, int]:
    """How many e-mails of a workshop stand where."""
    query = (
        sa.select(Delivery.status, sa.func.count(Delivery.id).label("number"))
        .join(Delivery.certificate)
        .where(Certificate.workshop_id == workshop_id)
        .group_by(Delivery.status)
    )
    return {row.status: row.number for row in db.session.execute(query)}


def tallies_in(workshop_id: int) -> dict[int, dict[TallyKind, int]]:
    """`{certificate: {kind: count}}` of the papers of a workshop that were counted, in one statement."""
    query = sa.select(UseCount.certificate_id, UseCount.kind, UseCount.count)
    papers = query.join(Certificate, Certificate.id == UseCount.certificate_id)
    found: dict[int, dict[TallyKind, int]] = {}
    for certificate_id, kind, count in db.session.execute(papers.where(Certificate.workshop_id == workshop_id)):
        found.setdefault(certificate_id, {})[kind] = count
    return found


def designs_in(workshop_id: int) -> dict[int, tuple[str, int]]:
    """`{template version: (name, number)}` of all papers of a workshop."""
    used = sa.select(Certificate.template_version_id).where(Certificate.workshop_id == workshop_id).distinct()
    query = (
        sa.select(TemplateVersion.id, Template.name, TemplateVersion.number)
        .join(Template, Template.id == TemplateVersion.template_id)
        .where(TemplateVersion.id.in_(used))
    )
    return {row.id: (row.name, row.number) for row in db.session.execute(query)}


def signers_in(workshop_id: int) -> dict[int, str]:
    """`{key: name of the signer}` of all papers of a workshop."""
    used = sa.select(Certificate.key_id).where(Certificate.workshop_id == workshop_id).distinct()
    query = sa.select(SignatureKey.id, SignatureKey.name).where(SignatureKey.id.in_(used))
    return {row.id: row.name for row in db.session.execute(query)}


@dataclass(frozen=True, kw_only=True)
class OwnYear:
    """One year of a person's certificates, the newest first, and the sum of their JP."""

    year: int
    jp: int
    papers: tuple[Certificate, ...]


def years_of_person(enrolment: Enrolment, *, everywhere: bool) -> list[OwnYear]:
    """Valid certificates by the year of the workshop, of this enrolment or of its person in every workshop."""
    query = (
        sa.select(Certificate, Workshop.starts_on)
        .join(Workshop, Workshop.id == Certificate.workshop_id)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Certificate.kind == PaperKind.CERTIFICATE, Certificate.status == CertificateStatus.VALID)
        .order_by(Workshop.starts_on.desc(), Certificate.id.desc())
    )
    owner = Enrolment.person_id == enrolment.person_id if everywhere else Enrolment.id == enrolment.id
    found: dict[int, list[Certificate]] = {}
    for paper, starts_on in db.session.execute(query.where(owner)):
        found.setdefault(starts_on.year, []).append(paper)
    return [
        OwnYear(year=year, jp=sum(paper.content["jp"] or 0 for paper in papers), papers=tuple(papers))
        for year, papers in found.items()
    ]
