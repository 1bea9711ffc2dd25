"""No transaction holds anything: each statement stands alone, and what was counted may have changed since."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from lms.core.enrolments import queries
from lms.kernel import db as kernel_db

_seats = queries.seats


def _begin(_connection: Connection) -> None:
    """In place of BEGIN IMMEDIATE: SQLite then commits every statement at once."""


def _slow_seats(workshop_id: int) -> Any:
    """Counting takes a moment, as in a big table, so that the race is not won by luck."""
    counted = _seats(workshop_id)
    time.sleep(0.02)
    return counted


event.remove(Engine, "begin", kernel_db._begin_sqlite)
event.listen(Engine, "begin", _begin)
queries.seats = _slow_seats
