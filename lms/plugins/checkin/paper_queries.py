"""Reads for paper: what a sheet must know besides attendance, the prints that were made, and imported lists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from lms.core.accounts.models import Account
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.kernel.db import db
from lms.kernel.permissions import Role
from lms.plugins.checkin.enums import Method, Verdict
from lms.plugins.checkin.models import Absence, Attendance, Scan
from lms.plugins.checkin.paper_models import PrintedSheet, Signature

PAPER = "paper"  # the device of what was marked from a signed paper list


@dataclass(frozen=True, kw_only=True)
class Series:
    """The prints that are versions of one sheet."""

    workshop_id: int
    day: int
    session_ref: int  # 0: the whole day
    role: Role
    mode: str


def absences(session_ids: Collection[int]) -> list[Absence]:
    """Who told why they do not come to these sessions."""
    query = sa.select(Absence).where(Absence.session_id.in_(session_ids)).order_by(Absence.id)
    return list(db.session.scalars(query))


def taken_back(session_ids: Collection[int]) -> dict[tuple[int, int], Scan]:
    """`{(enrolment, session): the last time an attendance was taken back}`."""
    query = sa.select(Scan).where(Scan.session_id.in_(session_ids), Scan.verdict == Verdict.UNDONE).order_by(Scan.id)
    return {(row.enrolment_id, row.session_id): row for row in db.session.scalars(query) if row.enrolment_id}


def signatures(session_ids: Collection[int]) -> dict[tuple[int, int], str]:
    """`{(enrolment, session): path}` of the signatures drawn at these sessions."""
    query = sa.select(Signature.enrolment_id, Signature.session_id, Signature.path)
    rows = db.session.execute(query.where(Signature.session_id.in_(session_ids)))
    return {(row.enrolment_id, row.session_id): row.path for row in rows}


def signature(enrolment_id: int, session_id: int) -> Signature | None:
    """The signature of one person at one session."""
    return db.session.scalar(sa.select(Signature).filter_by(enrolment_id=enrolment_id, session_id=session_id))


def account_names(account_ids: Collection[int]) -> dict[int, str]:
    """`{account_id: name}`; no statement for none."""
    if not account_ids:
        return {}
    query = sa.select(Account.id, Account.name).where(Account.id.in_(account_ids))
    return {row.id: row.name for row in db.session.execute(query)}


def enrolments_by_id(enrolment_ids: Collection[int]) -> dict[int, Enrolment]:
    """`{id: enrolment}` with their people; no statement for none."""
    if not enrolment_ids:
        return {}
    query = sa.select(Enrolment).where(Enrolment.id.in_(enrolment_ids))
    return {row.id: row for row in db.session.scalars(query)}


def known_print(series: Series, facts_hash: str) -> PrintedSheet | None:
    """The print of exactly these facts, if they were printed before."""
    return db.session.scalar(sa.select(PrintedSheet).filter_by(**asdict(series), facts_hash=facts_hash))


def last_version(series: Series) -> int:
    """The number of the newest version, 0 before the first."""
    return db.session.scalar(sa.select(sa.func.max(PrintedSheet.version)).filter_by(**asdict(series))) or 0


def print_by_code(code: str) -> PrintedSheet | None:
    """The print with this code."""
    return db.session.scalar(sa.select(PrintedSheet).where(PrintedSheet.code == code)) if code else None


def newest_of(sheet: PrintedSheet) -> PrintedSheet:
    """The last version of the same sheet; the sheet itself when it is that."""
    query = sa.select(PrintedSheet).filter_by(
        workshop_id=sheet.workshop_id,
        day=sheet.day,
        session_ref=sheet.session_ref,
        role=sheet.role,
        mode=sheet.mode,
    )
    return db.session.scalars(query.order_by(PrintedSheet.version.desc()).limit(1)).one()


def prints_of(workshop_id: int, *, limit: int = 20) -> list[PrintedSheet]:
    """The newest prints of a workshop."""
    query = sa.select(PrintedSheet).filter_by(workshop_id=workshop_id)
    return list(db.session.scalars(query.order_by(PrintedSheet.id.desc()).limit(limit)))


def list_as_printed(workshop_id: int, role: Role, sheet: PrintedSheet) -> list[Enrolment]:
    """The people who had a confirmed place when a sheet was printed, in its order, as far as their records tell.

    Who cancelled since is among them: the row is on the paper. A place given later to somebody who was waiting then
    cannot be told from the record, so the caller compares the number of rows.
    """
    confirmed = Enrolment.status == EnrolmentStatus.CONFIRMED
    gone_since = sa.and_(Enrolment.status == EnrolmentStatus.CANCELLED, Enrolment.cancelled_at > sheet.printed_at)
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .where(Enrolment.workshop_id == workshop_id, Enrolment.role == role)
        .where(Enrolment.registered_at <= sheet.printed_at, sa.or_(confirmed, gone_since))
        .order_by(Person.search_name, Enrolment.id)
    )
    return list(db.session.scalars(query))


def codes_here(workshop_id: int, codes: Sequence[str]) -> dict[str, Enrolment]:
    """`{ticket code: enrolment}` of those of these codes that belong to this workshop."""
    if not codes:
        return {}
    query = sa.select(Enrolment).where(Enrolment.workshop_id == workshop_id, Enrolment.ticket_code.in_(codes))
    return {row.ticket_code: row for row in db.session.scalars(query)}


def scans_of_list(workshop_id: int, batch: str) -> list[Scan]:
    """What one sending of a paper list led to, row by row."""
    query = sa.select(Scan).where(
        Scan.device == PAPER,
        Scan.client_id.startswith(f"{batch}-", autoescape=True),
        Scan.workshop_id == workshop_id,
        Scan.method == Method.PAPER,
    )
    return list(db.session.scalars(query.order_by(Scan.id)))


def attendances_of_scan(scan_id: int) -> list[Attendance]:
    """What one scan gave: one attendance, or with a check-in for the whole day several."""
    return list(db.session.scalars(sa.select(Attendance).where(Attendance.scan_id == scan_id).order_by(Attendance.id)))
