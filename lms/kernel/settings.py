"""Typed settings in the database: of the site, an organiser or a workshop; the narrower value wins."""

from __future__ import annotations

import json
from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import IntPk, Model, db
from lms.kernel.declarations import Setting
from lms.kernel.errors import ConfigurationError, RuleViolation
from lms.kernel.registry import registry


class SettingValue(Model):
    """One stored value; `scope_id` is 0 for the site."""

    __tablename__ = "core_setting"
    __table_args__ = (sa.UniqueConstraint("scope", "scope_id", "key"),)

    id: Mapped[IntPk]
    scope: Mapped[str] = mapped_column(sa.String(12))
    scope_id: Mapped[int] = mapped_column(sa.Integer, default=0)
    key: Mapped[str] = mapped_column(sa.String(80))
    value: Mapped[str] = mapped_column(sa.Text)


# Made once, since it is read on the way of a scan at the door. A scope without number (NULL) finds nothing.
_IN_FORCE = sa.select(SettingValue.scope, SettingValue.value).where(
    SettingValue.key == sa.bindparam("key", type_=sa.String),
    sa.or_(
        SettingValue.scope == "site",
        *(
            sa.and_(SettingValue.scope == scope, SettingValue.scope_id == sa.bindparam(scope, type_=sa.Integer))
            for scope in ("workshop", "organiser")
        ),
    ),
)


def setting(key: str, *, workshop_id: int | None = None, organiser_id: int | None = None) -> Any:
    """The value in force, of the declared type."""
    declared = _declared(key)
    wanted = {"key": key, "workshop": workshop_id, "organiser": organiser_id}
    found: dict[str, str] = {row.scope: row.value for row in db.session.execute(_IN_FORCE, wanted)}
    for scope in ("workshop", "organiser", "site"):
        if scope in found:
            return _typed(declared, json.loads(found[scope]))
    return declared.default


def set_setting(key: str, value: object, *, scope: str = "site", scope_id: int = 0) -> None:
    """Store a value; raises RuleViolation when it is not of the declared type."""
    declared = _declared(key)
    stored = json.dumps(str(value) if declared.type is Decimal else value)
    _typed(declared, json.loads(stored))
    row = db.session.scalar(sa.select(SettingValue).filter_by(scope=scope, scope_id=scope_id, key=key))
    if row is None:
        db.session.add(SettingValue(scope=scope, scope_id=scope_id, key=key, value=stored))
    else:
        row.value = stored
    db.session.flush()


def copy_settings(keys: Collection[str], *, source_id: int, workshop_id: int) -> None:
    """Give a workshop what another one has set for itself; what it did not set stays as it is."""
    query = sa.select(SettingValue).where(
        SettingValue.scope == "workshop", SettingValue.scope_id == source_id, SettingValue.key.in_(keys)
    )
    for row in db.session.scalars(query).all():
        set_setting(row.key, json.loads(row.value), scope="workshop", scope_id=workshop_id)


def _declared(key: str) -> Setting:
    try:
        return registry().settings[key]
    except KeyError:
        raise ConfigurationError(f"no setting is called {key!r}") from None


def _typed(declared: Setting, value: object) -> object:
    try:
        return Decimal(str(value)) if declared.type is Decimal else declared.type(value)
    except (TypeError, ValueError, InvalidOperation):
        message = _("%(value)s is not possible here. Write it in the form of the value before.", value=str(value)[:80])
        raise RuleViolation(message, field=declared.key) from None
