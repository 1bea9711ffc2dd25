"""Accounts of staff, their role grants, and the server-side sessions of everybody who signed in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Grant, Role, Scope


class Account(Model):
    """A login of staff: by e-mail or phone number, and a password."""

    __tablename__ = "core_account"

    id: Mapped[IntPk]
    name: Mapped[str] = mapped_column(sa.String(100))
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    phone_e164: Mapped[str | None] = mapped_column(sa.String(16), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    password_changed_at: Mapped[datetime]
    grants: Mapped[list[RoleGrant]] = relationship(back_populates="account", cascade="all, delete-orphan")


class RoleGrant(Model):
    """A role of an account and what it reaches; `ref` is an id, a region code, an affiliation key, or empty."""

    __tablename__ = "core_role_grant"
    __table_args__ = (sa.UniqueConstraint("account_id", "role", "scope", "ref"),)

    id: Mapped[IntPk]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("core_account.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(str_enum(Role))
    scope: Mapped[Scope] = mapped_column(str_enum(Scope))
    ref: Mapped[str] = mapped_column(sa.String(120), default="")
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    account: Mapped[Account] = relationship(back_populates="grants")

    def as_grant(self) -> Grant:
        return Grant(role=self.role, scope=self.scope, ref=self.ref)


class LoginSession(Model):
    """A signed-in browser: an account, a ticket (enrolment), or both. The cookie holds the key, this row its hash."""

    __tablename__ = "core_login_session"

    id: Mapped[IntPk]
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_account.id", ondelete="CASCADE"), index=True)
    enrolment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"), index=True)
    link_version: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
