"""Engine options per database: which SQLite build, its journal, its busy deadline, and the PostgreSQL pool."""

from __future__ import annotations

import sqlite3
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

# Older builds have a race in WAL mode that can corrupt the file (fixed in these releases and later ones of the branch).
SAFE_BRANCHES = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
BUSY_SECONDS = 5.0


def is_wal_safe(version: tuple[int, ...]) -> bool:
    """Whether WAL may be used with this SQLite version."""
    return version >= SAFE_BRANCHES[-1] or any(
        version[:2] == safe[:2] and version >= safe for safe in SAFE_BRANCHES[:-1]
    )


def sqlite_module() -> ModuleType:
    """The interpreter's sqlite3 where its build is safe, else pysqlite3, which carries a fixed one."""
    if is_wal_safe(sqlite3.sqlite_version_info):
        return sqlite3
    try:
        import pysqlite3  # noqa: PLC0415 -- optional dependency
    except ImportError:
        return sqlite3
    module: ModuleType = pysqlite3.dbapi2
    return module


def engine_options(url: str) -> dict[str, Any]:
    """Keyword arguments of `sqlalchemy.create_engine` for this database."""
    if url.startswith("sqlite"):
        return {"module": sqlite_module(), "connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8, "pool_timeout": 10}


def prepare(engine: Engine) -> None:
    """Give a SQLite file its journal mode: WAL on a safe build, TRUNCATE else."""
    if engine.dialect.name != "sqlite":
        return
    version = tuple(int(part) for part in sqlite_module().sqlite_version.split("."))
    mode = "WAL" if is_wal_safe(version) else "TRUNCATE"

    @event.listens_for(engine, "connect")
    def _journal(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.execute(f"PRAGMA journal_mode={mode}")


def is_busy(error: sa.exc.SQLAlchemyError) -> bool:
    """Whether the database was locked, out of space or out of reach: the visitor may try again."""
    text = str(getattr(error, "orig", error)).lower()
    return any(
        sign in text
        for sign in ("locked", "deadlock", "busy", "full", "disk i/o", "connection", "server closed", "shutdown")
    )
