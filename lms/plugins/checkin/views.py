"""Routes for participants: the venue code, the one tap, and what a badge shows to a stranger."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.loaders import own_enrolment
from lms.core.permissions import HOLD_TICKET
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.limits import device_id, throttle
from lms.kernel.offline import keep_offline
from lms.kernel.permissions import current_actor, public, requires
from lms.kernel.tokens import clean_code
from lms.plugins.checkin import board, identity, own_phone, queries, venue
from lms.plugins.checkin.enums import Direction, Reason, Verdict
from lms.plugins.checkin.forms import SelfForm, TypedVenueForm
from lms.plugins.checkin.services import Outcome
from lms.plugins.checkin.verdicts import words_for_self
from lms.plugins.schedule.api import Session

bp = Blueprint("checkin", __name__, template_folder="templates", static_folder="static", static_url_path="/checkin/s")


@bp.get("/h/<int:session_id>/<code>")
@public
def scan(session_id: int, code: str) -> Any:
    """What the venue's QR code opens. Nothing is recorded yet: link previews open addresses too."""
    session = _session(session_id)
    throttle("venue-code", device_id(), limit="30 per 10 minutes")
    shown = venue.read_code(session.id, code)
    if shown is None:
        return _verdict_page(Outcome(verdict=Verdict.REFUSED, reason=Reason.OLD_CODE), session), 410
    refusal = own_phone.refusal_at(session, shown.direction)
    if refusal is not None:
        return _verdict_page(refusal, session, shown.direction), 409
    form = SelfForm(formdata=None, claim=venue.make_claim(session.id, shown, phone=device_id()))
    return keep_offline(_confirm_page(form, session, shown.direction))


@bp.route("/h", methods=["GET", "POST"])
@requires(HOLD_TICKET, on=own_enrolment)
def typed(enrolment: Enrolment) -> Any:
    """Type the six letters under the QR code; equal to scanning it."""
    form = TypedVenueForm()
    if not form.validate_on_submit():
        page = _typed_page(form, enrolment)
        return (page, 422) if form.is_submitted() else keep_offline(page)
    throttle("venue-typed", device_id(), str(enrolment.id), limit="20 per 10 minutes")
    session = board.session_of_code(enrolment.workshop_id, form.code.data)
    if session is None:
        form.refuse(
            RuleViolation(_("This code does not fit. It changes every 30 seconds: type the newest one."), "code")
        )
        return _typed_page(form, enrolment), 422
    return redirect(url_for("checkin.scan", session_id=session.id, code=clean_code(form.code.data)), 303)


@bp.post("/h/catat")
@public
def record() -> Any:
    """Mark the holder of this phone's ticket present, with the time of the scan."""
    form = SelfForm()
    is_filled_in = form.validate_on_submit()
    claim = venue.read_claim(form.claim.data or "", phone=device_id())
    if claim is None:
        return _verdict_page(Outcome(verdict=Verdict.REFUSED, reason=Reason.OLD_CODE), None), 422
    session = _session(claim.session_id)
    if not is_filled_in:
        return _confirm_page(form, session, claim.direction), 422
    try:
        enrolment = identity.who(
            session,
            ticket_code=form.ticket_code.data or "",
            phone=form.phone.data or "",
            full_name=form.full_name.data or "",
            holder=form.holder.data or "",
        )
    except RuleViolation as error:
        form.refuse(error)
        return _confirm_page(form, session, claim.direction), error.status
    with unit_of_work():
        outcome = own_phone.record(own_phone.tap_of(claim, session, phone=device_id()), enrolment, current_actor())
    page = _verdict_page(outcome, session, claim.direction)
    return page, 409 if outcome.verdict is Verdict.REFUSED else 200


def _session(session_id: int) -> Session:
    """A session for a page that anybody may open, in the zone of its workshop."""
    session = queries.session(session_id)
    g.lms_zone = session.workshop.access.zone
    return session


@bp.get("/b/<token>")
@public
def badge(token: str) -> Any:
    """What a badge's QR code opens in an ordinary camera: nothing about anybody; staff go on to their scanner."""
    enrolment, is_current = queries.enrolment_of_badge(token)
    if enrolment is None or not is_current:
        raise NotFound
    return render_template("checkin/badge.html", workshop=enrolment.workshop)


def _confirm_page(form: SelfForm, session: Session, direction: Direction) -> str:
    ticket = current_actor().enrolment
    enrolment = own_enrolment() if ticket else None
    is_known = enrolment is not None and enrolment.workshop_id == session.workshop_id
    if enrolment is not None and is_known:
        form.holder.data = venue.make_holder(enrolment.id, phone=device_id())
    return render_template(
        "checkin/confirm.html",
        form=form,
        session=session,
        direction=direction,
        enrolment=enrolment if is_known else None,
        newcomers=None if is_known else own_phone.newcomers(session.workshop),
    )


def _typed_page(form: TypedVenueForm, enrolment: Enrolment) -> str:
    holder = venue.make_holder(enrolment.id, phone=device_id())
    return render_template("checkin/typed.html", form=form, enrolment=enrolment, holder=holder)


def _verdict_page(outcome: Outcome, session: Session | None, direction: Direction = Direction.IN) -> str:
    held, enrolment = current_actor().enrolment, outcome.enrolment
    return render_template(
        "checkin/verdict.html",
        words=words_for_self(outcome, direction),
        session=session,
        enrolment=enrolment,
        reason=outcome.reason,
        is_exit=direction is Direction.OUT,
        is_own=held is not None and enrolment is not None and held.id == enrolment.id,
    )
