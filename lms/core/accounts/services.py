"""Writes on accounts: create, grant, revoke, change a password, sign in."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.accounts import passwords, sessions
from lms.core.accounts.models import Account, RoleGrant
from lms.core.people.phones import parse_phone
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import Actor, Role, Scope


class LoginTaken(RuleViolation):
    """Another account has this e-mail or phone number."""


def normal_login(typed: str) -> tuple[str | None, str | None]:
    """`(email, phone)` of what a person typed into the login box; one of them is None. Unreadable text is an e-mail."""
    text = typed.strip()
    if "@" in text:
        return text.lower(), None
    try:
        return None, parse_phone(text)
    except RuleViolation:
        return text.lower(), None


def create_account(
    *, name: str, email: str | None, phone: str | None, password: str, actor: Actor, is_demo: bool = False
) -> Account:
    """Add an account of staff; raises LoginTaken or WeakPassword."""
    if not email and not phone:
        raise RuleViolation(_("Give an e-mail address or a phone number to sign in with."), "email")
    email = email.strip().lower() if email else None
    phone = parse_phone(phone) if phone else None
    if not is_demo:
        passwords.check_strength(password)
    if email and db.session.scalar(sa.select(Account.id).where(Account.email == email)):
        raise LoginTaken(_("Another account uses this e-mail address."), "email")
    if phone and db.session.scalar(sa.select(Account.id).where(Account.phone_e164 == phone)):
        raise LoginTaken(_("Another account uses this phone number."), "phone")
    account = Account(
        name=name,
        email=email,
        phone_e164=phone,
        password_hash=passwords.hash_password(password),
        is_demo=is_demo,
        created_at=now(),
        password_changed_at=now(),
    )
    db.session.add(account)
    db.session.flush()
    audit.record(action="accounts.created", subject=account, actor=actor)
    return account


def grant(*, account_id: int, role: Role, scope: Scope, ref: str = "", actor: Actor) -> RoleGrant:
    """Give a role; giving it twice changes nothing."""
    found = db.session.scalar(sa.select(RoleGrant).filter_by(account_id=account_id, role=role, scope=scope, ref=ref))
    if found is not None:
        return found
    row = RoleGrant(account_id=account_id, role=role, scope=scope, ref=ref, created_at=now())
    db.session.add(row)
    db.session.flush()
    audit.record(action="accounts.granted", subject=row, actor=actor)
    return row


def revoke(*, grant_id: int, actor: Actor) -> None:
    """Take a role back; it is gone at the account's next request."""
    row = db.session.get(RoleGrant, grant_id)
    if row is not None:
        audit.record(action="accounts.revoked", subject=row, actor=actor)
        db.session.delete(row)
        db.session.flush()


def revoke_in_workshop(*, grant_id: int, workshop_id: int, actor: Actor) -> None:
    """Take back a role of one workshop; a grant that reaches anything else is left alone."""
    row = db.session.get(RoleGrant, grant_id)
    if row is not None and row.scope is Scope.WORKSHOP and row.ref == str(workshop_id):
        revoke(grant_id=grant_id, actor=actor)


def set_password(*, account_id: int, password: str, actor: Actor, keep_session: str | None = None) -> None:
    """Change a password and end the account's other sessions; raises WeakPassword."""
    passwords.check_strength(password)
    account = db.session.get_one(Account, account_id)
    account.password_hash = passwords.hash_password(password)
    account.password_changed_at = now()
    sessions.close_sessions_of(account_id=account_id, except_key=keep_session)
    audit.record(action="accounts.password_changed", subject=account, actor=actor)


def set_active(*, account_id: int, is_active: bool, actor: Actor) -> None:
    """Switch an account off (its sessions end) or on again."""
    account = db.session.get_one(Account, account_id)
    account.is_active = is_active
    if not is_active:
        sessions.close_sessions_of(account_id=account_id)
    audit.record(action="accounts.switched", subject=account, actor=actor, fields=("is_active",))


def check_login(*, login: str, password: str) -> Account | None:
    """The account whose login and password these are, else None, after the same work either way."""
    email, phone = normal_login(login)
    column = Account.email == email if email else Account.phone_e164 == phone
    account = db.session.scalar(sa.select(Account).where(column, Account.is_active))
    right = passwords.is_right(account.password_hash if account else None, password[: passwords.MAX_LENGTH])
    return account if right else None
