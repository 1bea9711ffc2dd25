"""Writes on follow-up plans: save, submit, report progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.queries import workshop_by_id
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.kernel.events import publish
from lms.kernel.permissions import Actor
from lms.plugins.followup import queries
from lms.plugins.followup.enums import PlanStatus, RowState
from lms.plugins.followup.errors import PlanChangedMeanwhile, PlanIncomplete
from lms.plugins.followup.events import PlanSubmitted
from lms.plugins.followup.models import Plan, PlanRow, ProgressUpdate

MAX_ROWS = 10


@dataclass(frozen=True, kw_only=True)
class RowInput:
    """One row as typed."""

    problem: str = ""
    activity: str = ""
    indicator: str = ""
    person: str = ""
    due_on: date | None = None
    cost: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.problem or self.activity or self.indicator or self.person or self.due_on or self.cost)


def open_plan(*, enrolment: Enrolment) -> Plan:
    """The plan of the enrolment's organisation, made when it is not there yet; two at once make one."""
    insert_ignore(
        Plan,
        {
            "workshop_id": enrolment.workshop_id,
            "affiliation_key": enrolment.affiliation_key,
            "affiliation": enrolment.affiliation,
            "region_code": enrolment.region_code,
            "status": PlanStatus.DRAFT,
            "version": 0,
            "updated_at": now(),
        },
        keys=("workshop_id", "affiliation_key"),
    )
    plan = queries.plan_for(workshop_id=enrolment.workshop_id, affiliation_key=enrolment.affiliation_key)
    assert plan is not None
    return plan


def save_plan(*, plan: Plan, rows: Sequence[RowInput], version: int, submit: bool, actor: Actor) -> Plan:
    """Replace the rows, empty ones left out; `version` is what the page showed.

    Raises PlanChangedMeanwhile when a colleague saved in between (nothing is lost: the caller keeps what was typed),
    and PlanIncomplete when a plan without one complete row is submitted. Saving the same rows again changes nothing.
    """
    wanted = [row for row in rows if not row.is_empty][:MAX_ROWS]
    if version != plan.version and _typed(plan) != wanted:
        raise PlanChangedMeanwhile(
            _("A colleague saved this plan in the meantime. Compare both, then save again; your words are still here.")
        )
    _replace(plan, wanted)
    if submit:
        _submit(plan)
    plan.version += 1
    plan.updated_at = now()
    db.session.flush()
    action = "followup.submitted" if submit else "followup.saved"
    audit.record(action=action, subject=plan, workshop_id=plan.workshop_id, actor=actor)
    return plan


def report(*, row: PlanRow, state: RowState, note: str, actor: Actor) -> ProgressUpdate:
    """Report progress; the same report again within a minute is the same one (a phone may retry)."""
    last = row.updates[0] if row.updates else None
    if last and last.state is state and last.note == note[:500] and (now() - last.at).total_seconds() < 60:
        return last
    update = ProgressUpdate(
        row=row,
        at=now(),
        state=state,
        note=note[:500],
        enrolment_id=actor.enrolment.id if actor.enrolment else None,
        account_id=actor.account_id,
    )
    row.state = state
    db.session.add(update)
    db.session.flush()
    audit.record(action="followup.reported", subject=row, workshop_id=row.plan.workshop_id, actor=actor)
    return update


def make_plan(
    *, workshop_id: int, affiliation_key: str, affiliation: str, region_code: str | None, rows: Sequence[RowInput],
    actor: Actor,
) -> Plan:  # fmt: skip
    """A submitted plan for an organisation, by staff."""
    workshop = workshop_by_id(workshop_id)
    plan = Plan(
        workshop=workshop,
        affiliation_key=affiliation_key,
        affiliation=affiliation,
        region_code=region_code,
        status=PlanStatus.DRAFT,
        version=0,
        updated_at=now(),
        rows=[],
    )
    db.session.add(plan)
    db.session.flush()
    return save_plan(plan=plan, rows=rows, version=0, submit=True, actor=actor)


def _typed(plan: Plan) -> list[RowInput]:
    return [
        RowInput(
            problem=row.problem,
            activity=row.activity,
            indicator=row.indicator,
            person=row.person,
            due_on=row.due_on,
            cost=row.cost,
        )
        for row in plan.rows
    ]


def _replace(plan: Plan, wanted: Sequence[RowInput]) -> None:
    """Write rows by position, so that progress already reported stays with its row."""
    for position, typed in enumerate(wanted):
        row = plan.rows[position] if position < len(plan.rows) else PlanRow(position=position, state=RowState.PLANNED)
        row.problem, row.activity, row.indicator = typed.problem, typed.activity, typed.indicator
        row.person, row.due_on, row.cost = typed.person, typed.due_on, typed.cost
        if position >= len(plan.rows):
            plan.rows.append(row)
    del plan.rows[len(wanted) :]
    db.session.flush()


def _submit(plan: Plan) -> None:
    if not any(row.is_complete for row in plan.rows):
        raise PlanIncomplete(
            _("Fill in at least one row completely: activity, person in charge, due date and indicator.")
        )
    if plan.status is not PlanStatus.SUBMITTED:
        plan.status, plan.submitted_at = PlanStatus.SUBMITTED, now()
        publish(PlanSubmitted(plan_id=plan.id, workshop_id=plan.workshop_id))
