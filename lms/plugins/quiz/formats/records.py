"""The rows of one question in a table, and the item that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _

from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats import keys, kind_names, options
from lms.plugins.quiz.formats.columns import Col, Header
from lms.plugins.quiz.formats.items import Entry, Item
from lms.plugins.quiz.formats.runs import NONE, Words, joined

Cells = tuple[Words, ...]
_PLAIN = {
    "mark": Col.MARK, "name": Col.NAME, "category": Col.CATEGORY, "tags": Col.TAGS, "pillar": Col.PILLAR,
    "objective": Col.OBJECTIVE, "tolerance": Col.TOLERANCE, "units": Col.UNITS, "rubric": Col.RUBRIC,
    "settings": Col.SETTINGS, "detail": Col.DETAIL,
}  # fmt: skip
_CHOSEN = {None, QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE}


@dataclass(kw_only=True)
class Record:
    """One question, or several statements that share their wording."""

    where: str
    header: Header
    kind: QuestionKind | None
    section: int
    rows: list[Cells] = field(default_factory=list)
    are_pairs: bool = False
    is_example: bool = False  # of a template: no question

    def items(self) -> list[Item]:
        """The item; one for each statement of a table with columns for true and false."""
        if self.is_example:
            return []
        if self.are_pairs:
            return [self._pairs()]
        header = self.header
        if {Col.TRUE, Col.FALSE} <= set(header.single):
            return [self._statement(cells) for cells in self.rows]
        return [self._question()]

    def _common(self, cells: Cells) -> Item:
        fields = fields_of(cells, self.header)
        kind: QuestionKind | None = self.kind
        doubts: tuple[str, ...] = ()
        if name := fields.get(Col.KIND, NONE).line:
            kind = kind_names.kind_of_name(name)
            if kind is None:
                doubts = (_("The type “%(kind)s” is not known; it was taken from the columns.", kind=name[:60]),)
        number = fields.get(Col.NUMBER, NONE).line.rstrip(".)")
        plain: dict[str, Any] = {name: fields[column].text for name, column in _PLAIN.items() if column in fields}
        return Item(
            where=self.where,
            kind=kind,
            section=self.section,
            number=int(number) if number.isdecimal() and len(number) <= 4 else None,
            text=fields.get(Col.TEXT, NONE),
            explanation=fields.get(Col.EXPLANATION, NONE),
            model=fields.get(Col.MODEL, NONE),
            doubts=doubts,
            **plain,
        )

    def _statement(self, cells: Cells) -> Item:
        item, fields = self._common(cells), fields_of(cells, self.header)
        marks = [fields.get(column, NONE).line for column in (Col.TRUE, Col.FALSE)]
        is_true, is_false = (bool(mark) and not keys.is_no_mark(mark) for mark in marks)
        key = Words.of("Benar" if is_true else "Salah") if is_true != is_false else NONE
        doubts = item.doubts
        text = joined([item.text, fields.get(Col.PROMPT, NONE)])
        return replace(item, kind=QuestionKind.TRUE_FALSE, text=text, key=key, doubts=doubts)

    def _pairs(self) -> Item:
        """Each row a pair: its question is the prompt, its key the partner."""
        entries = []
        for cells in self.rows:
            fields = fields_of(cells, self.header)
            entries.append(Entry(text=fields.get(Col.TEXT, NONE), partner=fields.get(Col.KEY, NONE)))
        text = Words.of(_("Match each statement with its partner."))
        item = replace(self._common(self.rows[0]), kind=QuestionKind.MATCHING, number=None, text=text)
        return replace(item, entries=tuple(entries))

    def _question(self) -> Item:
        item = self._common(self.rows[0])
        if Col.PROMPT in self.header.single or Col.PARTNER in self.header.single:
            return self._matching(item)
        if self.header.has_options or self.header.by_option:
            entries = _side_by_side(self.rows[0], self.header)
            if item.kind in _CHOSEN:
                entries = options.without_ticks(options.without_letters(entries))
            return replace(item, entries=tuple(entries), key=self._keys()[0])
        if Col.OPTIONS in self.header.single and item.kind not in {QuestionKind.ESSAY, QuestionKind.SHORT}:
            return self._vertical(item)
        return self._inside_of_text(replace(item, key=self._keys()[0]))

    def _keys(self) -> list[Words]:
        place = self.header.single.get(Col.KEY, -1)
        return [_cell(cells, place) for cells in self.rows]

    def _vertical(self, item: Item) -> Item:
        """An option a row, its key a tick beside it or a letter in one of the rows."""
        cells = [_cell(row, self.header.single[Col.OPTIONS]) for row in self.rows]
        marks = self._keys()
        if sum(map(bool, cells)) == 1 and len(found := options.split(cells[0])[1]) > 1:
            return replace(item, entries=tuple(options.without_ticks(_tidy(found))), key=marks[0])
        if not any(cells):
            return self._inside_of_text(replace(item, key=marks[0]))
        filled = [mark.line for mark in marks if mark]
        are_ticks = all(keys.is_mark(mark) or keys.is_no_mark(mark) for mark in filled)
        if item.kind is QuestionKind.MATCHING or item.kind is QuestionKind.ORDERING:
            are_ticks = False
        entries = [
            Entry(text=cell, is_marked=are_ticks and keys.is_mark(mark.line))
            for cell, mark in zip(cells, marks, strict=True)
        ]
        key = NONE if are_ticks else joined([mark for mark in marks if mark], ", ")
        if item.kind is QuestionKind.MATCHING:
            entries = [replace(entry, partner=mark) for entry, mark in zip(entries, marks, strict=True)]
            key = NONE
        return replace(item, entries=tuple(options.without_ticks(options.without_letters(entries))), key=key)

    def _matching(self, item: Item) -> Item:
        single = self.header.single
        entries: list[Entry] = []
        pairs: list[tuple[str, str]] = []
        for cells in self.rows:
            prompt, partner = (_cell(cells, single.get(column, -1)) for column in (Col.PROMPT, Col.PARTNER))
            code, other = (_cell(cells, single.get(column, -1)).line for column in (Col.PROMPT_CODE, Col.PARTNER_CODE))
            key = _cell(cells, single.get(Col.KEY, -1)).line
            if self.header.second_key is not None:
                second = _cell(cells, self.header.second_key).line
                pairs += [(key, second)] if key and second else []
            elif key and code:
                pairs.append((code, key))
            elif key and prompt and not code:
                # Prompts without codes are numbered, partners without codes are lettered.
                pairs.append((str(len(entries) + 1), key))
            number = len(entries)
            entries.append(
                Entry(
                    text=prompt,
                    partner=partner,
                    code=code or str(number + 1),
                    partner_code=other or keys.letter(number),
                )
            )
        if not item.text:
            item = replace(item, text=Words.of(_("Match each statement with its partner.")))
        kind = item.kind or QuestionKind.MATCHING
        return replace(item, kind=kind, entries=tuple(entries), key_pairs=tuple(pairs))

    def _inside_of_text(self, item: Item) -> Item:
        """Options that stand in the cell of the question."""
        if item.kind in {QuestionKind.ESSAY, QuestionKind.SHORT, QuestionKind.NUMERIC, QuestionKind.DESCRIPTION}:
            return item
        text, entries = options.split(item.text)
        if not entries or not text:
            return item
        return replace(item, text=text.tidy(), entries=tuple(options.without_ticks(_tidy(entries))))


def fields_of(cells: Sequence[Words], header: Header) -> dict[Col, Words]:
    """The filled cells of a row, by what they are."""
    return {column: cells[place] for column, place in header.single.items() if place < len(cells) and cells[place]}


def has_options(cells: Sequence[Words], header: Header) -> bool:
    """Whether a row has something in the columns of its options."""
    return any(
        place < len(cells) and cells[place] for (column, _n), place in header.by_option.items() if column is Col.OPTION
    )


def _cell(cells: Sequence[Words], place: int) -> Words:
    return cells[place] if 0 <= place < len(cells) else NONE


def _side_by_side(cells: Cells, header: Header) -> list[Entry]:
    def cell(column: Col, option: int) -> Words:
        return _cell(cells, header.by_option.get((column, option), -1))

    count = max((option for _column, option in header.by_option), default=-1) + 1
    found = [
        Entry(
            text=cell(Col.OPTION, option),
            weight=cell(Col.WEIGHT, option).text,
            feedback=cell(Col.FEEDBACK, option),
            partner=cell(Col.PARTNERS, option),
            is_marked=keys.is_mark(_cell(cells, header.ticks.get(option, -1)).line),
        )
        for option in range(count)
    ]
    while found and found[-1] == Entry():
        found.pop()
    return found


def _tidy(entries: Sequence[Entry]) -> list[Entry]:
    return [replace(entry, text=entry.text.tidy()) for entry in entries]
