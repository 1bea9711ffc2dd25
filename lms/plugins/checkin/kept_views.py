"""Where phones send what they kept without signal: taps with a claim, and codes that were typed or scanned."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import g, jsonify, request
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from lms.core.enrolments.models import Enrolment
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.headers import max_body
from lms.kernel.limits import TooManyAttempts, device_id, throttle
from lms.kernel.permissions import current_actor, public
from lms.plugins.checkin import identity, own_phone, queries, venue
from lms.plugins.checkin.enums import Direction, Reason, Verdict
from lms.plugins.checkin.own_phone import Tap
from lms.plugins.checkin.services import Outcome
from lms.plugins.checkin.verdicts import brief
from lms.plugins.checkin.views import bp
from lms.plugins.schedule.api import Session

MAX_ITEMS = 20  # a family's, a day long
_OLD = Outcome(verdict=Verdict.REFUSED, reason=Reason.OLD_CODE)
_DEVICE = "kept"  # in place of a device, for codes that earned no claim; the phone is in `client_id`


# Clocks may be wrong by decades, which is flagged; these are the ends of what can be reckoned with.
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Item(BaseModel):
    """One tap: a claim, or the code as it was read; and who it was, unless it was whose ticket the phone holds."""

    id: str = Field(min_length=1, max_length=40)
    at: AwareDatetime = Field(ge=_FIRST, le=_LAST)  # by the phone's clock
    claim: str = Field(default="", max_length=300)
    code: str = Field(default="", max_length=20)
    session: int | None = Field(default=None, ge=1, le=2**31 - 1)
    holder: str = Field(default="", max_length=200)
    ticket_code: str = Field(default="", max_length=20)
    phone: str = Field(default="", max_length=40)
    full_name: str = Field(default="", max_length=100)


class Parcel(BaseModel):
    """Everything that a phone kept, with its clock when it was sent. One bad item does not stop the others."""

    device_time: AwareDatetime = Field(ge=_FIRST, le=_LAST)
    items: list[object] = Field(min_length=1, max_length=MAX_ITEMS)


@dataclass(frozen=True, kw_only=True)
class _Clock:
    """The phone's clock against ours, as known from this sending."""

    skew: timedelta

    @property
    def seconds(self) -> int:
        """Phone minus server, inside what a column holds: a clock may be years off."""
        return max(-(2**31), min(2**31 - 1, int(self.skew.total_seconds())))

    def right(self, moment: datetime) -> datetime:
        """When it really was, and never later than now."""
        return min(moment - self.skew, now())


@bp.get("/h/kirim")
@public
def kept_token() -> Any:
    """A fresh CSRF token: the one in a page that a phone kept may be of a session that is gone."""
    answer = jsonify(csrf=generate_csrf())
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/h/kirim")
@public
@max_body(60_000)
def receive_kept() -> Any:
    """Redeem what was kept; every item is answered by its id, and only what is answered leaves the phone.

    `waiting` alone means: not now, send it again.
    """
    throttle("venue-kept", device_id(), limit="60 per 10 minutes")
    try:
        parcel = Parcel.model_validate_json(request.get_data())
    except ValidationError:
        raise RuleViolation(_("This could not be read. Reload the page.")) from None
    clock = _Clock(skew=parcel.device_time - now())
    return jsonify(results=[_answer(raw, clock) for raw in parcel.items])


def _answer(raw: object, clock: _Clock) -> dict[str, object]:
    item_id = str(raw.get("id", ""))[:40] if isinstance(raw, dict) else ""
    try:
        item = Item.model_validate(raw)
        tap, outcome = _redeem(item, clock)
    except ValidationError:
        return _said(item_id, "invalid", "bad", _("This could not be read. Scan once more."))
    except TooManyAttempts as error:
        return _said(item_id, "waiting", "wait", str(error))
    except RuleViolation as error:
        return _said(item_id, "refused", "bad", str(error))
    except NotFound:
        return _said(item_id, "refused", "bad", _("This session is not there any more. Ask the committee."))
    g.lms_zone = tap.session.workshop.access.zone if tap else None
    text = brief(outcome, tap.direction if tap else Direction.IN)
    known = {Verdict.PRESENT: ("new", "ok"), Verdict.ALREADY: ("already", "ok")}
    return _said(item_id, *known.get(outcome.verdict, ("refused", "bad")), text)


def _said(item_id: str, outcome: str, kind: str, text: str) -> dict[str, object]:
    return {"id": item_id, "outcome": outcome, "kind": kind, "text": text}


def _redeem(item: Item, clock: _Clock) -> tuple[Tap | None, Outcome]:
    """Raises RuleViolation, NotFound or TooManyAttempts."""
    return _redeem_claim(item, clock) if item.claim else _redeem_code(item, clock)


def _redeem_claim(item: Item, clock: _Clock) -> tuple[Tap | None, Outcome]:
    """A tap after the code was accepted: the time of the scan is ours, in the claim."""
    claim = venue.read_claim(item.claim, phone=device_id())
    if claim is None:
        return None, _OLD
    tap = own_phone.tap_of(claim, queries.session(claim.session_id), phone=device_id())
    tap = replace(tap, client_time=item.at, skew_seconds=clock.seconds)
    enrolment = _who(item, tap.session)
    with unit_of_work():
        return tap, own_phone.record(tap, enrolment, current_actor())


def _redeem_code(item: Item, clock: _Clock) -> tuple[Tap | None, Outcome]:
    """A code that was read without signal: the code itself says when a screen showed it."""
    session = queries.session(item.session) if item.session else None
    enrolment = _who(item, session)
    throttle("venue-kept-code", device_id(), limit="20 per 10 minutes")
    throttle("venue-kept-code-of", str(enrolment.id), limit="20 per 10 minutes")
    workshop_id = session.workshop_id if session else enrolment.workshop_id
    found = own_phone.find_kept(workshop_id, item.session, item.code, near=clock.right(item.at))
    if found is None:
        return None, _OLD
    tap = Tap(
        session=found[0],
        direction=found[1].direction,
        at=found[1].since,
        code_age=found[1].age(max(clock.right(item.at), found[1].since)),
        device=_DEVICE,
        client_id=f"{hashlib.sha256(device_id().encode()).hexdigest()[:16]}-{item.id}",
        phone=device_id(),
        client_time=item.at,
        skew_seconds=clock.seconds,
    )
    refusal = own_phone.refusal_at(tap.session, tap.direction, tap.at)
    with unit_of_work():
        outcome = own_phone.record(tap, enrolment, current_actor(), refusal=refusal.reason if refusal else None)
    return tap, replace(outcome, at=refusal.at) if refusal and outcome.reason is refusal.reason else outcome


def _who(item: Item, session: Session | None) -> Enrolment:
    return identity.who(
        session, ticket_code=item.ticket_code, phone=item.phone, full_name=item.full_name, holder=item.holder
    )
