"""Routes of follow-up plans: on the ticket, for staff, and for the board of an organisation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolments_of
from lms.core.loaders import own_enrolment, workshop_from_url
from lms.core.permissions import HOLD_TICKET
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import Access, Role, current_actor, requires
from lms.plugins.followup import queries, services
from lms.plugins.followup.enums import RowState
from lms.plugins.followup.errors import PlanIncomplete
from lms.plugins.followup.forms import STATE_LABELS, PlanForm, ProgressForm, as_number
from lms.plugins.followup.models import Plan, PlanRow
from lms.plugins.followup.permissions import OWN, SEE, SEE_ALL, UPDATE
from lms.plugins.followup.queries import plan_by_id, row_by_id
from lms.plugins.followup.services import FIELDS, MAX_ROWS

bp = Blueprint("followup", __name__, template_folder="templates")


@bp.route("/tiket/rencana", methods=["GET", "POST"])
@requires(HOLD_TICKET, on=own_enrolment)
def mine(enrolment: Enrolment) -> Any:
    """The plan of the own organisation; saving a draft and submitting are two buttons of one form."""
    _refuse_outsider(enrolment)
    form = PlanForm(data=None if request.method == "POST" else _shown(_plan_of(enrolment)))
    if "add" in request.form:
        if len(form.rows) < MAX_ROWS:
            form.rows.append_entry()
        return _page(form, enrolment), 200
    if form.validate_on_submit():
        submit = "submit_plan" in request.form
        try:
            with unit_of_work():
                _save(form, enrolment, submit=submit)
            flash(_("The plan is submitted.") if submit else _("The plan is saved."), "success")
            return redirect(url_for("followup.mine"), 303)
        except RuleViolation as error:
            form.refuse(error)
            if isinstance(error, PlanIncomplete):
                form.mark(error.problems)
            return _page(form, enrolment, refused=error), error.status
    return _page(form, enrolment), 422 if form.is_submitted() else 200


def _refuse_outsider(enrolment: Enrolment) -> None:
    if not enrolment.affiliation_key or not enrolment.is_confirmed or enrolment.role is not Role.PESERTA:
        raise NotFound


def _plan_of(enrolment: Enrolment) -> Plan | None:
    return queries.plan_for(workshop_id=enrolment.workshop_id, affiliation_key=enrolment.affiliation_key)


def _save(form: PlanForm, enrolment: Enrolment, *, submit: bool) -> None:
    version = as_number(form.version.data)
    services.save_plan(
        plan=services.open_plan(enrolment=enrolment),
        rows=[entry.form.row() for entry in form.rows],
        version=-1 if version is None else version,
        submit=submit,
        actor=current_actor(),
    )


def _page(form: PlanForm, enrolment: Enrolment, refused: RuleViolation | None = None) -> str:
    plan = _plan_of(enrolment)
    is_stale = refused is not None and refused.status == 409
    if is_stale:  # the visitor has seen both now: the next save counts
        form.version.data = str(plan.version if plan else 0)
    return render_template("followup/mine.html", form=form, plan=plan, enrolment=enrolment, is_stale=is_stale)


def _shown(plan: Plan | None) -> dict[str, Any]:
    if plan is None:
        return {"version": "0"}
    rows: list[dict[str, Any]] = [{name: getattr(row, name) for name in ("id", *FIELDS)} for row in plan.rows]
    rows += [{} for _number in range(3 - len(rows))]
    return {"version": str(plan.version), "rows": rows}


@bp.get("/tiket/rencana/cetak")
@requires(HOLD_TICKET, on=own_enrolment)
def mine_print(enrolment: Enrolment) -> str:
    """The plan of the own organisation on paper."""
    _refuse_outsider(enrolment)
    plan = _plan_of(enrolment)
    if plan is None:
        raise NotFound
    return render_template("followup/mine_print.html", plan=plan, enrolment=enrolment, today=None)


@bp.route("/tiket/rencana/<int:row_id>", methods=["GET", "POST"])
@requires(HOLD_TICKET, on=own_enrolment)
def mine_progress(enrolment: Enrolment, row_id: int) -> Any:
    """Report progress on a row of the own organisation's plan."""
    _refuse_outsider(enrolment)
    row = row_by_id(row_id)
    if row.plan.affiliation_key != enrolment.affiliation_key or row.plan.workshop_id != enrolment.workshop_id:
        raise NotFound
    return _progress(row, "followup/mine_progress.html", url_for("followup.mine"))


def _progress(row: PlanRow, template: str, target: str) -> Any:
    if not row.plan.is_submitted:
        raise NotFound
    form = ProgressForm(state=row.state.value) if request.method == "GET" else ProgressForm()
    if form.validate_on_submit():
        state, note = RowState(form.state.data), form.note.data or ""
        try:
            with unit_of_work():
                services.report(row=row, state=state, note=note, actor=current_actor())
            flash(_("The progress is recorded."), "success")
            return redirect(target, 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template(template, form=form, row=row, plan=row.plan, workshop=row.plan.workshop, back=target)
    return page, 422 if form.is_submitted() else 200


@bp.get("/kelola/lokakarya/<int:workshop_id>/rencana")
@requires(SEE_ALL, on=workshop_from_url)
def index(workshop: Workshop) -> str:
    """Plans by organisation, and the organisations that have none yet, as far as the visitor reaches."""
    actor = current_actor()
    plans = queries.visible_plans(workshop.id, actor)
    have = {plan.affiliation_key for plan in plans}
    missing = {
        row.affiliation_key: row.affiliation
        for row in enrolments_of(workshop.id)
        if row.affiliation_key and row.affiliation_key not in have and actor.can(SEE, _place(row, workshop))
    }
    return render_template(
        "followup/index.html", workshop=workshop, plans=plans, missing=sorted(missing.values()), today=_today(workshop)
    )


def _place(enrolment: Enrolment, workshop: Workshop) -> Access:
    base = workshop.access
    return replace(base, region_code=enrolment.region_code or base.region_code)


@bp.get("/kelola/rencana")
@requires(OWN)
def own() -> str:
    """Plans of the visitor's own organisations or region."""
    plans = queries.plans_reached(current_actor())
    return render_template("followup/own.html", plans=plans, today=_today(None))


@bp.get("/kelola/rencana/<int:plan_id>")
@requires(SEE, on=plan_by_id)
def show(plan: Plan) -> str:
    """One plan; prints on a page of its own."""
    if not queries.may_see(plan, current_actor()):
        raise NotFound
    return render_template(
        "followup/show.html", plan=plan, workshop=plan.workshop, today=_today(plan.workshop), state_labels=STATE_LABELS
    )


@bp.route("/kelola/rencana/baris/<int:row_id>", methods=["GET", "POST"])
@requires(UPDATE, on=row_by_id)
def progress(row: PlanRow) -> Any:
    """Report progress on a row."""
    return _progress(row, "followup/progress.html", url_for("followup.show", plan_id=row.plan_id))


def _today(workshop: Workshop | None) -> Any:
    return now().astimezone(page_zone(workshop.zone if workshop else None)).date()
