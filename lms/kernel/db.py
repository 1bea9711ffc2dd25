"""Database session, typed base class, column types and the unit of work."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry, scoped_session

from lms.kernel.engine import BUSY_SECONDS

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_AFTER_COMMIT = "lms_after_commit"
_DEPTH = "lms_unit_depth"


class UtcDateTime(sa.TypeDecorator[datetime]):
    """Aware UTC datetimes on every backend; SQLite itself forgets the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: use lms.kernel.clock.now() or attach a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The declarative base of every table."""

    # Not `type_annotation_map = ...`: Flask-SQLAlchemy 3.1 rebuilds this class and SQLAlchemy then refuses the map.
    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcDateTime(), Decimal: sa.Numeric(12, 6)},
    )


IntPk = Annotated[int, mapped_column(primary_key=True)]
# Read transactions end at the edge of a write (see unit_of_work), so loaded objects must survive a commit.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base  # what `db.Model` is; a type checker cannot see through the extension's attribute
else:
    Model = db.Model


def str_enum(kind: type[enum.StrEnum], length: int = 20) -> sa.Enum:
    """A StrEnum stored as its text value, the same on both databases, so that no PostgreSQL type must be migrated."""
    return sa.Enum(
        kind, native_enum=False, length=length, create_constraint=False, values_callable=lambda e: [m.value for m in e]
    )


@event.listens_for(Engine, "connect")
def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    """Real transactions (DDL, savepoints), foreign keys and durable commits on SQLite."""
    if "sqlite" not in type(dbapi_connection).__module__:
        return
    dbapi_connection.isolation_level = None  # we emit BEGIN ourselves, below
    dbapi_connection.execute("PRAGMA foreign_keys=ON")
    dbapi_connection.execute("PRAGMA synchronous=FULL")
    dbapi_connection.execute("PRAGMA cache_size=-8000")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """A write takes its lock at the start: a read that turns into a write could fail half-way as busy."""
    if connection.dialect.name != "sqlite":
        return
    options = connection.get_execution_options()
    if not options.get("lms_hasty"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("lms_write") else "BEGIN")
        return
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")


def after_commit(callback: Callable[[], None]) -> None:
    """Run `callback` after the surrounding unit of work has committed; it is dropped when that rolls back."""
    db.session.info.setdefault(_AFTER_COMMIT, []).append(callback)


@contextmanager
def unit_of_work(*, is_hasty: bool = False) -> Iterator[scoped_session[Any]]:
    """Commit once on success, roll back on any exception, then run the after-commit callbacks.

    A unit inside a unit joins the outer one. The read transaction that loaders may have opened ends here, and the
    write transaction begins with its lock taken (`BEGIN IMMEDIATE` on SQLite). A hasty one raises OperationalError at
    once where another writer holds the lock of SQLite, instead of waiting for its turn.
    """
    info = db.session.info
    if info.get(_DEPTH):
        yield db.session
        return
    if db.session().in_transaction():
        db.session.commit()
    info[_DEPTH] = 1
    try:
        db.session.connection(execution_options={"lms_write": True, "lms_hasty": is_hasty})
        yield db.session
        db.session.commit()
    except BaseException:
        info.pop(_AFTER_COMMIT, None)
        db.session.rollback()
        raise
    finally:
        info.pop(_DEPTH, None)
    for callback in info.pop(_AFTER_COMMIT, []):
        callback()


def insert_ignore(table: type[Base], values: Mapping[str, Any], *, keys: tuple[str, ...]) -> int | None:
    """Insert a row unless one with the same unique `keys` exists; its id, or None when it was there.

    One atomic statement on both databases, for writes that a phone may repeat.
    """
    statement = _insert_ignore(table, keys, db.session.get_bind().dialect.name == "postgresql")
    found: int | None = db.session.scalar(statement, dict(values))
    return found


@lru_cache(maxsize=64)
def _insert_ignore(table: type[Base], keys: tuple[str, ...], is_postgresql: bool) -> sa.Executable:
    """Made once: building it anew costs more than running it, and check-in does both twice a scan."""
    rows = table.__table__
    insert = (postgresql if is_postgresql else sqlite).insert(rows)
    return insert.on_conflict_do_nothing(index_elements=list(keys)).returning(rows.c.id)
