"""Exactly once without the database: look whether the row is there, then insert it, each statement alone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from drills.sabotage import no_lock  # noqa: F401 -- a lock around both statements would hide the fault
from lms.kernel import db as kernel_db


def _insert_ignore(table: type[kernel_db.Base], values: Mapping[str, Any], *, keys: tuple[str, ...]) -> int | None:
    rows = table.__table__
    known = sa.select(rows.c.id).where(*(rows.c[key] == values[key] for key in keys))
    if kernel_db.db.session.scalar(known.limit(1)) is not None:
        return None
    time.sleep(0.02)
    found: int | None = kernel_db.db.session.scalar(sa.insert(table).values(**values).returning(rows.c.id))
    return found


kernel_db.insert_ignore = _insert_ignore
