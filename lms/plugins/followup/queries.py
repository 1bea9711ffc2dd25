"""Reads on follow-up plans."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor, Scope
from lms.plugins.followup.enums import PlanStatus, RowState
from lms.plugins.followup.models import Plan, PlanRow
from lms.plugins.followup.permissions import SEE

_WITH_ROWS = sa.orm.selectinload(Plan.rows).selectinload(PlanRow.updates)


def plan_by_id(plan_id: int) -> Plan:
    """Raises NotFound."""
    plan = db.session.get(Plan, plan_id, options=[_WITH_ROWS])
    if plan is None:
        raise NotFound
    return plan


def row_by_id(row_id: int) -> PlanRow:
    """Raises NotFound."""
    row = db.session.get(PlanRow, row_id, options=[sa.orm.joinedload(PlanRow.plan)])
    if row is None:
        raise NotFound
    return row


def plan_for(*, workshop_id: int, affiliation_key: str) -> Plan | None:
    """The plan of one organisation in one workshop."""
    query = sa.select(Plan).filter_by(workshop_id=workshop_id, affiliation_key=affiliation_key).options(_WITH_ROWS)
    return db.session.scalar(query)


def plans_of(workshop_id: int) -> list[Plan]:
    """Plans of a workshop by organisation, with rows, in a constant number of statements."""
    query = sa.select(Plan).filter_by(workshop_id=workshop_id).options(_WITH_ROWS).order_by(Plan.affiliation)
    return list(db.session.scalars(query))


def plans_of_organisation(affiliation_key: str) -> list[Plan]:
    """Submitted plans of one organisation, newest first."""
    query = (
        sa.select(Plan)
        .filter_by(affiliation_key=affiliation_key, status=PlanStatus.SUBMITTED)
        .options(_WITH_ROWS)
        .order_by(Plan.id.desc())
    )
    return list(db.session.scalars(query))


def plans_reached(actor: Actor) -> list[Plan]:
    """Plans of the organisations that the actor's own grants name (pengurus lembaga)."""
    keys = [g.ref for g in actor.grants if g.scope is Scope.ORGANISATION and g.role in SEE.default_roles]
    query = sa.select(Plan).where(Plan.affiliation_key.in_(keys)).options(_WITH_ROWS).order_by(Plan.id.desc())
    return list(db.session.scalars(query))


def submitted_keys(workshop_id: int) -> set[str]:
    """Affiliation keys with a submitted plan."""
    query = sa.select(Plan.affiliation_key).filter_by(workshop_id=workshop_id, status=PlanStatus.SUBMITTED)
    return set(db.session.scalars(query))


def overdue_count(workshop_id: int, today: date) -> int:
    """Rows of submitted plans whose due date has passed."""
    query = (
        sa.select(sa.func.count())
        .select_from(PlanRow)
        .join(Plan)
        .where(
            Plan.workshop_id == workshop_id,
            Plan.status == PlanStatus.SUBMITTED,
            PlanRow.due_on < today,
            PlanRow.state != RowState.DONE,
        )
    )
    return db.session.scalar(query) or 0
