"""Routes for what ticket holders change themselves: the name, the seat, and what is kept about them."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.enrolments import own_data, services
from lms.core.enrolments.errors import NotChangeable
from lms.core.enrolments.forms import ErasureForm, NameForm
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.views import bp
from lms.core.loaders import own_enrolment
from lms.core.people.names import tidy_capitals
from lms.core.people.services import update_person
from lms.core.permissions import HOLD_TICKET
from lms.core.workshops.enums import WorkshopStatus
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.forms import Form
from lms.kernel.permissions import current_actor, requires


@bp.route("/tiket/nama", methods=["GET", "POST"])
@requires(HOLD_TICKET, on=own_enrolment)
def profile(enrolment: Enrolment) -> Any:
    """See how the name will stand on the certificate, and put it right until the workshop is closed."""
    form = NameForm(obj=enrolment.person)
    status = 422 if form.is_submitted() else 200
    if "tidy" in request.form:
        form.full_name.data = tidy_capitals(form.full_name.data or "")
        status = 200  # nothing was refused: the person looks at it and saves
    elif form.validate_on_submit():
        try:
            _rename(enrolment, form)
            flash(_("Your name is saved."), "success")
            return redirect(url_for("enrolments.ticket"), 303)
        except RuleViolation as error:
            form.refuse(error)
    is_open = enrolment.workshop.status is not WorkshopStatus.CLOSED
    return render_template("enrolments/profile.html", form=form, enrolment=enrolment, is_open=is_open), status


def _rename(enrolment: Enrolment, form: NameForm) -> None:
    if enrolment.workshop.status is WorkshopStatus.CLOSED:
        raise NotChangeable(_("The workshop is closed. Ask the committee to correct your name."))
    if own_data.is_known_elsewhere(enrolment):
        raise NotChangeable(_("You are registered for other workshops too. Ask the committee to correct your name."))
    person = enrolment.person
    with unit_of_work():
        update_person(
            person_id=person.id,
            full_name=form.full_name.data,
            title_front=form.title_front.data or "",
            title_back=form.title_back.data or "",
            gender=person.gender,
            phone=person.phone_e164,
            email=person.email,
            actor=current_actor(),
        )


@bp.route("/tiket/batal", methods=["GET", "POST"])
@requires(HOLD_TICKET, on=own_enrolment)
def cancel_own(enrolment: Enrolment) -> Any:
    """Give up the own seat; it goes to the waiting list."""
    form = Form()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                services.give_up(enrolment_id=enrolment.id, actor=current_actor())
            flash(_("Your registration is cancelled. Thank you for telling us."), "success")
            return redirect(url_for("enrolments.ticket"), 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template("enrolments/cancel.html", enrolment=enrolment, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.get("/tiket/data")
@requires(HOLD_TICKET, on=own_enrolment)
def data(enrolment: Enrolment) -> str:
    """The own data: what is kept, a copy of it, and how to withdraw consent."""
    return _data_page(enrolment, ErasureForm())


def _data_page(enrolment: Enrolment, form: ErasureForm) -> str:
    is_partial = own_data.is_known_elsewhere(enrolment)
    return render_template("enrolments/data.html", enrolment=enrolment, form=form, is_partial=is_partial)


@bp.get("/tiket/data.json")
@requires(HOLD_TICKET, on=own_enrolment)
def data_file(enrolment: Enrolment) -> Response:
    """A copy of what is kept about the ticket's holder."""
    response = jsonify(own_data.collect_for_ticket(enrolment))
    response.headers["Content-Disposition"] = 'attachment; filename="data-saya.json"'
    return response


@bp.post("/tiket/data/izin")
@requires(HOLD_TICKET, on=own_enrolment)
def withdraw(enrolment: Enrolment) -> Response:
    """Withdraw the optional consents, at once."""
    with unit_of_work():
        own_data.withdraw_consents(enrolment_id=enrolment.id, actor=current_actor())
    flash(_("Your optional consents are withdrawn."), "success")
    return redirect(url_for("enrolments.data"), 303)  # type: ignore[return-value]


@bp.post("/tiket/data/hapus")
@requires(HOLD_TICKET, on=own_enrolment)
def erase(enrolment: Enrolment) -> Any:
    """Ask for erasure: the committee answers, the optional consents end at once."""
    form = ErasureForm()
    if not form.validate_on_submit():
        return _data_page(enrolment, form), 422
    with unit_of_work():
        own_data.request_erasure(enrolment_id=enrolment.id, reason=form.reason.data or "", actor=current_actor())
    flash(_("Your request is noted. You get an answer within 3 times 24 hours."), "success")
    return redirect(url_for("enrolments.data"), 303)
