"""Prints of attendance sheets: each state of a sheet is one version with a code of its own, which anybody may check.

Of a print the database keeps hashes and counts, never names.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version as version_of

import sqlalchemy as sa

from lms.core.enrolments.services import lock_workshop
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore, unit_of_work
from lms.kernel.i18n import clockz, shortday
from lms.kernel.installation import settings
from lms.kernel.permissions import Actor
from lms.kernel.qr import qr_drawing
from lms.kernel.tokens import new_code
from lms.kernel.typesetting import LIBRARY
from lms.plugins.checkin import paper_queries
from lms.plugins.checkin.paper_models import PrintedSheet
from lms.plugins.checkin.paper_queries import Series
from lms.plugins.checkin.sheet import TEMPLATE, AttendanceSheet, Stamp, labels_of, render_sheet
from lms.plugins.checkin.sheet_rows import SheetKey

CODE_LENGTH = 12
_KEYS = ("workshop_id", "day", "session_ref", "role", "mode", "facts_hash")


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A print and its bytes."""

    row: PrintedSheet
    body: bytes


def printed(*, key: SheetKey, sheet: AttendanceSheet, actor: Actor) -> Printed:
    """The print of these facts: made now, or made before and set again to the same bytes.

    Opens units of work of its own, so that nothing is locked while the pages are set.
    """
    facts = facts_hash(sheet)
    series = _series(key, sheet)
    row = paper_queries.known_print(series, facts)
    if row is None:
        with unit_of_work():
            row = _register(series, sheet, facts, actor)
    body = _set(sheet, row)
    digest = hashlib.sha256(body).hexdigest()
    if not row.file_hash:
        with unit_of_work():  # of several who print the same facts at once, all set the same bytes
            mine = sa.update(PrintedSheet).where(PrintedSheet.id == row.id, PrintedSheet.file_hash == "")
            db.session.execute(mine.values(file_hash=digest))
            db.session.refresh(row)
    return Printed(row=row, body=body)


def facts_hash(sheet: AttendanceSheet) -> str:
    """SHA-256 of everything the sheet says besides when it was printed, and of how it is set.

    The way of setting belongs to it, because a file is checked byte by byte: after an update of the template the
    same attendance is a new print.
    """
    facts = {"sheet": asdict(sheet), "labels": labels_of(sheet), "setting": _setting(), "site": settings().base_url}
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _setting() -> str:
    template = hashlib.sha256(TEMPLATE.read_bytes() + LIBRARY.read_bytes())
    return f"{version_of('typst')} {template.hexdigest()}"


def address_of(code: str) -> str:
    """What the QR code of a print says."""
    return f"{settings().base_url}/dh/{code}"


def spaced(text: str) -> str:
    """ "R4TM-9K2D-7QXY"."""
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def short_hash(sheet: PrintedSheet) -> str:
    """The beginning of the hash of the facts, as it is printed: 64 bits are enough to tell prints apart."""
    return spaced(sheet.facts_hash[:16])


def _series(key: SheetKey, sheet: AttendanceSheet) -> Series:
    """A sheet in another language is another document, with version numbers of its own."""
    mode = sheet.mode if sheet.locale == "id" else f"{sheet.mode}-{sheet.locale}"[:10]
    return Series(workshop_id=key.workshop.id, day=key.day, session_ref=key.session_ref, role=key.role, mode=mode)


def _register(series: Series, sheet: AttendanceSheet, facts: str, actor: Actor) -> PrintedSheet:
    """The next version; the workshop's lock lets one number it at a time, so that none is skipped or given twice."""
    lock_workshop(series.workshop_id)
    values = {
        **asdict(series),
        "code": new_code(CODE_LENGTH),
        "version": paper_queries.last_version(series) + 1,
        "facts_hash": facts,
        "file_hash": "",
        "row_count": len(sheet.rows),
        "present_count": sum(1 for row in sheet.rows if row.is_present),
        "corrected_count": sum(1 for row in sheet.rows if row.corrected),
        "printed_at": now(),
        "account_id": actor.account_id,
    }
    insert_ignore(PrintedSheet, values, keys=_KEYS)
    row = paper_queries.known_print(series, facts)
    assert row is not None
    return row


def _set(sheet: AttendanceSheet, row: PrintedSheet) -> bytes:
    zone = row.workshop.zone
    address = address_of(row.code)
    stamp = Stamp(
        version=row.version,
        code=spaced(row.code),
        hash_text=short_hash(row),
        address=address_of("").removeprefix("https://").removeprefix("http://").rstrip("/"),
        qr=qr_drawing(address),
    )
    when = f"{shortday(row.printed_at, zone)}, {clockz(row.printed_at, zone)}"
    return render_sheet(sheet, printed_at_text=when, stamp=stamp, moment=row.printed_at)
