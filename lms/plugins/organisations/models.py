"""The registry: organisations, their legal documents, and counts of those they serve."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access
from lms.plugins.organisations.enums import (
    Accreditation,
    Activity,
    DocumentKind,
    DocumentStatus,
    LegalForm,
    OrganisationKind,
)


class Organisation(Model):
    """An LKS or LKSA. Organisers see all; `region_code` (kabupaten/kota) and the key below limit the others."""

    __tablename__ = "organisations_organisation"

    id: Mapped[IntPk]
    external_code: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    search_name: Mapped[str] = mapped_column(sa.String(200), index=True)
    kind: Mapped[OrganisationKind] = mapped_column(str_enum(OrganisationKind))
    legal_form: Mapped[LegalForm] = mapped_column(str_enum(LegalForm))
    scope: Mapped[str] = mapped_column(sa.String(12), default="kabkota")
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("core_region.code"), index=True)  # kabupaten/kota
    village_code: Mapped[str | None] = mapped_column(sa.ForeignKey("core_region.code"))
    address: Mapped[str] = mapped_column(sa.String(300), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(5), default="")
    activity: Mapped[Activity] = mapped_column(str_enum(Activity, 30), default=Activity.ACTIVE)
    accreditation: Mapped[Accreditation] = mapped_column(str_enum(Accreditation), default=Accreditation.NONE)
    accreditation_until: Mapped[date | None]
    chair_name: Mapped[str] = mapped_column(sa.String(150), default="")
    contact_name: Mapped[str] = mapped_column(sa.String(150), default="", server_default="")
    contact_phone: Mapped[str | None] = mapped_column(sa.String(16))
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    documents: Mapped[list[LegalDocument]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="LegalDocument.kind"
    )
    snapshots: Mapped[list[Snapshot]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="Snapshot.on.desc()"
    )

    @property
    def key(self) -> str:
        """The affiliation key that enrolments store."""
        return f"organisations:{self.id}"

    @property
    def access(self) -> Access:
        return Access(region_code=self.region_code, affiliation_key=self.key, all_organisers=True)


class LegalDocument(Model):
    """A document as printed; its end is stored and never computed, since periods differ by rule and place."""

    __tablename__ = "organisations_document"

    id: Mapped[IntPk]
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisations_organisation.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[DocumentKind] = mapped_column(str_enum(DocumentKind))
    number: Mapped[str] = mapped_column(sa.String(100), default="")
    issuer: Mapped[str] = mapped_column(sa.String(150), default="")
    issued_on: Mapped[date | None]
    valid_until: Mapped[date | None] = mapped_column(index=True)
    status: Mapped[DocumentStatus] = mapped_column(
        str_enum(DocumentStatus), default=DocumentStatus.UNCHECKED, server_default=DocumentStatus.UNCHECKED.value
    )
    organisation: Mapped[Organisation] = relationship(back_populates="documents")


class Snapshot(Model):
    """Counts on one day: numbers only, never names; None was not counted. A later day is a new row."""

    __tablename__ = "organisations_snapshot"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "on"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations_organisation.id", ondelete="CASCADE"))
    on: Mapped[date]
    inside: Mapped[int | None]
    outside: Mapped[int | None]
    carers: Mapped[int | None]
    social_workers: Mapped[int | None]
    organisation: Mapped[Organisation] = relationship(back_populates="snapshots")

    @property
    def served(self) -> int | None:
        """In residence and outside together, as far as counted."""
        known = [count for count in (self.inside, self.outside) if count is not None]
        return sum(known) if known else None
