"""Routes for participants: register, open the personal link, the ticket."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.accounts import sessions
from lms.core.accounts.web import current_key, end_session, start_session
from lms.core.enrolments import affiliations, queries, services, sharing, tries
from lms.core.enrolments.errors import UnknownTicket
from lms.core.enrolments.forms import CodeForm, RegisterForm
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.picture import qr_png
from lms.core.loaders import own_enrolment, public_workshop_from_url
from lms.core.people.enums import Gender
from lms.core.permissions import HOLD_TICKET
from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.limits import device_id, throttle
from lms.kernel.offline import forget_offline, keep_offline
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
    form.nonce.data = form.nonce.data or secrets.token_urlsafe(16)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            throttle("register", device_id(), limit="40 per 10 minutes")
            with unit_of_work():
                enrolment = _register(workshop.id, form)
            _hold(enrolment)
            flash(_received(enrolment), "success")
            return redirect(url_for("enrolments.ticket"), 303)
        except RuleViolation as error:
            form.refuse(error)
            status = error.status
    return _register_page(workshop, form), status


def _register_page(workshop: Workshop, form: RegisterForm) -> str:
    taken = queries.seats(workshop.id)
    return render_template(
        "enrolments/register.html",
        workshop=workshop,
        form=form,
        seats=taken,
        state=services.registration_state(workshop, taken),
        organisations=affiliations.suggestions(""),
    )


def _received(enrolment: Enrolment) -> str:
    """What the ticket page says once, right after registering."""
    if enrolment.is_confirmed:
        return _("Registration received. Your seat is certain; this is your ticket.")
    place = queries.waiting_place(enrolment)
    return _("Registration received. You are number %(place)s on the waiting list.", place=place)


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
    """Let this phone hold the ticket; a signed-in member of staff stays signed in. Holding it already is fine."""
    held = current_actor().enrolment
    if held is not None and held.id == enrolment.id:
        return
    with unit_of_work():
        key = sessions.open_session(account_id=current_actor().account_id, enrolment=enrolment, replaces=current_key())
    start_session(key)


@bp.get("/t/<token>")
@public
def open_link(token: str) -> Response:
    """The personal link: this phone holds the ticket from now on; nothing is used up."""
    throttle("ticket-link", device_id(), limit="60 per 10 minutes")
    enrolment = queries.by_link(token)
    if enrolment is None:
        answer = make_response(render_template("enrolments/bad_link.html"), 404)
    else:
        _hold(enrolment)
        answer = make_response(redirect(url_for("enrolments.ticket"), 303))
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


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
        _hold(_of_code(form.code.data))
    except RuleViolation as error:
        form.refuse(error)
        return render_template("enrolments/enter.html", form=form, next=target), error.status
    return redirect(target, 303)


def _of_code(typed: str) -> Enrolment:
    """The enrolment of a typed code. Raises UnknownTicket or TooManyAttempts."""
    enrolment = tries.find(typed, queries.by_code)
    if enrolment is None:
        raise UnknownTicket(_("No ticket has this code. Look again at your ticket, or ask the committee."), "code")
    return enrolment


@bp.get("/tiket")
@requires(HOLD_TICKET, on=own_enrolment)
def ticket(enrolment: Enrolment) -> Response:
    """The ticket: who, which workshop, the code in two forms, and what can be done now; it opens without signal too."""
    address = sharing.badge_address(enrolment) if enrolment.is_confirmed else None
    code = sharing.spoken_code(enrolment.ticket_code)
    page = render_template(
        "enrolments/ticket.html",
        enrolment=enrolment,
        workshop=enrolment.workshop,
        qr=qr_svg(address, label=_("QR code of the ticket %(code)s", code=code)) if address else None,
        code=code,
        share=sharing.link_to_self(enrolment),
        ask=sharing.link_to_committee(enrolment),
        may_change=enrolment.workshop.status is not WorkshopStatus.CLOSED,
    )
    return keep_offline(page)


@bp.get("/tiket/tiket.png")
@requires(HOLD_TICKET, on=own_enrolment)
def picture(enrolment: Enrolment) -> Response:
    """The ticket's QR code as a picture to keep on the phone."""
    address = sharing.badge_address(enrolment) if enrolment.is_confirmed else None
    if address is None:
        raise NotFound
    response = Response(qr_png(address), mimetype="image/png")
    name = f"tiket-{sharing.spoken_code(enrolment.ticket_code)}.png"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.post("/tiket/lepas")
@public
def leave() -> Response:
    """Forget the ticket on this phone; a signed-in member of staff stays signed in."""
    account_id = current_actor().account_id
    key = end_session()
    with unit_of_work():
        fresh = sessions.open_session(account_id=account_id, replaces=key) if account_id else None
        if key:
            sessions.close_session(key)
    if fresh:
        start_session(fresh)
    flash(_("This phone no longer holds a ticket."), "success")
    return forget_offline(make_response(redirect(url_for("enrolments.enter"), 303)))
