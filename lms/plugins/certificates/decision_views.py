"""Routes for staff: exceptions, people named for a role, and numbers from outside."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolment_by_id
from lms.core.evidence import EvidenceUnavailable
from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import current_actor, requires
from lms.plugins.certificates import decision_queries, decisions, eligibility, words
from lms.plugins.certificates.decision_forms import ExceptionForm, ExternalNumberForm, NameForm, PasteForm
from lms.plugins.certificates.permissions import ISSUE
from lms.plugins.certificates.staff_views import BASE, OWN_ROLES, asked_role
from lms.plugins.certificates.views import bp


def _person(workshop: Workshop, enrolment_id: int) -> Enrolment:
    """Somebody who has the asked role; raises NotFound."""
    enrolment = enrolment_by_id(enrolment_id)
    if enrolment.workshop_id != workshop.id or not decision_queries.has_role(enrolment, asked_role()):
        raise NotFound
    return enrolment


@bp.get(f"{BASE}/orang/<int:enrolment_id>")
@requires(ISSUE, on=workshop_from_url)
def decide(workshop: Workshop, enrolment_id: int) -> str:
    """One person in one role: where they stand, and what staff may decide."""
    return _page(_person(workshop, enrolment_id))


@bp.post(f"{BASE}/orang/<int:enrolment_id>/pengecualian")
@requires(ISSUE, on=workshop_from_url)
def set_exception(workshop: Workshop, enrolment_id: int) -> Any:
    """Let a person pass without the conditions."""
    enrolment, form = _person(workshop, enrolment_id), ExceptionForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                decisions.set_exception(
                    enrolment_id=enrolment.id, role=asked_role(), reason=form.reason.data, actor=current_actor()
                )
        except RuleViolation as error:
            form.refuse(error)
        else:
            return _done(workshop, _("%(name)s may have a certificate now.", name=enrolment.person.formal_name))
    return _page(enrolment, exception_form=form), 422


@bp.post(f"{BASE}/orang/<int:enrolment_id>/pengecualian/batal")
@requires(ISSUE, on=workshop_from_url)
def clear_exception(workshop: Workshop, enrolment_id: int) -> Any:
    """Ask the conditions of the person again."""
    enrolment = _person(workshop, enrolment_id)
    try:
        with unit_of_work():
            decisions.clear_exception(enrolment_id=enrolment.id, role=asked_role(), actor=current_actor())
    except RuleViolation as error:
        flash(str(error), "error")
        return _back(workshop)
    return _done(workshop, _("The exception is taken back."))


@bp.post(f"{BASE}/orang/<int:enrolment_id>/nomor")
@requires(ISSUE, on=workshop_from_url)
def set_external_number(workshop: Workshop, enrolment_id: int) -> Any:
    """A number from outside for one person."""
    enrolment, form = _person(workshop, enrolment_id), ExternalNumberForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                decisions.set_external_number(
                    enrolment_id=enrolment.id,
                    role=asked_role(),
                    text=form.external_number.data or "",
                    actor=current_actor(),
                )
        except RuleViolation as error:
            form.refuse(error)
        else:
            return _done(workshop, _("The number is saved."))
    return _page(enrolment, number_form=form), 422


@bp.route(f"{BASE}/tambah-orang", methods=["GET", "POST"])
@requires(ISSUE, on=workshop_from_url)
def name_person(workshop: Workshop) -> Any:
    """Name somebody who is registered for a role: find, choose, say what they did."""
    form, text = NameForm(), request.values.get("q", "")[:60].strip()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                chosen = _of_workshop(workshop, form.enrolment_id.data)
                decisions.name_person(
                    enrolment_id=chosen.id, role=asked_role(), detail=form.detail.data or "", actor=current_actor()
                )
        except RuleViolation as error:
            form.refuse(error)
        else:
            return _done(workshop, _("%(name)s is added.", name=chosen.person.formal_name))
    found = decision_queries.people_found(workshop.id, text)
    page = render_template(
        "certificates/name_person.html",
        workshop=workshop, role=asked_role(), words=words, form=form, text=text, found=found,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _of_workshop(workshop: Workshop, enrolment_id: int) -> Enrolment:
    enrolment = enrolment_by_id(enrolment_id)
    if enrolment.workshop_id != workshop.id:
        raise NotFound
    return enrolment


@bp.post(f"{BASE}/orang/<int:enrolment_id>/lepas")
@requires(ISSUE, on=workshop_from_url)
def unname(workshop: Workshop, enrolment_id: int) -> Any:
    """Take a naming back; once more is the same."""
    enrolment = _of_workshop(workshop, enrolment_id)
    try:
        with unit_of_work():
            decisions.unname(enrolment_id=enrolment.id, role=asked_role(), actor=current_actor())
    except RuleViolation as error:
        flash(str(error), "error")
        return _back(workshop)
    return _done(workshop, _("%(name)s is taken off this list.", name=enrolment.person.formal_name))


@bp.route(f"{BASE}/nomor-luar", methods=["GET", "POST"])
@requires(ISSUE, on=workshop_from_url)
def external_numbers(workshop: Workshop) -> Any:
    """Numbers from outside: who has one, and a list to paste."""
    form = PasteForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                count = decisions.paste_external_numbers(
                    workshop_id=workshop.id, role=asked_role(), text=form.lines.data, actor=current_actor()
                )
        except RuleViolation as error:
            form.refuse(error)
        else:
            flash(ngettext("%(num)s number is saved.", "%(num)s numbers are saved.", count), "success")
            address = url_for("certificates.external_numbers", workshop_id=workshop.id, peran=asked_role().value)
            return redirect(address, 303)
    rows = decision_queries.with_external_number(workshop.id, asked_role())
    page = render_template(
        "certificates/external_numbers.html",
        workshop=workshop, role=asked_role(), words=words, form=form, rows=rows,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _back(workshop: Workshop) -> Any:
    return redirect(url_for("certificates.index", workshop_id=workshop.id, peran=asked_role().value), 303)


def _done(workshop: Workshop, message: str) -> Any:
    flash(message, "success")
    return _back(workshop)


def _page(enrolment: Enrolment, *, exception_form: Any = None, number_form: Any = None) -> str:
    role, problem = asked_role(), ""
    decision = decision_queries.decision_of(enrolment.id, role)
    try:
        row = eligibility.row_of(enrolment, role)
    except EvidenceUnavailable as error:
        row, problem = None, str(error)
    number = decision.external_number if decision else ""
    return render_template(
        "certificates/decide.html",
        workshop=enrolment.workshop,
        enrolment=enrolment,
        role=role,
        row=row,
        problem=problem,
        decision=decision,
        is_named=role not in OWN_ROLES or enrolment.role.value != role.value,
        exception_form=exception_form or ExceptionForm(formdata=None),
        number_form=number_form or ExternalNumberForm(formdata=None, external_number=number),
        words=words,
    )
