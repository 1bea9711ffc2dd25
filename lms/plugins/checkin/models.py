"""The append-only log of scans, and the attendance derived from it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import IntPk, Model, str_enum
from lms.plugins.checkin.enums import Direction, Method, Reason, Verdict


class Scan(Model):
    """One scan as it happened, kept whatever it led to. `(device, client_id)` makes a repeated sending harmless."""

    __tablename__ = "checkin_scan"
    __table_args__ = (
        sa.UniqueConstraint("device", "client_id"),
        sa.Index("ix_checkin_scan_workshop_server_time", "workshop_id", "server_time"),
    )

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_session.id", ondelete="CASCADE"), index=True)
    enrolment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(sa.String(40))
    client_id: Mapped[str] = mapped_column(sa.String(64))
    client_time: Mapped[datetime | None]
    server_time: Mapped[datetime]
    method: Mapped[Method] = mapped_column(str_enum(Method))
    direction: Mapped[Direction] = mapped_column(str_enum(Direction, 4), default=Direction.IN)
    verdict: Mapped[Verdict] = mapped_column(str_enum(Verdict))
    reason: Mapped[Reason | None] = mapped_column(str_enum(Reason))
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    account_id: Mapped[int | None] = mapped_column(sa.Integer)  # of the member of staff who scanned


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
