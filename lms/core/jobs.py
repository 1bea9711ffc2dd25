"""Periodic work of the core."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lms.core.accounts import sessions
from lms.core.enrolments.retention import erase_old_contacts
from lms.kernel.db import unit_of_work
from lms.kernel.declarations import Job


def sweep_sessions(*, job: Any) -> None:
    """Delete sessions that are over."""
    with unit_of_work():
        count = sessions.sweep_sessions()
    job.progress(count, count, "")


def erase_contacts(*, job: Any) -> None:
    """Erase contacts whose period is over, a batch a transaction."""
    total = 0
    while True:
        with unit_of_work():
            count = erase_old_contacts()
        total += count
        job.progress(total, total, "")
        if not count:
            return


JOBS = (
    Job(name="accounts.sweep_sessions", handler=sweep_sessions, every=timedelta(hours=6)),
    Job(name="enrolments.erase_contacts", handler=erase_contacts, every=timedelta(days=1)),
)
