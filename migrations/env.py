"""Alembic environment shared by every history; `history` says whose tables are ours."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy.engine import Connection

from lms.kernel.db import UtcDateTime, db
from lms.kernel.migrations import History

history: History = context.config.attributes["history"]
prefix = f"{history.owner}_"
LOCK = 7216


def ours(name: str | None, type_: str, _parents: object) -> bool:
    return type_ != "table" or (name or "").startswith(prefix)


def ours_object(obj: Any, _name: object, type_: str, _reflected: bool, _compare_to: object) -> bool:
    table = obj if type_ == "table" else getattr(obj, "table", None)
    return table is None or table.name.startswith(prefix)


def render_item(kind: str, obj: object, _context: object) -> str | bool:
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(obj, UtcDateTime) else False


def drop_empty(migration: Any, _revision: object, directives: list[Any]) -> None:
    if migration.config.attributes.get("writing") and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    raw = connection.connection.dbapi_connection
    assert raw is not None
    if sqlite:
        # On the raw connection: SQLite ignores it inside a transaction, and a batch migration that rebuilds a
        # parent table with foreign keys on would delete every child row.
        raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
    connection.commit()
    try:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            version_table=history.version_table,
            include_name=ours,
            include_object=ours_object,
            render_item=render_item,
            compare_type=True,
            render_as_batch=True,
            transaction_per_migration=True,
            transactional_ddl=True,
            process_revision_directives=drop_empty,
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite and (bad := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
            raise RuntimeError(f"foreign key violations: {bad[:5]}")
    finally:
        connection.rollback()
        if sqlite:
            raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCK})")
            connection.commit()


with db.engine.connect() as connection:
    run(connection)
