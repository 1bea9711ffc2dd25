from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from bare import running
from flask import Flask
from job_app import HOURLY, job_app, notes

from lms.kernel import job_runner
from lms.kernel.clock import freeze, now
from lms.kernel.db import after_commit, db, unit_of_work
from lms.kernel.job_models import JobRow
from lms.kernel.job_queue import job_queue
from lms.kernel.job_runner import JobHandle, JobLost, run_job
from lms.kernel.jobs import JobState, JobStatus, UnknownJob, enqueue, job_status
from lms.kernel.worker import run_worker, start_embedded_worker, tick


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    with running(job_app(tmp_path)) as app:
        yield app


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    return tmp_path


def rows() -> list[JobRow]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(JobRow).order_by(JobRow.id).execution_options(populate_existing=True)))


def wait_for(seen: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def status_of(job_id: int) -> JobStatus:
    db.session.rollback()
    status = job_status(job_id)
    assert status is not None
    return status


def test_a_job_waits_in_the_database_and_wakes_the_queue_after_the_commit(app: Flask) -> None:
    with unit_of_work():
        job_id = enqueue("test.write_down", args={"text": "one"}, actor_id=7)
        assert job_queue().is_empty()
    assert job_queue().huey.pending_count() == 1
    assert status_of(job_id) == JobStatus(
        id=job_id, name="test.write_down", state=JobState.QUEUED, done=0, total=0, message="", actor_id=7
    )


def test_a_rolled_back_change_starts_no_job(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        enqueue("test.write_down", args={"text": "never"})
        raise ZeroDivisionError
    assert rows() == []
    assert job_queue().is_empty()


def test_an_after_commit_handler_can_enqueue(app: Flask) -> None:
    with unit_of_work():
        after_commit(lambda: enqueue("test.write_down", args={"text": "later"}) and None)
    assert [row.name for row in rows()] == ["test.write_down"]
    assert job_queue().huey.pending_count() == 1


def test_an_unknown_job_is_refused(app: Flask) -> None:
    with pytest.raises(UnknownJob):
        enqueue("test.misspelled")


def test_a_job_runs_once_and_tells_its_progress(app: Flask, folder: Path) -> None:
    job_id = enqueue("test.write_down", args={"text": "one"})
    assert run_job(app, job_id) is True
    assert run_job(app, job_id) is False
    assert notes(folder) == ["one"]
    status = status_of(job_id)
    assert (status.state, status.done, status.total, status.message) == (JobState.DONE, 1, 2, "half")
    assert status.progress == 1
    assert status.is_over


def test_progress_is_a_ratio() -> None:
    status = JobStatus(id=1, name="x", state=JobState.RUNNING, done=1, total=4, message="", actor_id=None)
    assert status.progress == Decimal("0.25")


def test_two_workers_cannot_both_claim_a_job(app: Flask, folder: Path) -> None:
    job_id = enqueue("test.write_down", args={"text": "one"})
    gate = threading.Barrier(6)
    ran: list[bool] = []

    def race() -> None:
        gate.wait()
        ran.append(run_job(app, job_id))

    threads = [threading.Thread(target=race) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ran) == [False] * 5 + [True]
    assert notes(folder) == ["one"]


def test_the_same_key_is_the_same_job_even_when_it_is_done(app: Flask, folder: Path) -> None:
    first = enqueue("test.write_down", key="issue:1", args={"text": "one"})
    assert enqueue("test.write_down", key="issue:1", args={"text": "two"}) == first
    run_job(app, first)
    assert enqueue("test.write_down", key="issue:1", args={"text": "three"}) == first
    assert run_job(app, first) is False
    assert notes(folder) == ["one"]


def test_a_failed_job_of_the_same_key_is_queued_anew(app: Flask) -> None:
    first = enqueue("test.refuse", key="issue:1")
    run_job(app, first)
    assert status_of(first).state is JobState.FAILED
    assert enqueue("test.refuse", key="issue:1") == first
    assert status_of(first).state is JobState.QUEUED


def test_a_job_for_later_waits_for_its_moment(app: Flask, folder: Path) -> None:
    job_id = enqueue("test.write_down", args={"text": "late"}, run_at=now() + timedelta(hours=1))
    assert run_job(app, job_id) is False
    with freeze(now() + timedelta(hours=2)):
        assert run_job(app, job_id) is True


def test_a_failing_job_is_tried_three_times_with_pauses_and_keeps_no_name(
    app: Flask, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = enqueue("test.fail", args={"name": "Wati Suryani"})
    assert run_job(app, job_id) is True
    assert run_job(app, job_id) is False
    for hours in (1, 2, 3):
        with freeze(now() + timedelta(hours=hours)):
            run_job(app, job_id)
    assert notes(folder) == ["attempt 1", "attempt 2", "attempt 3"]
    (row,) = rows()
    assert (row.state, row.error, row.message) == (JobState.FAILED, "ValueError", "")
    assert "Wati" not in capsys.readouterr().err


def test_a_broken_rule_is_not_tried_again(app: Flask, folder: Path) -> None:
    job_id = enqueue("test.refuse")
    run_job(app, job_id)
    assert notes(folder) == ["attempt 1"]
    assert status_of(job_id).state is JobState.FAILED


def test_a_worker_that_lost_its_job_cannot_write_to_it(app: Flask) -> None:
    job_id = enqueue("test.write_down", args={"text": "x"})
    with unit_of_work():
        db.session.execute(sa.update(JobRow).values(state=JobState.RUNNING, attempts=2))
    with pytest.raises(JobLost):
        JobHandle(job_id, 1, None).progress(1, 1)
    JobHandle(job_id, 2, None).progress(1, 1)


def test_the_tick_wakes_jobs_whose_message_was_lost(app: Flask) -> None:
    enqueue("test.write_down", args={"text": "x"})
    enqueue("test.write_down", args={"text": "later"}, run_at=now() + timedelta(hours=1))
    job_queue().huey.storage.flush_queue()
    tick(app)
    assert job_queue().huey.pending_count() == 1
    tick(app)
    assert job_queue().huey.pending_count() == 1


def test_the_tick_revives_jobs_of_dead_workers_but_not_for_ever(app: Flask) -> None:
    young, old, tired = (enqueue("test.write_down", args={"text": "x"}) for _n in range(3))
    beats = {young: (now(), 1), old: (now() - timedelta(minutes=2), 1), tired: (now() - timedelta(minutes=2), 3)}
    with unit_of_work():
        for job_id, (beat, attempts) in beats.items():
            values = {"state": JobState.RUNNING, "heartbeat_at": beat, "attempts": attempts}
            db.session.execute(sa.update(JobRow).where(JobRow.id == job_id).values(**values))
    tick(app)
    states = {row.id: row.state for row in rows()}
    assert states == {young: JobState.RUNNING, old: JobState.QUEUED, tired: JobState.FAILED}


def test_a_periodic_job_starts_once_a_period_whatever_the_number_of_workers(tmp_path: Path) -> None:
    with running(job_app(tmp_path, HOURLY)) as app:
        moment = now().replace(minute=5)
        with freeze(moment):
            tick(app)
            tick(app)
        with freeze(moment + timedelta(minutes=50)):
            tick(app)
        assert len(rows()) == 1
        with freeze(moment + timedelta(hours=1)):
            tick(app)
        assert len(rows()) == 2


def test_the_tick_forgets_old_work_but_not_what_makes_work_idempotent(app: Flask) -> None:
    keyed = enqueue("test.write_down", key="issue:1", args={"text": "x"})
    enqueue("test.write_down", args={"text": "x"})
    with unit_of_work():
        old = now() - timedelta(days=40)
        db.session.execute(sa.update(JobRow).values(state=JobState.DONE, finished_at=old))
    tick(app)
    assert [row.id for row in rows()] == [keyed]


def test_a_dead_queue_fails_no_request_and_loses_no_job(tmp_path: Path) -> None:
    with running(job_app(tmp_path, redis_url="redis://127.0.0.1:1/0")):
        started = time.monotonic()
        job_id = enqueue("test.write_down", args={"text": "x"})
        assert time.monotonic() - started < 2
        assert status_of(job_id).state is JobState.QUEUED


def test_queue_messages_hold_an_id_and_no_code(app: Flask) -> None:
    job_id = enqueue("test.write_down", args={"text": "Wati"})
    (message,) = job_queue().huey.storage.enqueued_items()
    assert bytes(message).endswith(f"[{job_id}]]".encode())
    assert b"Wati" not in bytes(message)


def test_an_embedded_worker_runs_jobs_and_stops(app: Flask, folder: Path) -> None:
    worker = start_embedded_worker(app)
    assert start_embedded_worker(app) is worker
    try:
        job_id = enqueue("test.write_down", args={"text": "embedded"})
        wait_for(lambda: status_of(job_id).is_over)
    finally:
        worker.stop()
    assert notes(folder) == ["embedded"]


def test_a_worker_runs_until_it_is_told_to_stop(app: Flask, folder: Path) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=(app,), kwargs={"threads": 2, "stop_event": stop})
    thread.start()
    ids = [enqueue("test.write_down", args={"text": str(n)}) for n in range(10)]
    wait_for(lambda: all(status_of(job_id).is_over for job_id in ids))
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert sorted(notes(folder)) == [str(n) for n in range(10)]


def test_a_long_job_keeps_its_heart_beating(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runner, "HEARTBEAT_SECONDS", 0.05)
    job_id = enqueue("test.write_down", args={"text": "x"})
    with unit_of_work():
        past = now() - timedelta(minutes=5)
        db.session.execute(sa.update(JobRow).values(state=JobState.RUNNING, attempts=1, heartbeat_at=past))
    with job_runner._heartbeat(app, JobHandle(job_id, 1, None)):
        wait_for(lambda: (rows()[0].heartbeat_at or past) > past)


@pytest.fixture(params=["sqlite", "redis"])
def backends(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, list[str]]]:
    """A job app, and the arguments that give a worker process the same queue and database."""
    redis = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    with running(job_app(tmp_path, redis_url=redis)) as app:
        yield app, [str(tmp_path), redis, ""]


def test_a_job_of_a_killed_worker_is_finished_by_another(backends: tuple[Flask, list[str]], tmp_path: Path) -> None:
    _app, arguments = backends
    command = [sys.executable, str(Path(__file__).with_name("job_app.py")), *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    job_id = enqueue("test.linger")
    with subprocess.Popen(command, env=environment) as first:
        try:
            wait_for(lambda: notes(tmp_path) == [f"attempt 1 by {first.pid}"])
        finally:
            first.kill()
    assert status_of(job_id).state is JobState.RUNNING
    with subprocess.Popen(command, env=environment) as second:
        try:
            wait_for(lambda: status_of(job_id).is_over)
        finally:
            second.kill()
    assert notes(tmp_path) == [f"attempt 1 by {first.pid}", f"attempt 2 by {second.pid}", "ended"]
    assert status_of(job_id).state is JobState.DONE
