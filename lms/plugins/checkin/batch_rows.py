"""The statements of a batch: each is made once and costs the same for one scan and for hundreds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from lms.kernel.db import Model, UtcDateTime, db
from lms.plugins.checkin.enums import Direction, Method, Reason, Verdict
from lms.plugins.checkin.models import Attendance, Scan

Key = tuple[int, int, Direction]  # enrolment, session, direction: what the database keeps unique


@dataclass(frozen=True, kw_only=True)
class Present:
    """An attendance that exists."""

    id: int
    at: datetime
    late_minutes: int
    is_corrected: bool
    scan_id: int | None


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A scan of the same id that was logged before."""

    id: int
    session_id: int
    enrolment_id: int | None
    direction: Direction
    verdict: Verdict
    reason: Reason | None
    at: datetime


def add_scans(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """`{client_id: scan id}` of the scans that were not in the log yet, all of one device."""
    if not rows:
        return {}
    found = db.session.execute(_insert_scans(_is_postgresql()), sorted(rows, key=lambda row: row["client_id"]))
    return {row.client_id: row.id for row in found}


def add_attendances(rows: Sequence[dict[str, Any]]) -> set[Key]:
    """The keys that are new. Rows go in by key, so that two batches at once never wait for each other in a circle."""
    if not rows:
        return set()
    ordered = sorted(rows, key=lambda row: (row["enrolment_id"], row["session_id"], row["direction"]))
    found = db.session.execute(_insert_attendances(_is_postgresql()), ordered)
    return {(row.enrolment_id, row.session_id, row.direction) for row in found}


def presents(keys: Collection[Key]) -> dict[Key, Present]:
    """Which of these attendances exist."""
    if not keys:
        return {}
    people, sessions = sorted({key[0] for key in keys}), sorted({key[1] for key in keys})
    rows = db.session.execute(_presents(), {"people": people, "sessions": sessions})
    return {
        (row.enrolment_id, row.session_id, row.direction): Present(
            id=row.id,
            at=row.at,
            late_minutes=row.late_minutes,
            is_corrected=row.is_corrected,
            scan_id=row.scan_id,
        )
        for row in rows
    }


def earlier_scans(device: str, client_ids: Collection[str]) -> dict[str, Earlier]:
    """`{client_id: scan}` of what this device sent before."""
    if not client_ids:
        return {}
    rows = db.session.execute(_earlier(), {"device": device, "clients": sorted(client_ids)})
    return {
        row.client_id: Earlier(
            id=row.id,
            session_id=row.session_id,
            enrolment_id=row.enrolment_id,
            direction=row.direction,
            verdict=row.verdict,
            reason=row.reason,
            at=row.at,
        )
        for row in rows
    }


def set_verdict(scan_ids: Collection[int], verdict: Verdict, reason: Reason | None = None) -> None:
    """What these scans led to after all."""
    if scan_ids:
        known = {"numbers": sorted(scan_ids), "found": verdict, "why": reason}
        db.session.execute(_verdicts(), known)


def answer_scans(answers: dict[int, str]) -> None:
    """Complete these scans with the answers to the door's question."""
    if answers:
        known = [{"number": scan_id, "said": text} for scan_id, text in sorted(answers.items())]
        db.session.connection().execute(_answers(), known)


def move_earlier(rows: Sequence[dict[str, Any]]) -> None:
    """Let earlier scans count. `was` is the scan that counted before: what it gave for the whole day moves along.

    The condition is asked again in the statement, so that of two at once the earlier one stays.
    """
    if rows:
        db.session.connection().execute(_earlier_time(), sorted(rows, key=lambda row: int(row["number"])))


def moved_row(
    present: Present | Attendance,
    enrolment_id: int,
    at: datetime,
    late: int,
    scan_id: int,
    method: Method,
    account_id: int | None = None,
) -> dict[str, Any]:
    """A row for `move_earlier`: from now on this scan is the one behind the attendance."""
    return {
        "number": present.id,
        "person": enrolment_id,
        "was": present.scan_id,
        "moment": at,
        "late": late,
        "scan": scan_id,
        "how": method,
        "who": account_id,
    }


def _table(model: type[Model]) -> sa.Table:
    assert isinstance(model.__table__, sa.Table)
    return model.__table__


def _is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"


@cache
def _insert_scans(is_postgresql: bool) -> sa.Executable:
    table = _table(Scan)
    insert = (postgresql if is_postgresql else sqlite).insert(table)
    kept = insert.on_conflict_do_nothing(index_elements=["device", "client_id"])
    return kept.returning(table.c.id, table.c.client_id)


@cache
def _insert_attendances(is_postgresql: bool) -> sa.Executable:
    table = _table(Attendance)
    insert = (postgresql if is_postgresql else sqlite).insert(table)
    kept = insert.on_conflict_do_nothing(index_elements=["enrolment_id", "session_id", "direction"])
    return kept.returning(table.c.enrolment_id, table.c.session_id, table.c.direction)


@cache
def _presents() -> sa.Executable:
    key = (Attendance.enrolment_id, Attendance.session_id, Attendance.direction)
    return sa.select(
        *key, Attendance.id, Attendance.at, Attendance.late_minutes, Attendance.is_corrected, Attendance.scan_id
    ).where(
        Attendance.enrolment_id.in_(sa.bindparam("people", expanding=True)),
        Attendance.session_id.in_(sa.bindparam("sessions", expanding=True)),
    )


@cache
def _earlier() -> sa.Executable:
    columns = (Scan.id, Scan.session_id, Scan.enrolment_id, Scan.direction, Scan.verdict, Scan.reason, Scan.at)
    return sa.select(Scan.client_id, *columns).where(
        Scan.device == sa.bindparam("device", type_=sa.String),
        Scan.client_id.in_(sa.bindparam("clients", expanding=True)),
    )


@cache
def _verdicts() -> sa.Executable:
    table = _table(Scan)
    found = sa.bindparam("found", type_=table.c.verdict.type)
    why = sa.bindparam("why", type_=table.c.reason.type)
    return (
        sa.update(table)
        .where(table.c.id.in_(sa.bindparam("numbers", expanding=True)))
        .values(verdict=found, reason=why)
    )


@cache
def _answers() -> sa.Executable:
    table = _table(Scan)
    said = sa.bindparam("said", type_=sa.String)
    return (
        sa.update(table)
        .where(table.c.id == sa.bindparam("number", type_=sa.Integer))
        .values(verdict=Verdict.PRESENT, reason=None, answer=said)
    )


@cache
def _earlier_time() -> sa.Executable:
    table = _table(Attendance)
    moment = sa.bindparam("moment", type_=UtcDateTime())
    same_day = sa.and_(
        table.c.enrolment_id == sa.bindparam("person", type_=sa.Integer),
        table.c.scan_id == sa.bindparam("was", type_=sa.Integer),
        table.c.direction == Direction.IN,
    )
    return (
        sa.update(table)
        .where(
            sa.or_(table.c.id == sa.bindparam("number", type_=sa.Integer), same_day),
            table.c.at > moment,
            table.c.is_corrected.is_(False),
        )
        .values(
            at=moment,
            late_minutes=sa.bindparam("late", type_=sa.Integer),
            scan_id=sa.bindparam("scan", type_=sa.Integer),
            method=sa.bindparam("how", type_=table.c.method.type),
            account_id=sa.bindparam("who", type_=sa.Integer),
        )
    )
