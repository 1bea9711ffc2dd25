"""Periodic work of quizzes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lms.kernel.db import unit_of_work
from lms.kernel.declarations import Job
from lms.plugins.quiz import services


def close_overdue(*, job: Any) -> None:
    """Close attempts whose time is over."""
    with unit_of_work():
        count = services.close_overdue()
    job.progress(count, count, "")


JOBS = (Job(name="quiz.close_overdue", handler=close_overdue, every=timedelta(minutes=2)),)
