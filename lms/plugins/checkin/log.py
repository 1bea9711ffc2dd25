"""The log of scans for people: who, when by two clocks, by which device and method, and who put it right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.accounts.models import Account
from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.core.people.names import formal_name, search_key
from lms.kernel.db import db
from lms.plugins.checkin.enums import Direction, Flag, Method, Reason, Verdict
from lms.plugins.checkin.models import Attendance, Device, Scan
from lms.plugins.checkin.paging import Page, page_of
from lms.plugins.checkin.services import CLAIM_DEVICE
from lms.plugins.schedule.api import Session

VERDICTS = {
    Verdict.PRESENT: _l("Present"),
    Verdict.ALREADY: _l("Present already"),
    Verdict.INCOMPLETE: _l("Question not answered"),
    Verdict.REFUSED: _l("Refused"),
    Verdict.UNDONE: _l("Taken back"),
    Verdict.QUARANTINED: _l("Waits for a decision"),
}
DIRECTIONS = {Direction.IN: _l("coming"), Direction.MID: _l("second code"), Direction.OUT: _l("leaving")}
_NO_DEVICE = {CLAIM_DEVICE: _l("Own phone"), "manual": _l("Entered by hand"), "undo": _l("Taken back by hand")}


@dataclass(frozen=True, kw_only=True)
class Undone:
    """Who took an attendance back, when and why."""

    scan_id: int
    at: datetime
    who: str
    why: str


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One scan with the names behind its numbers; nothing of people of other workshops."""

    scan_id: int
    enrolment_id: int | None
    name: str
    affiliation: str
    session_id: int
    session: str
    day: int
    at: datetime
    client_time: datetime | None
    server_time: datetime
    skew_seconds: int | None
    method: Method
    direction: Direction
    verdict: Verdict
    reason: Reason | None
    flags: tuple[Flag, ...]
    device: str
    who: str
    answer: str
    note: str
    correction: str
    undone: Undone | None = None


@dataclass(frozen=True, kw_only=True)
class LogFilter:
    """What of the log is asked for."""

    session_id: int | None = None
    verdict: Verdict | None = None
    flag: Flag | None = None
    text: str = ""

    @classmethod
    def read(cls, typed: Mapping[str, str]) -> LogFilter:
        """From the words of an address; what is no filter filters nothing."""
        session, verdict, flag = (typed.get(name, "") for name in ("sesi", "putusan", "tanda"))
        return cls(
            session_id=int(session) if session.isascii() and session.isdigit() and len(session) < 10 else None,
            verdict=Verdict(verdict) if verdict in set(Verdict) else None,
            flag=Flag(flag) if flag in set(Flag) else None,
            text="".join(char for char in typed.get("q", "")[:60] if char.isprintable()).strip(),
        )


def page(workshop_id: int, asked: LogFilter, *, number: int) -> Page:
    """A page of `LogLine`s, the newest first; a constant number of statements."""
    found = page_of(_query(workshop_id, asked), page=number, per_page=30)
    return replace(found, rows=list(_lines(workshop_id, found.rows)))


def every(workshop_id: int, asked: LogFilter) -> Iterator[LogLine]:
    """All lines, the newest first, read as they are needed."""
    query = _query(workshop_id, asked).execution_options(yield_per=500)
    yield from _lines(workshop_id, db.session.execute(query))


def of_person(enrolment: Enrolment) -> list[LogLine]:
    """Every scan of one person, the newest first."""
    query = _query(enrolment.workshop_id, LogFilter()).where(Scan.enrolment_id == enrolment.id)
    return list(_lines(enrolment.workshop_id, db.session.execute(query).all()))


def _query(workshop_id: int, asked: LogFilter) -> sa.Select[Any]:
    here = sa.and_(Enrolment.id == Scan.enrolment_id, Enrolment.workshop_id == Scan.workshop_id)
    behind = sa.and_(
        Attendance.enrolment_id == Scan.enrolment_id,
        Attendance.session_id == Scan.session_id,
        Attendance.direction == Scan.direction,
        Attendance.scan_id == Scan.id,
    )
    query = (
        sa.select(Scan, Session.title, Session.day, Enrolment.affiliation, Account.name.label("who"))
        .add_columns(Person.title_front, Person.full_name, Person.title_back)
        .add_columns(Attendance.correction, Attendance.is_corrected)
        .join(Session, Session.id == Scan.session_id)
        .outerjoin(Enrolment, here)
        .outerjoin(Person, Person.id == Enrolment.person_id)
        .outerjoin(Account, Account.id == Scan.account_id)
        .outerjoin(Attendance, behind)
        .where(Scan.workshop_id == workshop_id)
        .order_by(Scan.server_time.desc(), Scan.id.desc())
    )
    if asked.session_id is not None:
        query = query.where(Scan.session_id == asked.session_id)
    if asked.verdict is not None:
        query = query.where(Scan.verdict == asked.verdict)
    if asked.flag is not None:
        query = query.where((" " + Scan.flags + " ").contains(f" {asked.flag.value} "))
    if asked.text:
        key = search_key(asked.text)
        squeezed = sa.func.replace(sa.func.lower(Enrolment.affiliation), " ", "")
        found = sa.or_(Person.search_name.contains(key, autoescape=True), squeezed.contains(key, autoescape=True))
        query = query.where(found if key else sa.false())
    return query


def _lines(workshop_id: int, rows: Sequence[Any] | Any) -> Iterator[LogLine]:
    devices = db.session.execute(sa.select(Device.id, Device.name).filter_by(workshop_id=workshop_id)).all()
    names = {f"device-{number}": name for number, name in devices}
    taken_back = _taken_back(workshop_id, names)
    for row in rows:
        scan: Scan = row.Scan
        later = taken_back.get((scan.enrolment_id, scan.session_id), ())
        is_undone = scan.verdict is Verdict.PRESENT and scan.direction is Direction.IN
        undone = next((undo for undo in later if undo.scan_id > scan.id), None) if is_undone else None
        yield _line(row, device=names.get(scan.device) or _device(scan), undone=undone)


def _taken_back(workshop_id: int, devices: Mapping[str, str]) -> dict[tuple[int | None, int], list[Undone]]:
    """`{(enrolment_id, session_id): undone, the earliest first}`; by whom, or by which phone at the door."""
    query = (
        sa.select(Scan.id, Scan.enrolment_id, Scan.session_id, Scan.server_time, Scan.note, Scan.device, Account.name)
        .outerjoin(Account, Account.id == Scan.account_id)
        .where(Scan.workshop_id == workshop_id, Scan.verdict == Verdict.UNDONE)
        .order_by(Scan.id)
    )
    found: dict[tuple[int | None, int], list[Undone]] = defaultdict(list)
    for row in db.session.execute(query):
        undone = Undone(scan_id=row.id, at=row.server_time, who=row.name or devices.get(row.device, ""), why=row.note)
        found[row.enrolment_id, row.session_id].append(undone)
    return dict(found)


def _line(row: Any, *, device: str, undone: Undone | None) -> LogLine:
    scan: Scan = row.Scan
    return LogLine(
        scan_id=scan.id,
        enrolment_id=scan.enrolment_id if row.full_name else None,
        name=formal_name(row.title_front, row.full_name, row.title_back) if row.full_name else "",
        affiliation=row.affiliation or "",
        session_id=scan.session_id,
        session=row.title,
        day=row.day,
        at=scan.at,
        client_time=scan.client_time,
        server_time=scan.server_time,
        skew_seconds=scan.skew_seconds,
        method=scan.method,
        direction=scan.direction,
        verdict=scan.verdict,
        reason=scan.reason,
        flags=tuple(sorted(scan.flag_set)),
        device=device,
        who=row.who or "",
        answer=scan.answer,
        note=scan.note,
        correction=(row.correction or _("reason removed")) if row.is_corrected else "",
        undone=undone,
    )


def _device(scan: Scan) -> str:
    """Staff at a page of their own browser have no name for it; the beginning of its cookie tells two apart."""
    if scan.device in _NO_DEVICE:
        return str(_NO_DEVICE[scan.device])
    return _("Browser %(name)s", name=scan.device[:6])
