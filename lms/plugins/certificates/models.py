"""Criteria, decisions, signatories, number series, batches, and the certificates themselves.

Tables of designs are in `design_models`, those of keys, log, delivery and corrections in `record_models`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.enrolments.models import Enrolment
from lms.kernel.clock import now
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access
from lms.plugins.certificates.enums import CertificateStatus, Operator, PaperKind, PaperRole, Validity


class Criterion(Model):
    """One condition as data: the fact `evidence_key` compared with `threshold`, which is 0 where it is not asked."""

    __tablename__ = "certificates_criterion"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "role", "evidence_key"),)

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    role: Mapped[PaperRole] = mapped_column(str_enum(PaperRole))
    evidence_key: Mapped[str] = mapped_column(sa.String(80))
    operator: Mapped[Operator] = mapped_column(str_enum(Operator, 2), default=Operator.AT_LEAST)
    threshold: Mapped[Decimal]


class Decision(Model):
    """What staff decided about one person in one role; there is a row only where something was decided.

    A row in a role that is not the enrolment's own names the person for it (moderator, fasilitator).
    """

    __tablename__ = "certificates_decision"
    __table_args__ = (sa.UniqueConstraint("enrolment_id", "role"),)

    id: Mapped[IntPk]
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"))
    role: Mapped[PaperRole] = mapped_column(str_enum(PaperRole))
    detail: Mapped[str] = mapped_column(sa.String(300), default="")  # what they moderated, or their task
    exception_reason: Mapped[str] = mapped_column(sa.String(300), default="")  # passes without the conditions
    exception_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_account.id", ondelete="SET NULL"))
    exception_at: Mapped[datetime | None]
    external_number: Mapped[str] = mapped_column(sa.String(120), default="")  # of a co-organiser; "" for our own


class SignatoryRow(Model):
    """Who signs the certificates of a workshop; `place` counts from 1, left to right."""

    __tablename__ = "certificates_signatory"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "place"),)

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    place: Mapped[int] = mapped_column(sa.Integer)
    name: Mapped[str] = mapped_column(sa.String(200))
    position: Mapped[str] = mapped_column(sa.String(120), default="")
    image_key: Mapped[str | None] = mapped_column(sa.String(200))  # PNG in storage; None for a wet signature


class Series(Model):
    """The counter of one book of numbers. Its row is locked while a number is given out.

    `book` is "2026", "2026:PIAGAM" (a type of paper with a counter of its own) or "w12:SERT" (of one workshop).
    """

    __tablename__ = "certificates_series"
    __table_args__ = (sa.UniqueConstraint("organiser_id", "book"),)

    id: Mapped[IntPk]
    organiser_id: Mapped[int] = mapped_column(sa.ForeignKey("core_organiser.id", ondelete="RESTRICT"))
    book: Mapped[str] = mapped_column(sa.String(60))
    last_number: Mapped[int] = mapped_column(sa.Integer, default=0)


class Batch(Model):
    """One pressing of "issue all". While it runs, `open_key` keeps a second pressing from starting another."""

    __tablename__ = "certificates_batch"

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"), index=True)
    role: Mapped[PaperRole] = mapped_column(str_enum(PaperRole))
    open_key: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    job_id: Mapped[int | None] = mapped_column(sa.Integer)
    failed: Mapped[int] = mapped_column(sa.Integer, default=0)
    lacking: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class Certificate(Model):
    """One issued paper. `content` is what it printed, whatever changes afterwards; its bytes are in storage.

    `active_key` is `enrolment:role` (letters: `enrolment:role:letter`) while the paper is valid and NULL after, so that
    a person has one valid certificate per role. `storage_key` is "" once the holder's data was erased; `sha256` stays.
    `series_id` and `number` are NULL for a number from outside and for a corrected paper that keeps its old one.
    """

    __tablename__ = "certificates_certificate"
    __table_args__ = (
        sa.UniqueConstraint("series_id", "number"),
        sa.UniqueConstraint("organiser_id", "number_text"),
        sa.Index("ix_certificates_certificate_workshop_role", "workshop_id", "role"),
    )

    id: Mapped[IntPk]
    organiser_id: Mapped[int] = mapped_column(sa.ForeignKey("core_organiser.id", ondelete="RESTRICT"))
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="RESTRICT"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="RESTRICT"), index=True)
    role: Mapped[PaperRole] = mapped_column(str_enum(PaperRole))
    kind: Mapped[PaperKind] = mapped_column(str_enum(PaperKind), default=PaperKind.CERTIFICATE)
    series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificates_series.id", ondelete="RESTRICT"))
    number: Mapped[int | None] = mapped_column(sa.Integer)
    number_text: Mapped[str] = mapped_column(sa.String(120), index=True)
    code: Mapped[str] = mapped_column(sa.String(12), unique=True)
    active_key: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    batch_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certificates_batch.id", ondelete="SET NULL"), index=True
    )
    template_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certificates_template_version.id", ondelete="RESTRICT"), index=True
    )
    key_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificates_key.id", ondelete="RESTRICT"))
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]  # in the workshop's zone
    expires_on: Mapped[date | None]  # the last day on which it is valid, in the workshop's zone
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    storage_key: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
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

    def validity_at(self, day: date) -> Validity:
        """What holds on `day`, a date in the workshop's zone."""
        if self.status is CertificateStatus.VALID and self.expires_on is not None and day > self.expires_on:
            return Validity.EXPIRED
        return Validity(self.status.value)

    @property
    def shown_code(self) -> str:
        """ "R4TM-9K2D-7QXY", as it is printed and read aloud."""
        return "-".join(self.code[at : at + 4] for at in range(0, len(self.code), 4))
