"""The board: who is here and who is missing, by organisation and by kabupaten/kota."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from lms.core.regions.queries import labels_of
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.plugins.checkin import board_queries, review, venue
from lms.plugins.checkin.board_queries import Part, Presence
from lms.plugins.checkin.services import OPENS_BEFORE
from lms.plugins.checkin.strength import Evidence, evidence_of
from lms.plugins.schedule.api import Session, SessionKind, current_session, session_to_join, sessions_of

PEOPLE_ON_A_PAGE = 60  # about; an organisation is never torn apart
MOST_PEOPLE = 200  # of one huge organisation; the call list and the log hold them all
FILTERS = ("belum", "lengkap", "semua")  # in the address, like every other word there


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What a visitor may see and do; those who may the same get the same board."""

    names: bool = False  # observers see figures and organisations
    contacts: bool = False
    manages: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """One organisation, or one kabupaten/kota; `people` only where names are shown."""

    key: str
    name: str
    region: str
    total: int
    present: int
    excused: int
    people: tuple[Presence, ...] = ()

    @property
    def missing(self) -> int:
        return self.total - self.present - self.excused

    @property
    def is_complete(self) -> bool:
        return self.missing == 0


@dataclass(frozen=True, kw_only=True)
class Board:
    """One session's state, with one page of its organisations."""

    session: Session
    total: int
    present: int
    late: int
    excused: int
    without_letter: int
    to_review: int
    counts: Mapping[str, int]  # organisations by filter
    only: str
    page: int
    pages: int
    organisations: tuple[Group, ...]
    regions: tuple[Group, ...]
    evidence: Mapping[int, Evidence]  # by enrolment, of those shown who are present

    @property
    def missing(self) -> int:
        return self.total - self.present - self.excused


def board_of(session: Session, *, sight: Sight, only: str = FILTERS[0], page: int = 1) -> Board:
    """The board of a session, in a constant number of statements; of the people only those on the page are read."""
    parts = board_queries.parts(session.workshop_id, session.id)
    labels = labels_of({part.region_code for part in parts if part.region_code})
    groups = _organisations(parts, labels)
    complete = [group for group in groups if group.is_complete]
    chosen = {"belum": [group for group in groups if not group.is_complete], "lengkap": complete, "semua": groups}
    pages = _pages(chosen[only])
    number = min(max(page, 1), len(pages))
    shown, evidence = _with_people(session, pages[number - 1]) if sight.names else (pages[number - 1], {})
    return Board(
        session=session,
        total=sum(part.total for part in parts),
        present=sum(part.present for part in parts),
        late=sum(part.late for part in parts),
        excused=sum(part.excused for part in parts),
        without_letter=sum(part.without_letter for part in parts),
        to_review=review.open_count(session.workshop_id) if sight.manages else 0,
        counts={name: len(found) for name, found in chosen.items()},
        only=only,
        page=number,
        pages=len(pages),
        organisations=tuple(shown),
        regions=_regions(parts, labels),
        evidence=evidence,
    )


def _organisations(parts: list[Part], labels: Mapping[str, str]) -> list[Group]:
    """By name; an organisation that people placed in several regions is one all the same."""
    by_key: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        by_key[part.key].append(part)
    groups = [
        _group(rows, key, rows[0].name or _("Without organisation"), _place(rows, labels))
        for key, rows in by_key.items()
    ]
    return sorted(groups, key=lambda group: (group.name.lower(), group.key))


def _regions(parts: list[Part], labels: Mapping[str, str]) -> tuple[Group, ...]:
    by_code: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        by_code[part.region_code or ""].append(part)
    rows = sorted(by_code.items(), key=lambda item: item[0] or "~")  # what is not known comes last
    return tuple(_group(found, code, labels.get(code, code) or _("Region not known")) for code, found in rows)


def _group(rows: list[Part], key: str, name: str, region: str = "") -> Group:
    total, present, excused = (sum(getattr(row, what) for row in rows) for what in ("total", "present", "excused"))
    return Group(key=key, name=name, region=region, total=total, present=present, excused=excused)


def _place(rows: list[Part], labels: Mapping[str, str]) -> str:
    return next((labels[row.region_code] for row in rows if row.region_code), "")


def _pages(groups: list[Group]) -> list[list[Group]]:
    """Organisations in pages of about as many people; at least one page, perhaps an empty one."""
    pages: list[list[Group]] = [[]]
    size = 0
    for group in groups:
        if pages[-1] and size + group.total > PEOPLE_ON_A_PAGE:
            pages.append([])
            size = 0
        pages[-1].append(group)
        size += group.total
    return pages


def _with_people(session: Session, groups: list[Group]) -> tuple[list[Group], dict[int, Evidence]]:
    by_key: dict[str, list[Presence]] = defaultdict(list)
    keys = [group.key for group in groups]
    for person in board_queries.people(session.workshop_id, session.id, keys, limit=MOST_PEOPLE) if keys else ():
        by_key[person.affiliation_key].append(person)
    here = [person.enrolment_id for people in by_key.values() for person in people if person.at is not None]
    found = evidence_of(session.workshop_id, [session.id], here)
    evidence = {enrolment_id: item for (enrolment_id, _session), item in found.items()}
    return [replace(group, people=tuple(by_key[group.key])) for group in groups], evidence


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
