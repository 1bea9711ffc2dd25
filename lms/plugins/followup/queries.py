"""Reads on follow-up plans."""

from __future__ import annotations

from datetime import date
from functools import cache

import sqlalchemy as sa

from lms.core.workshops.queries import BIGGEST_ID
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor, Scope
from lms.plugins.followup.enums import PlanStatus, RowState
from lms.plugins.followup.models import Plan, PlanRow
from lms.plugins.followup.permissions import OWN, SEE, UPDATE

_MOST = 200  # plans on one page
_WITH_ROWS = sa.orm.selectinload(Plan.rows).selectinload(PlanRow.updates)


def plan_by_id(plan_id: int) -> Plan:
    """Raises NotFound."""
    plan = db.session.get(Plan, plan_id, options=[_WITH_ROWS]) if plan_id < BIGGEST_ID else None
    if plan is None:
        raise NotFound
    return plan


def row_by_id(row_id: int) -> PlanRow:
    """Raises NotFound."""
    options = [sa.orm.joinedload(PlanRow.plan)]
    row = db.session.get(PlanRow, row_id, options=options) if row_id < BIGGEST_ID else None
    if row is None:
        raise NotFound
    return row


def plan_for(*, workshop_id: int, affiliation_key: str) -> Plan | None:
    """The plan of one organisation in one workshop."""
    return db.session.scalar(_plan(), {"workshop": workshop_id, "affiliation": affiliation_key})


@cache
def _plan() -> sa.Select[Plan]:
    """Made once: every ticket asks for it."""
    return (
        sa.select(Plan)
        .where(
            Plan.workshop_id == sa.bindparam("workshop", type_=sa.Integer),
            Plan.affiliation_key == sa.bindparam("affiliation", type_=sa.String),
        )
        .options(_WITH_ROWS)
    )


def locked_plan(*, workshop_id: int, affiliation_key: str) -> Plan:
    """The plan as it is now, kept from others until the transaction ends: what the session knew of it may be old."""
    query = (
        sa.select(Plan)
        .filter_by(workshop_id=workshop_id, affiliation_key=affiliation_key)
        .options(_WITH_ROWS)
        .with_for_update(of=Plan)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).one()


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


def may_see(plan: Plan, actor: Actor) -> bool:
    """Whether the actor reaches this plan; a draft is for the organisation and the staff, not for observers."""
    return actor.can(SEE, plan.access) and (plan.is_submitted or actor.can(UPDATE, plan.access))


def visible_plans(workshop_id: int, actor: Actor) -> list[Plan]:
    """Plans of a workshop that the actor may see: an observer sees organisations of the own region only."""
    return [plan for plan in plans_of(workshop_id) if may_see(plan, actor)]


def plans_reached(actor: Actor) -> list[Plan]:
    """Plans of the own organisations (pengurus), and submitted ones of the own region (pengamat); newest first."""
    conditions: list[sa.ColumnElement[bool]] = []
    for grant in actor.grants:
        if grant.role not in OWN.default_roles:
            continue
        if grant.scope is Scope.ORGANISATION:
            conditions.append(Plan.affiliation_key == grant.ref)
        elif grant.scope is Scope.REGION:
            conditions.append(Plan.region_code == grant.ref)
            conditions.append(Plan.region_code.startswith(f"{grant.ref}.", autoescape=True))
    query = sa.select(Plan).where(sa.or_(sa.false(), *conditions)).options(_WITH_ROWS).order_by(Plan.id.desc())
    return [plan for plan in db.session.scalars(query.limit(_MOST)) if may_see(plan, actor)]


def due_rows(today: date) -> list[PlanRow]:
    """Activities of submitted plans whose due date has passed and was not told yet."""
    query = (
        sa.select(PlanRow)
        .join(PlanRow.plan)
        .where(
            Plan.status == PlanStatus.SUBMITTED,
            PlanRow.due_on < today,
            PlanRow.state != RowState.DONE,
            sa.or_(PlanRow.due_told.is_(None), PlanRow.due_told != PlanRow.due_on),
        )
        .options(sa.orm.contains_eager(PlanRow.plan))
        .order_by(PlanRow.id)
        .with_for_update(of=PlanRow, skip_locked=True)
    )
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
