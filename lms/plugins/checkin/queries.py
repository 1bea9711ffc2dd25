"""Reads on scans and attendance: who is here, who is missing, and the numbers behind documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

import sqlalchemy as sa

from lms.core.accounts.models import Account
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import BADGE, by_code
from lms.core.people.models import Person
from lms.core.people.names import search_key
from lms.core.workshops.queries import BIGGEST_ID
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Role
from lms.kernel.tokens import read_token
from lms.plugins.checkin.enums import Direction, Mode
from lms.plugins.checkin.models import Attendance, Scan, SessionRule
from lms.plugins.schedule.api import Session, SessionKind, session_by_id

MIN_SEARCH = 3
LONGEST_CODE = 20  # six letters, with spaces and dashes as people type them


@dataclass(frozen=True, kw_only=True)
class Counter:
    """How many of the confirmed are present."""

    present: int
    expected: int


def session(session_id: int) -> Session:
    """A session that people can be checked in at, which no break is. Raises NotFound."""
    found = session_by_id(session_id) if session_id < BIGGEST_ID else None
    if found is None or found.kind is SessionKind.BREAK:
        raise NotFound
    return found


def enrolment_of_badge(text: str) -> tuple[Enrolment | None, bool]:
    """`(enrolment, is_current)` of a badge token or of the URL that a badge's QR code holds."""
    token = "".join(unquote(text).split()).rstrip("/").rpartition("/")[2]
    read = read_token(BADGE, token)
    if read is None or read[0] >= BIGGEST_ID:
        return None, False
    enrolment = db.session.get(Enrolment, read[0])
    return enrolment, enrolment is not None and enrolment.badge_version == read[1]


def enrolment_of_code(typed: str) -> Enrolment | None:
    """The enrolment of a typed ticket code; text that is far from one finds nobody."""
    return by_code(typed) if len(typed) <= LONGEST_CODE else None


def rule_of(session_id: int) -> SessionRule:
    """How check-in works at this session; the defaults where nobody chose."""
    found = db.session.scalar(_rule(), {"session": session_id})
    return found or SessionRule(session_id=session_id, mode=Mode.ONCE, question="", has_second_code=False)


@cache
def _rule() -> sa.Select[SessionRule]:
    """Made once: every scan asks for it."""
    return sa.select(SessionRule).where(SessionRule.session_id == sa.bindparam("session", type_=sa.Integer))


def rules_of(session_ids: Sequence[int]) -> dict[int, SessionRule]:
    """`{session_id: rule}` of the sessions that have a rule of their own."""
    query = sa.select(SessionRule).where(SessionRule.session_id.in_(session_ids))
    return {row.session_id: row for row in db.session.scalars(query)}


def scan_of(device: str, client_id: str) -> Scan | None:
    """What an earlier sending of the same scan left."""
    return db.session.scalar(_scan(), {"device": device, "client": client_id})


@cache
def _scan() -> sa.Select[Scan]:
    """Made once: every scan asks for it."""
    device, client = (sa.bindparam(name, type_=sa.String) for name in ("device", "client"))
    return sa.select(Scan).where(Scan.device == device, Scan.client_id == client)


def attendance(enrolment_id: int, session_id: int, direction: Direction = Direction.IN) -> Attendance | None:
    """The attendance of one person at one session."""
    known = {"enrolment": enrolment_id, "session": session_id, "direction": direction}
    return db.session.scalar(_attendance(), known)


@cache
def _attendance() -> sa.Select[Attendance]:
    """Made once: every ticket and every scan asks for it."""
    return sa.select(Attendance).where(
        Attendance.enrolment_id == sa.bindparam("enrolment", type_=sa.Integer),
        Attendance.session_id == sa.bindparam("session", type_=sa.Integer),
        Attendance.direction == sa.bindparam("direction", type_=Attendance.direction.type),
    )


def attendance_of(workshop_id: int) -> dict[int, set[int]]:
    """`{enrolment_id: {session_id}}` of everybody who was anywhere."""
    rows = db.session.execute(
        sa.select(Attendance.enrolment_id, Attendance.session_id).filter_by(
            workshop_id=workshop_id, direction=Direction.IN
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for enrolment_id, session_id in rows:
        found[enrolment_id].add(session_id)
    return dict(found)


def exits_of(workshop_id: int, enrolment_ids: Sequence[int]) -> dict[int, int]:
    """`{enrolment_id: sessions left with the exit code}` of those of these people who have left any."""
    query = sa.select(Attendance.enrolment_id, sa.func.count()).where(
        Attendance.workshop_id == workshop_id,
        Attendance.direction == Direction.OUT,
        Attendance.enrolment_id.in_(enrolment_ids),
    )
    return dict(db.session.execute(query.group_by(Attendance.enrolment_id)).all())


def attendances(workshop_id: int, session_ids: Sequence[int]) -> list[Attendance]:
    """Every attendance at these sessions, both directions."""
    query = sa.select(Attendance).where(
        Attendance.workshop_id == workshop_id, Attendance.session_id.in_(list(session_ids))
    )
    return list(db.session.scalars(query.order_by(Attendance.at)))


def correctors(rows: Sequence[Attendance]) -> dict[int, str]:
    """`{account_id: name}` of those who corrected any of these by hand; no statement when nothing was corrected."""
    ids = {row.account_id for row in rows if row.is_corrected and row.account_id is not None}
    if not ids:
        return {}
    rows_of = db.session.execute(sa.select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in rows_of}


def attendances_of_person(enrolment_id: int) -> list[Attendance]:
    """Where one person was, in order."""
    return list(db.session.scalars(sa.select(Attendance).filter_by(enrolment_id=enrolment_id).order_by(Attendance.at)))


def counter(workshop_id: int, session_id: int) -> Counter:
    """Present and expected participants of a session, in one statement."""
    row = db.session.execute(_counter(), {"workshop": workshop_id, "session": session_id}).one()
    return Counter(present=row[0], expected=row[1])


@cache
def _counter() -> sa.Select[int, int]:
    """Made once: every scan at the door asks for it."""
    confirmed = (
        Enrolment.workshop_id == sa.bindparam("workshop", type_=sa.Integer),
        Enrolment.role == Role.PESERTA,
        Enrolment.status == EnrolmentStatus.CONFIRMED,
    )
    here = sa.select(sa.func.count()).select_from(Attendance).join(Enrolment, Enrolment.id == Attendance.enrolment_id)
    at_session = Attendance.session_id == sa.bindparam("session", type_=sa.Integer)
    here = here.where(*confirmed, at_session, Attendance.direction == Direction.IN)
    expected = sa.select(sa.func.count()).select_from(Enrolment).where(*confirmed)
    return sa.select(here.scalar_subquery(), expected.scalar_subquery())


def titles_of(workshop_id: int) -> dict[int, str]:
    """`{session_id: title}` of a workshop."""
    rows = db.session.execute(sa.select(Session.id, Session.title).where(Session.workshop_id == workshop_id))
    return {row.id: row.title for row in rows}


def present_by_session(workshop_id: int) -> dict[int, int]:
    """`{session_id: present participants}`, in one statement; a session without anybody is left out."""
    rows = db.session.execute(
        sa.select(Attendance.session_id, sa.func.count())
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .where(
            Attendance.workshop_id == workshop_id,
            Attendance.direction == Direction.IN,
            Enrolment.role == Role.PESERTA,
            Enrolment.status == EnrolmentStatus.CONFIRMED,
        )
        .group_by(Attendance.session_id)
    )
    return {row[0]: row[1] for row in rows}


def participant(workshop_id: int, person_id: int) -> Enrolment | None:
    """The enrolment of a person as participant, whatever its state."""
    return db.session.scalar(
        sa.select(Enrolment).filter_by(workshop_id=workshop_id, person_id=person_id, role=Role.PESERTA)
    )


def search(workshop_id: int, text: str, *, limit: int = 12) -> list[Enrolment]:
    """Confirmed people of the workshop by three letters of name or organisation; used at the door, shows no phone."""
    key = search_key(text)
    if len(key) < MIN_SEARCH:
        return []
    squeezed = sa.func.replace(sa.func.lower(Enrolment.affiliation), " ", "")
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .where(
            Enrolment.workshop_id == workshop_id,
            Enrolment.status == EnrolmentStatus.CONFIRMED,
            sa.or_(Person.search_name.contains(key, autoescape=True), squeezed.contains(key, autoescape=True)),
        )
        .order_by(Person.search_name)
        .limit(limit)
    )
    return list(db.session.scalars(query))
