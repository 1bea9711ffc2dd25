"""Routes of the participants' list for staff."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.enrolments import affiliations, own_data, queries, services, sharing
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.forms import CancelForm, ErasureForm, ParticipantForm
from lms.core.enrolments.models import Enrolment
from lms.core.loaders import workshop_from_url
from lms.core.people.enums import Gender
from lms.core.people.phones import show_phone
from lms.core.people.services import find_or_create, update_person
from lms.core.permissions import EDIT_PARTICIPANTS, SEE_PARTICIPANTS, SITE_ADMIN
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import Role, current_actor, requires
from lms.kernel.web import typed_search

bp = Blueprint("participants", __name__, url_prefix="/kelola/lokakarya/<int:workshop_id>/peserta")


def enrolment_in_workshop(workshop_id: int, enrolment_id: int) -> Enrolment:
    """An enrolment of the workshop in the address; another workshop's looks as if it did not exist."""
    enrolment = queries.enrolment_by_id(enrolment_id)
    if enrolment.workshop_id != workshop_id:
        raise NotFound
    return enrolment


@bp.get("")
@requires(SEE_PARTICIPANTS, on=workshop_from_url)
def index(workshop: Workshop) -> str:
    """A page of the list, with search and filters."""
    text = typed_search()
    role, status = _choice(Role, "peran"), _choice(EnrolmentStatus, "status")
    page = queries.page_of(workshop.id, text=text, role=role, status=status, page=request.args.get("page", 1, type=int))
    return render_template(
        "participants/index.html",
        workshop=workshop,
        page=page,
        text=text,
        role=role,
        status=status,
        seats=queries.seats(workshop.id),
    )


def _choice(kind: Any, name: str) -> Any:
    try:
        return kind(request.args.get(name, ""))
    except ValueError:
        return None


@bp.route("/tambah", methods=["GET", "POST"])
@requires(EDIT_PARTICIPANTS, on=workshop_from_url)
def add(workshop: Workshop) -> Any:
    """Register somebody for them."""
    form = ParticipantForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                enrolment = _add(workshop, form)
            if enrolment.is_confirmed:
                flash(_("Registered. Send the ticket by WhatsApp now."), "success")
            else:
                flash(_("The workshop is full: this person is on the waiting list now."), "warning")
            target = url_for("participants.show", workshop_id=workshop.id, enrolment_id=enrolment.id)
            return redirect(target, 303)
        except RuleViolation as error:
            form.refuse(error)
    return _form_page(workshop, form, None), 422 if form.is_submitted() else 200


def _form_page(workshop: Workshop, form: ParticipantForm, enrolment: Enrolment | None) -> str:
    return render_template(
        "participants/form.html",
        workshop=workshop,
        form=form,
        enrolment=enrolment,
        seats=queries.seats(workshop.id),
        organisations=affiliations.suggestions(""),
    )


def _add(workshop: Workshop, form: ParticipantForm) -> Enrolment:
    person = find_or_create(
        full_name=form.full_name.data,
        phone=form.phone.data or None,
        gender=Gender(form.gender.data) if form.gender.data else None,
        title_front=form.title_front.data or "",
        title_back=form.title_back.data or "",
    )
    return services.add_by_staff(
        workshop_id=workshop.id,
        person=person,
        role=Role.PESERTA,
        affiliation=form.affiliation.data,
        position=form.position.data or "",
        over_quota=form.over_quota.data,
        actor=current_actor(),
    )


@bp.get("/<int:enrolment_id>")
@requires(SEE_PARTICIPANTS, on=enrolment_in_workshop)
def show(enrolment: Enrolment) -> str:
    """One person in this workshop."""
    return render_template(
        "participants/show.html",
        workshop=enrolment.workshop,
        enrolment=enrolment,
        code=sharing.spoken_code(enrolment.ticket_code),
        link=sharing.personal_link(enrolment),
        share=sharing.link_to_person(enrolment),
        cancel_form=CancelForm(formdata=None),
        erasure_form=ErasureForm(formdata=None),
        wants_erasure=any(row.id == enrolment.id for row in own_data.erasure_requests(enrolment.workshop_id)),
    )


@bp.route("/<int:enrolment_id>/ubah", methods=["GET", "POST"])
@requires(EDIT_PARTICIPANTS, on=enrolment_in_workshop)
def edit(enrolment: Enrolment) -> Any:
    """Change name, organisation and contact."""
    form = ParticipantForm(data=_known(enrolment))
    if form.validate_on_submit():
        try:
            with unit_of_work():
                _change(enrolment, form)
            flash(_("Saved."), "success")
            target = url_for("participants.show", workshop_id=enrolment.workshop_id, enrolment_id=enrolment.id)
            return redirect(target, 303)
        except RuleViolation as error:
            form.refuse(error)
    return _form_page(enrolment.workshop, form, enrolment), 422 if form.is_submitted() else 200


def _known(enrolment: Enrolment) -> dict[str, str]:
    person = enrolment.person
    return {
        "full_name": person.full_name,
        "title_front": person.title_front,
        "title_back": person.title_back,
        "gender": person.gender.value if person.gender else "",
        "phone": show_phone(person.phone_e164),
        "affiliation": enrolment.affiliation,
        "position": enrolment.position,
    }


def _change(enrolment: Enrolment, form: ParticipantForm) -> None:
    actor = current_actor()
    update_person(
        person_id=enrolment.person_id,
        full_name=form.full_name.data,
        title_front=form.title_front.data or "",
        title_back=form.title_back.data or "",
        gender=Gender(form.gender.data) if form.gender.data else None,
        phone=form.phone.data or None,
        email=enrolment.person.email,
        actor=actor,
    )
    services.move(
        enrolment_id=enrolment.id, affiliation=form.affiliation.data, position=form.position.data or "", actor=actor
    )


@bp.post("/<int:enrolment_id>/batal")
@requires(EDIT_PARTICIPANTS, on=enrolment_in_workshop)
def cancel(enrolment: Enrolment) -> Response:
    """Cancel a registration; says who moved up."""
    form = CancelForm()
    reason = (form.reason.data or "") if form.validate_on_submit() else ""
    with unit_of_work():
        promoted = services.cancel(enrolment_id=enrolment.id, actor=current_actor(), reason=reason)
    flash(_("The registration is cancelled."), "success")
    if promoted is not None:
        flash(
            _("%(name)s moves up from the waiting list. Send the news by WhatsApp.", name=promoted.person.formal_name),
            "success",
        )
    return _back(enrolment)


@bp.post("/<int:enrolment_id>/pulihkan")
@requires(EDIT_PARTICIPANTS, on=enrolment_in_workshop)
def restore(enrolment: Enrolment) -> Response:
    """Take a cancellation back, or give a seat to somebody who waits."""
    with unit_of_work():
        services.confirm(enrolment_id=enrolment.id, actor=current_actor())
    flash(_("The person has a seat."), "success")
    return _back(enrolment)


@bp.post("/<int:enrolment_id>/tautan")
@requires(EDIT_PARTICIPANTS, on=enrolment_in_workshop)
def renew_link(enrolment: Enrolment) -> Response:
    """Revoke the personal link, code and badge; new ones are in force."""
    with unit_of_work():
        services.renew_link(enrolment_id=enrolment.id, actor=current_actor())
    flash(_("The old link, code and badge no longer work. Send the new ticket now."), "success")
    return _back(enrolment)


@bp.post("/<int:enrolment_id>/hapus-data")
@requires(SITE_ADMIN, on=enrolment_in_workshop)
def erase(enrolment: Enrolment) -> Response:
    """Erase what identifies the person, everywhere; the reason is asked for, so that no slip of a finger does it."""
    form = ErasureForm()
    if not form.validate_on_submit() or not form.reason.data:
        flash(_("Write why the data are erased."), "error")
        return _back(enrolment)
    with unit_of_work():
        own_data.erase_for(enrolment_id=enrolment.id, reason=form.reason.data, actor=current_actor())
    flash(_("The personal data are erased. Counts and issued papers stay."), "success")
    return _back(enrolment)


def _back(enrolment: Enrolment) -> Response:
    target = url_for("participants.show", workshop_id=enrolment.workshop_id, enrolment_id=enrolment.id)
    return redirect(target, 303)  # type: ignore[return-value]
