"""Conflicts: a narasumber or a room in two overlapping slots; slots that touch are fine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from lms.plugins.schedule import queries
from lms.plugins.schedule.enums import ConflictKind
from lms.plugins.schedule.models import Session


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """`name` of a narasumber or room is wanted in two sessions at once; `first` starts no later than `second`."""

    kind: ConflictKind
    name: str
    first: Session
    second: Session

    @property
    def starts_at(self) -> datetime:
        return self.second.starts_at

    @property
    def ends_at(self) -> datetime:
        return min(self.first.ends_at, self.second.ends_at)


def conflicts_of(workshop_id: int) -> list[Conflict]:
    """The conflicts of a workshop's agenda, by time; as many statements as the agenda takes."""
    return find_conflicts(queries.sessions_of(workshop_id))


def find_conflicts(sessions: Sequence[Session]) -> list[Conflict]:
    """The conflicts among loaded sessions of one workshop, by time."""
    wanted: dict[tuple[ConflictKind, int], list[Session]] = defaultdict(list)
    names: dict[tuple[ConflictKind, int], str] = {}
    for session in sorted(sessions, key=lambda row: (row.starts_at, row.ends_at, row.id)):
        if session.room is not None:
            wanted[ConflictKind.ROOM, session.room.id].append(session)
            names[ConflictKind.ROOM, session.room.id] = session.room.name
        for speaker in session.speakers:  # by person: one may be enrolled twice
            wanted[ConflictKind.SPEAKER, speaker.person_id].append(session)
            names[ConflictKind.SPEAKER, speaker.person_id] = speaker.person.formal_name
    found = [
        Conflict(kind=key[0], name=names[key], first=first, second=second)
        for key, rows in wanted.items()
        for first, second in combinations(rows, 2)
        if second.starts_at < first.ends_at
    ]
    return sorted(found, key=lambda row: (row.starts_at, row.kind, row.name))
