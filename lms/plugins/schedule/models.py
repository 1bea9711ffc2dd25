"""Rooms, sessions, and who speaks in them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access
from lms.plugins.schedule.enums import Pillar, SessionKind, SessionState


class Room(Model):
    """A room of the venue of one workshop."""

    __tablename__ = "schedule_room"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "name"),)

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(80))
    capacity: Mapped[int] = mapped_column(sa.Integer, default=0)  # seats; 0 means unknown
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    workshop: Mapped[Workshop] = relationship()

    @property
    def access(self) -> Access:
        return self.workshop.access


class Session(Model):
    """A slot of the agenda, taught or not; `day` counts from 1 and agrees with `starts_at` in the workshop's zone."""

    __tablename__ = "schedule_session"
    __table_args__ = (
        sa.UniqueConstraint("workshop_id", "code"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("jp >= 0", name="jp_not_negative"),
        sa.Index("ix_schedule_session_workshop_starts", "workshop_id", "starts_at"),
    )

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(20))
    # Kept in the calendars of others, so neither ids nor host names of this installation.
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=lambda: str(uuid.uuid4()))
    day: Mapped[int] = mapped_column(sa.Integer)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    title: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[SessionKind] = mapped_column(str_enum(SessionKind), default=SessionKind.SESSION)
    jp: Mapped[int] = mapped_column(sa.Integer, default=0)
    room_id: Mapped[int | None] = mapped_column(sa.ForeignKey("schedule_room.id", ondelete="SET NULL"), index=True)
    pillar: Mapped[Pillar] = mapped_column(str_enum(Pillar), default=Pillar.NONE)
    speaker_label: Mapped[str] = mapped_column(sa.String(120), default="")  # stands until a narasumber is assigned
    counts_attendance: Mapped[bool] = mapped_column(default=False)
    state: Mapped[SessionState] = mapped_column(str_enum(SessionState), default=SessionState.PLANNED)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(sa.Integer, default=0)  # raised by what a calendar shows
    changed_at: Mapped[datetime]
    workshop: Mapped[Workshop] = relationship()
    room: Mapped[Room | None] = relationship()
    assignments: Mapped[list[SessionSpeaker]] = relationship(
        back_populates="session",
        order_by=lambda: (SessionSpeaker.position, SessionSpeaker.id),
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    @property
    def speakers(self) -> list[Enrolment]:
        """The narasumber, in the order given; those who cancelled are left out."""
        return [row.enrolment for row in self.assignments if row.enrolment.is_confirmed]

    @property
    def speaker_text(self) -> str:
        """The names of the narasumber, else the label."""
        return ", ".join(speaker.person.formal_name for speaker in self.speakers) or self.speaker_label

    @property
    def is_taught(self) -> bool:
        return self.kind is SessionKind.SESSION

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def access(self) -> Access:
        return replace(self.workshop.access, enrolment_ids=frozenset(speaker.id for speaker in self.speakers))


class SessionSpeaker(Model):
    """A narasumber of a session."""

    __tablename__ = "schedule_session_speaker"
    __table_args__ = (sa.UniqueConstraint("session_id", "enrolment_id"),)

    id: Mapped[IntPk]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_session.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    session: Mapped[Session] = relationship(back_populates="assignments")
    enrolment: Mapped[Enrolment] = relationship(lazy="joined", innerjoin=True)
