"""Evidence, metrics, personal data and panels of follow-up plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import organisation_count
from lms.core.exports.api import Column, ColumnKind
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.declarations import Period
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import Actor, Role
from lms.plugins.followup import queries
from lms.plugins.followup.enums import PlanStatus, RowState
from lms.plugins.followup.forms import STATE_LABELS
from lms.plugins.followup.models import Plan, PlanRow, ProgressUpdate


def plan_submitted(*, workshop_id: int, enrolment_ids: Sequence[int]) -> Mapping[int, Decimal]:
    """1 for everybody whose organisation submitted its plan, 0 for the others."""
    keys = queries.submitted_keys(workshop_id)
    query = sa.select(Enrolment.id, Enrolment.affiliation_key).where(Enrolment.id.in_(list(enrolment_ids)))
    return {row[0]: Decimal(int(row[1] in keys)) for row in db.session.execute(query)}


def plans_total(*, period: Period, region_codes: Sequence[str]) -> Mapping[str, Decimal]:
    """Rows of submitted plans of workshops in the period."""
    return _count(period, region_codes)


def plans_done(*, period: Period, region_codes: Sequence[str]) -> Mapping[str, Decimal]:
    """Rows that are done."""
    return _count(period, region_codes, PlanRow.state == RowState.DONE)


def _count(period: Period, codes: Sequence[str], *conditions: sa.ColumnElement[bool]) -> Mapping[str, Decimal]:
    query = (
        sa.select(Plan.region_code, sa.func.count())
        .select_from(PlanRow)
        .join(Plan, Plan.id == PlanRow.plan_id)
        .join(Workshop, Workshop.id == Plan.workshop_id)
        .where(
            Plan.status == PlanStatus.SUBMITTED,
            Plan.region_code.in_(list(codes)),
            Workshop.starts_on.between(period.first, period.last),
            *conditions,
        )
        .group_by(Plan.region_code)
    )
    return {row[0]: Decimal(row[1]) for row in db.session.execute(query) if row[0]}


def export(person_id: int) -> Mapping[str, object]:
    """Progress that the person reported; names in plans are free text of the organisation."""
    mine = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    rows = db.session.scalars(sa.select(ProgressUpdate).where(ProgressUpdate.enrolment_id.in_(mine)))
    return {"progress": [{"at": row.at.isoformat(), "state": row.state.value, "note": row.note} for row in rows]}


def erase(person_id: int) -> None:
    """Unlink the person from what they reported."""
    mine = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    statement = sa.update(ProgressUpdate).where(ProgressUpdate.enrolment_id.in_(mine))
    db.session.execute(statement.values(enrolment_id=None))


def columns() -> Sequence[Column]:
    """The columns of the download."""
    return (
        Column("organisation", _("Organisation")), Column("problem", _("Problem")), Column("activity", _("Activity")),
        Column("target", _("For whom or how many")),
        Column("person", _("Person in charge")), Column("due_on", _("Due date"), ColumnKind.DATE),
        Column("indicator", _("How we see that it worked")), Column("state", _("State")),
        Column("note", _("Last report")),
    )  # fmt: skip


def rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    """Rows of the plans of one workshop, as far as the actor may see them."""
    for plan in queries.visible_plans(int(filters["workshop_id"]), actor):
        for row in plan.rows:
            note = row.updates[0].note if row.updates else ""
            yield (
                plan.affiliation, row.problem, row.activity, row.target, row.person, row.due_on, row.indicator,
                str(STATE_LABELS[row.state]), note,
            )  # fmt: skip


def deed(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The tile of a participant's ticket."""
    if enrolment.role is not Role.PESERTA or not enrolment.is_confirmed or not enrolment.affiliation_key:
        return None
    plan = queries.plan_for(workshop_id=workshop.id, affiliation_key=enrolment.affiliation_key)
    done = sum(1 for row in plan.rows if row.is_complete) if plan else 0
    return {"plan": plan, "done": done, "total": max(3, len(plan.rows) if plan else 0)}


def kpi(workshop: Workshop) -> Mapping[str, object] | None:
    """Organisations with a submitted plan."""
    total = organisation_count(workshop.id)
    return {"done": len(queries.submitted_keys(workshop.id)), "total": total} if total else None


def todo(workshop: Workshop) -> Mapping[str, object] | None:
    """Overdue rows."""
    today = now().astimezone(page_zone(workshop.zone)).date()
    count = queries.overdue_count(workshop.id, today)
    return {"count": count} if count else None


def of_organisation(affiliation_key: str) -> Mapping[str, object] | None:
    """Plans on the page of an organisation."""
    return {"plans": queries.plans_of_organisation(affiliation_key), "today": now().astimezone(page_zone()).date()}
