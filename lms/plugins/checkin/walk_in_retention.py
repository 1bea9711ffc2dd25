"""The period of walk-ins that nobody accepted: what was noted at the door goes a month after the workshop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.kernel.declarations import Job
from lms.kernel.permissions import SYSTEM
from lms.plugins.checkin.enums import WalkInState
from lms.plugins.checkin.models import WalkIn

KEPT = timedelta(days=30)
BATCH = 500


def erase_old(*, batch: int = BATCH) -> int:
    """Delete at most `batch` walk-ins that wait or were dismissed, of workshops over for a month; how many."""
    last = now().date() - KEPT
    over = (
        sa.select(WalkIn.id)
        .join(Workshop, Workshop.id == WalkIn.workshop_id)
        .where(WalkIn.state.in_([WalkInState.WAITING, WalkInState.DISMISSED]), Workshop.ends_on < last)
        .order_by(WalkIn.id)
        .limit(batch)
    )
    gone = db.session.execute(sa.delete(WalkIn).where(WalkIn.id.in_(over)).execution_options(synchronize_session=False))
    count = int(getattr(gone, "rowcount", 0))
    if count:
        audit.record(action="checkin.walk_ins_expired", actor=SYSTEM, reason=str(count))
        db.session.flush()
    return count


def erase_old_walk_ins(*, job: Any) -> None:
    """Erase what is overdue, a batch a transaction."""
    total = 0
    while True:
        with unit_of_work():
            count = erase_old()
        total += count
        job.progress(total, total, "")
        if not count:
            return


JOBS = (Job(name="checkin.erase_walk_ins", handler=erase_old_walk_ins, every=timedelta(days=1)),)
