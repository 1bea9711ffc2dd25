"""Tables as files: CSV as a stream, XLSX as bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from lms.core.exports.columns import Cell, Column, cell, neutral
from lms.core.exports.enums import ColumnKind
from lms.kernel.clock import now
from lms.kernel.i18n import page_zone

__all__ = ["Column", "ColumnKind", "neutral", "write_csv", "write_xlsx"]
BOM = "\ufeff"  # without it Excel reads UTF-8 as the code page of the machine
_CHUNK = 16_384
_A4 = 9
_SHEET_NAME = 31
_CELL_TEXT = 32_767
_FORMATS: dict[ColumnKind, dict[str, object]] = {
    ColumnKind.TEXT: {"num_format": "@"},
    ColumnKind.NUMBER: {"num_format": "#,##0.##"},
    ColumnKind.DATE: {"num_format": "d mmm yyyy", "align": "left"},
    ColumnKind.DATETIME: {"num_format": "d mmm yyyy hh:mm", "align": "left"},
    ColumnKind.PERCENT: {"num_format": "0.0%"},
}
_WHOLE = {"num_format": "#,##0"}
_HEADER = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#EEF1EF"}
_WIDTHS = {
    ColumnKind.TEXT: 28,
    ColumnKind.NUMBER: 12,
    ColumnKind.DATE: 14,
    ColumnKind.DATETIME: 20,
    ColumnKind.PERCENT: 10,
}


def write_csv(
    columns: Sequence[Column], rows: Iterable[Sequence[object]], *, zone: tzinfo | None = None
) -> Iterator[bytes]:
    """UTF-8 with byte order mark, commas, CRLF; ISO dates, local times and plain numbers. Rows are read as they go out.

    `zone` defaults to that of the page. Text that would be a formula gets an apostrophe in front.
    """
    place = zone or page_zone()
    buffer = io.StringIO(newline="")
    buffer.write(BOM)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([neutral(str(column.label)) for column in columns])
    for row in rows:
        writer.writerow([_plain(cell(value, column.kind, place)) for column, value in zip(columns, row, strict=True)])
        if buffer.tell() >= _CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_xlsx(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[object]], *, zone: tzinfo | None = None
) -> bytes:
    """One sheet with a header that stays in sight and on every printed page; rows are written one by one.

    Numbers, dates and percentages are typed, everything else is a text cell, so leading zeros stay.
    """
    place = zone or page_zone()
    file = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    import xlsxwriter  # noqa: PLC0415 -- slow import, 8 MB that a process without exports need not hold

    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": title, "created": now().replace(tzinfo=None)})
        sheet = book.add_worksheet(_sheet_name(title))
        formats = {kind: book.add_format(values) for kind, values in _FORMATS.items()}
        whole = book.add_format(_WHOLE)
        _write_header(book, sheet, columns)
        last = 0
        for last, row in enumerate(rows, start=1):
            for index, (column, value) in enumerate(zip(columns, row, strict=True)):
                found = cell(value, column.kind, place)
                is_whole = (
                    column.kind is ColumnKind.NUMBER and isinstance(found, int | float | Decimal) and found % 1 == 0
                )
                _write_cell(sheet, last, index, found, whole if is_whole else formats[column.kind])
        if last and columns:
            sheet.autofilter(0, 0, last, len(columns) - 1)
    return file.getvalue()


def _write_header(book: Any, sheet: Any, columns: Sequence[Column]) -> None:
    style = book.add_format(_HEADER)
    for index, column in enumerate(columns):
        label = neutral(str(column.label))
        sheet.set_column(index, index, column.width or max(_WIDTHS[column.kind], min(len(label) + 2, 40)))
        sheet.write_string(0, index, label[:_CELL_TEXT], style)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _write_cell(sheet: Any, row: int, index: int, found: Cell, style: Any) -> None:
    match found:
        case None:
            return
        case str():
            sheet.write_string(row, index, found[:_CELL_TEXT], style)
        case date():  # and datetime, which is one
            sheet.write_datetime(row, index, found, style)
        case _:
            sheet.write_number(row, index, found, style)


def _plain(found: Cell) -> str:
    match found:
        case None:
            return ""
        case datetime():
            return found.strftime("%Y-%m-%d %H:%M")
        case date():
            return found.isoformat()
        case Decimal():
            return format(found, "f")
        case _:
            return str(found)


def _sheet_name(title: str) -> str:
    """At most 31 characters, none of those that Excel forbids."""
    allowed = "".join(" " if char in "[]:*?/\\" or not char.isprintable() else char for char in title)
    name = " ".join(allowed.split())[:_SHEET_NAME].strip("' ")
    return name if name and name.lower() != "history" else "Data"
