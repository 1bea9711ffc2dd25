"""The rating that a participant gives a workshop."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.sdk import IntPk, Model


class Rating(Model):
    """Stars and a remark of one enrolment; changing one's mind changes the row."""

    __tablename__ = "ratings_rating"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id"),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="stars_range"),
    )

    id: Mapped[IntPk]
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"))
    stars: Mapped[int] = mapped_column(sa.SmallInteger)
    remark: Mapped[str] = mapped_column(sa.String(500), default="")
    rated_at: Mapped[datetime]
