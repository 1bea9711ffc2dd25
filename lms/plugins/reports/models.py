"""Regional reports and their recommendations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.workshops.models import Organiser
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.declarations import Period
from lms.kernel.permissions import Access
from lms.plugins.reports.enums import RecommendationStatus, ReportStatus


class Report(Model):
    """One version of the report of a period; `content` is what it counted when it was locked."""

    __tablename__ = "reports_report"
    __table_args__ = (
        sa.UniqueConstraint("organiser_id", "first_day", "last_day", "version"),
        sa.CheckConstraint("last_day >= first_day", name="ends_after_start"),
    )

    id: Mapped[IntPk]
    organiser_id: Mapped[int] = mapped_column(sa.ForeignKey("core_organiser.id", ondelete="RESTRICT"))
    province_code: Mapped[str] = mapped_column(sa.ForeignKey("core_region.code"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(sa.String(200))
    narrative: Mapped[str] = mapped_column(sa.Text, default="")
    status: Mapped[ReportStatus] = mapped_column(str_enum(ReportStatus), default=ReportStatus.DRAFT)
    created_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    frozen_by: Mapped[int | None] = mapped_column(sa.ForeignKey("core_account.id", ondelete="SET NULL"))
    content: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    verify_code: Mapped[str | None] = mapped_column(sa.String(10), unique=True)
    organiser: Mapped[Organiser] = relationship(lazy="joined", innerjoin=True)
    recommendations: Mapped[list[Recommendation]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="Recommendation.position, Recommendation.id"
    )

    @property
    def access(self) -> Access:
        return Access(organiser_id=self.organiser_id, region_code=self.province_code)

    @property
    def period(self) -> Period:
        return Period(first=self.first_day, last=self.last_day)

    @property
    def is_frozen(self) -> bool:
        return self.status is ReportStatus.FROZEN


class Recommendation(Model):
    """One thing that the governor is asked to decide; `owner` is who should act."""

    __tablename__ = "reports_recommendation"

    id: Mapped[IntPk]
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("reports_report.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(sa.String(500))
    evidence: Mapped[str] = mapped_column(sa.String(500), default="")
    region_code: Mapped[str | None] = mapped_column(sa.ForeignKey("core_region.code"))
    owner: Mapped[str] = mapped_column(sa.String(120), default="")
    status: Mapped[RecommendationStatus] = mapped_column(
        str_enum(RecommendationStatus), default=RecommendationStatus.OPEN
    )
    reply: Mapped[str] = mapped_column(sa.Text, default="")
    report: Mapped[Report] = relationship(back_populates="recommendations")

    @property
    def access(self) -> Access:
        return self.report.access
