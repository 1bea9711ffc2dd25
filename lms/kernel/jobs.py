"""Background work: put a durable row in the caller's transaction, wake a worker after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.kernel.clock import now
from lms.kernel.db import after_commit, db, insert_ignore, unit_of_work
from lms.kernel.errors import LmsError
from lms.kernel.job_models import JobRow, JobState
from lms.kernel.job_queue import JobQueue, init_queue, job_queue
from lms.kernel.job_runner import JobHandle, run_job
from lms.kernel.registry import registry

__all__ = ["JobHandle", "JobState", "JobStatus", "UnknownJob", "enqueue", "init_jobs", "job_status"]


class UnknownJob(LmsError):
    """No installed plugin declares a job of this name."""


@dataclass(frozen=True, kw_only=True)
class JobStatus:
    """What a page may show of a job; `progress` is 0..1."""

    id: int
    name: str
    state: JobState
    done: int
    total: int
    message: str
    actor_id: int | None

    @property
    def progress(self) -> Decimal:
        if self.state is JobState.DONE:
            return Decimal(1)
        return min(Decimal(1), Decimal(self.done) / self.total) if self.total else Decimal(0)

    @property
    def is_over(self) -> bool:
        return self.state in {JobState.DONE, JobState.FAILED}


def enqueue(
    name: str,
    *,
    key: str | None = None,
    args: Mapping[str, Any] | None = None,
    actor_id: int | None = None,
    run_at: datetime | None = None,
) -> int:
    """Have the job `name` run after the surrounding unit of work commits; returns its id.

    The same `key` (at most 160 characters) never runs twice: while such a job waits, runs or is done its id is
    returned, and one that failed is queued anew. `args` are JSON values, ids rather than personal data. Outside a unit
    of work (an after-commit handler) it commits on its own. Raises UnknownJob.
    """
    if name not in registry().jobs:
        raise UnknownJob(name)
    with unit_of_work():
        values = {"name": name, "key": key, "args": dict(args or {}), "actor_id": actor_id, "run_at": run_at or now()}
        job_id, is_new = _keyed(values) if key else (_added(values), True)
        if is_new and (run_at is None or run_at <= now()):
            queue = job_queue()
            after_commit(lambda: _wake(queue, job_id))
    return job_id


def _wake(queue: JobQueue, job_id: int) -> None:
    queue.wake(job_id)


def _added(values: dict[str, Any]) -> int:
    row = JobRow(**values)
    db.session.add(row)
    db.session.flush()
    return row.id


def _keyed(values: dict[str, Any]) -> tuple[int, bool]:
    is_new = insert_ignore(JobRow, values, keys=("key",)) is not None
    found = db.session.execute(sa.select(JobRow.id, JobRow.state).where(JobRow.key == values["key"])).one()
    row_id, state = found.id, found.state
    if is_new or state is not JobState.FAILED:
        return int(row_id), is_new
    again = sa.update(JobRow).where(JobRow.id == row_id, JobRow.state == JobState.FAILED)
    fresh = {**values, "state": JobState.QUEUED, "attempts": 0, "done": 0, "total": 0, "error": "", "message": ""}
    changed = db.session.execute(again.values(**fresh, finished_at=None))
    return int(row_id), bool(getattr(changed, "rowcount", 0))


def job_status(job_id: int) -> JobStatus | None:
    """The state of a job as the database has it now; None when there is no such job. Check `actor_id` yourself."""
    columns = (JobRow.id, JobRow.name, JobRow.state, JobRow.done, JobRow.total, JobRow.message, JobRow.actor_id)
    row = db.session.execute(sa.select(*columns).where(JobRow.id == job_id)).first()
    return JobStatus(**row._mapping) if row else None


def init_jobs(app: Flask) -> None:
    """Give the app its queue; no worker starts here."""
    init_queue(app, lambda job_id: run_job(app, job_id))
