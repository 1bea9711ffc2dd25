"""What the staff's agenda page and the panels show, read in a constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.plugins.schedule import queries
from lms.plugins.schedule.conflicts import Conflict, find_conflicts
from lms.plugins.schedule.models import Room, Session
from lms.plugins.schedule.timeline import Day, days_of
from lms.plugins.schedule.timetable import Grid, grid_of


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """An agenda with its days, rooms and conflicts."""

    sessions: Sequence[Session]
    days: Sequence[Day]
    rooms: Sequence[Room]
    conflicts: Sequence[Conflict]

    @property
    def jp(self) -> int:
        return sum(session.jp for session in self.sessions)

    @property
    def taught(self) -> list[Session]:
        return [session for session in self.sessions if session.is_taught]

    @property
    def without_speaker(self) -> list[Session]:
        return [session for session in self.taught if not session.speakers]

    @property
    def clashes(self) -> dict[int, list[Conflict]]:
        """`{session id: its conflicts}`."""
        found: dict[int, list[Conflict]] = {}
        for conflict in self.conflicts:
            for session in (conflict.first, conflict.second):
                found.setdefault(session.id, []).append(conflict)
        return found

    def clash_count(self, day: Day) -> int:
        """How many conflicts lie on a day."""
        return sum(1 for conflict in self.conflicts if conflict.second.day == day.number)

    def grid(self, day: Day) -> Grid:
        """The day as a table of rooms and times."""
        return grid_of(day.sessions, self.rooms)


def agenda_of(workshop: Workshop) -> Agenda:
    """The whole agenda of a workshop as it stands now."""
    sessions = queries.sessions_of(workshop.id)
    return Agenda(
        sessions=sessions,
        days=days_of(workshop, sessions, now()),
        rooms=queries.rooms_of(workshop.id),
        conflicts=find_conflicts(sessions),
    )
