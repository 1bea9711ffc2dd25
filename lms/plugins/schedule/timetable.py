"""A day as a table: rooms across, quarter hours down, sessions as cells that span rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.plugins.schedule.models import Room, Session

STEP = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A heading: a room (None for sessions without one) and how many columns its clashes need side by side."""

    room: Room | None
    lanes: int


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell; without a session it is empty."""

    session: Session | None = None
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row that starts at `at`; `is_named` rows show their time."""

    at: datetime
    is_named: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The table of one day."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def grid_of(sessions: Sequence[Session], rooms: Sequence[Room]) -> Grid:
    """Lay out the sessions of one day, ordered by time. A session without a room that nothing overlaps spans all."""
    wide = {row.id for row in sessions if row.room_id is None and not _has_neighbour(row, sessions)}
    lanes = _lanes([row for row in sessions if row.id not in wide])
    keys: list[Room | None] = [*rooms, *([None] if lanes[None] or not rooms else [])]
    columns = tuple(Column(room=room, lanes=max(1, len(lanes[room.id if room else None]))) for room in keys)
    flat = [lane for room in keys for lane in (lanes[room.id if room else None] or [[]])]
    marks = _marks(sessions)
    rows = [_row(marks, index, flat, [row for row in sessions if row.id in wide]) for index in range(len(marks) - 1)]
    return Grid(columns=columns, rows=tuple(rows))


def _has_neighbour(session: Session, sessions: Sequence[Session]) -> bool:
    return any(
        other.id != session.id and other.starts_at < session.ends_at and session.starts_at < other.ends_at
        for other in sessions
    )


def _lanes(sessions: Sequence[Session]) -> dict[int | None, list[list[Session]]]:
    """By room, the fewest columns in which no two sessions overlap."""
    lanes: dict[int | None, list[list[Session]]] = defaultdict(list)
    for session in sessions:
        free = [lane for lane in lanes[session.room_id] if lane[-1].ends_at <= session.starts_at]
        if free:
            free[0].append(session)
        else:
            lanes[session.room_id].append([session])
    return lanes


def _marks(sessions: Sequence[Session]) -> list[datetime]:
    """Every quarter hour of the day in use and every start and end, so that each session begins and ends on a row."""
    if not sessions:
        return []
    first, last = min(row.starts_at for row in sessions), max(row.ends_at for row in sessions)
    quarter = first.replace(minute=first.minute - first.minute % 15, second=0, microsecond=0)
    quarters = {quarter + STEP * n for n in range(int((last - quarter) / STEP) + 1)}
    edges = {moment for row in sessions for moment in (row.starts_at, row.ends_at)}
    return sorted(moment for moment in quarters | edges if first <= moment <= last)


def _row(marks: list[datetime], index: int, lanes: list[list[Session]], wide: list[Session]) -> Row:
    at = marks[index]
    across = next((row for row in wide if row.starts_at <= at < row.ends_at), None)
    if across is not None:
        cells = [_cell(across, marks, len(lanes))] if across.starts_at == at else []
    else:
        cells = []
        for lane in lanes:
            inside = next((row for row in lane if row.starts_at <= at < row.ends_at), None)
            if inside is None:
                cells.append(Cell())
            elif inside.starts_at == at:
                cells.append(_cell(inside, marks, 1))
    named = at.minute in {0, 30} or any(cell.session for cell in cells)
    return Row(at=at, is_named=named, cells=tuple(cells))


def _cell(session: Session, marks: list[datetime], columns: int) -> Cell:
    rows = sum(1 for mark in marks if session.starts_at <= mark < session.ends_at)
    return Cell(session=session, rows=rows, columns=columns)
