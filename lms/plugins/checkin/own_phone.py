"""Self check-in: when a code of the screen counts, who tapped, and how many people may use one phone."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import seats
from lms.core.enrolments.services import registration_state
from lms.core.people.phones import parse_phone
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import Actor
from lms.kernel.settings import setting
from lms.plugins.checkin import board, phone_queries, services, venue
from lms.plugins.checkin.enums import Direction, Flag, Method, Reason, Verdict
from lms.plugins.checkin.services import OPENS_BEFORE, Circumstances, Outcome
from lms.plugins.schedule.api import Session, SessionState

LEAVES_AFTER = timedelta(minutes=60)  # the exit code outlives the session: people leave when it is over
SKEWED = LATE = 120  # seconds


class Newcomers(enum.StrEnum):
    """The way on for people without registration."""

    REGISTER = "register"  # by themselves, on the public page
    DOOR = "door"  # the committee registers them
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Tap:
    """One tap of a person on a phone: where, which way, when by our clock, and how it can be told from others."""

    session: Session
    direction: Direction
    at: datetime
    code_age: int
    device: str
    client_id: str
    phone: str
    client_time: datetime | None = None
    skew_seconds: int | None = None


def refusal_at(session: Session, direction: Direction, moment: datetime | None = None) -> Outcome | None:
    """Why a code does not count now (or did not at `moment`), with the time from or until which it does."""
    if direction is Direction.IN and moment is None:
        return services.self_refusal(session)
    if session.state is SessionState.OPEN:
        return None
    first, last = hours_of(session, direction)
    moment = moment or now()
    if moment < first:
        return Outcome(verdict=Verdict.REFUSED, reason=Reason.NOT_OPEN, at=first)
    return Outcome(verdict=Verdict.REFUSED, reason=Reason.CLOSED, at=last) if moment > last else None


def hours_of(session: Session, direction: Direction) -> tuple[datetime, datetime]:
    """From when until when a code of the session counts, where the committee does not hold it open by hand."""
    first = session.starts_at - OPENS_BEFORE if direction is Direction.IN else session.starts_at
    if direction is Direction.OUT:
        return first, session.ends_at + LEAVES_AFTER
    return first, (session.closed_at if session.state is SessionState.CLOSED else None) or session.ends_at


def tap_of(claim: venue.Claim, session: Session, *, phone: str) -> Tap:
    """The tap that a claim stands for, sent by the browser `phone`."""
    return Tap(
        session=session,
        direction=claim.direction,
        at=claim.scanned_at,
        code_age=claim.code_age,
        device=services.CLAIM_DEVICE,
        client_id=claim.nonce,
        phone=phone,
    )


def newcomers(workshop: Workshop) -> Newcomers:
    """What somebody without registration may do here."""
    if not setting("checkin.takes_walk_ins", workshop_id=workshop.id):
        return Newcomers.REFUSED
    state = registration_state(workshop, seats(workshop.id))
    return Newcomers.REGISTER if state == "open" else Newcomers.DOOR


def record(tap: Tap, enrolment: Enrolment, actor: Actor, *, refusal: Reason | None = None) -> Outcome:
    """Mark the person present (or left), once; what else is known of the tap is kept as evidence."""
    return services.check_in(
        session=tap.session,
        enrolment=enrolment,
        method=Method.VENUE_CODE,
        device=tap.device,
        client_id=tap.client_id,
        actor=actor,
        at=min(tap.at, now()),
        refusal=refusal or _shared(tap, enrolment),
        direction=tap.direction,
        around=Circumstances(
            client_time=tap.client_time,
            skew_seconds=tap.skew_seconds,
            code_age=tap.code_age,
            phone=tap.phone,
            flags=_flags(tap),
        ),
    )


def person_of(session: Session, *, phone: str, full_name: str) -> Enrolment | None:
    """Who is registered here under this number and name. Raises RuleViolation for what cannot be a number or a name."""
    if not full_name.strip():
        raise RuleViolation(_("Write your name as you registered it."), "full_name")
    return phone_queries.confirmed_by_phone(session.workshop_id, parse_phone(phone), full_name)


def find_kept(
    workshop_id: int, session_id: int | None, code: str, near: datetime
) -> tuple[Session, venue.Shown] | None:
    """Where and when a code that a phone kept without signal was shown, within the last day."""
    moment = now()
    for session in board.choices(workshop_id):
        if session_id not in {None, session.id}:
            continue
        since = max(hours_of(session, Direction.IN)[0], moment - venue.KEPT_LIFE)
        until = min(hours_of(session, Direction.OUT)[1], moment)
        if session.state is SessionState.OPEN:  # opened by hand, at whatever hour
            since, until = moment - venue.KEPT_LIFE, moment
        shown = venue.read_past_code(session.id, code, since=since, until=until, near=near) if since < until else None
        if shown is not None:
            return session, shown
    return None


def _shared(tap: Tap, enrolment: Enrolment) -> Reason | None:
    """Families share phones, so several people may use one; beyond what the committee allows they go to the door."""
    others = phone_queries.people_on_phone(tap.session.id, tap.phone) - {enrolment.id}
    if not others or len(others) < setting("checkin.people_per_phone", workshop_id=tap.session.workshop_id):
        return None
    return Reason.SHARED_PHONE


def _flags(tap: Tap) -> frozenset[Flag]:
    flags = set()
    # A claim proves when its code was scanned, and finding the ticket takes its time; a code alone proves less.
    in_time = venue.CLAIM_LIFE.total_seconds() if tap.device == services.CLAIM_DEVICE else LATE
    if (now() - tap.at).total_seconds() > in_time:
        flags.add(Flag.SENT_LATER)
    if tap.skew_seconds is not None and abs(tap.skew_seconds) > SKEWED:
        flags.add(Flag.CLOCK_SKEW)
    return frozenset(flags)
