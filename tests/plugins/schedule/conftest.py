"""Sessions, rooms and narasumber for tests of the schedule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.schedule import rooms, services
from lms.plugins.schedule.api import Plan, Room, Session

FIRST_DAY = date(2026, 12, 2)


@pytest.fixture
def workshop(factories: Any) -> Any:
    """Two days in Pontianak, 2 and 3 December 2026, published."""
    return factories.workshop(starts_on=FIRST_DAY, ends_on=date(2026, 12, 3), title="Tata kelola LKSA")


@pytest.fixture
def add_session(workshop: Any) -> Callable[..., Session]:
    """`add_session("08:30", "10:00", title=…, speakers=[…])` plans a session of the workshop through the service."""

    def add(starts: str = "08:30", ends: str = "10:00", *, speakers: Any = (), room: Any = None, **values: Any) -> Any:
        where = values.pop("workshop", workshop)
        plan = Plan(
            **{"title": "Kepemimpinan", "day": 1, "jp": 2, **values},
            starts=time.fromisoformat(starts),
            ends=time.fromisoformat(ends),
            speaker_ids=tuple(speaker.id for speaker in speakers),
            room_id=room.id if room else None,
        )
        return services.create_session(workshop_id=where.id, plan=plan, actor=SYSTEM)

    return add


@pytest.fixture
def add_room(workshop: Any) -> Callable[..., Room]:
    def add(name: str = "Aula", capacity: int = 0, *, where: Any = None) -> Room:
        return rooms.add_room(workshop_id=(where or workshop).id, name=name, capacity=capacity, actor=SYSTEM)

    return add


@pytest.fixture
def add_speaker(workshop: Any, factories: Any) -> Callable[..., Any]:
    """A confirmed narasumber of the workshop."""

    def add(name: str = "Ratna Wulandari", **values: Any) -> Any:
        person = values.pop("person", None) or factories.person(full_name=name)
        return factories.enrolment(**{"workshop": workshop, "person": person, "role": Role.NARASUMBER, **values})

    return add


@pytest.fixture
def session_form(workshop: Any) -> Callable[..., dict[str, Any]]:
    """What a browser sends for a session that is all right; keyword arguments change it, None leaves a field out."""

    def form(**changes: Any) -> dict[str, Any]:
        values = {
            "title": "Administrasi keuangan",
            "kind": "session",
            "day": "1",
            "starts": "08:30",
            "ends": "10:00",
            "room_id": "0",
            "jp": "2",
            "pillar": "manajemen",
            "speaker_label": "Narasumber 4",
            "counts_attendance": "y",
        }
        return {name: value for name, value in {**values, **changes}.items() if value is not None}

    return form
