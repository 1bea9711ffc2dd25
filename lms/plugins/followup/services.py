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
from lms.kernel.errors import RuleViolation
from lms.kernel.events import publish
from lms.kernel.permissions import Actor
from lms.plugins.followup import queries
from lms.plugins.followup.enums import PlanStatus, RowState
from lms.plugins.followup.errors import PlanChangedMeanwhile, PlanIncomplete, RowHasReports
from lms.plugins.followup.events import PlanDue, PlanSubmitted
from lms.plugins.followup.models import Plan, PlanRow, ProgressUpdate

MAX_ROWS = 10
FIELDS = ("problem", "activity", "indicator", "target", "person", "due_on", "cost")


@dataclass(frozen=True, kw_only=True)
class RowInput:
    """One row as typed."""

    id: int | None = None  # of the row that was shown; None for a new one
    problem: str = ""
    activity: str = ""
    indicator: str = ""
    target: str = ""
    person: str = ""
    due_on: date | None = None
    cost: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(self.values.values())

    @property
    def values(self) -> dict[str, object]:
        """What the row says, without which row it is."""
        return {name: getattr(self, name) for name in FIELDS}


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
    return queries.locked_plan(workshop_id=enrolment.workshop_id, affiliation_key=enrolment.affiliation_key)


def save_plan(*, plan: Plan, rows: Sequence[RowInput], version: int, submit: bool, actor: Actor) -> Plan:
    """Make the plan say what `rows` say, empty ones left out; `version` is what the page showed.

    A row keeps its reports by its id, wherever it stands. Saving the same again changes nothing. Raises
    PlanChangedMeanwhile when a colleague saved in between (nothing is lost: the caller keeps what was typed),
    PlanIncomplete when a plan that is or becomes submitted has no row or one that cannot be followed up, and
    RowHasReports when an activity with reports is left out.
    """
    wanted = [row for row in rows if not row.is_empty][:MAX_ROWS]
    is_same = _typed(plan) == [row.values for row in wanted]
    if version != plan.version and not is_same:
        raise PlanChangedMeanwhile(
            _("A colleague saved this plan in the meantime. Compare both, then save again; your words are still here.")
        )
    if submit or plan.is_submitted:
        _refuse_incomplete(rows)
    becomes_submitted = submit and not plan.is_submitted
    if is_same and not becomes_submitted and plan.version > 0:
        return plan
    _replace(plan, wanted)
    plan.version += 1
    plan.updated_at = now()
    if becomes_submitted:
        plan.status, plan.submitted_at = PlanStatus.SUBMITTED, now()
    db.session.flush()
    if becomes_submitted:
        publish(PlanSubmitted(plan_id=plan.id, workshop_id=plan.workshop_id))
    action = "followup.submitted" if becomes_submitted else "followup.saved"
    audit.record(action=action, subject=plan, workshop_id=plan.workshop_id, actor=actor)
    return plan


def report(*, row: PlanRow, state: RowState, note: str, actor: Actor) -> ProgressUpdate:
    """Report progress; the same report again within a minute is the same one (a phone may retry).

    Raises RuleViolation on `note` for an activity that is stuck without a word on why.
    """
    if state is RowState.STUCK and not note.strip():
        raise RuleViolation(_("Write in one sentence what is in the way."), "note")
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


def mark_due(*, today: date) -> int:
    """Publish PlanDue once for every due date that has passed; how many were told. No message is sent by us."""
    rows = queries.due_rows(today)
    for row in rows:
        assert row.due_on is not None
        row.due_told = row.due_on
        publish(PlanDue(row_id=row.id, plan_id=row.plan_id, workshop_id=row.plan.workshop_id, due_on=row.due_on))
    db.session.flush()
    return len(rows)


def _typed(plan: Plan) -> list[dict[str, object]]:
    return [{name: getattr(row, name) for name in FIELDS} for row in plan.rows]


def _refuse_incomplete(rows: Sequence[RowInput]) -> None:
    todo = {
        "activity": _("Write what you will do."),
        "indicator": _("Write how you will see that it worked."),
        "person": _("Name one person in charge."),
        "due_on": _("Choose a due date."),
    }
    typed = [(place, row.values) for place, row in enumerate(rows) if not row.is_empty]
    problems = {place: {name: text for name, text in todo.items() if not values[name]} for place, values in typed}
    problems = {place: lacking for place, lacking in problems.items() if lacking}
    if problems:
        raise PlanIncomplete(_("Complete the marked activities, or empty all fields of an activity."), problems)
    if not typed:
        raise PlanIncomplete(
            _("Fill in at least one row completely: activity, person in charge, due date and indicator.")
        )


def _replace(plan: Plan, wanted: Sequence[RowInput]) -> None:
    """Rows are known by their id, so that reports stay with their activity; positions only give the order."""
    known = {row.id: row for row in plan.rows}
    kept = {typed.id for typed in wanted if typed.id in known}
    for row in [row for row in plan.rows if row.id not in kept]:
        if row.updates:
            raise RowHasReports(
                _("“%(activity)s” has reports and stays. Report it as stuck instead.", activity=row.activity)
            )
        plan.rows.remove(row)
    db.session.flush()
    last = max((row.position for row in plan.rows), default=-1)
    taken: set[int] = set()
    for typed in wanted:
        found = None if typed.id in taken else known.get(typed.id or 0)
        if found is None:
            last += 1
            found = PlanRow(position=last, state=RowState.PLANNED)
            plan.rows.append(found)
        else:
            taken.add(found.id)
        for name, value in typed.values.items():
            setattr(found, name, value)
