"""The attendance sheet on paper: plain data in, PDF bytes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from flask_babel import gettext as _

from lms.kernel.typesetting import typeset

TEMPLATE = Path(__file__).parent / "typst" / "attendance.typ"


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One person of the sheet; texts are ready to print."""

    no: int
    name: str
    organisation: str
    position: str
    gender: str
    phone: str
    remark: str = ""  # whom the person represents
    is_present: bool = False
    excuse: str = ""  # why an absent person is not simply absent
    status_text: str = ""
    minute_text: str = ""
    left_text: str = ""
    method_text: str = ""
    signature: str = ""  # the path drawn at check-in, in a box of 300 x 100
    corrected: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What makes a print this one: version, code, hash of its facts, and the address that tells of it."""

    version: int
    code: str
    hash_text: str
    address: str
    qr: Mapping[str, int | str]


@dataclass(frozen=True, kw_only=True)
class AttendanceSheet:
    """A sheet of one day or session and group; `mode` is "blank" (to be signed) or "filled" (from the scans)."""

    title: str
    group: str
    day_text: str
    place: str
    letterhead: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    mode: str
    signer_name: str
    signer_position: str
    session_text: str = ""
    signed_at_text: str = ""  # place and date above the signature, "Pontianak, 2 Desember 2026"
    totals: tuple[tuple[str, int], ...] = ()
    is_demo: bool = False
    locale: str = "id"
    labels: Mapping[str, str] = field(default_factory=dict)


def render_sheet(
    sheet: AttendanceSheet, *, printed_at_text: str, stamp: Stamp | None = None, moment: datetime | None = None
) -> bytes:
    """A4 PDF, blank sheets upright and filled ones on their side; corrected rows carry an asterisk and a foot note.

    The same sheet, stamp and `moment` (aware; the date in the file) give the same bytes.
    """
    data = {
        **asdict(sheet),
        "labels": labels_of(sheet),
        "printed_at_text": printed_at_text,
        "stamp": asdict(stamp) if stamp else None,
    }
    return typeset(TEMPLATE, data=data, moment=moment, lenient=True)


def labels_of(sheet: AttendanceSheet) -> dict[str, str]:
    """The fixed words of a sheet, in the language of the page unless the sheet brings its own."""
    words = {
        "heading": _("ATTENDANCE LIST"),
        "activity": _("Activity"),
        "day": _("Day, date"),
        "session": _("Session"),
        "place": _("Place"),
        "group": _("Group"),
        "no": _("No."),
        "name": _("Name"),
        "organisation": _("Organisation / position"),
        "gender": _("L/P"),
        "phone": _("Phone"),
        "arrival": _("Arrival"),
        "left": _("left"),
        "attendance": _("Attendance"),
        "signature": _("Signature"),
        "signature_of": _("Signature drawn at check-in"),
        "total": _("Total"),
        "rows": _("Rows"),
        "came": _("Signed, to be counted by hand"),
        "printed": _("Printed from the system, %(moment)s", moment="{moment}"),
        "version": _("version %(number)s", number="{number}"),
        "hash": _("hash"),
        "verify": _("Check this print"),
        "qr": _("QR code of the page that verifies this print"),
        "page_of": _("of"),
        "corrected": _("* entered or corrected by hand:"),
        "acknowledged": _("Acknowledged by"),
        "nobody": _("Nobody is on this list."),
        "demo": _("Sample data"),
    }
    return {**words, **sheet.labels}
