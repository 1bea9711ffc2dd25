"""Writes on accounts: create, grant, revoke, change a password, sign in."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.accounts import passwords, queries, sessions
from lms.core.accounts.models import Account, RoleGrant
from lms.core.people.emails import clean_email
from lms.core.people.phones import parse_phone
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import Actor, Role, Scope


class LoginTaken(RuleViolation):
    """Another account has this e-mail or phone number."""


class WrongReach(RuleViolation):
    """The role does not go with what the grant would reach."""


class LastAdministrator(RuleViolation):
    """Without this grant nobody could administer the site."""


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
    """Add an account of staff; raises LoginTaken, WeakPassword, EmailRefused or PhoneRefused."""
    if not email and not phone:
        raise RuleViolation(_("Give an e-mail address or a phone number to sign in with."), "email")
    email = clean_email(email) if email else None
    phone = parse_phone(phone) if phone else None
    if not is_demo:
        passwords.check_strength(password)
    _check_free(email, phone)
    account = Account(
        name=" ".join(name.split()),
        email=email,
        phone_e164=phone,
        password_hash=passwords.hash_password(password),
        is_demo=is_demo,
        created_at=now(),
        password_changed_at=now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(account)
    except sa.exc.IntegrityError:  # somebody else took the login since we looked
        _check_free(email, phone)
        raise
    audit.record(action="accounts.created", subject=account, actor=actor)
    return account


def _check_free(email: str | None, phone: str | None) -> None:
    if email and db.session.scalar(sa.select(Account.id).where(Account.email == email)):
        raise LoginTaken(_("Another account uses this e-mail address."), "email")
    if phone and db.session.scalar(sa.select(Account.id).where(Account.phone_e164 == phone)):
        raise LoginTaken(_("Another account uses this phone number."), "phone")


def grant(*, account_id: int, role: Role, scope: Scope, ref: str = "", actor: Actor) -> RoleGrant:
    """Give a role; giving it twice, even at the same moment, changes nothing. Raises WrongReach."""
    if queries.REACH_OF_ROLE.get(role) is not scope or bool(ref) is (scope is Scope.SITE):
        raise WrongReach(_("This role cannot reach that. Choose what fits the role."), "reach")
    names = {"account_id": account_id, "role": role, "scope": scope, "ref": ref}
    is_new = insert_ignore(RoleGrant, {**names, "created_at": now()}, keys=tuple(names)) is not None
    row = db.session.scalars(sa.select(RoleGrant).filter_by(**names)).one()
    if is_new:
        audit.record(action="accounts.granted", subject=row, actor=actor)
    return row


def revoke(*, grant_id: int, actor: Actor) -> None:
    """Take a role back; it is gone at the account's next request. Raises LastAdministrator."""
    row = db.session.get(RoleGrant, grant_id)
    if row is not None:
        if row.role is Role.PUSAT and not queries.has_admin(beside=row):
            raise LastAdministrator(_("This is the last administrator. Give somebody else the role first."))
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


def login_of(typed: str) -> tuple[Account | None, str]:
    """The active account that was meant, and a name for it that does not depend on how the login was written."""
    email, phone = normal_login(typed)
    account = queries.account_by_login(email=email, phone=phone)
    return account, f"account:{account.id}" if account else f"login:{email or phone}"


def is_password(account: Account | None, password: str) -> bool:
    """Whether this is the account's password; an account that does not exist costs the same work."""
    return passwords.is_right(account.password_hash if account else None, password[: passwords.MAX_LENGTH])
