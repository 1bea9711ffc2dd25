"""Signed paper lists: which rows somebody ticked or typed, and marking those people present in one go."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolments_of
from lms.core.enrolments.services import lock_workshop
from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import Actor
from lms.kernel.tokens import clean_code
from lms.plugins.checkin import paper_queries, prints, queries, services
from lms.plugins.checkin.enums import Direction, Method, Verdict
from lms.plugins.checkin.paper_models import PrintedSheet
from lms.plugins.checkin.sheet_rows import SheetKey
from lms.plugins.schedule.api import Session, SessionKind, sessions_of

LONGEST = 4000  # characters of typed rows
_DASHES = str.maketrans({"–": "-", "—": "-", "−": "-"})
_RANGE = re.compile(r"(\d{1,4})-(\d{1,4})")
_NUMBER = re.compile(r"\d{1,4}")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the list; `number` is the one on the paper, None where it cannot be known."""

    number: int | None
    enrolment: Enrolment
    is_present: bool  # at every session that the list stands for

    @property
    def may_be_marked(self) -> bool:
        return self.enrolment.is_confirmed


@dataclass(frozen=True, kw_only=True)
class PaperList:
    """The people of a list, numbered as on the paper, and the sessions that a signature on it stands for."""

    key: SheetKey
    sessions: list[Session]
    rows: list[Row]
    is_numbered: bool

    def by_number(self) -> dict[int, Enrolment]:
        return {row.number: row.enrolment for row in self.rows if row.number is not None}


@dataclass(kw_only=True)
class Chosen:
    """Whom ticked boxes and typed rows mean; `problems` name what was typed and could not be used."""

    people: dict[int, Enrolment] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def sessions_meant(key: SheetKey) -> list[Session]:
    """A session's list stands for it; a day's list for the counted sessions of that day, else for all of them.

    What has not begun is left out: nobody was there yet, whatever they signed.
    """
    if key.session is not None:
        meant = [key.session]
    else:
        of_day = [s for s in sessions_of(key.workshop.id) if s.day == key.day and s.kind is not SessionKind.BREAK]
        meant = [session for session in of_day if session.counts_attendance] or of_day
    return [session for session in meant if session.starts_at - services.OPENS_BEFORE <= now()]


def list_of(key: SheetKey, sheet: PrintedSheet | None = None) -> PaperList:
    """The rows as on the print, else as they would be printed now.

    People come and go between printing and signing, and with them the numbers of the rows: where the list of then
    cannot be restored, no row has a number, and people are found by their names.
    """
    people = enrolments_of(key.workshop.id, roles=(key.role,))
    on_paper = people if sheet is None else paper_queries.list_as_printed(key.workshop.id, key.role, sheet)
    is_numbered = sheet is None or len(on_paper) == sheet.row_count
    sessions = sessions_meant(key)
    came = _came(key.workshop.id, sessions)
    numbers = {row.id: number for number, row in enumerate(on_paper, start=1)} if is_numbered else {}
    later = [row for row in people if row.id not in {other.id for other in on_paper}]
    return PaperList(
        key=key,
        sessions=sessions,
        is_numbered=is_numbered,
        rows=[
            Row(
                number=numbers.get(row.id),
                enrolment=row,
                is_present=bool(sessions) and came.get(row.id, set()) >= {s.id for s in sessions},
            )
            for row in (*on_paper, *later)
        ],
    )


def _came(workshop_id: int, sessions: Sequence[Session]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = {}
    for row in queries.attendances(workshop_id, [session.id for session in sessions]):
        if row.direction is Direction.IN:
            found.setdefault(row.enrolment_id, set()).add(row.session_id)
    return found


def choose(paper: PaperList, *, ticked: Collection[int], typed: str, all_but: bool) -> Chosen:
    """Read ticks and typed rows: "1-12, 15, WATAB2". With `all_but` everybody else on the list is meant."""
    chosen = Chosen()
    here = {row.enrolment.id: row.enrolment for row in paper.rows}
    for number in ticked:
        if number in here:
            chosen.people[number] = here[number]
    _read(paper, typed[:LONGEST], chosen)
    if all_but:
        rest = (row for row in paper.rows if row.may_be_marked and row.enrolment.id not in chosen.people)
        chosen.people = {row.enrolment.id: row.enrolment for row in rest}
    return chosen


def _read(paper: PaperList, typed: str, chosen: Chosen) -> None:
    numbers = paper.by_number()
    text = re.sub(r"\s*-\s*", "-", typed.translate(_DASHES))
    codes: list[str] = []
    for part in re.split(r"[\s,;]+", text.strip()):
        if not part:
            continue
        span = _RANGE.fullmatch(part) or _NUMBER.fullmatch(part)
        if span is None:
            codes.append(part)
            continue
        first, last = (int(piece) for piece in (part.split("-") * 2)[:2])
        _take(paper, numbers, range(first, last + 1), part, chosen)
    found = paper_queries.codes_here(paper.key.workshop.id, [clean_code(part)[:8] for part in codes])
    for part in codes:
        person = found.get(clean_code(part))
        if person is None:
            chosen.problems.append(_("%(text)s: no row and no ticket code of this workshop.", text=part[:20]))
        else:
            chosen.people[person.id] = person


def _take(paper: PaperList, numbers: Mapping[int, Enrolment], span: range, part: str, chosen: Chosen) -> None:
    if not paper.is_numbered:
        chosen.problems.append(_("%(text)s: the rows of this print have other numbers now. Tick the names.", text=part))
    elif not span or span.start not in numbers or span.stop - 1 not in numbers:
        chosen.problems.append(
            _("%(text)s: there is no such row, the list has %(count)s.", text=part, count=len(numbers))
        )
    else:
        for number in span:
            chosen.people[numbers[number].id] = numbers[number]


def mark(*, key: SheetKey, people: Collection[Enrolment], batch: str, sheet: PrintedSheet | None, actor: Actor) -> bool:
    """Mark these people present from a signed list, each with a scan of their own; True when anything was new.

    `batch` names one sending: the same again changes nothing. Who has no confirmed place is refused and logged (A14);
    who is present already keeps the time that was scanned. What it led to is in `results_of`. Raises RuleViolation
    when nothing of it has begun.
    """
    if not sessions_meant(key):
        raise RuleViolation(_("This list is for sessions that have not begun. Enter it when they have."))
    lock_workshop(key.workshop.id)  # the same form sent twice at once: the second waits here
    known = {row.client_id for row in paper_queries.scans_of_list(key.workshop.id, batch)}
    why = _reason(sheet)
    sessions = sorted(sessions_meant(key), key=lambda row: row.id)
    wanted = [(session, person) for session in sessions for person in sorted(people, key=lambda row: row.id)]
    fresh = [pair for pair in wanted if _scan_id(batch, *pair) not in known]
    for session, person in fresh:
        _mark_one(session, person, batch, why, actor)
    if fresh:
        audit.record(
            action="checkin.paper_list",
            subject=sheet,
            workshop_id=key.workshop.id,
            actor=actor,
            reason=f"{why}, {len({person.id for _session, person in fresh})}",
        )
    return bool(fresh)


def _mark_one(session: Session, person: Enrolment, batch: str, why: str, actor: Actor) -> None:
    earlier = queries.attendance(person.id, session.id)
    # A signature says that somebody came, not when: a time that was scanned stays.
    outcome = services.check_in(
        session=session,
        enrolment=person,
        method=Method.PAPER,
        device=paper_queries.PAPER,
        client_id=_scan_id(batch, session, person),
        actor=actor,
        at=earlier.at if earlier else min(now(), session.starts_at),
    )
    if outcome.verdict is not Verdict.PRESENT:
        return
    # With a check-in for the whole day one scan stands behind several attendances.
    for row in paper_queries.attendances_of_scan(outcome.scan_id or 0):
        row.is_corrected, row.correction = True, why
    db.session.flush()


def _scan_id(batch: str, session: Session, person: Enrolment) -> str:
    return f"{batch}-{session.id}-{person.id}"


def _reason(sheet: PrintedSheet | None) -> str:
    return _("Signed paper list %(code)s", code=prints.spaced(sheet.code)) if sheet else _("Signed paper list")


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a list led to for one person, over the sessions that it stands for."""

    enrolment: Enrolment
    verdict: Verdict
    outcome: services.Outcome


def results_of(workshop: Workshop, batch: str) -> list[Result]:
    """A line for each person of one sending, from the log, so that it can be read again at any time."""
    rows = paper_queries.scans_of_list(workshop.id, batch)
    people = paper_queries.enrolments_by_id({row.enrolment_id for row in rows if row.enrolment_id is not None})
    found: dict[int, Result] = {}
    for row in rows:
        person = people.get(row.enrolment_id or 0)
        if person is None:
            continue
        before = found.get(person.id)
        if before is None or (before.verdict is not Verdict.PRESENT and row.verdict is Verdict.PRESENT):
            outcome = services.Outcome(verdict=row.verdict, reason=row.reason, enrolment=person, at=row.at)
            found[person.id] = Result(enrolment=person, verdict=row.verdict, outcome=outcome)
    return sorted(found.values(), key=lambda result: result.enrolment.person.search_name)
