"""Keys with which other programs read results and bring questions: a scope, an end and a revoke button."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.accounts.models import Account
from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.limits import throttle
from lms.kernel.permissions import ANONYMOUS, Access, Actor
from lms.plugins.quiz.live_models import ApiKey

PREFIX = "lkq_"  # so that scanners of leaked secrets know it
TOKEN_BYTES = 32
LONGEST = timedelta(days=365)
SIGN_OF_USE = timedelta(hours=1)
TWIN = timedelta(minutes=1)  # a form sent twice: an unused key of this age gets a new token, not a twin
_TOKEN = re.compile(r"lkq_[A-Za-z0-9_-]{43}")
_GUESSES = "600 per 1 hour"  # of everybody together
_GUESSES_NEARBY = "20 per 10 minutes"  # of tokens that begin alike
_REQUESTS = "600 per 10 minutes"  # of one genuine key


class KeyRefused(RuleViolation):
    """A request with a key that opens nothing; `code` is stable and part of the API."""

    status = 401
    code = "key_unknown"


class KeyExpired(KeyRefused):
    code = "key_expired"


class KeyRevoked(KeyRefused):
    status = 403
    code = "key_revoked"


class KeyRightMissing(KeyRefused):
    status = 403
    code = "not_allowed"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The program of a request, as far as its key tells; without `workshop_id` it reaches all of the organiser."""

    key_id: int
    organiser_id: int
    workshop_id: int | None
    name: str
    may_read: bool
    may_push: bool
    maker_id: int | None
    used_at: datetime | None

    @property
    def access(self) -> Access:
        return Access(organiser_id=self.organiser_id, workshop_id=self.workshop_id)

    @property
    def actor(self) -> Actor:
        return Actor(name=self.name)


def make_key(
    *,
    organiser_id: int,
    workshop: Workshop | None,
    name: str,
    may_read: bool,
    may_push: bool,
    ends_at: datetime,
    actor: Actor,
) -> tuple[ApiKey, str]:
    """Make a key of an organiser, for one `workshop` of it when given.

    The token is returned this once: only its hash is stored. Sending the form twice makes one key, whose later token
    holds. Raises RuleViolation without a name, for a key that may do nothing, for one of a workshop that brings
    questions (the bank belongs to the organiser), and for an end that has passed or is more than a year away.
    """
    shown = "".join(char for char in " ".join(name.split()) if char.isprintable())[:80]
    if not shown:
        raise RuleViolation(_("Give the key a name, for instance “Dashboard of the Dinas Sosial”."), "name")
    if not (may_read or may_push):
        raise RuleViolation(_("Choose what the key may do: read results, add questions, or both."), "may_read")
    if workshop is not None and workshop.organiser_id != organiser_id:
        raise NotFound
    if workshop is not None and may_push:
        message = _("The question bank belongs to the organiser. Choose all workshops, or take the right away.")
        raise RuleViolation(message, "may_push")
    moment = now()
    if not moment < ends_at <= moment + LONGEST:
        raise RuleViolation(_("A key lives for a year at most. Choose an earlier end."), "days")
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    workshop_id = workshop.id if workshop is not None else None
    key = _unused_twin(organiser_id, workshop_id, shown, actor)
    if key is None:
        key = ApiKey(organiser_id=organiser_id, workshop_id=workshop_id, name=shown, created_at=moment)
        key.created_by_id = actor.account_id
        db.session.add(key)
    key.token_hash, key.ends_at, key.may_read, key.may_push = _hash(token), ends_at, may_read, may_push
    db.session.flush()
    audit.record(action="quiz.key_made", subject=key, workshop_id=workshop_id, actor=actor)
    return key, token


def revoke_key(*, key: ApiKey, actor: Actor) -> None:
    """From now on the key opens nothing. Twice changes nothing."""
    if key.revoked_at is None:
        key.revoked_at = now()
        db.session.flush()
        audit.record(action="quiz.key_revoked", subject=key, workshop_id=key.workshop_id, actor=actor)


def authenticate(token: str) -> Caller:
    """Whose key this is. Raises KeyRefused, KeyExpired, KeyRevoked, or TooManyAttempts.

    Unknown keys are counted after they were looked up, so no guesser keeps a genuine one out.
    """
    unknown = KeyRefused(_l("This key is not known. Ask the organiser for a new one."))
    if not _TOKEN.fullmatch(token):  # no guess either: nothing is looked up, so nothing need be counted
        raise unknown
    row = db.session.execute(_by_hash(), {"hashed": _hash(token)}).one_or_none()
    if row is None:
        throttle("quiz-key-unknown", "site", limit=_GUESSES)
        throttle("quiz-key-unknown-alike", token[: len(PREFIX) + 4], limit=_GUESSES_NEARBY)
        raise unknown
    if row.revoked_at is not None:
        raise KeyRevoked(_l("This key was revoked. Ask the organiser for a new one."))
    if row.ends_at <= now():
        raise KeyExpired(_l("The time of this key is over. Ask the organiser for a new one."))
    throttle("quiz-key", str(row.id), limit=_REQUESTS)
    return Caller(
        key_id=row.id,
        organiser_id=row.organiser_id,
        workshop_id=row.workshop_id,
        name=row.name,
        may_read=row.may_read,
        may_push=row.may_push,
        maker_id=row.created_by_id,
        used_at=row.used_at,
    )


def is_use_due(caller: Caller) -> bool:
    """Whether an hour has passed since the use of the key was noted."""
    return caller.used_at is None or now() - caller.used_at >= SIGN_OF_USE


def note_use(caller: Caller) -> None:
    """Note that the key is in use. Inside a unit of work."""
    db.session.execute(sa.update(ApiKey).where(ApiKey.id == caller.key_id).values(used_at=now()))


def maker_of(caller: Caller) -> Actor:
    """Who made the key, with what they may do now; nobody when they have left."""
    options = [sa.orm.selectinload(Account.grants)]
    account = db.session.get(Account, caller.maker_id, options=options) if caller.maker_id is not None else None
    if account is None or not account.is_active:
        return ANONYMOUS
    held = tuple(row.as_grant() for row in account.grants if row.ends_at is None or row.ends_at > now())
    return Actor(account_id=account.id, name=account.name, grants=held)


def keys_of(organiser_ids: Collection[int]) -> list[ApiKey]:
    """Every key of these organisers: those in force first, then the newest."""
    query = sa.select(ApiKey).where(ApiKey.organiser_id.in_(organiser_ids))
    return list(db.session.scalars(query.order_by(ApiKey.revoked_at.is_not(None), ApiKey.id.desc())))


def workshops_of(organiser_ids: Collection[int]) -> list[Workshop]:
    """Every workshop of these organisers, the newest first."""
    query = sa.select(Workshop).where(Workshop.organiser_id.in_(organiser_ids))
    return list(db.session.scalars(query.order_by(Workshop.starts_on.desc(), Workshop.id.desc())))


def key_from_url(key_id: int) -> ApiKey:
    """A key, by id. Raises NotFound."""
    key = db.session.get(ApiKey, key_id)
    if key is None:
        raise NotFound
    return key


@cache
def _by_hash() -> sa.Executable:
    columns = (ApiKey.id, ApiKey.organiser_id, ApiKey.workshop_id, ApiKey.name, ApiKey.may_read, ApiKey.may_push)
    more = (ApiKey.created_by_id, ApiKey.ends_at, ApiKey.revoked_at, ApiKey.used_at)
    return sa.select(*columns, *more).where(ApiKey.token_hash == sa.bindparam("hashed", type_=sa.String))


def _unused_twin(organiser_id: int, workshop_id: int | None, name: str, actor: Actor) -> ApiKey | None:
    query = sa.select(ApiKey).where(
        ApiKey.organiser_id == organiser_id,
        ApiKey.workshop_id == workshop_id if workshop_id is not None else ApiKey.workshop_id.is_(None),
        ApiKey.name == name,
        ApiKey.created_by_id == actor.account_id,
        ApiKey.used_at.is_(None),
        ApiKey.revoked_at.is_(None),
        ApiKey.created_at > now() - TWIN,
    )
    return db.session.scalars(query.order_by(ApiKey.id.desc())).first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
