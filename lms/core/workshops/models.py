"""Organisers (the bodies that own workshops) and workshops."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.regions.zones import zone_name
from lms.core.workshops.enums import WorkshopStatus
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access


class Organiser(Model):
    """A body that owns workshops, with what its letters and certificates print."""

    __tablename__ = "core_organiser"

    id: Mapped[IntPk]
    name: Mapped[str] = mapped_column(sa.String(200))
    short_name: Mapped[str] = mapped_column(sa.String(60))
    number_code: Mapped[str] = mapped_column(sa.String(30))  # in certificate numbers, e.g. BK3S-KB
    address: Mapped[str] = mapped_column(sa.String(300), default="")
    contact: Mapped[str] = mapped_column(sa.String(200), default="")
    city: Mapped[str] = mapped_column(sa.String(80), default="")
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("core_region.code"))
    leader_name: Mapped[str] = mapped_column(sa.String(200), default="")
    leader_position: Mapped[str] = mapped_column(sa.String(120), default="")

    @property
    def access(self) -> Access:
        return Access(organiser_id=self.id, region_code=self.region_code)


class Workshop(Model):
    """One workshop of one organiser; its times are shown in the zone of its region."""

    __tablename__ = "core_workshop"
    __table_args__ = (sa.CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    id: Mapped[IntPk]
    organiser_id: Mapped[int] = mapped_column(sa.ForeignKey("core_organiser.id", ondelete="RESTRICT"), index=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    summary: Mapped[str] = mapped_column(sa.String(600), default="")
    outcomes: Mapped[str] = mapped_column(sa.Text, default="")  # one per line
    status: Mapped[WorkshopStatus] = mapped_column(str_enum(WorkshopStatus), default=WorkshopStatus.DRAFT)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    venue_name: Mapped[str] = mapped_column(sa.String(200), default="")
    venue_address: Mapped[str] = mapped_column(sa.String(300), default="")
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("core_region.code"), index=True)
    capacity: Mapped[int] = mapped_column(sa.Integer, default=0)  # participants; 0 means no limit
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    registration_opens_at: Mapped[datetime | None]
    registration_closes_at: Mapped[datetime | None]
    contact_phone: Mapped[str] = mapped_column(sa.String(16), default="")  # E.164, for wa.me
    disabled_features: Mapped[str] = mapped_column(sa.String(300), default="")  # plugin names, comma separated
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    organiser: Mapped[Organiser] = relationship()

    @property
    def zone(self) -> str:
        """The IANA zone of the workshop's region."""
        return zone_name(self.region_code)

    @property
    def access(self) -> Access:
        return Access(
            workshop_id=self.id,
            organiser_id=self.organiser_id,
            region_code=self.region_code,
            disabled=frozenset(filter(None, self.disabled_features.split(","))),
            zone=self.zone,
        )

    @property
    def is_public(self) -> bool:
        return self.status in {WorkshopStatus.PUBLISHED, WorkshopStatus.CLOSED}

    @property
    def day_count(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    @property
    def registration_ends_at(self) -> datetime:
        """The deadline that was set, else the end of the last day."""
        last_second = datetime.combine(self.ends_on, time(23, 59, 59), ZoneInfo(self.zone))
        return self.registration_closes_at or last_second
