"""The day as a table of rooms and times."""

from __future__ import annotations

from lms.plugins.schedule.api import SessionKind
from lms.plugins.schedule.timetable import grid_of


def covered(grid) -> list[int]:
    """How many columns each row fills, counting cells that reach down from above; all equal in a sound table."""
    open_cells: list[list[int]] = []
    widths = []
    for row in grid.rows:
        open_cells = [cell for cell in open_cells if cell[0] > 0]
        open_cells += [[cell.rows, cell.columns] for cell in row.cells]
        widths.append(sum(columns for _rows, columns in open_cells))
        for cell in open_cells:
            cell[0] -= 1
    return widths


def test_parallel_rooms_and_a_break_across_fill_every_row(add_session, add_room) -> None:
    a, b = add_room("A"), add_room("B")
    rows = [
        add_session("08:30", "09:20", room=a),
        add_session("08:45", "10:00", room=b),
        add_session("10:00", "10:15", kind=SessionKind.BREAK, jp=0),
        add_session("10:15", "11:00", room=a),
    ]
    grid = grid_of(rows, [a, b])
    assert [column.room.name for column in grid.columns] == ["A", "B"]
    assert set(covered(grid)) == {2}
    spans = {cell.session.id: (cell.rows, cell.columns) for row in grid.rows for cell in row.cells if cell.session}
    assert spans[rows[2].id] == (1, 2)
    assert len(spans) == 4


def test_clashing_sessions_of_one_room_stand_side_by_side(add_session, add_room) -> None:
    room = add_room("A")
    rows = [add_session("08:30", "10:00", room=room), add_session("09:00", "09:30", room=room)]
    grid = grid_of(rows, [room])
    assert [column.lanes for column in grid.columns] == [2]
    assert set(covered(grid)) == {2}


def test_overlapping_sessions_without_a_room_get_a_column(add_session, add_room) -> None:
    room = add_room("A")
    rows = [add_session("08:30", "10:00", room=room), add_session("09:00", "09:30")]
    grid = grid_of(rows, [room])
    assert [column.room for column in grid.columns] == [room, None]
    assert set(covered(grid)) == {2}


def test_an_empty_day_or_a_day_without_rooms_is_a_table_too(add_session) -> None:
    assert grid_of([], []).rows == ()
    assert set(covered(grid_of([add_session("08:30", "08:50")], []))) == {1}
