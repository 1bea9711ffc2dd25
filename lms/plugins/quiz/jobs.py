"""Periodic work of quizzes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lms.kernel.db import unit_of_work
from lms.kernel.declarations import Job
from lms.plugins.quiz import retention, services


def close_overdue(*, job: Any) -> None:
    """Close attempts whose time is over."""
    with unit_of_work():
        count = services.close_overdue()
    job.progress(count, count, "")


def erase_answers(*, job: Any) -> None:
    """Erase the answers of old workshops, a quiz a transaction."""
    quizzes = retention.overdue_quizzes()
    for done, quiz_id in enumerate(quizzes, start=1):
        with unit_of_work():
            retention.erase_answers(quiz_id=quiz_id)
        job.progress(done, len(quizzes), "")


JOBS = (
    Job(name="quiz.close_overdue", handler=close_overdue, every=timedelta(minutes=2)),
    Job(name="quiz.erase_answers", handler=erase_answers, every=timedelta(days=1)),
)
