"""The durable rows of background work: the truth that the queue only wakes workers for."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.clock import now
from lms.kernel.db import IntPk, Model, str_enum


class JobState(enum.StrEnum):
    """Where a job is; the values are stored."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRow(Model):
    """One piece of background work.

    `args` holds ids only. `done` of `total` is its progress. `error` is the class of what stopped it, never its text,
    which may name a person. `run_at` is the earliest moment of its next attempt. `attempts` also fences: a worker that
    lost its job to another one holds an older number, and its writes miss.
    """

    __tablename__ = "core_job"
    __table_args__ = (sa.Index("ix_core_job_state_run_at", "state", "run_at"),)

    id: Mapped[IntPk]
    name: Mapped[str] = mapped_column(sa.String(80), index=True)
    key: Mapped[str | None] = mapped_column(sa.String(160), unique=True)
    args: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    actor_id: Mapped[int | None] = mapped_column(sa.Integer)
    state: Mapped[JobState] = mapped_column(str_enum(JobState), default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(sa.Integer, default=0)
    total: Mapped[int] = mapped_column(sa.Integer, default=0)
    message: Mapped[str] = mapped_column(sa.String(200), default="")
    error: Mapped[str] = mapped_column(sa.String(80), default="")
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    run_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
