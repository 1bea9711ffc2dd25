"""The attendance sheet (daftar hadir) of a day, as PDF and XLSX, from the same rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolments_of
from lms.core.exports.api import Column, ColumnKind, write_xlsx
from lms.core.people.phones import mask_phone
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.i18n import clock, clockz, day, shortday
from lms.kernel.permissions import Role
from lms.plugins.checkin import queries
from lms.plugins.checkin.enums import Direction
from lms.plugins.checkin.models import Attendance
from lms.plugins.checkin.sheet import AttendanceSheet, SheetRow, render_sheet
from lms.plugins.schedule.api import Session, SessionKind, sessions_of

GROUPS = {Role.PESERTA: _l("Participants"), Role.NARASUMBER: _l("Speakers"), Role.PANITIA: _l("Committee")}


@dataclass(frozen=True, kw_only=True)
class DaySheet:
    """One day for which sheets can be printed."""

    number: int
    on: date


def days_of(workshop: Workshop) -> list[DaySheet]:
    """The days of a workshop, numbered from 1."""
    return [
        DaySheet(number=index + 1, on=workshop.starts_on + timedelta(days=index)) for index in range(workshop.day_count)
    ]


def sheet_rows(*, workshop: Workshop, day: int, role: Role) -> list[SheetRow]:
    """A row per confirmed person: first arrival of the day, sessions attended, corrections with who and why."""
    sessions = [s for s in sessions_of(workshop.id) if s.day == day and s.kind is not SessionKind.BREAK]
    by_person: dict[int, list[Attendance]] = defaultdict(list)
    attended = queries.attendances(workshop.id, [session.id for session in sessions])
    for row in attended:
        if row.direction is Direction.IN:
            by_person[row.enrolment_id].append(row)
    counted = [session for session in sessions if session.counts_attendance]
    people = enrolments_of(workshop.id, roles=(role,))
    names = queries.correctors(attended)
    return [_row(n, person, by_person.get(person.id, []), counted, names) for n, person in enumerate(people, start=1)]


def _row(
    number: int, enrolment: Enrolment, rows: list[Attendance], counted: list[Session], names: dict[int, str]
) -> SheetRow:
    first = min((row.at for row in rows), default=None)
    counted_ids = {session.id for session in counted}
    attended = len({row.session_id for row in rows} & counted_ids)
    corrections = [_correction(row, names) for row in rows if row.is_corrected]
    person = enrolment.person
    return SheetRow(
        no=number,
        name=person.formal_name,
        organisation=enrolment.affiliation,
        position=enrolment.position or enrolment.task,
        gender=person.gender.value if person.gender else "",
        phone_masked=mask_phone(person.phone_e164),
        status_text=_("%(count)s of %(total)s sessions", count=attended, total=len(counted)) if first else _("Absent"),
        minute_text=clock(first) if first else "",
        row_code=enrolment.ticket_code,
        corrected=bool(corrections),
        note="; ".join(corrections),
    )


def _correction(row: Attendance, names: dict[int, str]) -> str:
    who = names.get(row.account_id or 0, "")
    why = row.correction or _("reason removed")  # personal data were erased
    return _("corrected by %(who)s, reason: %(why)s", who=who, why=why) if who else why


def sheet_pdf(*, workshop: Workshop, day: int, role: Role, mode: str) -> bytes:
    """A4 PDF; `mode` is "blank" (signature column) or "filled" (minute and sessions from the scans)."""
    organiser = workshop.organiser
    return render_sheet(
        AttendanceSheet(
            title=workshop.title,
            group=str(GROUPS[role]),
            day_text=_day_text(workshop, day),
            place=", ".join(filter(None, (workshop.venue_name, workshop.venue_address))),
            letterhead=tuple(filter(None, (organiser.name, organiser.address, organiser.contact))),
            rows=tuple(sheet_rows(workshop=workshop, day=day, role=role)),
            mode=mode,
            printed_at_text=_printed_at(now()),
            signer_name=organiser.leader_name,
            signer_position=organiser.leader_position,
            is_demo=workshop.is_demo,
        )
    )


def sheet_xlsx(*, workshop: Workshop, day: int, role: Role) -> bytes:
    """The rows of the sheet as a spreadsheet; text cells cannot become formulas."""
    columns = [
        Column("no", _("No."), ColumnKind.NUMBER),
        Column("name", _("Name")),
        Column("organisation", _("Organisation")),
        Column("position", _("Position")),
        Column("gender", _("Sex")),
        Column("phone", _("Phone")),
        Column("minute", _("Arrival")),
        Column("status", _("Attendance")),
        Column("note", _("Correction")),
    ]
    rows = [
        (r.no, r.name, r.organisation, r.position, r.gender, r.phone_masked, r.minute_text, r.status_text, r.note)
        for r in sheet_rows(workshop=workshop, day=day, role=role)
    ]
    return write_xlsx(_("Day %(number)s", number=day), columns, rows)


def _day_text(workshop: Workshop, number: int) -> str:
    on = workshop.starts_on + timedelta(days=number - 1)
    return _("Day %(number)s, %(date)s", number=number, date=day(on))


def _printed_at(moment: datetime) -> str:
    return f"{shortday(moment)}, {clockz(moment)}"
