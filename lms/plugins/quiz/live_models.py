"""The tables of live rounds in the room, and of keys for the API."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.workshops.models import Workshop
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access
from lms.plugins.quiz.enums import LiveState
from lms.plugins.quiz.models import Quiz


class Live(Model):
    """A round in which a facilitator opens one question after the other; `layout` is drawn once, the same for all."""

    __tablename__ = "quiz_live"

    id: Mapped[IntPk]
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_quiz.id", ondelete="CASCADE"), index=True)
    state: Mapped[LiveState] = mapped_column(str_enum(LiveState), default=LiveState.LOBBY)
    position: Mapped[int] = mapped_column(default=0)  # of the question on the screen, from 1; 0 in the lobby
    seconds: Mapped[int] = mapped_column(default=30)  # for each question; 0 without a limit
    has_scores: Mapped[bool] = mapped_column(default=False)
    layout: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    opened_at: Mapped[datetime | None]  # when the question on the screen was opened
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # when the shown question, or in the end the round, stopped taking answers
    quiz: Mapped[Quiz] = relationship(lazy="joined", innerjoin=True)

    @property
    def workshop(self) -> Workshop:
        return self.quiz.workshop

    @property
    def access(self) -> Access:
        return self.quiz.access


class LiveAnswer(Model):
    """One person's first and only answer to one question of a round."""

    __tablename__ = "quiz_live_answer"
    __table_args__ = (sa.UniqueConstraint("live_id", "position", "enrolment_id"),)

    id: Mapped[IntPk]
    live_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_live.id", ondelete="CASCADE"))
    position: Mapped[int]
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"), index=True)
    value: Mapped[Any] = mapped_column(sa.JSON)
    fraction: Mapped[Decimal | None]
    at: Mapped[datetime]


class ApiKey(Model):
    """A key with which another program reads results or brings questions; only its hash is kept."""

    __tablename__ = "quiz_api_key"

    id: Mapped[IntPk]
    organiser_id: Mapped[int] = mapped_column(sa.ForeignKey("core_organiser.id", ondelete="CASCADE"), index=True)
    workshop_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    may_read: Mapped[bool] = mapped_column(default=True)
    may_push: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    @property
    def access(self) -> Access:
        return Access(organiser_id=self.organiser_id)
