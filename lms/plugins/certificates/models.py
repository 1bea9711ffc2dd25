"""Criteria, signatories, number series and the certificates themselves, each with a frozen copy of its content."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.enrolments.models import Enrolment
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access, Role
from lms.plugins.certificates.enums import CertificateStatus


class Criterion(Model):
    """A fact that participants of one workshop must reach: `evidence_key >= threshold`."""

    __tablename__ = "certificates_criterion"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "evidence_key"),)

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    evidence_key: Mapped[str] = mapped_column(sa.String(80))
    threshold: Mapped[Decimal] = mapped_column(sa.Numeric(6, 4))


class Signatory(Model):
    """Who signs the certificates of one workshop; none means the organiser's leader."""

    __tablename__ = "certificates_signatory"

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(150))
    position: Mapped[str] = mapped_column(sa.String(150))
    order: Mapped[int] = mapped_column(default=0)


class Series(Model):
    """The counter of one organiser and year; its row is locked while a number is taken."""

    __tablename__ = "certificates_series"
    __table_args__ = (sa.UniqueConstraint("organiser_id", "year"),)

    id: Mapped[IntPk]
    organiser_id: Mapped[int] = mapped_column(sa.ForeignKey("core_organiser.id", ondelete="RESTRICT"))
    year: Mapped[int]
    last_number: Mapped[int] = mapped_column(default=0)


class Certificate(Model):
    """An issued paper. `content` is what it prints; later edits of people or sessions never change it."""

    __tablename__ = "certificates_certificate"
    __table_args__ = (sa.UniqueConstraint("series_id", "number"),)

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="RESTRICT"), index=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="RESTRICT"), index=True)
    role: Mapped[Role] = mapped_column(str_enum(Role))
    series_id: Mapped[int] = mapped_column(sa.ForeignKey("certificates_series.id", ondelete="RESTRICT"))
    number: Mapped[int]
    number_text: Mapped[str] = mapped_column(sa.String(80), unique=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    # One valid certificate per enrolment: the key is emptied when the paper is revoked or replaced.
    active_key: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    storage_key: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    status: Mapped[CertificateStatus] = mapped_column(str_enum(CertificateStatus), default=CertificateStatus.VALID)
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificates_certificate.id"))
    enrolment: Mapped[Enrolment] = relationship(lazy="joined", innerjoin=True)
    replaced_by: Mapped[Certificate | None] = relationship(remote_side="Certificate.id")

    @property
    def spoken_code(self) -> str:
        """The code in groups of four, as it is printed."""
        return "-".join(self.code[start : start + 4] for start in range(0, len(self.code), 4))

    @property
    def access(self) -> Access:
        return replace(self.enrolment.access, enrolment_ids=frozenset({self.enrolment_id}))
