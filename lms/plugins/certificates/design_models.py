"""Designs of certificates: templates, their versions, which one a workshop uses, and the pictures they show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.workshops.models import Organiser
from lms.kernel.clock import now
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access
from lms.plugins.certificates.enums import PaperRole


class Template(Model):
    """A design of an organiser. A ready-made one (`ready_made` is its name) is not edited but copied."""

    __tablename__ = "certificates_template"
    __table_args__ = (sa.UniqueConstraint("organiser_id", "ready_made"),)

    id: Mapped[IntPk]
    organiser_id: Mapped[int] = mapped_column(sa.ForeignKey("core_organiser.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    ready_made: Mapped[str | None] = mapped_column(sa.String(40))
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]
    organiser: Mapped[Organiser] = relationship()

    @property
    def access(self) -> Access:
        return self.organiser.access


class TemplateVersion(Model):
    """One saved state of a template; it never changes. `design` is what `design.model.Design` reads."""

    __tablename__ = "certificates_template_version"
    __table_args__ = (sa.UniqueConstraint("template_id", "number"),)

    id: Mapped[IntPk]
    template_id: Mapped[int] = mapped_column(sa.ForeignKey("certificates_template.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(sa.Integer)  # counts from 1
    design: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    sha256: Mapped[str] = mapped_column(sa.String(64))  # of the design's canonical JSON
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_account.id", ondelete="SET NULL"))
    template: Mapped[Template] = relationship()


class TemplateChoice(Model):
    """The template of one role of a workshop; its newest version is used when a certificate is issued."""

    __tablename__ = "certificates_template_choice"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "role"),)

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    role: Mapped[PaperRole] = mapped_column(str_enum(PaperRole))
    template_id: Mapped[int] = mapped_column(sa.ForeignKey("certificates_template.id", ondelete="RESTRICT"))
    template: Mapped[Template] = relationship()


class Asset(Model):
    """A picture that designs show, cleaned and stored once per organiser and content; it never changes."""

    __tablename__ = "certificates_asset"
    __table_args__ = (sa.UniqueConstraint("organiser_id", "sha256"),)

    id: Mapped[IntPk]
    organiser_id: Mapped[int] = mapped_column(sa.ForeignKey("core_organiser.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(sa.String(64))  # of the cleaned bytes
    name: Mapped[str] = mapped_column(sa.String(120), default="")  # as the file was called
    media_type: Mapped[str] = mapped_column(sa.String(40))  # image/png, image/jpeg or image/svg+xml
    width: Mapped[int] = mapped_column(sa.Integer)  # pixels, or user units of an SVG
    height: Mapped[int] = mapped_column(sa.Integer)
    size: Mapped[int] = mapped_column(sa.Integer)  # bytes
    storage_key: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime] = mapped_column(default=now)
    organiser: Mapped[Organiser] = relationship()

    @property
    def access(self) -> Access:
        return self.organiser.access
