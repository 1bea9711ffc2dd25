"""Commits are not synced: SQLite in WAL mode with `synchronous=NORMAL`, as many guides recommend for speed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

import lms.kernel.db  # noqa: F401 -- its listener comes first, and ours then has the last word


@event.listens_for(Engine, "connect")
def _relax(connection: Any, _record: object) -> None:
    if "sqlite" in type(connection).__module__:
        connection.execute("PRAGMA synchronous=NORMAL")
