"""Running one job: claim its row, keep its heartbeat, call its handler, write down how it ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask

from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.kernel.errors import LmsError, RuleViolation
from lms.kernel.job_models import JobRow, JobState
from lms.kernel.logs import frames_of
from lms.kernel.registry import registry

log = structlog.get_logger(__name__)
MAX_ATTEMPTS = 3
HEARTBEAT_SECONDS = 15.0
DEAD_AFTER = timedelta(seconds=60)
_BACKOFF = (timedelta(seconds=20), timedelta(minutes=3))
_PROGRESS_SECONDS = 0.5
# Jobs of this process: its own tick must not take one of them for dead while a long write delays the heartbeat.
running_here: set[int] = set()


class JobLost(LmsError):
    """Another worker has taken this job over; the handler stops."""


class JobHandle:
    """What a handler knows of its job. `actor_id` is the account that asked for it, or None."""

    def __init__(self, job_id: int, attempt: int, actor_id: int | None) -> None:
        self.id, self.attempt, self.actor_id = job_id, attempt, actor_id
        self._told = 0.0

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Show `done` of `total`; cheap, since it is written twice a second at most. `message` names no person.

        Call it between units of work. Raises JobLost when another worker has taken over.
        """
        if done < total and time.monotonic() - self._told < _PROGRESS_SECONDS:
            return
        self._told = time.monotonic()
        self.write(done=done, total=total, message=message[:200], heartbeat_at=now())

    def write(self, **values: Any) -> None:
        """Change the row if it is still ours; raises JobLost else."""
        ours = (JobRow.id == self.id, JobRow.attempts == self.attempt, JobRow.state == JobState.RUNNING)
        with unit_of_work() as session:
            result = session.execute(sa.update(JobRow).where(*ours).values(**values))
            if not getattr(result, "rowcount", 0):
                raise JobLost(str(self.id))


def run_job(app: Flask, job_id: int) -> bool:
    """Run the job if it is due and nobody else has it; True when this call ran it. Never raises for a failed job."""
    with app.app_context():
        claimed = _claim(job_id)
        if claimed is None:
            return False
        name, args, handle = claimed
        started = time.monotonic()
        running_here.add(job_id)
        try:
            with _heartbeat(app, handle):
                registry().jobs[name].handler(job=handle, **args)
            _finish(handle, state=JobState.DONE, finished_at=now())
        except JobLost:
            log.warning("job_lost", job=name, job_id=job_id)
        except Exception as error:  # noqa: BLE001 -- any fault of a handler is the end of one job, not of the worker
            _fail(name, handle, error)
        else:
            log.info("job_done", job=name, job_id=job_id, ms=round((time.monotonic() - started) * 1000))
        finally:
            running_here.discard(job_id)
    return True


def _claim(job_id: int) -> tuple[str, dict[str, Any], JobHandle] | None:
    due = (JobRow.id == job_id, JobRow.state == JobState.QUEUED, JobRow.run_at <= now())
    claim = {"state": JobState.RUNNING, "started_at": now(), "heartbeat_at": now(), "attempts": JobRow.attempts + 1}
    with unit_of_work() as session:
        if not getattr(session.execute(sa.update(JobRow).where(*due).values(**claim)), "rowcount", 0):
            return None
        columns = (JobRow.name, JobRow.args, JobRow.attempts, JobRow.actor_id)
        name, args, attempt, actor_id = session.execute(sa.select(*columns).where(JobRow.id == job_id)).one()
    return name, args, JobHandle(job_id, attempt, actor_id)


@contextmanager
def _heartbeat(app: Flask, handle: JobHandle) -> Iterator[None]:
    over = threading.Event()

    def beat() -> None:
        while not over.wait(HEARTBEAT_SECONDS):
            try:
                with app.app_context():
                    handle.write(heartbeat_at=now())
            except JobLost:
                return
            except sa.exc.SQLAlchemyError as error:
                log.warning("heartbeat_missed", error=type(error).__name__, job_id=handle.id)

    thread = threading.Thread(target=beat, name=f"heartbeat-{handle.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _finish(handle: JobHandle, **values: Any) -> None:
    """Write the end of a job, with some patience: a job must not run again because the database was busy once."""
    for pause in (0.2, 1.0, 3.0):
        try:
            return handle.write(**values)
        except sa.exc.OperationalError:
            time.sleep(pause)
    handle.write(**values)


def _fail(name: str, handle: JobHandle, error: Exception) -> None:
    db.session.rollback()
    kind = type(error).__name__
    log.error("job_failed", job=name, job_id=handle.id, error=kind, trace=frames_of(error))
    is_final = handle.attempt >= MAX_ATTEMPTS or isinstance(error, RuleViolation)
    try:
        if is_final:
            _finish(handle, state=JobState.FAILED, error=kind[:80], finished_at=now())
        else:
            pause = _BACKOFF[min(handle.attempt, len(_BACKOFF)) - 1]
            _finish(handle, state=JobState.QUEUED, error=kind[:80], run_at=now() + pause)
    except (JobLost, sa.exc.SQLAlchemyError) as problem:
        log.error("job_end_not_written", job_id=handle.id, error=type(problem).__name__)
