"""What paper leaves behind: each printed attendance sheet, and signatures drawn at check-in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.workshops.models import Workshop
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access, Role


class PrintedSheet(Model):
    """One printed state of a sheet: the same facts give the same row, later corrections a new version.

    It holds hashes and counts, never names, so that anybody may check a print.
    """

    __tablename__ = "checkin_printed_sheet"
    __table_args__ = (
        sa.UniqueConstraint("workshop_id", "day", "session_ref", "role", "mode", "facts_hash", name="uq_checkin_print"),
    )

    id: Mapped[IntPk]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)  # in the QR code of the print
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    day: Mapped[int]
    session_ref: Mapped[int] = mapped_column(sa.Integer, default=0)  # id of a session; 0: the whole day
    role: Mapped[Role] = mapped_column(str_enum(Role))
    mode: Mapped[str] = mapped_column(sa.String(10))  # blank or filled
    version: Mapped[int]  # from 1, of sheets of the same day, session, role and mode
    facts_hash: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the rows
    file_hash: Mapped[str] = mapped_column(sa.String(64), default="")  # SHA-256 of the PDF
    row_count: Mapped[int]
    present_count: Mapped[int]
    corrected_count: Mapped[int]
    printed_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(sa.Integer)
    workshop: Mapped[Workshop] = relationship(lazy="joined", innerjoin=True)

    @property
    def access(self) -> Access:
        return self.workshop.access


class Signature(Model):
    """A signature drawn with a finger at check-in, as the path of an SVG drawing."""

    __tablename__ = "checkin_signature"
    __table_args__ = (sa.UniqueConstraint("enrolment_id", "session_id"),)

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_session.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(sa.Text)  # M and L with whole numbers in a box of 300 x 100
    signed_at: Mapped[datetime]
