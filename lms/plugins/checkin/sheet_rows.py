"""The rows of an attendance sheet: who came, who is excused, who represents whom, and what was corrected."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolments_of
from lms.core.people.phones import mask_phone, show_phone
from lms.core.workshops.models import Workshop
from lms.kernel.i18n import clock
from lms.kernel.permissions import Role
from lms.kernel.settings import setting
from lms.plugins.checkin import paper_queries, queries
from lms.plugins.checkin.enums import ABSENCE_LABELS, METHOD_LABELS, AbsenceKind, Direction, Mode
from lms.plugins.checkin.lateness import how_late
from lms.plugins.checkin.models import Absence, Attendance, Scan
from lms.plugins.checkin.sheet import SheetRow
from lms.plugins.schedule.api import Session, SessionKind, sessions_of

Row = TypeVar("Row")
Marked = TypeVar("Marked", Attendance, Absence)


@dataclass(frozen=True, kw_only=True)
class SheetKey:
    """Which sheet: a day, or one session of it, for one group."""

    workshop: Workshop
    day: int
    role: Role
    session: Session | None = None

    @property
    def session_ref(self) -> int:
        return self.session.id if self.session else 0


@dataclass(frozen=True, kw_only=True)
class _Known:
    """Everything the rows of one sheet are made of, read in a constant number of statements."""

    sessions: list[Session]
    came: dict[int, list[Attendance]]
    left: dict[int, list[Attendance]]
    absences: dict[int, list[Absence]]
    represents: dict[int, list[Absence]]  # by who comes instead
    taken_back: dict[int, list[Scan]]
    signatures: dict[tuple[int, int], str]
    whole_day: list[int]  # sessions at which a check-in, and so a signature, counts for the whole day
    names: dict[int, str]  # of accounts
    people: dict[int, Enrolment]  # those who represent or are represented
    prints_phones: bool

    @property
    def counted(self) -> set[int]:
        return {session.id for session in self.sessions if session.counts_attendance}

    def is_present(self, enrolment_id: int) -> bool:
        return bool(self.came.get(enrolment_id))


def rows_of(key: SheetKey) -> list[SheetRow]:
    """A row for each confirmed person of the group, in the order of their names."""
    of_day = [s for s in sessions_of(key.workshop.id) if s.day == key.day and s.kind is not SessionKind.BREAK]
    shown = [key.session] if key.session else of_day
    known = _read(key.workshop, shown, of_day)
    people = [
        person
        for person in enrolments_of(key.workshop.id, roles=(key.role,))
        if key.role is not Role.NARASUMBER or _belongs(person, known, key)
    ]
    return [_row(number, person, known, is_session=key.session is not None) for number, person in enumerate(people, 1)]


def _read(workshop: Workshop, shown: list[Session], of_day: list[Session]) -> _Known:
    ids = [session.id for session in shown]
    attended = queries.attendances(workshop.id, ids)
    absent = paper_queries.absences(ids)
    undone = paper_queries.taken_back(ids)
    deciders = {row.account_id for row in attended if row.is_corrected}
    deciders |= {row.account_id for row in absent} | {row.account_id for row in undone.values()}
    others = {row.enrolment_id for row in absent if row.substitute_id} | {
        row.substitute_id for row in absent if row.substitute_id
    }
    whole_day = [number for number, rule in queries.rules_of([s.id for s in of_day]).items() if rule.mode is Mode.DAY]
    return _Known(
        sessions=shown,
        came=_by_person(row for row in attended if row.direction is Direction.IN),
        left=_by_person(row for row in attended if row.direction is Direction.OUT),
        absences=_by_person(absent),
        represents=_grouped((row.substitute_id, row) for row in absent),
        taken_back=_grouped((who, row) for (who, _session), row in undone.items()),
        signatures=paper_queries.signatures({*ids, *whole_day}),
        whole_day=whole_day,
        names=paper_queries.account_names({number for number in deciders if number is not None}),
        people=paper_queries.enrolments_by_id({number for number in others if number is not None}),
        prints_phones=setting("checkin.prints_phones", workshop_id=workshop.id),
    )


def _by_person(rows: Iterable[Marked]) -> dict[int, list[Marked]]:
    return _grouped((row.enrolment_id, row) for row in rows)


def _grouped(pairs: Iterable[tuple[int | None, Row]]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for number, row in pairs:
        if number is not None:
            found[number].append(row)
    return dict(found)


def _belongs(speaker: Enrolment, known: _Known, key: SheetKey) -> bool:
    """Speakers of other days and sessions are not missing here; one without any session is listed everywhere."""
    if known.is_present(speaker.id) or speaker.id in known.absences:
        return True
    everywhere = [s for s in sessions_of(key.workshop.id) if speaker.id in {person.id for person in s.speakers}]
    here = {session.id for session in known.sessions}
    return not everywhere or any(session.id in here for session in everywhere)


def _row(number: int, enrolment: Enrolment, known: _Known, *, is_session: bool) -> SheetRow:
    came, left = known.came.get(enrolment.id, []), known.left.get(enrolment.id, [])
    first = min(came, key=lambda row: row.at, default=None)
    # What was entered by hand says that somebody came, not when.
    scanned = min((row.at for row in came if not row.is_corrected), default=None)
    excuses = _excuses(enrolment, known)
    corrections = _corrections(enrolment, known)
    person = enrolment.person
    return SheetRow(
        no=number,
        name=person.formal_name,
        organisation=enrolment.affiliation,
        position=enrolment.position or enrolment.task,
        gender=person.gender.value if person.gender else "",
        phone=(show_phone if known.prints_phones else mask_phone)(person.phone_e164),
        remark="; ".join(_represents(row, known) for row in known.represents.get(enrolment.id, [])[:1]),
        is_present=first is not None,
        excuse="" if first else ", ".join(excuses),
        status_text=_status(enrolment, known, is_session=is_session, excuses=excuses),
        minute_text=clock(scanned) if scanned else "",
        left_text=clock(max(row.at for row in left)) if left else "",
        method_text=str(METHOD_LABELS[first.method]) if first else "",
        signature=_signature(enrolment, known) if first else "",
        corrected=bool(corrections),
        note="; ".join(corrections),
    )


def _excuses(enrolment: Enrolment, known: _Known) -> list[str]:
    """Each kind once, of the sessions that the person did not attend."""
    attended = {row.session_id for row in known.came.get(enrolment.id, [])}
    missed = [row for row in known.absences.get(enrolment.id, []) if row.session_id not in attended]
    return list(dict.fromkeys(str(ABSENCE_LABELS[row.kind]) for row in missed))


def _status(enrolment: Enrolment, known: _Known, *, is_session: bool, excuses: list[str]) -> str:
    rows = known.came.get(enrolment.id, [])
    if not rows:
        return ", ".join(excuses) or _("Absent")
    if is_session or not known.counted:
        late = max(row.late_minutes for row in rows)
        return how_late(late).capitalize() if late else _("Present")
    count = len({row.session_id for row in rows} & known.counted)
    told = _("%(count)s of %(total)s sessions", count=count, total=len(known.counted))
    return ", ".join([told, *excuses])


def _signature(enrolment: Enrolment, known: _Known) -> str:
    here = [session.id for session in known.sessions]
    paths = (known.signatures.get((enrolment.id, number), "") for number in (*here, *known.whole_day))
    return next(filter(None, paths), "")


def _represents(row: Absence, known: _Known) -> str:
    person = known.people.get(row.enrolment_id)
    name = person.person.formal_name if person else "–"
    if row.letter:
        return _("represents %(name)s, letter %(letter)s", name=name, letter=row.letter)
    return _("represents %(name)s, letter to follow", name=name)


def _corrections(enrolment: Enrolment, known: _Known) -> list[str]:
    """What was entered, excused or taken back by hand, each once, with who and why."""
    came = known.came.get(enrolment.id, [])
    attended = {row.session_id for row in came}
    by_hand = [_told(row.account_id, row.correction, known) for row in came if row.is_corrected]
    excused = [_excused(row, known) for row in known.absences.get(enrolment.id, []) if row.session_id not in attended]
    undone = [_undone(row, known) for row in known.taken_back.get(enrolment.id, []) if row.session_id not in attended]
    return list(dict.fromkeys([*by_hand, *excused, *undone]))


def _told(account_id: int | None, why: str, known: _Known) -> str:
    who, why = known.names.get(account_id or 0, ""), why or _("reason removed")  # personal data were erased
    return _("corrected by %(who)s, reason: %(why)s", who=who, why=why) if who else why


def _undone(row: Scan, known: _Known) -> str:
    who, why = known.names.get(row.account_id or 0, ""), row.note or _("reason removed")
    if not who:
        return _("taken back, reason: %(why)s", why=why)
    return _("taken back by %(who)s, reason: %(why)s", who=who, why=why)


def _excused(row: Absence, known: _Known) -> str:
    """Kind, letter and note; of somebody sick no note, since the sheet lies open and illness is nobody's business."""
    substitute = known.people.get(row.substitute_id or 0)
    kind = str(ABSENCE_LABELS[row.kind])
    parts = [_("Represented by %(name)s", name=substitute.person.formal_name) if substitute else kind]
    if row.letter:
        parts.append(_("letter %(letter)s", letter=row.letter))
    if row.note and row.kind is not AbsenceKind.SICK:
        parts.append(row.note)
    who = known.names.get(row.account_id or 0, "")
    if who:
        parts.append(_("entered by %(who)s", who=who))
    return ", ".join(parts)


def totals_of(rows: list[SheetRow]) -> list[tuple[str, int]]:
    """Present, each excuse that somebody has, and absent; everybody is counted once."""
    excused = Counter(row.excuse for row in rows if row.excuse)
    absent = sum(1 for row in rows if not row.is_present and not row.excuse)
    present = sum(1 for row in rows if row.is_present)
    return [(_("Present"), present), *sorted(excused.items()), (_("Absent"), absent)]
