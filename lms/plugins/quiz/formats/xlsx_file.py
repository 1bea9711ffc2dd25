"""XLSX: tables of questions on all sheets in; our own full table, and an empty template, out."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from lms.plugins.quiz.content import Draft, Fault, Reading
from lms.plugins.quiz.formats import building, cells, csv_file, guidance, keylist, kind_names, office, rows, table_out
from lms.plugins.quiz.formats.errors import UnreadableFile
from lms.plugins.quiz.formats.rows import Row
from lms.plugins.quiz.formats.runs import Words
from lms.plugins.quiz.formats.xlsx_cells import Book, Sheet

_CELL_TEXT = 32_767  # letters that Excel keeps
_WIDTHS = {"NO": 8, "JENIS": 16, "SOAL": 60, "KUNCI": 12, "PEMBAHASAN": 40}
_WIDTH = 22
_HEADER = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#EEF1EF"}
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def read(data: bytes, file_name: str = "") -> Reading:
    """The questions on all sheets of a workbook. The name of a sheet may be the type of its questions."""
    book = Book(office.open_package(data))
    items, faults, listed = [], [], []
    has_header = False
    for number, sheet in enumerate(book.sheets()):
        found = [
            Row(_("Sheet %(sheet)s, row %(row)s", sheet=sheet.name, row=row), line) for row, line in _lines(book, sheet)
        ]
        table = rows.read(found, kind=kind_names.kind_of_title(sheet.name), section=number * 100)
        items += table.items
        faults += table.faults
        listed += table.keys
        has_header = has_header or table.has_header
        if not table.has_header and _looks_like_table(found):
            faults.append(Fault(where=_("Sheet %(sheet)s", sheet=sheet.name), reason=csv_file.no_header()))
    if not has_header:
        raise UnreadableFile(csv_file.no_header())
    items, more = keylist.with_keys(items, listed)
    return building.reading(items, [*faults, *more])


def write(drafts: Sequence[Draft]) -> tuple[bytes, list[Fault]]:
    """All questions on one sheet, instructions on another."""
    fitting, faults = [], []
    for draft in drafts:
        too_long = [cell for cell in table_out.rows_of([draft])[0][-1] if len(cell) > _CELL_TEXT]
        if too_long:
            reason = _("A text or picture of this question is too large for a cell of Excel. Export it as CSV.")
            faults.append(Fault(where=draft.where or draft.content.name, reason=reason))
        else:
            fitting.append(draft)
    found, more = table_out.rows_of(fitting)
    return _book(found), [*faults, *more]


def template() -> bytes:
    """An empty workbook with three examples, which reading passes over because their number is CONTOH."""
    return _book([list(guidance.HEADER), *map(list, guidance.EXAMPLES)], empty=True)


def _lines(book: Book, sheet: Sheet) -> Iterator[tuple[int, tuple[Words, ...]]]:
    for number, line in book.rows(sheet):
        yield number, tuple(_cell(words) for words in line)


def _cell(words: Words) -> Words:
    """A cell of one look may hold the marks of our own exports."""
    if len(words.runs) == 1 and words.text.startswith("["):
        tagged = cells.words(words.text)
        return tagged if tagged.is_exact or tagged.format != words.format else words
    return words


def _looks_like_table(found: Sequence[Row]) -> bool:
    return sum(1 for row in found if sum(map(bool, row.cells)) >= 3) >= 2


def _book(found: Sequence[Sequence[str]], *, empty: bool = False) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        sheet = book.add_worksheet("Soal")
        style = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        example = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@", "italic": True})
        header = book.add_format(_HEADER)
        for place, name in enumerate(found[0]):
            sheet.set_column(place, place, _WIDTHS.get(name, _WIDTH), style)
            sheet.write_string(0, place, name, header)
        for number, line in enumerate(found[1:], start=1):
            for place, cell in enumerate(line):
                if cell:
                    sheet.write_string(number, place, cell, example if empty else style)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        _guide(book, header)
    return file.getvalue()


def _guide(book: Any, header: Any) -> None:
    sheet = book.add_worksheet("Petunjuk")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 22, wrapped)
    sheet.set_column(1, 1, 90, wrapped)
    for place, name in enumerate((_("Column"), _("What to write"))):
        sheet.write_string(0, place, name, header)
    for number, (name, text) in enumerate(guidance.columns(), start=1):
        sheet.write_string(number, 0, name)
        sheet.write_string(number, 1, text)
    sheet.freeze_panes(1, 0)
