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
from lms.plugins.certificates import (
    criteria,
    issuing_rules,
    number_services,
    numbering,
    queries,
    services,
    signatories,
    words,
)
from lms.plugins.certificates.enums import PaperKind, PaperRole
from lms.plugins.certificates.forms import (
    SignatoriesForm,
    criteria_form,
    field_name,
    signatory_values,
    thresholds_from,
)
from lms.plugins.certificates.issuing_forms import IssuingForm
from lms.plugins.certificates.number_forms import NumbersForm, number_values
from lms.plugins.certificates.number_rules import PRESETS, WORKSHOP_PATTERN, Reset, number_text, rules_of
from lms.plugins.certificates.permissions import ISSUE
from lms.plugins.certificates.staff_views import BASE, asked_role
from lms.plugins.certificates.views import bp


@bp.get(f"{BASE}/pengaturan")
@requires(ISSUE, on=workshop_from_url)
def setup(workshop: Workshop) -> str:
    """Conditions of a role, signatories and numbers on one page."""
    return _page(workshop)


@bp.post(f"{BASE}/pengaturan/syarat")
@requires(ISSUE, on=workshop_from_url)
def save_criteria(workshop: Workshop) -> Any:
    """Change what people of a role need."""
    role = asked_role()
    form = criteria_form(criteria.thresholds_of(workshop.id, role))
    if form.validate_on_submit():
        try:
            with unit_of_work():
                criteria.save_criteria(
                    workshop_id=workshop.id, role=role, thresholds=thresholds_from(form), actor=current_actor()
                )
        except RuleViolation as error:
            error.field = field_name(error.field) if error.field else None
            form.refuse(error)
        else:
            return _saved(workshop, _("The conditions are saved."), role)
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
    form = NumbersForm(data=number_values(rules_of(workshop)))
    if request.form.get("preset") in PRESETS:
        form.pattern.data = request.form["preset"]
        form.reset.data = (Reset.WORKSHOP if form.pattern.data == WORKSHOP_PATTERN else Reset.YEAR).value
    if form.validate_on_submit():
        try:
            rules = form.rules(workshop.id)
            if "preset" in request.form or request.form.get("do") == "preview":
                rules.check()
                return _page(workshop, numbers_form=form)
            with unit_of_work():
                number_services.save_rules(workshop_id=workshop.id, rules=rules, actor=current_actor())
        except RuleViolation as error:
            form.refuse(error)
        else:
            return _saved(workshop, _("The pattern is saved. Issued numbers stay as they are."))
    return _page(workshop, numbers_form=form), 422


@bp.post(f"{BASE}/pengaturan/penerbitan")
@requires(ISSUE, on=workshop_from_url)
def save_issuing(workshop: Workshop) -> Any:
    """Change validity, letters, QR codes and e-mail of papers that are issued from now on."""
    form = IssuingForm()
    if not form.validate_on_submit():
        return _page(workshop, issuing_form=form), 422
    with unit_of_work():
        issuing_rules.save_issuing(workshop_id=workshop.id, values=form.values(), actor=current_actor())
    return _saved(workshop, _("The way of issuing is saved. Issued papers stay as they are."))


def _saved(workshop: Workshop, message: str, role: PaperRole = PaperRole.PESERTA) -> Any:
    flash(message, "success")
    chosen = None if role is PaperRole.PESERTA else role.value
    return redirect(url_for("certificates.setup", workshop_id=workshop.id, peran=chosen), 303)


def _page(workshop: Workshop, **forms: Any) -> str:
    rows, role = queries.signatories_of(workshop.id), asked_role()
    leader = (workshop.organiser.leader_name, workshop.organiser.leader_position)
    if "criteria_form" not in forms:
        forms["criteria_form"] = criteria_form(criteria.thresholds_of(workshop.id, role))
    if "signatories_form" not in forms:
        forms["signatories_form"] = SignatoriesForm(formdata=None, data=signatory_values(rows, leader))
    if "numbers_form" not in forms:
        forms["numbers_form"] = NumbersForm(formdata=None, data=number_values(rules_of(workshop)))
    if "issuing_form" not in forms:
        forms["issuing_form"] = IssuingForm(formdata=None, data=issuing_rules.issuing_values(workshop))
    return render_template(
        "certificates/setup.html",
        workshop=workshop,
        role=role,
        words=words,
        usual={field_name(key) for key in words.USUAL},
        places=signatories.PLACES,
        images={row.place for row in rows if row.image_key},
        next_numbers=_next_numbers(workshop, forms["numbers_form"]),
        presets=_presets(workshop),
        **forms,
    )


def _next_numbers(workshop: Workshop, form: NumbersForm) -> list[tuple[str, str]]:
    """What the next paper of each role, and the next letter, gets by the form; nothing while it is wrong."""
    today = services.today_at(workshop)
    papers = [(role, PaperKind.CERTIFICATE) for role in words.ROLES] + [(PaperRole.NARASUMBER, PaperKind.LETTER)]
    try:
        rules = form.rules(workshop.id)
        rules.check()
        texts = numbering.next_numbers(workshop, papers, issued_on=today, rules=rules)
    except (RuleViolation, ValueError):  # ValueError: a choice that is none
        return []
    return list(zip([*(str(label) for label in words.ROLES.values()), _("Letters of thanks")], texts, strict=True))


def _presets(workshop: Workshop) -> list[tuple[str, str]]:
    """The usual patterns, each with the first number that it writes."""
    today, workshop_code = services.today_at(workshop), rules_of(workshop).workshop_code

    def first_of(pattern: str) -> str:
        code = workshop.organiser.number_code
        return number_text(pattern, number=1, organiser_code=code, issued_on=today, workshop_code=workshop_code)

    return [(pattern, first_of(pattern)) for pattern in PRESETS]
