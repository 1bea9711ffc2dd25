"""Tables of Word documents as rows of cells, merged cells in their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from lms.plugins.quiz.formats.docx_styles import child, value
from lms.plugins.quiz.formats.docx_text import Reader
from lms.plugins.quiz.formats.lines import Label, Line
from lms.plugins.quiz.formats.office import Element, local
from lms.plugins.quiz.formats.rows import Row
from lms.plugins.quiz.formats.runs import NONE, Words, joined

_MAX_SPAN = 60
_TRANSPARENT = {"sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml"}


@dataclass(frozen=True, kw_only=True)
class CellLine:
    """A paragraph of a cell and its automatic number."""

    words: Words
    label: Label | None


def children(parent: Element, *names: str) -> Iterator[Element]:
    """Children of some names, also inside of content controls and tracked insertions."""
    for entry in parent:
        name = local(entry.tag)
        if name in names:
            yield entry
        elif name in _TRANSPARENT:
            yield from children(entry, *names)


def rows_of(table: Element, reader: Reader, where: Callable[[int], str]) -> list[Row]:
    """The rows; what a cell holds beyond letters is tidied. Doubts stay with the cell in which they arose."""
    found = []
    for number, row in enumerate(children(table, "tr"), start=1):
        cells: list[Words] = []
        for cell in children(row, "tc"):
            properties = child(cell, "tcPr")
            words = joined(_numbered(cell_lines(cell, reader)))
            is_shaded = value(child(properties, "shd"), "fill").upper() not in {"", "AUTO", "FFFFFF"}
            if is_shaded:
                words = replace(words, runs=tuple(replace(run, shade=True) for run in words.runs))
            doubts = reader.taken_doubts()
            merged = child(properties, "vMerge")
            is_more = merged is not None and value(merged) != "restart"
            words = NONE if is_more else words.strip()
            cells.append(replace(words, doubts=doubts) if doubts and words else words)
            span = value(child(properties, "gridSpan"))
            cells += [NONE] * (min(int(span), _MAX_SPAN) - 1 if span.isdecimal() and len(span) < 4 else 0)
        found.append(Row(where(number), tuple(cells)))
    return found


def cell_lines(cell: Element, reader: Reader) -> list[CellLine]:
    """The paragraphs of a cell; a table inside of it is read as lines, with a doubt."""
    found = []
    for entry in children(cell, "p", "tbl"):
        if local(entry.tag) == "p":
            words = reader.words(entry)
            # An empty numbered paragraph counts in Word, too; its number is what prepared rows show.
            found.append(CellLine(words=words, label=reader.label(entry)))
            continue
        reader.doubts.append(_("A table inside of the question was read as lines. Compare it with the document."))
        for row in children(entry, "tr"):
            inner = [joined([line.words for line in cell_lines(one, reader)], " ") for one in children(row, "tc")]
            found.append(CellLine(words=joined(inner, " | "), label=None))
    return found


def flat_lines(rows: list[Row]) -> Iterator[Line]:
    """A table that is none of questions, as lines: each row one, unless a cell holds several."""
    for row in rows:
        filled = [cell for cell in row.cells if cell]
        if len(filled) == 1:
            for part in filled[0].lines():
                yield Line(words=part, where=row.where)
        elif filled:
            yield Line(words=joined(filled, " | "), where=row.where)


def _numbered(found: list[CellLine]) -> Iterator[Words]:
    """The paragraphs of a cell. Where there are several, their automatic numbers are written out: options may stand in
    one cell. The number of a single paragraph only repeats the column NO or the letter above."""
    filled = [line for line in found if line.words]
    letters = 0
    for line in filled:
        label = line.label if len(filled) > 1 else None
        if label and label.style == "letter":
            letters += 1
            yield joined([Words.of(f"{chr(ord('a') + min(letters, 26) - 1)}."), line.words], " ")
        elif label and label.style == "number":
            yield joined([Words.of(f"{label.value}."), line.words], " ")
        else:
            yield line.words
