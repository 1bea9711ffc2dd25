"""Routes of a workshop's team, its settings and its feature switches."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.accounts import queries as accounts
from lms.core.accounts import services as account_services
from lms.core.enrolments import services as enrolments
from lms.core.enrolments import sharing
from lms.core.enrolments.queries import enrolment_by_id, enrolments_of
from lms.core.loaders import workshop_from_url
from lms.core.people.services import find_or_create
from lms.core.permissions import EDIT_WORKSHOP
from lms.core.settings import services as settings_services
from lms.core.settings.forms import field_name, of_field, settings_form
from lms.core.workshops import services
from lms.core.workshops.forms import MemberForm, TeamForm
from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import BIGGEST_ID
from lms.core.workshops.views import bp
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import Role, Scope, current_actor, requires
from lms.kernel.registry import registry
from lms.kernel.settings import setting


@bp.route("/kelola/lokakarya/<int:workshop_id>/tim", methods=["GET", "POST"])
@requires(EDIT_WORKSHOP, on=workshop_from_url)
def team(workshop: Workshop) -> Any:
    """Who works on this workshop; POST gives an account a role."""
    form = TeamForm()
    if form.validate_on_submit():
        try:
            _grant(workshop, form)
            flash(_("The role is given."), "success")
            return redirect(url_for("workshops.team", workshop_id=workshop.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return _team_page(workshop, form, MemberForm(formdata=None)), 422 if form.is_submitted() else 200


def _grant(workshop: Workshop, form: TeamForm) -> None:
    email, phone = account_services.normal_login(form.login.data)
    account = accounts.account_by_login(email=email, phone=phone)
    if account is None:
        raise RuleViolation(_("No account has this e-mail or number. Ask the administrator to add it."), "login")
    with unit_of_work():
        account_services.grant(
            account_id=account.id,
            role=Role(form.role.data),
            scope=Scope.WORKSHOP,
            ref=str(workshop.id),
            actor=current_actor(),
        )


@bp.post("/kelola/lokakarya/<int:workshop_id>/tim/anggota")
@requires(EDIT_WORKSHOP, on=workshop_from_url)
def add_member(workshop: Workshop) -> Any:
    """Add a committee member, who gets a ticket and later a certificate."""
    form = MemberForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                person = find_or_create(full_name=form.full_name.data, phone=form.phone.data or None)
                enrolments.add_by_staff(
                    workshop_id=workshop.id,
                    person=person,
                    role=Role.PANITIA,
                    task=form.task.data or "",
                    affiliation=workshop.organiser.name,
                    actor=current_actor(),
                )
            flash(_("The committee member is added."), "success")
            return redirect(url_for("workshops.team", workshop_id=workshop.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return _team_page(workshop, TeamForm(formdata=None), form), 422


@bp.post("/kelola/lokakarya/<int:workshop_id>/tim/anggota/<int:enrolment_id>/keluar")
@requires(EDIT_WORKSHOP, on=workshop_from_url)
def remove_member(workshop: Workshop, enrolment_id: int) -> Response:
    """Take a committee member off the team; the ticket and the later certificate go with it."""
    member = enrolment_by_id(enrolment_id)
    if member.workshop_id != workshop.id or member.role is not Role.PANITIA:
        raise NotFound
    with unit_of_work():
        enrolments.cancel(enrolment_id=member.id, actor=current_actor())
    flash(_("%(name)s is no longer in the committee.", name=member.person.formal_name), "success")
    return redirect(url_for("workshops.team", workshop_id=workshop.id), 303)  # type: ignore[return-value]


@bp.post("/kelola/lokakarya/<int:workshop_id>/tim/<int:grant_id>/cabut")
@requires(EDIT_WORKSHOP, on=workshop_from_url)
def remove_grant(workshop: Workshop, grant_id: int) -> Response:
    """Take a role in this workshop back."""
    if grant_id >= BIGGEST_ID:
        raise NotFound
    with unit_of_work():
        account_services.revoke_in_workshop(grant_id=grant_id, workshop_id=workshop.id, actor=current_actor())
    flash(_("The role is taken back."), "success")
    return redirect(url_for("workshops.team", workshop_id=workshop.id), 303)  # type: ignore[return-value]


def _team_page(workshop: Workshop, form: TeamForm, member_form: MemberForm) -> str:
    return render_template(
        "workshops/team.html",
        workshop=workshop,
        form=form,
        member_form=member_form,
        grants=accounts.grants_in_workshop(workshop.id),
        members=[(row, sharing.link_to_person(row)) for row in enrolments_of(workshop.id, roles=(Role.PANITIA,))],
    )


@bp.route("/kelola/lokakarya/<int:workshop_id>/opsi", methods=["GET", "POST"])
@requires(EDIT_WORKSHOP, on=workshop_from_url)
def options(workshop: Workshop) -> Any:
    """Settings of this workshop, and which features it uses."""
    declared = [item for item in registry().settings.values() if item.scope == "workshop"]
    form = settings_form(declared, {item.key: setting(item.key, workshop_id=workshop.id) for item in declared})
    switchable = {name: info for name, info in registry().infos.items() if info.per_workshop}
    if form.validate_on_submit():
        values = {item.key: form[field_name(item.key)].data for item in declared}
        disabled = set(switchable) - set(request.form.getlist("features"))
        actor = current_actor()
        try:
            with unit_of_work():
                settings_services.save_settings(values=values, scope="workshop", scope_id=workshop.id, actor=actor)
                services.switch_features(workshop_id=workshop.id, disabled=disabled, actor=actor)
            flash(_("The settings are saved."), "success")
            return redirect(url_for("workshops.options", workshop_id=workshop.id), 303)
        except RuleViolation as error:
            form.refuse(of_field(error))
    page = render_template("workshops/options.html", workshop=workshop, form=form, features=switchable)
    return page, 422 if form.is_submitted() else 200
