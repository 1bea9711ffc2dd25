"""Periodic work of quizzes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog

from lms.kernel.db import unit_of_work
from lms.kernel.declarations import Job
from lms.kernel.errors import RuleViolation
from lms.plugins.quiz import imports, pictures, retention, services

log = structlog.get_logger(__name__)


def close_overdue(*, job: Any) -> None:
    """Close attempts whose time is over, a quiz a transaction: one that cannot be graded holds up no other."""
    with unit_of_work():
        services.close_past_hours()
    count = 0
    for quiz_id in services.running_quizzes():
        try:
            with unit_of_work():
                count += services.close_overdue_in(quiz_id)
        except RuleViolation as error:  # a question of a plugin that was taken out
            log.error("quiz_not_closed", quiz=quiz_id, reason=str(error))
    job.progress(count, count, "")


def clear_imports(*, job: Any) -> None:
    """Forget files of questions that were read a week ago, and pictures of questions that nobody saved."""
    with unit_of_work():
        count = imports.clear_old() + pictures.clear_old()
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
    Job(name="quiz.clear_imports", handler=clear_imports, every=timedelta(days=1)),
)
