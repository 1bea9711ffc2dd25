"""What is kept beside certificates: public keys, the transparency log, deliveries, corrections, counts, print files."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.kernel.clock import now
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access
from lms.plugins.certificates.enums import CorrectionStatus, DeliveryStatus, PaperRole, TallyKind
from lms.plugins.certificates.models import Certificate


class SignatureKey(Model):
    """The public half of a key that signed something, kept for ever so that old files stay checkable.

    `purpose` is "pdf" (P-256 or RSA, with its certificate) or "statement" (Ed25519, for badges and log heads).
    Private halves are never in the database.
    """

    __tablename__ = "certificates_key"

    id: Mapped[IntPk]
    purpose: Mapped[str] = mapped_column(sa.String(12))
    fingerprint: Mapped[str] = mapped_column(sa.String(64), unique=True)  # SHA-256, hex: of the certificate or key
    algorithm: Mapped[str] = mapped_column(sa.String(20))
    public_pem: Mapped[str] = mapped_column(sa.Text)  # certificate chain, signer first; or the public key
    name: Mapped[str] = mapped_column(sa.String(200), default="")  # the signer as files show it
    is_certified: Mapped[bool] = mapped_column(default=False)  # from a certification authority that is not ours
    created_at: Mapped[datetime] = mapped_column(default=now)
    retired_at: Mapped[datetime | None]


class Log(Model):
    """The transparency log of one year; its row is locked while a leaf is appended."""

    __tablename__ = "certificates_log"

    id: Mapped[IntPk]
    year: Mapped[int] = mapped_column(sa.Integer, unique=True)
    size: Mapped[int] = mapped_column(sa.Integer, default=0)


class LogLeaf(Model):
    """One entry; nothing is ever changed or removed here. `leaf_hash` is the RFC 6962 hash of `entry`, in hex."""

    __tablename__ = "certificates_log_leaf"
    __table_args__ = (sa.UniqueConstraint("log_id", "position"),)

    id: Mapped[IntPk]
    log_id: Mapped[int] = mapped_column(sa.ForeignKey("certificates_log.id", ondelete="RESTRICT"))
    position: Mapped[int] = mapped_column(sa.Integer)  # from 0, without gaps
    certificate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificates_certificate.id", ondelete="RESTRICT"), unique=True
    )
    entry: Mapped[str] = mapped_column(sa.String(400))
    leaf_hash: Mapped[str] = mapped_column(sa.String(64))


class LogHead(Model):
    """A signed statement about the first `size` leaves."""

    __tablename__ = "certificates_log_head"
    __table_args__ = (sa.UniqueConstraint("log_id", "size"),)

    id: Mapped[IntPk]
    log_id: Mapped[int] = mapped_column(sa.ForeignKey("certificates_log.id", ondelete="RESTRICT"))
    size: Mapped[int] = mapped_column(sa.Integer)
    root: Mapped[str] = mapped_column(sa.String(64))  # hex
    signed_at: Mapped[datetime]
    signature: Mapped[str] = mapped_column(sa.String(100))  # base64 of the Ed25519 signature
    key_id: Mapped[int] = mapped_column(sa.ForeignKey("certificates_key.id", ondelete="RESTRICT"))
    key: Mapped[SignatureKey] = relationship()


class Delivery(Model):
    """The e-mail of one certificate: queued once, sent again only when somebody asks."""

    __tablename__ = "certificates_delivery"

    id: Mapped[IntPk]
    certificate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificates_certificate.id", ondelete="CASCADE"), unique=True
    )
    status: Mapped[DeliveryStatus] = mapped_column(str_enum(DeliveryStatus), default=DeliveryStatus.QUEUED)
    attempt: Mapped[int] = mapped_column(sa.Integer, default=1)  # raised by "send again"
    job_id: Mapped[int | None] = mapped_column(sa.Integer)
    error: Mapped[str] = mapped_column(sa.String(60), default="")  # the kind of error, never an address
    created_at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]
    certificate: Mapped[Certificate] = relationship()


class Correction(Model):
    """A holder's request to correct name or organisation. `open_key` is the certificate's id while it waits."""

    __tablename__ = "certificates_correction"

    id: Mapped[IntPk]
    certificate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificates_certificate.id", ondelete="CASCADE"), index=True
    )
    open_key: Mapped[int | None] = mapped_column(sa.Integer, unique=True)
    wanted_name: Mapped[str] = mapped_column(sa.String(200), default="")
    wanted_organisation: Mapped[str] = mapped_column(sa.String(200), default="")
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    status: Mapped[CorrectionStatus] = mapped_column(str_enum(CorrectionStatus), default=CorrectionStatus.OPEN)
    answer: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_account.id", ondelete="SET NULL"))
    certificate: Mapped[Certificate] = relationship()

    @property
    def access(self) -> Access:
        return self.certificate.access


class UseCount(Model):
    """How often a paper was verified, viewed or downloaded; not by whom."""

    __tablename__ = "certificates_tally"
    __table_args__ = (sa.UniqueConstraint("certificate_id", "kind"),)

    id: Mapped[IntPk]
    certificate_id: Mapped[int] = mapped_column(sa.ForeignKey("certificates_certificate.id", ondelete="CASCADE"))
    kind: Mapped[TallyKind] = mapped_column(str_enum(TallyKind))
    count: Mapped[int] = mapped_column(sa.Integer, default=0)
    last_at: Mapped[datetime]


class Book(Model):
    """One file with all papers of a role, for printing. `open_key` keeps a second pressing from making another."""

    __tablename__ = "certificates_book"

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"), index=True)
    role: Mapped[PaperRole] = mapped_column(str_enum(PaperRole))
    open_key: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    job_id: Mapped[int | None] = mapped_column(sa.Integer)
    storage_key: Mapped[str] = mapped_column(sa.String(200), default="")
    papers: Mapped[int] = mapped_column(sa.Integer, default=0)
    size: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
