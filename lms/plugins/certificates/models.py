"""Criteria, signatories, number series, batches, and the certificates themselves."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.enrolments.models import Enrolment
from lms.kernel.clock import now
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access, Role
from lms.plugins.certificates.enums import CertificateStatus, Operator


class Criterion(Model):
    """One condition as data: the fact `evidence_key` compared with `threshold`, which is 0 where it is not asked."""

    __tablename__ = "certificates_criterion"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "role", "evidence_key"),)

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(str_enum(Role))
    evidence_key: Mapped[str] = mapped_column(sa.String(80))
    operator: Mapped[Operator] = mapped_column(str_enum(Operator, 2), default=Operator.AT_LEAST)
    threshold: Mapped[Decimal]


class SignatoryRow(Model):
    """Who signs the certificates of a workshop; `place` is 1 for the left one, 2 for the right one."""

    __tablename__ = "certificates_signatory"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "place"),)

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    place: Mapped[int] = mapped_column(sa.Integer)
    name: Mapped[str] = mapped_column(sa.String(200))
    position: Mapped[str] = mapped_column(sa.String(120), default="")
    image_key: Mapped[str | None] = mapped_column(sa.String(200))  # PNG in storage; None for a wet signature


class Series(Model):
    """The counter of an organiser's year. Its row is locked while a number is given out."""

    __tablename__ = "certificates_series"
    __table_args__ = (sa.UniqueConstraint("organiser_id", "year"),)

    id: Mapped[IntPk]
    organiser_id: Mapped[int] = mapped_column(sa.ForeignKey("core_organiser.id", ondelete="RESTRICT"))
    year: Mapped[int] = mapped_column(sa.Integer)
    last_number: Mapped[int] = mapped_column(sa.Integer, default=0)


class Batch(Model):
    """One pressing of "issue all". While it runs, `open_key` keeps a second pressing from starting another."""

    __tablename__ = "certificates_batch"

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(str_enum(Role))
    open_key: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    job_id: Mapped[int | None] = mapped_column(sa.Integer)
    failed: Mapped[int] = mapped_column(sa.Integer, default=0)
    lacking: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class Certificate(Model):
    """One issued paper. `content` is what it printed, whatever changes afterwards; its bytes are in storage.

    `active_key` is `enrolment:role` while the certificate is valid and NULL after, so that a person has one valid
    certificate per role. `storage_key` is "" once the holder's data was erased; `sha256` stays.
    """

    __tablename__ = "certificates_certificate"
    __table_args__ = (
        sa.UniqueConstraint("series_id", "number"),
        sa.Index("ix_certificates_certificate_workshop_role", "workshop_id", "role"),
    )

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="RESTRICT"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="RESTRICT"), index=True)
    role: Mapped[Role] = mapped_column(str_enum(Role))
    series_id: Mapped[int] = mapped_column(sa.ForeignKey("certificates_series.id", ondelete="RESTRICT"))
    number: Mapped[int] = mapped_column(sa.Integer)
    number_text: Mapped[str] = mapped_column(sa.String(120), index=True)
    code: Mapped[str] = mapped_column(sa.String(12), unique=True)
    active_key: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    batch_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certificates_batch.id", ondelete="SET NULL"), index=True
    )
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]  # in the workshop's zone
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    storage_key: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int] = mapped_column(sa.Integer)
    status: Mapped[CertificateStatus] = mapped_column(str_enum(CertificateStatus), default=CertificateStatus.VALID)
    revoked_on: Mapped[date | None]
    revoke_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    replaced_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certificates_certificate.id", ondelete="RESTRICT"), index=True
    )
    enrolment: Mapped[Enrolment] = relationship()
    replaced_by: Mapped[Certificate | None] = relationship(remote_side="Certificate.id")

    @property
    def access(self) -> Access:
        return self.enrolment.access

    @property
    def holder(self) -> str:
        """The printed name; "" after erasure."""
        return str(self.content["holder"])

    @property
    def is_valid(self) -> bool:
        return self.status is CertificateStatus.VALID

    @property
    def shown_code(self) -> str:
        """ "R4TM-9K2D-7QXY", as it is printed and read aloud."""
        return "-".join(self.code[at : at + 4] for at in range(0, len(self.code), 4))
