"""Follow-up plans (RTL): one per organisation and workshop, its rows, and what was reported of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.workshops.models import Workshop
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access
from lms.plugins.followup.enums import PlanStatus, RowState


class Plan(Model):
    """What an organisation carries home; every participant of it shares the one plan."""

    __tablename__ = "followup_plan"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "affiliation_key"),)

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    affiliation_key: Mapped[str] = mapped_column(sa.String(120), index=True)
    affiliation: Mapped[str] = mapped_column(sa.String(200))
    region_code: Mapped[str | None] = mapped_column(sa.String(13))
    status: Mapped[PlanStatus] = mapped_column(str_enum(PlanStatus), default=PlanStatus.DRAFT)
    version: Mapped[int] = mapped_column(default=0)  # raised by every save, so that none overwrites another
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    workshop: Mapped[Workshop] = relationship(lazy="joined", innerjoin=True)
    rows: Mapped[list[PlanRow]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by="PlanRow.position"
    )

    @property
    def is_submitted(self) -> bool:
        return self.status is PlanStatus.SUBMITTED

    def late_count(self, today: date) -> int:
        """Activities whose due date has passed."""
        return sum(1 for row in self.rows if row.is_overdue(today)) if self.is_submitted else 0

    @property
    def access(self) -> Access:
        base = self.workshop.access
        return replace(base, affiliation_key=self.affiliation_key, region_code=self.region_code or base.region_code)


class PlanRow(Model):
    """One activity with its person in charge, due date and indicator."""

    __tablename__ = "followup_row"
    __table_args__ = (sa.UniqueConstraint("plan_id", "position"),)

    id: Mapped[IntPk]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("followup_plan.id", ondelete="CASCADE"))
    position: Mapped[int]
    problem: Mapped[str] = mapped_column(sa.String(300), default="")
    activity: Mapped[str] = mapped_column(sa.String(300), default="")
    indicator: Mapped[str] = mapped_column(sa.String(300), default="")
    target: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")  # whom or what it reaches
    person: Mapped[str] = mapped_column(sa.String(150), default="")
    due_on: Mapped[date | None] = mapped_column(index=True)
    cost: Mapped[str] = mapped_column(sa.String(150), default="")
    state: Mapped[RowState] = mapped_column(str_enum(RowState), default=RowState.PLANNED)
    due_told: Mapped[date | None]  # the due date of which PlanDue was published
    plan: Mapped[Plan] = relationship(back_populates="rows")
    updates: Mapped[list[ProgressUpdate]] = relationship(
        back_populates="row", cascade="all, delete-orphan", order_by="ProgressUpdate.id.desc()"
    )

    @property
    def is_complete(self) -> bool:
        return bool(self.activity and self.person and self.due_on and self.indicator)

    def days_late(self, today: date) -> int:
        """Days since the due date of an activity that is not done; 0 when it is not overdue."""
        return (today - self.due_on).days if self.due_on is not None and self.is_overdue(today) else 0

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today and self.state is not RowState.DONE

    @property
    def access(self) -> Access:
        return self.plan.access


class ProgressUpdate(Model):
    """What was reported of a row; nothing is overwritten."""

    __tablename__ = "followup_update"

    id: Mapped[IntPk]
    row_id: Mapped[int] = mapped_column(sa.ForeignKey("followup_row.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    state: Mapped[RowState] = mapped_column(str_enum(RowState))
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    enrolment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="SET NULL"))
    account_id: Mapped[int | None]
    row: Mapped[PlanRow] = relationship(back_populates="updates")
