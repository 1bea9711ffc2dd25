"""Issuing to everybody who may: one batch per pressing, run by a background job that can be killed and resumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
import structlog

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.queries import workshop_by_id
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore, unit_of_work
from lms.kernel.errors import LmsError, RuleViolation
from lms.kernel.jobs import JobHandle, JobState, enqueue, job_status
from lms.kernel.permissions import Actor
from lms.kernel.storage import StorageFull
from lms.plugins.certificates import eligibility, ledger, queries, services
from lms.plugins.certificates.content import basis_of
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.models import Batch

log = structlog.get_logger(__name__)
JOB = "certificates.issue_all"
_TRIES = 3
_NOT_ISSUED = "certificates.not_issued"


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
    """How far a batch is. `is_over` covers one that gave up, which `has_failed` tells apart.

    `exceptions` of `issued` went to people who pass by an exception.
    """

    issued: int
    failed: int
    lacking: int
    exceptions: int
    done: int
    total: int
    is_over: bool
    has_failed: bool


def progress_of(batch: Batch) -> Progress:
    """The state of a batch and of its job as the database has them now."""
    job = job_status(batch.job_id) if batch.job_id else None
    has_failed = batch.finished_at is None and job is not None and job.state is JobState.FAILED
    is_over = batch.finished_at is not None or has_failed
    return Progress(
        issued=queries.issued_in(batch.id),
        failed=batch.failed,
        lacking=batch.lacking,
        exceptions=queries.exceptions_in(batch.id) if is_over else 0,
        done=job.done if job else 0,
        total=job.total if job else 0,
        is_over=is_over,
        has_failed=has_failed,
    )


@dataclass
class _Tally:
    """What a run has done so far; `failed` is `{enrolment_id: kind of error}`."""

    done: int
    total: int
    failed: dict[int, str] = field(default_factory=dict)


def run(*, job: JobHandle, workshop_id: int, role: str, batch_id: int) -> None:
    """Issue to everybody who may have one, a transaction each; safe to run again after a crash."""
    workshop, actor = workshop_by_id(workshop_id), Actor(account_id=job.actor_id)
    with unit_of_work():  # the first batch of an organiser writes down the ready-made designs
        basis = basis_of(workshop, PaperRole(role))
    table = eligibility.table_of(workshop, PaperRole(role))
    before = queries.issued_in(batch_id)  # by a worker that was killed: the bar goes on where it stood
    tally = _Tally(done=before, total=before + len(table.ready))
    for row in table.ready:
        try:
            with unit_of_work():
                services.issue_checked(basis=basis, row=row, actor=actor, batch_id=batch_id)
        except StorageFull:
            raise
        except (RuleViolation, RuntimeError) as error:  # RuntimeError: the typesetter refuses one person's paper
            tally.failed[row.enrolment.id] = type(error).__name__
            log.warning("certificate_failed", error=type(error).__name__, enrolment_id=row.enrolment.id)
        tally.done += 1
        job.progress(tally.done, tally.total)
    with unit_of_work():
        for year in queries.years_in(batch_id):
            ledger.sign_head(year)
    with unit_of_work():
        _finish(batch_id, failed=tally.failed, lacking=len(table.lacking), actor=actor)


def _finish(batch_id: int, *, failed: Mapping[int, str], lacking: int, actor: Actor) -> None:
    batch = queries.batch_by_id(batch_id)
    for enrolment_id, kind in failed.items():
        # The trail is where staff reads later what happened; it holds ids and the kind of error, no name.
        person = db.session.get_one(Enrolment, enrolment_id)
        fields = (_mark(batch_id),)
        audit.record(
            action=_NOT_ISSUED, subject=person, workshop_id=batch.workshop_id, actor=actor, fields=fields, reason=kind
        )
    batch.failed, batch.lacking = len(failed), lacking
    batch.open_key, batch.finished_at = None, now()
    db.session.flush()


def _mark(batch_id: int) -> str:
    return f"batch:{batch_id}"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One person for whom a batch could make no paper; `kind` is the class of the error."""

    enrolment: Enrolment
    kind: str


def failures_of(batch: Batch) -> list[Failure]:
    """Who a finished batch could not issue to, by name."""
    entry = audit.AuditEntry
    query = (
        sa.select(Enrolment, entry.reason)
        .join(entry, sa.and_(entry.subject_id == Enrolment.id, entry.subject_type == Enrolment.__tablename__))
        .where(entry.workshop_id == batch.workshop_id, entry.action == _NOT_ISSUED, entry.fields == _mark(batch.id))
    )
    found = {row.id: Failure(enrolment=row, kind=kind) for row, kind in db.session.execute(query)}
    return sorted(found.values(), key=lambda failure: failure.enrolment.person.full_name.casefold())
