"""Routes for staff: what a certificate asks for, who signs it, and how it is numbered."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import current_actor, requires
from lms.plugins.certificates import criteria, numbering, queries, services, signatories
from lms.plugins.certificates.forms import (
    PatternForm,
    SignatoriesForm,
    criteria_form,
    field_name,
    signatory_values,
    thresholds_from,
)
from lms.plugins.certificates.permissions import ISSUE
from lms.plugins.certificates.staff_views import BASE
from lms.plugins.certificates.views import bp


@bp.get(f"{BASE}/pengaturan")
@requires(ISSUE, on=workshop_from_url)
def setup(workshop: Workshop) -> str:
    """Conditions, signatories and number on one page."""
    return _page(workshop)


@bp.post(f"{BASE}/pengaturan/syarat")
@requires(ISSUE, on=workshop_from_url)
def save_criteria(workshop: Workshop) -> Any:
    """Change what participants need."""
    form = criteria_form(criteria.thresholds_of(workshop.id))
    if form.validate_on_submit():
        try:
            with unit_of_work():
                criteria.save_criteria(workshop_id=workshop.id, thresholds=thresholds_from(form), actor=current_actor())
        except RuleViolation as error:
            error.field = field_name(error.field) if error.field else None
            form.refuse(error)
        else:
            return _saved(workshop, _("The conditions are saved."))
    return _page(workshop, criteria_form=form), 422


@bp.post(f"{BASE}/pengaturan/penanda-tangan")
@requires(ISSUE, on=workshop_from_url)
def save_signatories(workshop: Workshop) -> Any:
    """Change who signs."""
    form = SignatoriesForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                signatories.save_signatories(workshop_id=workshop.id, entries=form.entries(), actor=current_actor())
        except RuleViolation as error:
            form.refuse(error)
        else:
            return _saved(workshop, _("The signatories are saved."))
    return _page(workshop, signatories_form=form), 422


@bp.post(f"{BASE}/pengaturan/nomor")
@requires(ISSUE, on=workshop_from_url)
def save_pattern(workshop: Workshop) -> Any:
    """Change how numbers are written, or only try it."""
    form = PatternForm()
    if form.validate_on_submit():
        try:
            if request.form.get("do") == "preview":
                numbering.check_pattern(form.pattern.data)
                return _page(workshop, pattern_form=form)
            with unit_of_work():
                services.save_pattern(workshop_id=workshop.id, pattern=form.pattern.data, actor=current_actor())
        except RuleViolation as error:
            form.refuse(error)
        else:
            return _saved(workshop, _("The pattern is saved. Issued numbers stay as they are."))
    return _page(workshop, pattern_form=form), 422


def _saved(workshop: Workshop, message: str) -> Any:
    flash(message, "success")
    return redirect(url_for("certificates.setup", workshop_id=workshop.id), 303)


def _page(workshop: Workshop, **forms: Any) -> str:
    rows = queries.signatories_of(workshop.id)
    leader = (workshop.organiser.leader_name, workshop.organiser.leader_position)
    if "criteria_form" not in forms:
        forms["criteria_form"] = criteria_form(criteria.thresholds_of(workshop.id))
    if "signatories_form" not in forms:
        forms["signatories_form"] = SignatoriesForm(formdata=None, data=signatory_values(rows, leader))
    if "pattern_form" not in forms:
        forms["pattern_form"] = PatternForm(formdata=None, pattern=numbering.pattern_of(workshop))
    return render_template(
        "certificates/setup.html",
        workshop=workshop,
        images={row.place for row in rows if row.image_key},
        next_number=_next_number(workshop, forms["pattern_form"]),
        **forms,
    )


def _next_number(workshop: Workshop, form: PatternForm) -> str:
    """The number that the next certificate gets with the pattern on the page; "" while it is not usable."""
    today = services.today_at(workshop)
    number = numbering.next_number(organiser_id=workshop.organiser_id, year=today.year)
    try:
        return numbering.number_text(
            form.pattern.data or "", number=number, organiser_code=workshop.organiser.number_code, issued_on=today
        )
    except RuleViolation:
        return ""
