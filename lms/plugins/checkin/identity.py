"""Who stands before a phone: its ticket, a typed ticket code, or number and name; guessing is slow."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.core.accounts import sessions
from lms.core.accounts.web import current_key, start_session
from lms.core.enrolments import tries
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolment_by_id
from lms.core.loaders import own_enrolment
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.limits import device_id, throttle
from lms.kernel.permissions import current_actor
from lms.plugins.checkin import own_phone, queries, venue
from lms.plugins.schedule.api import Session


def who(
    session: Session | None, *, ticket_code: str = "", phone: str = "", full_name: str = "", holder: str = ""
) -> Enrolment:
    """Whoever was typed, else the ticket of this phone: the one it held when `holder` was written, or holds now.

    A typed ticket code is held by this phone afterwards; number and name are weaker and open nothing.
    Raises RuleViolation.
    """
    if ticket_code.strip():
        return _hold(_of_code(ticket_code))
    if session is not None and (phone.strip() or full_name.strip()):
        return _of_number(session, phone, full_name)
    held = venue.read_holder(holder, phone=device_id()) if holder else None
    if held is not None:
        return _of_holder(held)
    if current_actor().enrolment is None:
        raise RuleViolation(_("Type the six letters of your ticket."), "ticket_code")
    return own_enrolment()


def _hold(enrolment: Enrolment) -> Enrolment:
    actor = current_actor()
    if actor.enrolment is None or actor.enrolment.id != enrolment.id:
        with unit_of_work():
            key = sessions.open_session(account_id=actor.account_id, enrolment=enrolment, replaces=current_key())
        start_session(key)
    return enrolment


def _of_code(code: str) -> Enrolment:
    """Guessing spends the same budgets here as where a ticket is opened by its code."""
    enrolment = tries.find(code, queries.enrolment_of_code)
    if enrolment is None:
        raise RuleViolation(_("No ticket has this code. Look at your ticket, or ask the committee."), "ticket_code")
    return enrolment


def _of_number(session: Session, phone: str, full_name: str) -> Enrolment:
    """One answer for every way not to fit: whether a number is registered is nobody else's business."""
    throttle("checkin-number", device_id(), limit="10 per 10 minutes")
    throttle("checkin-number-tried", phone.strip()[-8:], limit="20 per 10 minutes")
    throttle.peek("checkin-number-wrong", "site", limit=tries.WRONG_ON_SITE)
    enrolment = own_phone.person_of(session, phone=phone, full_name=full_name)
    if enrolment is None:
        throttle.hit("checkin-number-wrong", "site", limit=tries.WRONG_ON_SITE)
        raise RuleViolation(
            _("Number and name do not fit together here. Write both as at registration, or ask the committee."), "phone"
        )
    return enrolment


def _of_holder(enrolment_id: int) -> Enrolment:
    try:
        return enrolment_by_id(enrolment_id)
    except NotFound:
        raise RuleViolation(_("This ticket is not there any more. Ask the committee."), "ticket_code") from None
