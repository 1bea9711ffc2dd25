"""Jobs for the tests of jobs, and a worker process that a test can kill."""

from __future__ import annotations

import os
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bare import bare_app
from flask import Flask

from lms.kernel import job_runner, worker
from lms.kernel.declarations import Job
from lms.kernel.errors import RuleViolation
from lms.kernel.installation import settings
from lms.kernel.jobs import JobHandle


def _note(text: str) -> None:
    with (settings().data_dir / "notes").open("a") as file:
        file.write(f"{text}\n")


def notes(folder: Path) -> list[str]:
    """What the jobs of this folder wrote down, in order."""
    path = folder / "notes"
    return path.read_text().splitlines() if path.exists() else []


def write_down(*, job: JobHandle, text: str) -> None:
    job.progress(1, 2, "half")
    _note(text)


def linger(*, job: JobHandle) -> None:
    """The first attempt hangs, as if its process were about to be killed; the second ends."""
    _note(f"attempt {job.attempt} by {os.getpid()}")
    if job.attempt == 1:
        time.sleep(60)
    _note("ended")


def fail(*, job: JobHandle, name: str) -> None:
    _note(f"attempt {job.attempt}")
    raise ValueError(f"cannot do this for {name}")


def refuse(*, job: JobHandle) -> None:
    _note(f"attempt {job.attempt}")
    raise RuleViolation("The workshop is over.")


def hourly(*, job: JobHandle) -> None:
    _note("hour")


JOBS = (
    Job(name="test.write_down", handler=write_down),
    Job(name="test.linger", handler=linger),
    Job(name="test.fail", handler=fail),
    Job(name="test.refuse", handler=refuse),
)
HOURLY = Job(name="test.hourly", handler=hourly, every=timedelta(hours=1))


def job_app(folder: Path, *more: Job, **changes: Any) -> Flask:
    return bare_app(folder, *JOBS, *more, **changes)


def main(folder: str, redis_url: str, database_url: str) -> None:
    """A worker process with short patience, so that a test need not wait a minute."""
    job_runner.HEARTBEAT_SECONDS = 0.2
    worker.DEAD_AFTER = timedelta(seconds=1)
    worker.TICK_SECONDS = 0.3
    changes = {"redis_url": redis_url} | ({"database_url": database_url} if database_url else {})
    app = job_app(Path(folder), **changes)
    Path(folder, f"worker-{os.getpid()}").touch()
    threads = worker.Worker(app, threads=1, tick_seconds=0.3)
    threads.start()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
