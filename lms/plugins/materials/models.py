"""Materials of sessions and their versions; nothing is overwritten."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access
from lms.plugins.materials.enums import FileKind, Opens
from lms.plugins.schedule.api import Session


class Material(Model):
    """One thing that participants can download, of one session; the newest version is the one they see."""

    __tablename__ = "materials_material"

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_session.id", ondelete="CASCADE"), index=True)
    enrolment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(sa.String(200))
    opens: Mapped[Opens] = mapped_column(str_enum(Opens), default=Opens.WITH_SESSION)
    may_be_shared: Mapped[bool] = mapped_column(default=False)  # licence chosen by the speaker
    created_at: Mapped[datetime]
    session: Mapped[Session] = relationship(lazy="joined", innerjoin=True)
    versions: Mapped[list[MaterialVersion]] = relationship(
        back_populates="material", cascade="all, delete-orphan", order_by="MaterialVersion.number.desc()"
    )

    @property
    def access(self) -> Access:
        return self.session.access

    @property
    def newest(self) -> MaterialVersion:
        return self.versions[0]


class MaterialVersion(Model):
    """One stored file of a material."""

    __tablename__ = "materials_version"
    __table_args__ = (sa.UniqueConstraint("material_id", "number"),)

    id: Mapped[IntPk]
    material_id: Mapped[int] = mapped_column(sa.ForeignKey("materials_material.id", ondelete="CASCADE"))
    number: Mapped[int]
    storage_key: Mapped[str] = mapped_column(sa.String(200))
    filename: Mapped[str] = mapped_column(sa.String(160))
    kind: Mapped[FileKind] = mapped_column(str_enum(FileKind))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    pages: Mapped[int | None]
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    downloads: Mapped[int] = mapped_column(default=0)
    uploaded_at: Mapped[datetime]
    material: Mapped[Material] = relationship(back_populates="versions")
