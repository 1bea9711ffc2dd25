"""Tables of questions, from any file: which rows are questions, which belong to the one above, which are titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from lms.plugins.quiz.content import Fault
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats import columns, guidance, kind_names, records
from lms.plugins.quiz.formats.columns import Col, Header
from lms.plugins.quiz.formats.items import Item
from lms.plugins.quiz.formats.keylist import KeyEntry
from lms.plugins.quiz.formats.limits import check_question_count
from lms.plugins.quiz.formats.records import Record
from lms.plugins.quiz.formats.runs import NONE, Words

_CONTENT = (Col.TEXT, Col.OPTIONS, Col.KEY, Col.PROMPT, Col.PARTNER, Col.TRUE, Col.FALSE, Col.MODEL)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `where` is its place in words. Cells that are merged into another are empty."""

    where: str
    cells: tuple[Words, ...]


@dataclass(kw_only=True)
class Table:
    """What a table holds."""

    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    keys: list[KeyEntry] = field(default_factory=list)
    has_header: bool = False
    kind: QuestionKind | None = None  # of the last section, for what follows the table


def read(rows: Iterable[Row], *, kind: QuestionKind | None = None, section: int = 0) -> Table:
    """The questions of a table. `kind` is the section that it stands in; titles inside of it open others."""
    reader = _Reader(kind, section)
    for row in rows:
        if any(row.cells):
            reader.row(row)
    reader.close()
    reader.table.kind = reader.kind
    return reader.table


class _Reader:
    def __init__(self, kind: QuestionKind | None, section: int) -> None:
        self.table = Table()
        self.kind = kind
        self._section = section
        self._header: Header | None = None
        self._lists_keys = False
        self._record: Record | None = None
        self._pairs: Record | None = None  # a matching question whose rows are its pairs

    def row(self, row: Row) -> None:
        lines = [cell.line if cell else "" for cell in row.cells]
        if self._header and columns.is_second_header(lines):
            return
        if self._is_title(lines) or self._is_header(lines):
            return
        if self._header is None:
            return
        if self._lists_keys:
            self._key(row)
        else:
            self._data(row, self._header)

    def close(self) -> None:
        for record in (self._record, self._pairs):
            if record:
                self.table.items += record.items()
                check_question_count(len(self.table.items))
        self._record = self._pairs = None

    def _is_title(self, lines: Sequence[str]) -> bool:
        filled = [line for line in lines if line]
        kind = kind_names.kind_of_title(filled[0]) if len(set(filled)) == 1 else None
        own = {Col.KIND, Col.OPTIONS, Col.PROMPT, Col.PARTNER}  # where the word "uraian" is part of a question
        places = [place for column, place in self._header.single.items() if column in own] if self._header else []
        if kind is None or any(lines[place] for place in places if place < len(lines) and len(filled) == 1):
            return False
        self.close()
        self.kind = kind
        self._section += 1
        return True

    def _is_header(self, lines: Sequence[str]) -> bool:
        header = columns.header_of(lines)
        lists_keys = header is None and columns.is_key_header(lines) and sum(map(bool, lines)) > 1
        if header is None and not lists_keys:
            return False
        self.close()
        self._header, self._lists_keys = header or Header(), lists_keys
        self.table.has_header = True
        return True

    def _key(self, row: Row) -> None:
        """A row of a table that only lists keys: pairs of a number and a key, side by side."""
        cells = [cell for cell in row.cells if cell]
        for number, key in zip(cells[::2], cells[1::2], strict=False):
            digits = number.line.rstrip(".)")
            if digits.isdecimal() and len(digits) <= 4:
                entry = KeyEntry(where=row.where, kind=self.kind, number=int(digits), key=key.tidy())
                self.table.keys.append(entry)

    def _data(self, row: Row, header: Header) -> None:
        fields = records.fields_of(row.cells, header)
        has_content = any(fields.get(column) for column in _CONTENT) or records.has_options(row.cells, header)
        if not has_content:
            return  # a row that only holds its number was prepared and never filled in
        if self._is_more(fields, header):
            assert self._record is not None
            self._record.rows.append(row.cells)
            return
        if guidance.is_example(fields.get(Col.NUMBER, NONE).line):
            self.close()
            self._record = Record(
                where=row.where, header=header, kind=None, section=0, rows=[row.cells], is_example=True
            )
            return
        if self._is_pair(fields, header):
            self._add_pair(row, header)
            return
        self.close()
        text = fields.get(Col.TEXT, NONE)
        if not text and not (Col.PROMPT in header.single and fields.get(Col.PROMPT)):
            self.table.faults.append(Fault(where=row.where, reason=_("This row has answers but no question.")))
            return
        self._record = Record(where=row.where, header=header, kind=self.kind, section=self._section, rows=[row.cells])

    def _is_more(self, fields: dict[Col, Words], header: Header) -> bool:
        """Whether a row belongs to the question above it: its question is merged, left out or repeated."""
        if self._record is None or header.has_options or self._record.header is not header:
            return False
        if not {Col.OPTIONS, Col.PROMPT, Col.PARTNER} & set(header.single):
            return False
        first = records.fields_of(self._record.rows[0], header)
        text, number = fields.get(Col.TEXT, NONE), fields.get(Col.NUMBER, NONE)
        if not text:
            return not number or number.line == first.get(Col.NUMBER, NONE).line or Col.TEXT not in header.single
        is_repeated = text.line == first.get(Col.TEXT, NONE).line
        return is_repeated and number.line in {"", first.get(Col.NUMBER, NONE).line}

    def _is_pair(self, fields: dict[Col, Words], header: Header) -> bool:
        """In a section of matching with only SOAL and JAWABAN every row is a pair."""
        kind = fields.get(Col.KIND, NONE)
        is_matching = (kind_names.kind_of_name(kind.line) if kind else self.kind) is QuestionKind.MATCHING
        paired = {Col.PROMPT, Col.PARTNER, Col.OPTIONS} & set(header.single)
        return is_matching and not paired and not header.by_option

    def _add_pair(self, row: Row, header: Header) -> None:
        if self._pairs is None:
            self.close()
            self._pairs = Record(
                where=row.where, header=header, kind=QuestionKind.MATCHING, section=self._section, are_pairs=True
            )
        self._pairs.rows.append(row.cells)
