"""Periodic work on plans."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.declarations import Job
from lms.kernel.i18n import page_zone
from lms.plugins.followup import services


def mark_due(*, job: Any) -> None:
    """Tell whoever listens which due dates have passed; repeating it tells nothing twice."""
    with unit_of_work():
        count = services.mark_due(today=now().astimezone(page_zone()).date())
    job.progress(count, count, "")


JOBS = (Job(name="followup.mark_due", handler=mark_due, every=timedelta(days=1)),)
