"""Workers: threads that run jobs as the queue names them, and a tick that loses none and starts the periodic ones."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, current_app
from huey.consumer import Consumer

from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.kernel.job_models import JobRow, JobState
from lms.kernel.job_queue import job_queue
from lms.kernel.job_runner import DEAD_AFTER, MAX_ATTEMPTS, running_here
from lms.kernel.jobs import enqueue
from lms.kernel.registry import registry
from lms.kernel.storage import storage

log = structlog.get_logger(__name__)
TICK_SECONDS = 30.0
_RELAY = 500
_PERIODIC = "every:"
_KEEP_PERIODIC = timedelta(days=2)
_KEEP_DONE = timedelta(days=30)
_EXTENSION = "lms_worker"


class _Threads(Consumer):  # type: ignore[misc]
    """huey's consumer without its signal handlers: who starts us decides when we stop."""

    def _set_signal_handlers(self) -> None:
        return


class Worker:
    """The threads that run jobs in this process; `start` returns at once, `stop` lets running jobs end."""

    def __init__(self, app: Flask, *, threads: int, tick_seconds: float = TICK_SECONDS) -> None:
        self._app, self._tick_seconds = app, tick_seconds
        self._over = threading.Event()
        # The queue file is polled; half a second is what a person waits at most before a job begins.
        self._consumer: Any = _Threads(
            job_queue(app).huey, workers=threads, periodic=False, max_delay=0.5, check_worker_health=False
        )
        self._ticker = threading.Thread(target=self._tick_for_ever, name="job-tick", daemon=True)

    def start(self) -> None:
        self._consumer.start()
        self._ticker.start()

    def stop(self, timeout: float = 30.0) -> None:
        """Ask the threads to end and wait; a job that outlives `timeout` is run again by another worker."""
        self._over.set()
        self._consumer.stop()
        for _worker, thread in self._consumer.worker_threads:
            thread.join(timeout)
        self._consumer.scheduler.join(timeout)
        self._ticker.join(timeout)

    def _tick_for_ever(self) -> None:
        while True:
            try:
                tick(self._app)
            except Exception as error:  # noqa: BLE001 -- a database that is away now is back at some later tick
                log.error("tick_failed", error=type(error).__name__)
            if self._over.wait(self._tick_seconds):
                return


def run_worker(app: Flask, *, threads: int = 2, stop_event: threading.Event) -> None:
    """Run jobs until `stop_event` is set."""
    worker = Worker(app, threads=threads)
    worker.start()
    stop_event.wait()
    worker.stop()


def start_embedded_worker(app: Flask, *, threads: int = 1) -> Worker:
    """Run jobs in threads of this process, for the demo and for installations of one process."""
    worker = app.extensions.get(_EXTENSION)
    if worker is None:
        worker = app.extensions[_EXTENSION] = Worker(app, threads=threads)
        worker.start()
    assert isinstance(worker, Worker)
    return worker


def tick(app: Flask) -> None:
    """Revive jobs of dead workers, start periodic ones, wake workers for every row that is due, and tidy up."""
    with app.app_context():
        _revive()
        _start_periodic()
        _relay()
        if _is_due("housekeeping", timedelta(hours=1)):
            _tidy()


def _revive() -> None:
    dead = sa.and_(
        JobRow.state == JobState.RUNNING,
        JobRow.heartbeat_at < now() - DEAD_AFTER,
        JobRow.id.not_in(list(running_here)),
    )
    with unit_of_work() as session:
        gone = sa.update(JobRow).where(dead, JobRow.attempts >= MAX_ATTEMPTS)
        session.execute(gone.values(state=JobState.FAILED, error="WorkerDied", finished_at=now()))
        session.execute(sa.update(JobRow).where(dead).values(state=JobState.QUEUED, run_at=now()))


def _start_periodic() -> None:
    periodic = [(job.name, job.every) for job in registry().jobs.values() if job.every is not None]
    keys = {f"{_PERIODIC}{name}:{_period(now(), every)}": name for name, every in periodic}
    # Asked first, because enqueue would start one anew that failed in this period.
    known = set(db.session.scalars(sa.select(JobRow.key).where(JobRow.key.in_(keys))))
    for key in keys.keys() - known:
        enqueue(keys[key], key=key)


def _period(moment: datetime, every: timedelta) -> int:
    """The number of the period since 1970; all workers agree on it, so its unique key starts the job once."""
    return int(moment.timestamp() // every.total_seconds())


def _relay() -> None:
    due = sa.select(JobRow.id).where(JobRow.state == JobState.QUEUED, JobRow.run_at <= now())
    waiting = list(db.session.scalars(due.order_by(JobRow.run_at).limit(_RELAY)))
    db.session.rollback()
    queue = job_queue()
    if not waiting or not queue.is_empty():  # messages left mean that workers are busy with what they were told
        return
    for job_id in waiting:
        if not queue.wake(job_id):
            return


def _is_due(name: str, every: timedelta) -> bool:
    """Whether `every` has passed since this process last asked for `name`."""
    marks: dict[str, datetime] = current_app.extensions.setdefault("lms_tick_marks", {})
    if name in marks and now() - marks[name] < every:
        return False
    marks[name] = now()
    return True


def _tidy() -> None:
    """Forget old finished rows; keyed ones stay, as they make their work idempotent."""
    with unit_of_work() as session:
        old = sa.and_(JobRow.state == JobState.DONE, JobRow.key.is_(None), JobRow.finished_at < now() - _KEEP_DONE)
        spent = sa.and_(
            JobRow.key.startswith(_PERIODIC, autoescape=True),
            JobRow.state.in_([JobState.DONE, JobState.FAILED]),
            JobRow.finished_at < now() - _KEEP_PERIODIC,
        )
        session.execute(sa.delete(JobRow).where(sa.or_(old, spent)))
    storage().sweep()
