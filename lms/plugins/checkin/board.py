"""The board: who is here and who is missing, by organisation and by kabupaten/kota."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from lms.core.regions.queries import labels_of
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.plugins.checkin import queries, venue
from lms.plugins.checkin.queries import Presence
from lms.plugins.checkin.services import OPENS_BEFORE
from lms.plugins.schedule.api import Session, SessionKind, current_session, session_to_join, sessions_of


@dataclass(frozen=True, kw_only=True)
class Group:
    """One organisation, or one kabupaten/kota."""

    name: str
    people: list[Presence] = field(default_factory=list)

    @property
    def present(self) -> int:
        return sum(1 for person in self.people if person.at is not None)

    @property
    def is_complete(self) -> bool:
        return self.present == len(self.people)


@dataclass(frozen=True, kw_only=True)
class Board:
    """One session's state: incomplete organisations first."""

    session: Session
    people: list[Presence]
    organisations: list[Group]
    regions: list[Group]

    @property
    def present(self) -> int:
        return sum(1 for person in self.people if person.at is not None)

    @property
    def late(self) -> int:
        return sum(1 for person in self.people if person.late_minutes)

    @property
    def missing(self) -> int:
        return len(self.people) - self.present


def board_of(session: Session) -> Board:
    """The board of a session, in a constant number of statements."""
    people = queries.board(session.workshop_id, session.id)
    by_organisation: dict[str, Group] = {}
    by_region: dict[str, list[Presence]] = defaultdict(list)
    for person in people:
        key = person.affiliation_key or "-"
        group = by_organisation.setdefault(key, Group(name=person.affiliation or "–"))
        group.people.append(person)
        by_region[person.region_code or ""].append(person)
    labels = labels_of([code for code in by_region if code])
    organisations = sorted(by_organisation.values(), key=lambda g: (g.is_complete, g.name.lower()))
    regions = [Group(name=labels.get(code, code or "–"), people=rows) for code, rows in sorted(by_region.items())]
    return Board(session=session, people=people, organisations=organisations, regions=regions)


def choices(workshop_id: int) -> list[Session]:
    """Sessions at which people can be checked in: everything but breaks."""
    return [session for session in sessions_of(workshop_id) if session.kind is not SessionKind.BREAK]


def default_session(workshop_id: int) -> Session | None:
    """The running session, else the next one that counts, else the last one."""
    running = current_session(workshop_id)
    if running is not None and running.kind is not SessionKind.BREAK:
        return running
    rows = choices(workshop_id)
    rows = [row for row in rows if row.counts_attendance] or rows
    moment = now()
    return next((row for row in rows if row.ends_at > moment), rows[-1] if rows else None)


def self_session(workshop: Workshop) -> Session | None:
    """The session that a ticket holder can check into now: an open or running one, else one that begins soon."""
    return session_to_join(workshop.id, within=OPENS_BEFORE)


def session_of_code(workshop_id: int, typed: str) -> Session | None:
    """The session whose venue code this is now: in a break, or in the hour before, the screen shows the next one's."""
    return next((row for row in choices(workshop_id) if venue.is_current(row.id, typed)), None)
