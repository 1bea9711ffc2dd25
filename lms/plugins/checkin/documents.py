"""The attendance sheet (daftar hadir) of a day or a session, as PDF and XLSX, from the same rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.exports.api import Column, ColumnKind, write_xlsx
from lms.core.workshops.models import Workshop
from lms.kernel.i18n import clock, clockz, day, longdate
from lms.kernel.permissions import Actor, Role
from lms.plugins.checkin import prints
from lms.plugins.checkin.sheet import AttendanceSheet, SheetRow
from lms.plugins.checkin.sheet_rows import SheetKey, rows_of, totals_of

__all__ = ["GROUPS", "DaySheet", "SheetKey", "days_of", "file_name", "sheet_pdf", "sheet_xlsx"]
GROUPS = {Role.PESERTA: _l("Participants"), Role.NARASUMBER: _l("Speakers"), Role.PANITIA: _l("Committee")}


@dataclass(frozen=True, kw_only=True)
class DaySheet:
    """One day for which sheets can be printed."""

    number: int
    on: date


def days_of(workshop: Workshop) -> list[DaySheet]:
    """The days of a workshop, numbered from 1."""
    return [DaySheet(number=number, on=_date(workshop, number)) for number in range(1, workshop.day_count + 1)]


def sheet_of(key: SheetKey, *, mode: str) -> AttendanceSheet:
    """What a sheet says; `mode` is "blank" (signature column) or "filled" (minute, method and signature)."""
    workshop, organiser = key.workshop, key.workshop.organiser
    rows = rows_of(key)
    return AttendanceSheet(
        title=workshop.title,
        group=str(GROUPS[key.role]),
        day_text=_day_text(workshop, key.day),
        session_text=_session_text(key),
        place=", ".join(filter(None, (workshop.venue_name, workshop.venue_address))),
        letterhead=tuple(filter(None, (organiser.name, organiser.address, organiser.contact))),
        rows=tuple(_unfilled(row) for row in rows) if mode == "blank" else tuple(rows),
        mode=mode,
        totals=tuple(totals_of(rows)) if mode == "filled" else (),
        signer_name=organiser.leader_name,
        signer_position=organiser.leader_position,
        signed_at_text=", ".join(filter(None, (organiser.city, longdate(_date(workshop, key.day))))),
        is_demo=workshop.is_demo,
        locale=str(get_locale() or "id"),
    )


def _unfilled(row: SheetRow) -> SheetRow:
    """The row as it is printed to be signed: it says who is expected, and nothing about who came."""
    return replace(
        row, is_present=False, status_text="", minute_text="", left_text="", method_text="", signature="",
        corrected=False, note="",
    )  # fmt: skip


def sheet_pdf(key: SheetKey, *, mode: str, actor: Actor) -> bytes:
    """A4 PDF. The same facts give the same print, byte for byte; changed facts are the next version.

    Call it outside of a unit of work: it writes down the print, sets it, and writes down what was set.
    """
    return prints.printed(key=key, sheet=sheet_of(key, mode=mode), actor=actor).body


def sheet_xlsx(key: SheetKey) -> bytes:
    """The rows of the sheet as a spreadsheet; text cells cannot become formulas, and leading zeros stay."""
    columns = [
        Column("no", _("No."), ColumnKind.NUMBER, width=6),
        Column("name", _("Name")),
        Column("organisation", _("Organisation")),
        Column("position", _("Position")),
        Column("gender", _("L/P"), width=6),
        Column("phone", _("Phone"), width=18),
        Column("minute", _("Arrival"), width=10),
        Column("status", _("Attendance")),
        Column("note", _("Correction")),
        Column("left", _("Left"), width=10),
        Column("method", _("Way of check-in")),
        Column("remark", _("Remark")),
        Column("signature", _("Signature"), width=12),
    ]
    rows = [
        (
            *(r.no, r.name, r.organisation, r.position, r.gender, r.phone, r.minute_text, r.status_text, r.note),
            *(r.left_text, r.method_text, r.remark, _("drawn") if r.signature else ""),
        )
        for r in rows_of(key)
    ]
    name = _("Day %(number)s", number=key.day)
    return write_xlsx(f"{name} {key.session.code}" if key.session else name, columns, rows)


def file_name(key: SheetKey, ending: str) -> str:
    """ "daftar-hadir-hari-1-peserta.pdf", with the session's code where it is of a session."""
    session = f"-{key.session.code.lower()}" if key.session else ""
    return f"daftar-hadir-hari-{key.day}{session}-{key.role.value}.{ending}"


def _date(workshop: Workshop, number: int) -> date:
    return workshop.starts_on + timedelta(days=number - 1)


def _day_text(workshop: Workshop, number: int) -> str:
    return _("Day %(number)s, %(date)s", number=number, date=day(_date(workshop, number)))


def _session_text(key: SheetKey) -> str:
    session = key.session
    if session is None:
        return ""
    when = f"{clock(session.starts_at)}–{clockz(session.ends_at)}"
    return ", ".join(filter(None, (session.title, when, session.room.name if session.room else "")))
