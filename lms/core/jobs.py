"""Periodic work of the core."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lms.core.accounts import sessions
from lms.kernel.db import unit_of_work
from lms.kernel.declarations import Job


def sweep_sessions(*, job: Any) -> None:
    """Delete sessions that are over."""
    with unit_of_work():
        count = sessions.sweep_sessions()
    job.progress(count, count, "")


JOBS = (Job(name="accounts.sweep_sessions", handler=sweep_sessions, every=timedelta(hours=6)),)
