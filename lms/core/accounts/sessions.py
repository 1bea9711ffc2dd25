"""Server-side sessions: opened at sign-in or by a personal link, dead at sign-out."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.core.accounts.models import Account, LoginSession, RoleGrant
from lms.core.enrolments.models import Enrolment
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import Actor, ActorEnrolment, Grant

STAFF_LIFE = timedelta(hours=12)
STAFF_IDLE = timedelta(hours=4)
TICKET_LIFE = timedelta(days=120)
SIGN_OF_LIFE = timedelta(minutes=5)

_BY_KEY = (
    sa.select(LoginSession, Account, RoleGrant)
    .outerjoin(Account, sa.and_(Account.id == LoginSession.account_id, Account.is_active))
    .outerjoin(RoleGrant, RoleGrant.account_id == Account.id)
    .where(LoginSession.key_hash == sa.bindparam("hashed", type_=sa.String))
)


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A signed-in visitor, as Flask-Login's `current_user` has it; `is_stale` asks for a `touch`."""

    key: str
    actor: Actor
    account: Account | None
    is_stale: bool = False
    ticket: Enrolment | None = None  # kept alive for the request, so that pages find it loaded
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return self.key


def open_session(
    *, account_id: int | None = None, enrolment: Enrolment | None = None, replaces: str | None = None
) -> str:
    """Start a session and return its key, which goes into the cookie; only the hash is stored.

    The session with the key `replaces` ends. Of the same account it also says when the new one is over, so that
    nobody stays signed in for ever by opening tickets.
    """
    key = secrets.token_urlsafe(32)
    ends = now() + (TICKET_LIFE if account_id is None else STAFF_LIFE)
    if replaces:
        earlier = _row(replaces)
        if earlier is not None and earlier.account_id is not None and earlier.account_id == account_id:
            ends = min(ends, earlier.expires_at)
        close_session(replaces)
    db.session.add(
        LoginSession(
            key_hash=_hash(key),
            account_id=account_id,
            enrolment_id=enrolment.id if enrolment else None,
            link_version=enrolment.link_version if enrolment else 0,
            created_at=now(),
            seen_at=now(),
            expires_at=ends,
        )
    )
    db.session.flush()
    return key


def close_session(key: str) -> None:
    """End one session for good."""
    db.session.execute(sa.delete(LoginSession).where(LoginSession.key_hash == _hash(key)))


def close_sessions_of(*, account_id: int, except_key: str | None = None) -> None:
    """End every session of an account, for instance after a new password."""
    statement = sa.delete(LoginSession).where(LoginSession.account_id == account_id)
    if except_key:
        statement = statement.where(LoginSession.key_hash != _hash(except_key))
    db.session.execute(statement)


def sweep_sessions() -> int:
    """Delete sessions that are over; returns how many."""
    result = db.session.execute(sa.delete(LoginSession).where(LoginSession.expires_at < now()))
    return int(getattr(result, "rowcount", 0))


def visitor_of(key: str) -> Visitor | None:
    """Who holds this session; None when it ended, idled out, or its account or link was revoked. At most 2 queries."""
    found = _session(key)
    if found is None:
        return None
    row, account, grants = found
    if row.expires_at <= now():
        return None
    if row.account_id is not None and row.seen_at + STAFF_IDLE <= now():
        return None
    ticket = _ticket(row) if row.enrolment_id else None
    if account is None and ticket is None:
        return None
    actor = Actor(
        account_id=account.id if account else None,
        person_id=ticket.person_id if ticket else None,
        name=account.name if account else "",
        grants=grants,
        enrolment=_held(ticket) if ticket else None,
    )
    is_stale = row.seen_at < now() - SIGN_OF_LIFE
    return Visitor(key=key, actor=actor, account=account, is_stale=is_stale, ticket=ticket)


def touch(key: str) -> None:
    """Note a sign of life, so that a session in use does not idle out."""
    db.session.execute(sa.update(LoginSession).where(LoginSession.key_hash == _hash(key)).values(seen_at=now()))


def _session(key: str) -> tuple[LoginSession, Account | None, tuple[Grant, ...]] | None:
    """The row of a key, its active account, and what that account holds now; one statement, at every request."""
    moment = now()
    rows = db.session.execute(_BY_KEY, {"hashed": _hash(key)}).all()
    if not rows:
        return None
    held = (grant for _row, _account, grant in rows if grant is not None and _holds(grant.ends_at, moment))
    return rows[0][0], rows[0][1], tuple(grant.as_grant() for grant in held)


def _row(key: str) -> LoginSession | None:
    return db.session.scalar(sa.select(LoginSession).filter_by(key_hash=_hash(key)))


def _holds(ends_at: datetime | None, moment: datetime) -> bool:
    return ends_at is None or ends_at > moment


def _ticket(row: LoginSession) -> Enrolment | None:
    found = db.session.get(Enrolment, row.enrolment_id)
    return found if found is not None and found.link_version == row.link_version else None


def _held(found: Enrolment) -> ActorEnrolment:
    return ActorEnrolment(
        id=found.id,
        workshop_id=found.workshop_id,
        role=found.role,
        affiliation_key=found.affiliation_key,
        person_id=found.person_id,
    )


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
