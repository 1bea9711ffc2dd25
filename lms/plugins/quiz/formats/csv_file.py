"""CSV: any table of questions in, our own full table out (columns in `table_out`).

Read: UTF-8 or what `encoding` can tell, separated by commas, semicolons or tabs, with quotes, which may hold line ends.
Written: UTF-8 with byte order mark, commas, CRLF; text that a spreadsheet would take for a formula begins with an
apostrophe, which reading takes away again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from lms.plugins.quiz.content import Draft, Fault, Reading
from lms.plugins.quiz.formats import building, cells, encoding, keylist, rows, table_out
from lms.plugins.quiz.formats.columns import header_of
from lms.plugins.quiz.formats.errors import UnreadableFile
from lms.plugins.quiz.formats.limits import check_line_count
from lms.plugins.quiz.formats.rows import Row

_DELIMITERS = (";", ",", "\t")
_LOOK = 40  # lines in which the header is looked for
_MAX_CELL = 4_000_000  # letters: a picture inside of a text
_MAX_COLUMNS = 1_000


def read(data: bytes, file_name: str = "") -> Reading:
    """The questions of a CSV or TSV file."""
    text = encoding.decode(data)
    check_line_count(text)
    table = rows.read(_rows(text, _delimiter(text)))
    if not table.has_header:
        raise UnreadableFile(no_header())
    items, faults = keylist.with_keys(table.items, table.keys)
    return building.reading(items, [*table.faults, *faults])


def write(drafts: Sequence[Draft]) -> tuple[bytes, list[Fault]]:
    """All questions as one table."""
    found, faults = table_out.rows_of(drafts)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in found:
        writer.writerow([cells.guarded(cell) for cell in row])
    return ("\ufeff" + buffer.getvalue()).encode(), faults


def is_table(text: str) -> bool:
    """Whether one of the first lines names columns of questions."""
    head = "\n".join(text.split("\n", _LOOK)[:_LOOK])
    try:
        return any(header_of(record) for sign in _DELIMITERS for _line, record in _records(head, sign))
    except UnreadableFile:
        return False


def no_header() -> str:
    """Why a table without names of columns is not read."""
    return _("No row names the columns. Write NO, SOAL, A, B, C, D and KUNCI above the questions.")


def _delimiter(text: str) -> str:
    """The one with which a row among the first becomes a header, else the most frequent there."""
    head = "\n".join(text.split("\n", _LOOK)[:_LOOK])
    if head.lower().startswith("sep=") and head[4:5] in _DELIMITERS:
        return head[4]
    for delimiter in _DELIMITERS:
        if any(header_of(cells_of) for _line, cells_of in _records(head, delimiter)):
            return delimiter
    return max(_DELIMITERS, key=head.count)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The records and the lines where they begin."""
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begin = 1
    try:
        for record in reader:
            yield begin, record[:_MAX_COLUMNS]
            begin = reader.line_num + 1
    except csv.Error:
        raise UnreadableFile(
            _("The file is not a proper CSV file near line %(number)s. Save it again as CSV or XLSX.", number=begin)
        ) from None


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    for line, record in _records(text, delimiter):
        if any(record):
            found = tuple(cells.words(cells.unguarded(cell)) for cell in record)
            yield Row(_("Line %(number)s", number=line), found)
