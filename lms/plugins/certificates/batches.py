"""Issuing to everybody who may: one batch per pressing, run by a background job that can be killed and resumed."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from lms.core.workshops.queries import workshop_by_id
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore, unit_of_work
from lms.kernel.errors import LmsError, RuleViolation
from lms.kernel.jobs import JobHandle, JobState, enqueue, job_status
from lms.kernel.permissions import Actor
from lms.kernel.storage import StorageFull
from lms.plugins.certificates import eligibility, queries, services
from lms.plugins.certificates.content import basis_of
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.models import Batch

log = structlog.get_logger(__name__)
JOB = "certificates.issue_all"
_TRIES = 3


def start(*, workshop_id: int, role: PaperRole, actor: Actor) -> Batch:
    """Start a batch, or join the one that runs for this role: pressing twice, in two tabs too, issues once."""
    batch = _open_batch(workshop_id, role)
    args = {"workshop_id": workshop_id, "role": role.value, "batch_id": batch.id}
    # The key makes one job of it; a job that gave up is queued anew.
    batch.job_id = enqueue(JOB, key=f"{JOB}:{batch.id}", args=args, actor_id=actor.account_id)
    db.session.flush()
    return batch


def _open_batch(workshop_id: int, role: PaperRole) -> Batch:
    key = f"{workshop_id}:{role.value}"
    values = {"workshop_id": workshop_id, "role": role, "open_key": key, "created_at": now()}
    for _try in range(_TRIES):  # the open batch may end between the two statements
        insert_ignore(Batch, {**values, "failed": 0, "lacking": 0}, keys=("open_key",))
        batch = db.session.scalar(sa.select(Batch).filter_by(open_key=key))
        if batch is not None:
            return batch
    raise LmsError("no batch could be opened")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a batch is. `is_over` covers one that gave up, which `has_failed` tells apart."""

    issued: int
    failed: int
    lacking: int
    done: int
    total: int
    is_over: bool
    has_failed: bool


def progress_of(batch: Batch) -> Progress:
    """The state of a batch and of its job as the database has them now."""
    job = job_status(batch.job_id) if batch.job_id else None
    has_failed = batch.finished_at is None and job is not None and job.state is JobState.FAILED
    return Progress(
        issued=queries.issued_in(batch.id),
        failed=batch.failed,
        lacking=batch.lacking,
        done=job.done if job else 0,
        total=job.total if job else 0,
        is_over=batch.finished_at is not None or has_failed,
        has_failed=has_failed,
    )


def run(*, job: JobHandle, workshop_id: int, role: str, batch_id: int) -> None:
    """Issue to everybody who may have one, a transaction each; safe to run again after a crash."""
    workshop, actor = workshop_by_id(workshop_id), Actor(account_id=job.actor_id)
    table, basis = eligibility.table_of(workshop, PaperRole(role)), basis_of(workshop)
    failed = 0
    for done, row in enumerate(table.ready, start=1):
        try:
            with unit_of_work():
                services.issue_checked(basis=basis, row=row, actor=actor, batch_id=batch_id)
        except StorageFull:
            raise
        except (RuleViolation, RuntimeError) as error:  # RuntimeError: the typesetter refuses one person's paper
            failed += 1
            log.warning("certificate_failed", error=type(error).__name__, enrolment_id=row.enrolment.id)
        job.progress(done, len(table.ready))
    with unit_of_work():
        _finish(batch_id, failed=failed, lacking=len(table.lacking))


def _finish(batch_id: int, *, failed: int, lacking: int) -> None:
    batch = queries.batch_by_id(batch_id)
    batch.failed, batch.lacking = failed, lacking
    batch.open_key, batch.finished_at = None, now()
    db.session.flush()
