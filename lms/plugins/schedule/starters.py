"""Agendas that a new workshop can start from; each is a CSV file in `data/`."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import time
from functools import cache
from pathlib import Path

from flask_babel import lazy_gettext as _l

from lms.core.workshops.models import Workshop
from lms.kernel.db import db
from lms.kernel.declarations import WorkshopTemplate
from lms.plugins.schedule.enums import Pillar, SessionKind
from lms.plugins.schedule.models import Room
from lms.plugins.schedule.plans import Plan
from lms.plugins.schedule.services import add_session

DATA = Path(__file__).parent / "data"
# The documents of BK3S are in Indonesian, so what the templates write is too.
ROOMS = ("Aula utama", "Ruang kelompok")
STARTERS = (
    WorkshopTemplate(
        key="two_days_15jp",
        label=_l("Two days, 15 JP"),
        days=2,
        note=_l("Management, leadership and programme control, with pre-test, post-test and follow-up clinic"),
    ),
    WorkshopTemplate(
        key="one_day", label=_l("One day, 7 JP"), days=1, note=_l("One session for each pillar and a follow-up plan")
    ),
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A session of a template: its code, the name of its room ("" for none) and its plan."""

    code: str
    room: str
    plan: Plan


def starter_keys() -> frozenset[str]:
    """The templates whose agenda is ours to fill."""
    return frozenset(starter.key for starter in STARTERS)


@cache
def lines_of(key: str) -> tuple[Line, ...]:
    """The sessions of a template, by time."""
    with (DATA / f"{key}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_line(row) for row in csv.DictReader(file))


def build(*, workshop: Workshop, key: str) -> None:
    """Give an empty workshop the rooms and sessions of a template; days it does not have are cut off."""
    rooms = {}
    for position, name in enumerate(ROOMS, start=1):
        rooms[name] = Room(workshop_id=workshop.id, name=name, capacity=0, position=position)
        db.session.add(rooms[name])
    db.session.flush()
    for line in lines_of(key):
        if line.plan.day <= workshop.day_count:
            room_id = rooms[line.room].id if line.room else None
            add_session(workshop=workshop, plan=replace(line.plan, room_id=room_id), code=line.code)


def _line(row: dict[str, str]) -> Line:
    plan = Plan(
        title=row["title"],
        day=int(row["day"]),
        starts=_time(row["starts"]),
        ends=_time(row["ends"]),
        kind=SessionKind(row["kind"]),
        jp=int(row["jp"]),
        pillar=Pillar(row["pillar"]),
        speaker_label=row["speaker_label"],
    )
    return Line(code=row["code"], room=row["room"], plan=plan)


def _time(text: str) -> time:
    hours, _dot, minutes = text.partition(".")
    return time(int(hours), int(minutes))
