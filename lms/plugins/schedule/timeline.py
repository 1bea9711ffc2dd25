"""The agenda as people read it: days, slots with parallel rooms, and what is done or running."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from lms.core.workshops.models import Workshop
from lms.plugins.schedule.enums import SessionKind, SessionState
from lms.plugins.schedule.models import Session

MEAL_MINUTES = 45  # a break this long is a meal


@dataclass(frozen=True, kw_only=True)
class Slot:
    """Sessions that start together; `state` is done, now or ""."""

    sessions: tuple[Session, ...]
    state: str

    @property
    def starts_at(self) -> datetime:
        return self.sessions[0].starts_at

    @property
    def minutes(self) -> int:
        return max(session.minutes for session in self.sessions)

    @property
    def is_break(self) -> bool:
        return all(session.kind is SessionKind.BREAK for session in self.sessions)

    @property
    def icon(self) -> str:
        return "utensils" if self.minutes >= MEAL_MINUTES else "coffee"


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day of a workshop, numbered from 1; `is_outside` when the workshop no longer has that day."""

    number: int
    on: date
    slots: tuple[Slot, ...]
    is_outside: bool = False

    @property
    def sessions(self) -> tuple[Session, ...]:
        return tuple(session for slot in self.slots for session in slot.sessions)


def days_of(workshop: Workshop, sessions: Sequence[Session], moment: datetime) -> list[Day]:
    """Every day of the workshop, empty ones too, and later days that still have sessions."""
    by_day = {number: list(rows) for number, rows in groupby(sessions, key=lambda row: row.day)}
    last = max([workshop.day_count, *by_day])
    return [
        Day(
            number=number,
            on=workshop.starts_on + timedelta(days=number - 1),
            slots=slots_of(by_day.get(number, []), moment),
            is_outside=number > workshop.day_count,
        )
        for number in range(1, last + 1)
    ]


def slots_of(sessions: Sequence[Session], moment: datetime) -> tuple[Slot, ...]:
    """Sessions by time, those that start together in one slot."""
    groups = [tuple(rows) for _start, rows in groupby(sessions, key=lambda row: row.starts_at)]
    return tuple(Slot(sessions=rows, state=_state(rows, moment)) for rows in groups)


def day_to_show(workshop: Workshop, days: Sequence[Day], moment: datetime) -> Day | None:
    """Today where there are sessions, else the next day that has some, else None."""
    today = moment.astimezone(ZoneInfo(workshop.zone)).date()
    return next((day for day in days if day.on >= today and day.slots), None)


def is_today(workshop: Workshop, day: Day, moment: datetime) -> bool:
    """Whether the day is today in the workshop's zone."""
    return day.on == moment.astimezone(ZoneInfo(workshop.zone)).date()


def is_on(session: Session, workshop: Workshop, moment: datetime) -> bool:
    """Whether the session is on the local day of `moment`."""
    zone = ZoneInfo(workshop.zone)
    return session.starts_at.astimezone(zone).date() == moment.astimezone(zone).date()


def _state(sessions: Sequence[Session], moment: datetime) -> str:
    if any(row.state is SessionState.OPEN for row in sessions):
        return "now"
    if all(row.state is SessionState.CLOSED or row.ends_at <= moment for row in sessions):
        return "done"
    return "now" if any(row.starts_at <= moment < row.ends_at for row in sessions) else ""
