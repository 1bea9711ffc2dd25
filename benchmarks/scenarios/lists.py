"""The organiser's long pages: the list of participants and the board of a session."""

from __future__ import annotations

from benchmarks.hall import SMALL, Room
from benchmarks.run import Run
from benchmarks.statements import of_page

_PER_PAGE = 50


def measure(run: Run) -> None:
    """Their CPU time with a full hall, and that they cost no more statements than with ten people."""
    hall, cookies = run.hall, run.hall.staff_cookie()
    count = len(hall.big.people)
    middle = max(1, count // _PER_PAGE // 2)
    run.cost("lists", f"list of {count}, first page", _list(hall.big), cookies, at_most=30)
    run.cost("lists", f"list of {count}, page {middle}", f"{_list(hall.big)}?page={middle}", cookies, at_most=30)
    run.cost("lists", f"board of {count}", _board(hall.big), cookies, at_most=60)
    for name, path in (("list", _list), ("board", _board)):
        big, small = of_page(hall, cookies, path(hall.big)), of_page(hall, cookies, path(hall.small))
        note = f"{small} with {SMALL} people"
        run.report.add("lists", f"{name} of {count}: statements", big, "", small, note)


def _list(room: Room) -> str:
    return f"/kelola/lokakarya/{room.workshop_id}/peserta"


def _board(room: Room) -> str:
    return f"/kelola/lokakarya/{room.workshop_id}/kehadiran?sesi={room.session_id}"
