"""The attendance sheet on paper: plain data in, PDF bytes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from flask_babel import gettext as _

from lms.kernel.typesetting import typeset

_TEMPLATE = Path(__file__).parent / "typst" / "attendance.typ"


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One person of the sheet; texts are ready to print."""

    no: int
    name: str
    organisation: str
    position: str
    gender: str
    phone_masked: str
    status_text: str = ""
    minute_text: str = ""
    row_code: str = ""
    corrected: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AttendanceSheet:
    """A sheet of one day and group; `mode` is "blank" (to be signed) or "filled" (from the scans)."""

    title: str
    group: str
    day_text: str
    place: str
    letterhead: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    mode: str
    printed_at_text: str
    signer_name: str
    signer_position: str
    is_demo: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)


def render_sheet(sheet: AttendanceSheet, *, moment: datetime | None = None) -> bytes:
    """A4 PDF, blank sheets upright and filled ones on their side; corrected rows carry an asterisk and a foot note.

    The same sheet and `moment` (aware; the date in the file) give the same bytes.
    """
    return typeset(
        _TEMPLATE, data={**asdict(sheet), "labels": {**_labels(), **sheet.labels}}, moment=moment, lenient=True
    )


def _labels() -> dict[str, str]:
    return {
        "heading": _("ATTENDANCE LIST"),
        "activity": _("Activity"),
        "day": _("Day, date"),
        "place": _("Place"),
        "group": _("Group"),
        "no": _("No."),
        "name": _("Name"),
        "organisation": _("Organisation / position"),
        "gender": _("Sex"),
        "phone": _("Phone"),
        "arrival": _("Arrival"),
        "attendance": _("Attendance"),
        "code": _("Code"),
        "signature": _("Signature"),
        "printed": _("Printed from the system, %(moment)s", moment="{moment}"),
        "page_of": _("of"),
        "corrected": _("* corrected by hand:"),
        "acknowledged": _("Acknowledged by"),
        "nobody": _("Nobody is on this list."),
        "demo": _("Sample data"),
        "empty_signature": _("empty, to be signed"),
    }
