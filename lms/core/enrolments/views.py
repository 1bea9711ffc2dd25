"""Routes for participants: register, open the personal link, the ticket, own name and own data."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.accounts import sessions
from lms.core.accounts.web import end_session, start_session
from lms.core.enrolments import affiliations, own_data, queries, services, sharing
from lms.core.enrolments.errors import UnknownTicket
from lms.core.enrolments.forms import CodeForm, NameForm, RegisterForm
from lms.core.enrolments.models import Enrolment
from lms.core.loaders import own_enrolment, public_workshop_from_url
from lms.core.people.enums import Gender
from lms.core.people.services import update_person
from lms.core.permissions import HOLD_TICKET
from lms.core.workshops.enums import WorkshopStatus
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.limits import device_id, throttle
from lms.kernel.permissions import current_actor, load_or_404, public, requires
from lms.kernel.qr import qr_svg
from lms.kernel.web import safe_next

bp = Blueprint("enrolments", __name__)


@bp.route("/lokakarya/<slug>/daftar", methods=["GET", "POST"])
@public
def register(slug: str) -> Any:
    """Register in six fields; the answer to a second sending of the same form is the first ticket."""
    workshop: Any = load_or_404(public_workshop_from_url, {"slug": slug})
    form = RegisterForm()
    if not form.is_submitted():
        form.nonce.data = secrets.token_urlsafe(16)
    if form.validate_on_submit():
        try:
            throttle("register", device_id(), limit="40 per 10 minutes")
            with unit_of_work():
                enrolment = _register(workshop.id, form)
            _hold(enrolment)
            return redirect(url_for("enrolments.ticket"), 303)
        except RuleViolation as error:
            form.refuse(error)
    taken = queries.seats(workshop.id)
    page = render_template(
        "enrolments/register.html",
        workshop=workshop,
        form=form,
        seats=taken,
        state=services.registration_state(workshop, taken),
        organisations=affiliations.suggestions(""),
    )
    return page, 422 if form.is_submitted() else 200


def _register(workshop_id: int, form: RegisterForm) -> Enrolment:
    return services.register(
        workshop_id=workshop_id,
        full_name=form.full_name.data,
        phone=form.phone.data,
        affiliation=form.affiliation.data,
        position=form.position.data,
        gender=Gender(form.gender.data),
        nonce=form.nonce.data,
        title_front=form.title_front.data or "",
        title_back=form.title_back.data or "",
        may_photograph=form.may_photograph.data,
        may_contact=form.may_contact.data,
    )


def _hold(enrolment: Enrolment) -> None:
    """Let this phone hold the ticket; a signed-in member of staff stays signed in."""
    with unit_of_work():
        key = sessions.open_session(account_id=current_actor().account_id, enrolment=enrolment)
    start_session(key)


@bp.get("/t/<token>")
@public
def open_link(token: str) -> Any:
    """The personal link: this phone holds the ticket from now on; nothing is used up."""
    throttle("ticket-link", device_id(), limit="60 per 10 minutes")
    enrolment = queries.by_link(token)
    if enrolment is None:
        return render_template("enrolments/bad_link.html"), 404
    _hold(enrolment)
    return redirect(url_for("enrolments.ticket"), 303)


@bp.route("/tiket/masuk", methods=["GET", "POST"])
@public
def enter() -> Any:
    """Open a ticket by its typed code."""
    form = CodeForm()
    target = safe_next(request.values.get("next"), url_for("enrolments.ticket"))
    if not form.validate_on_submit():
        page = render_template("enrolments/enter.html", form=form, next=target)
        return page, 422 if form.is_submitted() else 200
    try:
        throttle("ticket-code", device_id(), limit="10 per 10 minutes")
        enrolment = queries.by_code(form.code.data)
        if enrolment is None:
            raise UnknownTicket(_("No ticket has this code. Look again at your ticket, or ask the committee."), "code")
        _hold(enrolment)
    except RuleViolation as error:
        form.refuse(error)
        return render_template("enrolments/enter.html", form=form, next=target), error.status
    return redirect(target, 303)


@bp.get("/tiket")
@requires(HOLD_TICKET, on=own_enrolment)
def ticket(enrolment: Enrolment) -> str:
    """The ticket: who, which workshop, the code in two forms, and what can be done now."""
    address = url_for("checkin.badge", token=services.badge_token(enrolment), _external=True)
    code = sharing.spoken_code(enrolment.ticket_code)
    return render_template(
        "enrolments/ticket.html",
        enrolment=enrolment,
        workshop=enrolment.workshop,
        qr=qr_svg(address, label=_("QR code of the ticket %(code)s", code=code)) if enrolment.is_confirmed else None,
        code=code,
        share=sharing.link_to_self(enrolment),
        ask=sharing.link_to_committee(enrolment),
        may_change=enrolment.workshop.status is not WorkshopStatus.CLOSED,
    )


@bp.route("/tiket/nama", methods=["GET", "POST"])
@requires(HOLD_TICKET, on=own_enrolment)
def profile(enrolment: Enrolment) -> Any:
    """See how the name will stand on the certificate, and put it right until the workshop is closed."""
    person = enrolment.person
    form = NameForm(obj=person)
    if form.validate_on_submit():
        try:
            if enrolment.workshop.status is WorkshopStatus.CLOSED:
                raise RuleViolation(_("The workshop is closed. Ask the committee to correct your name."))
            with unit_of_work():
                update_person(
                    person_id=person.id, full_name=form.full_name.data, title_front=form.title_front.data or "",
                    title_back=form.title_back.data or "", gender=person.gender, phone=person.phone_e164,
                    email=person.email, actor=current_actor(),
                )
            flash(_("Your name is saved."), "success")
            return redirect(url_for("enrolments.ticket"), 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template("enrolments/profile.html", form=form, enrolment=enrolment)
    return page, 422 if form.is_submitted() else 200


@bp.route("/tiket/batal", methods=["GET", "POST"])
@requires(HOLD_TICKET, on=own_enrolment)
def cancel_own(enrolment: Enrolment) -> Any:
    """Give up the own seat; it goes to the waiting list."""
    if request.method == "GET":
        return render_template("enrolments/cancel.html", enrolment=enrolment)
    with unit_of_work():
        services.cancel(enrolment_id=enrolment.id, actor=current_actor(), reason="")
    flash(_("Your registration is cancelled. Thank you for telling us."), "success")
    return redirect(url_for("enrolments.ticket"), 303)


@bp.post("/tiket/lepas")
@public
def leave() -> Response:
    """Forget the ticket on this phone."""
    key = end_session()
    if key:
        with unit_of_work():
            sessions.close_session(key)
    flash(_("This phone no longer holds a ticket."), "success")
    return redirect(url_for("enrolments.enter"), 303)  # type: ignore[return-value]


@bp.get("/tiket/data")
@requires(HOLD_TICKET, on=own_enrolment)
def data(enrolment: Enrolment) -> str:
    """The own data: what is kept, a copy of it, and how to withdraw consent."""
    return render_template("enrolments/data.html", enrolment=enrolment)


@bp.get("/tiket/data.json")
@requires(HOLD_TICKET, on=own_enrolment)
def data_file(enrolment: Enrolment) -> Response:
    """A copy of everything that is kept about the ticket's holder."""
    response = jsonify(own_data.collect(enrolment.person_id))
    response.headers["Content-Disposition"] = 'attachment; filename="data-saya.json"'
    return response


@bp.post("/tiket/data/izin")
@requires(HOLD_TICKET, on=own_enrolment)
def withdraw(enrolment: Enrolment) -> Response:
    """Withdraw the optional consents, at once."""
    with unit_of_work():
        services.withdraw_consents(enrolment_id=enrolment.id, actor=current_actor())
    flash(_("Your optional consents are withdrawn."), "success")
    return redirect(url_for("enrolments.data"), 303)  # type: ignore[return-value]
