"""Routes for participants: the venue code, the one tap, and what a badge shows to a stranger."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.core.accounts import sessions
from lms.core.accounts.web import current_key, start_session
from lms.core.enrolments.models import Enrolment
from lms.core.loaders import own_enrolment
from lms.core.permissions import HOLD_TICKET
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.limits import device_id, throttle
from lms.kernel.permissions import current_actor, public, requires
from lms.kernel.tokens import clean_code
from lms.plugins.checkin import board, queries, services, venue
from lms.plugins.checkin.enums import Method, Reason, Verdict
from lms.plugins.checkin.forms import SelfForm, TypedVenueForm
from lms.plugins.checkin.services import Outcome
from lms.plugins.checkin.verdicts import words_for_self
from lms.plugins.schedule.api import Session

bp = Blueprint("checkin", __name__, template_folder="templates", static_folder="static", static_url_path="/checkin/s")
_WRONG_CODES = "600 per 1 hour"  # of all phones together, as at the door of the tickets


@bp.get("/h/<int:session_id>/<code>")
@public
def scan(session_id: int, code: str) -> Any:
    """What the venue's QR code opens. Nothing is recorded yet: link previews open addresses too."""
    session = _session(session_id)
    throttle("venue-code", device_id(), limit="30 per 10 minutes")
    if not venue.is_current(session.id, code):
        return _verdict_page(Outcome(verdict=Verdict.REFUSED, reason=Reason.OLD_CODE), session), 410
    refusal = services.self_refusal(session)
    if refusal is not None:
        return _verdict_page(refusal, session), 409
    form = SelfForm(formdata=None, claim=venue.make_claim(session.id))
    return _confirm_page(form, session)


@bp.route("/h", methods=["GET", "POST"])
@requires(HOLD_TICKET, on=own_enrolment)
def typed(enrolment: Enrolment) -> Any:
    """Type the six letters under the QR code; equal to scanning it."""
    form = TypedVenueForm()
    if not form.validate_on_submit():
        page = render_template("checkin/typed.html", form=form, enrolment=enrolment)
        return page, 422 if form.is_submitted() else 200
    throttle("venue-typed", device_id(), str(enrolment.id), limit="20 per 10 minutes")
    session = board.session_of_code(enrolment.workshop_id, form.code.data)
    if session is None:
        form.refuse(
            RuleViolation(_("This code does not fit. It changes every 30 seconds: type the newest one."), "code")
        )
        return render_template("checkin/typed.html", form=form, enrolment=enrolment), 422
    return redirect(url_for("checkin.scan", session_id=session.id, code=clean_code(form.code.data)), 303)


@bp.post("/h/catat")
@public
def record() -> Any:
    """Mark the holder of this phone's ticket present, with the time of the scan."""
    form = SelfForm()
    is_filled_in = form.validate_on_submit()
    claim = venue.read_claim(form.claim.data or "")
    if claim is None:
        return render_template("checkin/verdict.html", words=_old_code(), session=None, enrolment=None), 422
    session = _session(claim.session_id)
    if not is_filled_in:
        return _confirm_page(form, session), 422
    try:
        enrolment = _who(form)
    except RuleViolation as error:
        form.refuse(error)
        return _confirm_page(form, session), error.status
    with unit_of_work():
        outcome = services.check_in(
            session=session,
            enrolment=enrolment,
            method=Method.VENUE_CODE,
            device=services.CLAIM_DEVICE,
            client_id=claim.nonce,
            actor=current_actor(),
            at=claim.scanned_at,
        )
    return _verdict_page(outcome, session), 409 if outcome.verdict is Verdict.REFUSED else 200


def _session(session_id: int) -> Session:
    """A session for a page that anybody may open, in the zone of its workshop."""
    session = queries.session(session_id)
    g.lms_zone = session.workshop.access.zone
    return session


def _who(form: SelfForm) -> Enrolment:
    """The ticket on this phone, or the one whose code was typed, which this phone then holds."""
    actor = current_actor()
    if form.ticket_code.data:
        enrolment = _of_code(form.ticket_code.data)
        if actor.enrolment is None or actor.enrolment.id != enrolment.id:
            with unit_of_work():
                key = sessions.open_session(account_id=actor.account_id, enrolment=enrolment, replaces=current_key())
            start_session(key)
        return enrolment
    if actor.enrolment is None:
        raise RuleViolation(_("Type the six letters of your ticket."), "ticket_code")
    return own_enrolment()


def _of_code(code: str) -> Enrolment:
    """Guessing spends the same budgets here as where a ticket is opened by its code."""
    throttle("ticket-code", device_id(), limit="10 per 10 minutes")
    throttle("ticket-code-tried", clean_code(code)[:20] or "-", limit="20 per 10 minutes")
    throttle.peek("ticket-code-wrong", "site", limit=_WRONG_CODES)
    enrolment = queries.enrolment_of_code(code)
    if enrolment is None:
        throttle.hit("ticket-code-wrong", "site", limit=_WRONG_CODES)
        raise RuleViolation(_("No ticket has this code. Look at your ticket, or ask the committee."), "ticket_code")
    return enrolment


@bp.get("/b/<token>")
@public
def badge(token: str) -> Any:
    """What a badge's QR code opens in an ordinary camera: nothing about anybody; staff go on to their scanner."""
    enrolment, is_current = queries.enrolment_of_badge(token)
    if enrolment is None or not is_current:
        raise NotFound
    return render_template("checkin/badge.html", workshop=enrolment.workshop)


def _confirm_page(form: SelfForm, session: Session) -> str:
    ticket = current_actor().enrolment
    enrolment = own_enrolment() if ticket else None
    return render_template("checkin/confirm.html", form=form, session=session, enrolment=enrolment)


def _verdict_page(outcome: Outcome, session: Session) -> str:
    return render_template(
        "checkin/verdict.html", words=words_for_self(outcome), session=session, enrolment=outcome.enrolment
    )


def _old_code() -> Any:
    return words_for_self(Outcome(verdict=Verdict.REFUSED, reason=Reason.OLD_CODE))
