"""DOCX: question tables and numbered paragraphs of Word, LibreOffice and Google Docs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from flask_babel import gettext as _

from lms.plugins.quiz.content import Fault, Picture, Reading
from lms.plugins.quiz.formats import building, columns, keylist, kind_names, lines, office, pictures, rows, xml_safety
from lms.plugins.quiz.formats.docx_styles import Numbering, Styles
from lms.plugins.quiz.formats.docx_tables import children, flat_lines, rows_of
from lms.plugins.quiz.formats.docx_text import Reader
from lms.plugins.quiz.formats.errors import UnreadableFile
from lms.plugins.quiz.formats.items import Item
from lms.plugins.quiz.formats.keylist import KeyEntry
from lms.plugins.quiz.formats.lines import Line
from lms.plugins.quiz.formats.office import Element, local
from lms.plugins.quiz.formats.paragraphs import Parser
from lms.plugins.quiz.formats.rows import Row
from lms.plugins.quiz.formats.zip_safety import SafeZip


def read(data: bytes, file_name: str = "") -> Reading:
    """The questions of a Word document."""
    document = _Document(office.open_package(data))
    document.read()
    if not document.items and not document.faults:
        raise UnreadableFile(
            _(
                "There are no questions in this document. Use the template, or number them: “1. …”, then “a. …” "
                "and “Kunci: A”."
            )
        )
    items, faults = keylist.with_keys(document.items, document.keys)
    return building.reading(items, [*document.faults, *faults])


def template() -> bytes:
    """An empty Word template; its examples are passed over when it is read."""
    from lms.plugins.quiz.formats import docx_template  # noqa: PLC0415 -- slow import

    return docx_template.template()


class _Document:
    def __init__(self, archive: SafeZip) -> None:
        self._archive = archive
        main = office.target_of_type(archive, "", "/officeDocument") or "word/document.xml"
        if main not in archive:
            raise UnreadableFile(_("This is not a Word document. Save it as .docx and choose it again."))
        self._body = next(office.every(xml_safety.parse(archive.read(main)), "body"), None)
        if self._body is None:
            raise UnreadableFile(_("This is not a Word document. Save it as .docx and choose it again."))
        self._parts = office.targets(archive, main)
        self._pictures: dict[str, Picture | None] = {}
        self._album_doubts: list[str] = []
        self._reader = Reader(Styles(self._part("/styles")), Numbering(self._part("/numbering")), self._picture)
        self._parser = Parser()
        self._taken = 0  # items of the parser that are in `items` already
        self.items: list[Item] = []
        self.faults: list[Fault] = []
        self.keys: list[KeyEntry] = []

    def read(self) -> None:
        """Everything in the order of the document."""
        waiting: list[Line] = []
        paragraph = table = 0
        for entry in children(self._body, "p", "tbl"):
            if local(entry.tag) == "p":
                paragraph += 1
                waiting += self._lines(
                    entry, _("Paragraph %(number)s", number=paragraph), is_apart=not _is_filled(waiting)
                )
                continue
            table += 1
            found = rows_of(entry, self._reader, _where_in(table))
            waiting = self._table(found, waiting)
        self._read_lines(waiting)
        self._parser.close()
        self._take_items()
        self.faults += self._parser.faults
        self.keys += self._parser.keys

    def _lines(self, paragraph: Element, where: str, *, is_apart: bool) -> Iterator[Line]:
        """A paragraph, cut at its line breaks; only the first line carries its number."""
        label = self._reader.label(paragraph)
        words = self._reader.words(paragraph)
        doubts = self._doubts()
        for number, part in enumerate(words.lines()):
            line = replace(part, doubts=doubts) if doubts and number == 0 else part
            yield Line(words=line, where=where, label=label if number == 0 else None, is_apart=is_apart and number == 0)

    def _table(self, found: list[Row], waiting: list[Line]) -> list[Line]:
        """A table of questions or keys is read on its own, any other as lines between the paragraphs."""
        lines_of = [[cell.line if cell else "" for cell in row.cells] for row in found]
        if any(columns.header_of(line) or columns.is_key_header(line) for line in lines_of):
            self._read_lines(waiting)
            kind = self._parser.kind
            self._parser.open_section(kind)
            self._take_items()
            table = rows.read(found, kind=kind, section=self._parser.section)
            self._parser.open_section(table.kind)
            self.items += table.items
            self.faults += table.faults
            self.keys += table.keys
            return []
        keys = list(_keys_of(found, lines_of))
        self._read_lines(waiting)
        if keys and (self._parser.lists_keys or _announces_keys(waiting)):
            self.keys += keys
            return []
        return list(flat_lines(found))

    def _read_lines(self, waiting: list[Line]) -> None:
        self._parser.read(waiting)

    def _take_items(self) -> None:
        self.items += self._parser.items[self._taken :]
        self._taken = len(self._parser.items)

    def _doubts(self) -> tuple[str, ...]:
        found, self._album_doubts = [*self._reader.taken_doubts(), *self._album_doubts], []
        return tuple(dict.fromkeys(found))

    def _part(self, kind: str) -> Element | None:
        path = next((path for link, path in self._parts.values() if link.endswith(kind)), "")
        return xml_safety.parse(self._archive.read(path)) if path in self._archive else None

    def _picture(self, link: str) -> Picture | None:
        if link not in self._pictures:
            _kind, path = self._parts.get(link, ("", ""))
            album = pictures.Album()
            if path in self._archive:
                album.add(self._archive.read(path))
            else:
                album.doubt(_("A picture is not in the file and was left out. Add it to the question by hand."))
            self._pictures[link] = next(iter(album.pictures()), None)
            self._reader.doubts += album.doubts
        return self._pictures[link]


def _where_in(table: int) -> Callable[[int], str]:
    def where(row: int) -> str:
        return _("Table %(table)s, row %(row)s", table=table, row=row)

    return where


def _is_filled(waiting: list[Line]) -> bool:
    return bool(waiting) and bool(waiting[-1].words)


def _announces_keys(waiting: list[Line]) -> bool:
    last = next((line for line in reversed(waiting) if line.words), None)
    return last is not None and lines.list_title(last.words.text.strip()) is not None


def _keys_of(found: list[Row], lines_of: list[list[str]]) -> Iterator[KeyEntry]:
    """Numbers and keys in a table without header: side by side, or a row of numbers above a row of keys."""
    for place, (row, line) in enumerate(zip(found, lines_of, strict=True)):
        filled = [(at, text.rstrip(".)")) for at, text in enumerate(line) if text]
        numbers = [(at, text) for at, text in filled if text.isdecimal() and len(text) < 4]
        if numbers and len(numbers) == len(filled) and place + 1 < len(found):
            below = found[place + 1].cells
            for at, text in numbers:
                if at < len(below) and below[at] and not below[at].line.isdecimal():
                    yield KeyEntry(where=row.where, number=int(text), key=below[at].tidy())
        else:
            kind = kind_names.kind_of_title(line[0]) if line else None
            for at, text in numbers:
                if at + 1 < len(line) and line[at + 1] and not line[at + 1].isdecimal():
                    yield KeyEntry(where=row.where, kind=kind, number=int(text), key=row.cells[at + 1].tidy())
            if not numbers:
                for cell in row.cells:
                    if keylist.is_list(cell.line):
                        yield from (
                            KeyEntry(where=row.where, number=number, key=key)
                            for number, key in keylist.entries_of(cell.tidy())
                        )
