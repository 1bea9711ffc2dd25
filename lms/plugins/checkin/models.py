"""The append-only log of scans, the attendance derived from it, its rules, and the devices at the door."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access
from lms.plugins.checkin.enums import (
    AbsenceKind,
    Direction,
    Flag,
    Method,
    Mode,
    Reason,
    Strength,
    Verdict,
    WalkInState,
)


class Scan(Model):
    """One scan as it happened, kept whatever it led to. `(device, client_id)` makes a repeated sending harmless."""

    __tablename__ = "checkin_scan"
    __table_args__ = (
        sa.UniqueConstraint("device", "client_id"),
        sa.Index("ix_checkin_scan_workshop_server_time", "workshop_id", "server_time"),
        sa.Index("ix_checkin_scan_session_phone", "session_id", "phone"),
    )

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_session.id", ondelete="CASCADE"), index=True)
    enrolment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(sa.String(40))
    client_id: Mapped[str] = mapped_column(sa.String(64))
    client_time: Mapped[datetime | None]  # by the clock of the device, right or wrong
    server_time: Mapped[datetime]  # of arrival
    at: Mapped[datetime]  # the time that counts: the device's, put right by what its clock is known to be off
    skew_seconds: Mapped[int | None]  # device minus server when it was sent; None where no clock was told
    method: Mapped[Method] = mapped_column(str_enum(Method))
    direction: Mapped[Direction] = mapped_column(str_enum(Direction, 4), default=Direction.IN)
    verdict: Mapped[Verdict] = mapped_column(str_enum(Verdict))
    reason: Mapped[Reason | None] = mapped_column(str_enum(Reason))
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    answer: Mapped[str] = mapped_column(sa.String(200), default="")  # to the door's question
    flags: Mapped[str] = mapped_column(sa.String(80), default="")  # values of `Flag`, with spaces between
    code_age: Mapped[int | None]  # seconds from the start of the venue code's step to the scan
    phone: Mapped[str] = mapped_column(sa.String(40), default="")  # the browser of who checked in alone
    account_id: Mapped[int | None] = mapped_column(sa.Integer)  # of the member of staff who scanned

    @property
    def flag_set(self) -> frozenset[Flag]:
        return frozenset(Flag(text) for text in self.flags.split())


class Attendance(Model):
    """A person was at a session; the earliest credible scan wins and later ones are only logged."""

    __tablename__ = "checkin_attendance"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "session_id", "direction"),
        sa.Index("ix_checkin_attendance_workshop_session", "workshop_id", "session_id"),
    )

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_session.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"))
    direction: Mapped[Direction] = mapped_column(str_enum(Direction, 4), default=Direction.IN)
    at: Mapped[datetime]
    late_minutes: Mapped[int] = mapped_column(sa.Integer, default=0)  # 0 when in time, within the tolerance
    method: Mapped[Method] = mapped_column(str_enum(Method))
    is_corrected: Mapped[bool] = mapped_column(default=False)  # entered or changed by hand afterwards
    correction: Mapped[str] = mapped_column(sa.String(300), default="")  # why, as typed
    account_id: Mapped[int | None] = mapped_column(sa.Integer)
    scan_id: Mapped[int | None] = mapped_column(sa.Integer)  # the scan behind it: two clocks, device, evidence


class SessionRule(Model):
    """How check-in works at one session; a session without a row has the defaults."""

    __tablename__ = "checkin_session_rule"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_session.id", ondelete="CASCADE"), primary_key=True)
    mode: Mapped[Mode] = mapped_column(str_enum(Mode), default=Mode.ONCE)
    question: Mapped[str] = mapped_column(sa.String(200), default="")  # asked at the door, e.g. the size of a shirt
    required: Mapped[Strength | None] = mapped_column(str_enum(Strength))  # of evidence, to count for certificates
    has_second_code: Mapped[bool] = mapped_column(default=False)


class Absence(Model):
    """Somebody told why they do not come; `substitute_id` is who comes in their place, with a letter of assignment."""

    __tablename__ = "checkin_absence"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "session_id"),
        sa.Index("ix_checkin_absence_workshop_session", "workshop_id", "session_id"),
    )

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_session.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"))
    kind: Mapped[AbsenceKind] = mapped_column(str_enum(AbsenceKind))
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    letter: Mapped[str] = mapped_column(sa.String(120), default="")  # number of the letter; empty: none yet
    substitute_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="SET NULL"))
    account_id: Mapped[int | None] = mapped_column(sa.Integer)
    recorded_at: Mapped[datetime]


class Device(Model):
    """A phone at the door: a grant to check in at one workshop, until it ends or is revoked. No account needed."""

    __tablename__ = "checkin_device"

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(sa.ForeignKey("schedule_session.id", ondelete="CASCADE"))  # only it
    name: Mapped[str] = mapped_column(sa.String(80))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)  # SHA-256; the token itself is shown once
    account_id: Mapped[int | None] = mapped_column(sa.Integer)  # who granted it
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    roster_at: Mapped[datetime | None]  # when it last fetched the list of people
    skew_seconds: Mapped[int | None]
    workshop: Mapped[Workshop] = relationship(lazy="joined", innerjoin=True)

    @property
    def key(self) -> str:
        """The name of this device in the log of scans."""
        return f"device-{self.id}"

    @property
    def access(self) -> Access:
        return self.workshop.access


class WalkIn(Model):
    """Somebody who came without registration, noted at the door, perhaps without signal."""

    __tablename__ = "checkin_walk_in"
    __table_args__ = (
        sa.UniqueConstraint("device", "client_id"),
        sa.Index("ix_checkin_walk_in_workshop_state", "workshop_id", "state"),
    )

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_session.id", ondelete="CASCADE"))
    device: Mapped[str] = mapped_column(sa.String(40))
    client_id: Mapped[str] = mapped_column(sa.String(64))
    full_name: Mapped[str] = mapped_column(sa.String(100))
    phone_e164: Mapped[str | None] = mapped_column(sa.String(20))
    affiliation: Mapped[str] = mapped_column(sa.String(200), default="")
    position: Mapped[str] = mapped_column(sa.String(100), default="")
    gender: Mapped[str] = mapped_column(sa.String(1), default="")
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    state: Mapped[WalkInState] = mapped_column(str_enum(WalkInState), default=WalkInState.WAITING)
    enrolment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="SET NULL"))
    account_id: Mapped[int | None] = mapped_column(sa.Integer)  # who decided
    workshop: Mapped[Workshop] = relationship()
    enrolment: Mapped[Enrolment | None] = relationship()

    @property
    def access(self) -> Access:
        return self.workshop.access
