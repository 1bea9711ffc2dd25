"""Phones at the door: a grant to check in at one workshop, with a token, an end and a revoke button."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.regions.zones import zone_name
from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.limits import throttle
from lms.kernel.permissions import Access, Actor
from lms.plugins.checkin.models import Device
from lms.plugins.schedule.api import Session

AFTER_THE_LAST_DAY = timedelta(days=1)
AT_LEAST = timedelta(hours=12)
LATE_BATCHES = timedelta(days=30)  # after its end a phone may still hand in what it holds, for somebody to look at
SIGN_OF_LIFE = timedelta(minutes=1)
TWIN = timedelta(minutes=1)  # a form sent twice: an unused grant of this age gets a new token, not a twin
TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_GUESSES = "600 per 1 hour"  # of everybody together
_GUESSES_NEARBY = "20 per 10 minutes"  # of tokens that begin alike
_MOST_SKEW = 2**31 - 1  # what the column holds; a clock that is 68 years off says no more than that


class DeviceRefused(RuleViolation):
    """A request of a device that may do nothing; `code` is stable and part of the API."""

    status = 401
    code = "device_unknown"


class DeviceExpired(DeviceRefused):
    code = "device_expired"


class DeviceRevoked(DeviceRefused):
    status = 403
    code = "device_revoked"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The device of a request, as far as its token tells; `is_over` when the grant was revoked or has ended."""

    device_id: int
    workshop_id: int
    workshop_title: str
    session_id: int | None
    name: str
    expires_at: datetime
    seen_at: datetime | None
    access: Access
    is_over: bool = False

    @property
    def key(self) -> str:
        """The name of this device in the log of scans."""
        return f"device-{self.device_id}"

    @property
    def actor(self) -> Actor:
        return Actor(name=self.name)


def grant_device(*, workshop: Workshop, session: Session | None, name: str, actor: Actor) -> tuple[Device, str]:
    """Let a phone check people in at `workshop` (at one `session` only, when given).

    The token is returned this once: only its hash is stored. Sending the form twice makes one device, whose later
    token holds. Raises RuleViolation without a name.
    """
    shown = "".join(char for char in " ".join(name.split()) if char.isprintable())[:80]
    if not shown:
        raise RuleViolation(_("Give the phone a name, for instance “Front door, Rudi”."), "name")
    if session is not None and session.workshop_id != workshop.id:
        raise NotFound
    token = secrets.token_urlsafe(TOKEN_BYTES)
    device = _unused_twin(workshop.id, session, shown, actor)
    if device is None:
        device = Device(workshop=workshop, session_id=session.id if session else None, name=shown, created_at=now())
        device.account_id = actor.account_id
        db.session.add(device)
    device.token_hash, device.expires_at = _hash(token), end_of_grant(workshop)
    db.session.flush()
    audit.record(action="checkin.device_granted", subject=device, workshop_id=workshop.id, actor=actor)
    return device, token


def end_of_grant(workshop: Workshop) -> datetime:
    """A day after the end of the workshop's last day; at least twelve hours from now."""
    last = datetime.combine(workshop.ends_on, time(23, 59, 59), ZoneInfo(workshop.zone))
    return max(last + AFTER_THE_LAST_DAY, now() + AT_LEAST)


def revoke_device(*, device: Device, actor: Actor) -> None:
    """From now on the token opens nothing, and what the phone still sends is kept apart. Twice changes nothing."""
    if device.revoked_at is None:
        device.revoked_at = now()
        db.session.flush()
        audit.record(action="checkin.device_revoked", subject=device, workshop_id=device.workshop_id, actor=actor)


def authenticate(token: str) -> Caller:
    """The device of this token. Raises DeviceRefused, DeviceExpired, DeviceRevoked or, for guesses, TooManyAttempts.

    Only unknown tokens are counted, after they were looked up, so no guesser can keep a genuine phone out.
    """
    caller, revoked_at = _known(token)
    if revoked_at is not None:
        raise DeviceRevoked(_l("This phone was taken off the list. Ask the committee to set it up again."))
    if caller.is_over:
        raise DeviceExpired(_l("The time of this phone is over. Ask the committee to set it up again."))
    return caller


def authenticate_late(token: str) -> Caller:
    """Like `authenticate`, but a revoked phone, or one whose time ended lately, may still hand in its scans."""
    caller, _revoked_at = _known(token)
    if caller.expires_at + LATE_BATCHES <= now():
        raise DeviceExpired(_l("The time of this phone is over. Ask the committee to set it up again."))
    return caller


def is_sign_due(caller: Caller) -> bool:
    """Whether a minute has passed since the phone was seen, so that a request that only reads should write it down."""
    return caller.seen_at is None or now() - caller.seen_at >= SIGN_OF_LIFE


def note_sign_of_life(caller: Caller, *, skew_seconds: int | None = None, has_roster: bool = False) -> None:
    """Note, at most once a minute, when the phone was seen, how wrong its clock is and that its list is the newest.

    Inside a unit of work.
    """
    if not is_sign_due(caller) and not has_roster:
        return
    values: dict[str, Any] = {"seen_at": now()}
    if skew_seconds is not None:
        values["skew_seconds"] = max(-_MOST_SKEW, min(_MOST_SKEW, skew_seconds))
    if has_roster:
        values["roster_at"] = values["seen_at"]
    db.session.execute(sa.update(Device).where(Device.id == caller.device_id).values(values))


def devices_of(workshop_id: int) -> list[Device]:
    """Every device of a workshop: those in force first, then the newest."""
    query = sa.select(Device).where(Device.workshop_id == workshop_id)
    return list(db.session.scalars(query.order_by(Device.revoked_at.is_not(None), Device.id.desc())))


def device_by_id(device_id: int) -> Device:
    """Raises NotFound."""
    device = db.session.get(Device, device_id)
    if device is None:
        raise NotFound
    return device


def _known(token: str) -> tuple[Caller, datetime | None]:
    if not _TOKEN.fullmatch(token):  # no guess either: nothing is looked up, so nothing need be counted
        raise DeviceRefused(_l("This phone is not set up. Scan the code that the committee shows under Phones."))
    row = db.session.execute(_by_hash(), {"hashed": _hash(token)}).one_or_none()
    if row is None:
        throttle("device-unknown", "site", limit=_GUESSES)
        throttle("device-unknown-alike", token[:4], limit=_GUESSES_NEARBY)
        raise DeviceRefused(_l("This phone is not set up. Scan the code that the committee shows under Phones."))
    caller = Caller(
        device_id=row.id,
        workshop_id=row.workshop_id,
        workshop_title=row.title,
        session_id=row.session_id,
        name=row.name,
        expires_at=row.expires_at,
        seen_at=row.seen_at,
        access=Access(
            workshop_id=row.workshop_id,
            organiser_id=row.organiser_id,
            region_code=row.region_code,
            disabled=frozenset(filter(None, row.disabled_features.split(","))),
            zone=zone_name(row.region_code),
        ),
        is_over=row.revoked_at is not None or row.expires_at <= now(),
    )
    return caller, row.revoked_at


@cache
def _by_hash() -> sa.Executable:
    """Made once: every request of a scanner asks for it. Columns only: no object of the session is needed."""
    return (
        sa.select(
            *(Device.id, Device.workshop_id, Device.session_id, Device.name, Device.expires_at, Device.revoked_at),
            *(Device.seen_at, Workshop.title, Workshop.organiser_id, Workshop.region_code, Workshop.disabled_features),
        )
        .join(Workshop, Workshop.id == Device.workshop_id)
        .where(Device.token_hash == sa.bindparam("hashed", type_=sa.String))
    )


def _unused_twin(workshop_id: int, session: Session | None, name: str, actor: Actor) -> Device | None:
    query = sa.select(Device).where(
        Device.workshop_id == workshop_id,
        Device.name == name,
        Device.session_id == session.id if session else Device.session_id.is_(None),
        Device.account_id == actor.account_id,
        Device.seen_at.is_(None),
        Device.revoked_at.is_(None),
        Device.created_at > now() - TWIN,
    )
    return db.session.scalars(query.order_by(Device.id.desc())).first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
