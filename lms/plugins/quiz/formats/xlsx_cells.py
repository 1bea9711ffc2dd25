"""The filled cells of a workbook. Only cells that are there cost anything: the size that a sheet declares is ignored.

python-calamine and its like lay a sheet out from its first to its last filled cell; one stray cell in the last row
of Excel would then cost gigabytes. This reads the cells one by one and keeps bold and colours, which show keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask_babel import gettext as _

from lms.plugins.quiz.formats import office, xml_safety
from lms.plugins.quiz.formats.errors import UnreadableFile
from lms.plugins.quiz.formats.office import Element, every, local
from lms.plugins.quiz.formats.runs import NONE, Run, Words
from lms.plugins.quiz.formats.zip_safety import SafeZip

MAX_COLUMN = 1_000
MAX_LAID_OUT = 2_000_000  # cells of all rows, with the empty ones between
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATE_FORMAT = re.compile(r"[dy]|mmm|h:", re.IGNORECASE)
_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DATES = {*range(14, 23), *range(45, 48)}
_PERCENTS = {9: 0, 10: 2}
_WHITE = {"FFFFFFFF", "00FFFFFF"}
_BLACK = {"FF000000", "00000000"}


@dataclass(frozen=True, kw_only=True)
class _Style:
    look: Run
    is_date: bool = False
    percent_places: int | None = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet: its name and where it is in the archive."""

    name: str
    path: str


class Book:
    """A workbook in an archive that was found harmless."""

    def __init__(self, archive: SafeZip) -> None:
        self._archive = archive
        self._main = office.target_of_type(archive, "", "/officeDocument") or "xl/workbook.xml"
        if self._main not in archive:
            raise UnreadableFile(_("This is not an Excel workbook. Save it as .xlsx and choose it again."))
        self._parts = office.targets(archive, self._main)
        self._strings = [_rich(entry) for entry in self._children("/sharedStrings", "si")]
        self._styles = self._read_styles()
        self._left = MAX_LAID_OUT

    def sheets(self) -> list[Sheet]:
        """All sheets in their order; charts are left out."""
        found = []
        for entry in every(xml_safety.parse(self._archive.read(self._main)), "sheet"):
            link = next((value for name, value in entry.attrib.items() if local(name) == "id"), "")
            kind, path = self._parts.get(link, ("", ""))
            if kind.endswith("/worksheet") and path in self._archive:
                found.append(Sheet(name=entry.get("name", ""), path=path))
        return found

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, tuple[Words, ...]]]:
        """The rows that hold something, with their numbers from 1."""
        number = 0
        for row in every(xml_safety.parse(self._archive.read(sheet.path)), "row"):
            declared = row.get("r", "")
            number = int(declared) if declared.isdecimal() and len(declared) < 9 else number + 1
            cells = self._row(row)
            if cells:
                yield number, cells

    def _row(self, row: Element) -> tuple[Words, ...]:
        found: dict[int, Words] = {}
        place = -1
        for entry in row:
            if local(entry.tag) != "c":
                continue
            place = _column(entry.get("r", "")) if entry.get("r") else place + 1
            if 0 <= place < MAX_COLUMN and (words := self._cell(entry)):
                found[place] = words
        width = max(found, default=-1) + 1
        self._left -= width
        if self._left < 0:
            raise UnreadableFile(
                _("The file holds far more than a file of questions does. Split it into several files.")
            )
        return tuple(found.get(place, NONE) for place in range(width))

    def _cell(self, cell: Element) -> Words:
        kind = cell.get("t", "n")
        style = self._style(cell.get("s", "0"))
        if kind == "inlineStr":
            return _styled(_rich(next(iter(every(cell, "is")), cell)), style)
        raw = next((entry.text or "" for entry in cell if local(entry.tag) == "v"), "")
        if not raw.strip():
            return NONE
        if kind == "s":
            return _styled(self._shared(raw), style)
        if kind == "b":
            return _styled(Words.of("TRUE" if raw.strip() == "1" else "FALSE"), style)
        if kind == "e":
            doubt = _("A cell of this question holds the error %(error)s.", error=raw[:20])
            return replace(Words.of(raw), doubts=(doubt,))
        return _styled(_number(raw, style) if kind == "n" else Words.of(_unescaped(raw)), style)

    def _shared(self, raw: str) -> Words:
        place = int(raw) if raw.strip().isdecimal() and len(raw) < 9 else -1
        return self._strings[place] if 0 <= place < len(self._strings) else NONE

    def _style(self, raw: str) -> _Style:
        place = int(raw) if raw.isdecimal() and len(raw) < 6 else 0
        return self._styles[place] if place < len(self._styles) else _Style(look=Run(text=""))

    def _children(self, kind: str, name: str) -> list[Element]:
        path = next((path for link, path in self._parts.values() if link.endswith(kind)), "")
        return list(every(xml_safety.parse(self._archive.read(path)), name)) if path in self._archive else []

    def _read_styles(self) -> list[_Style]:
        root = next(iter(self._children("/styles", "styleSheet")), None)
        if root is None:
            return []
        formats = {entry.get("numFmtId"): entry.get("formatCode", "") for entry in every(root, "numFmt")}
        fonts, fills = (_inside(root, name) for name in ("fonts", "fills"))
        found = []
        for entry in _inside(root, "cellXfs"):
            number = entry.get("numFmtId", "0")
            code = _LITERALS.sub("", formats.get(number, ""))
            is_date = bool(_DATE_FORMAT.search(code)) or (number.isdecimal() and int(number) in _DATES)
            percent = len(code.partition(".")[2].rstrip("%")) if code.strip().endswith("%") else None
            percent = _PERCENTS.get(int(number), percent) if number.isdecimal() else percent
            look = _font(fonts, entry.get("fontId", "0"), is_shaded=_is_shaded(fills, entry.get("fillId", "0")))
            found.append(_Style(look=look, is_date=is_date, percent_places=percent))
        return found


def _number(raw: str, style: _Style) -> Words:
    """A number as Indonesians write it; a date with a doubt, since Excel makes dates of "1/2"."""
    try:
        value = float(raw)
    except ValueError:
        return Words.of(raw)
    if style.is_date and 0 <= value < 2_958_466:
        day = datetime(1899, 12, 30) + timedelta(days=value)  # a day of no place
        text = f"{day.day}/{day.month}/{day.year}" if value >= 1 else f"{day.hour:02}.{day.minute:02}"
        return replace(Words.of(text), doubts=(_("Excel turned a cell into the date or time %(text)s.", text=text),))
    if style.percent_places is not None:
        return Words.of(f"{value * 100:.{style.percent_places}f}%".replace(".", ","))
    whole = raw.strip().removesuffix(".0")
    if whole.lstrip("-").isdecimal():
        return Words.of(whole)
    text = format(value, ".15g")
    return Words.of(text.replace(".", ",") if "e" not in text else raw)


def _rich(entry: Element) -> Words:
    """A string with its runs, without the small letters that Japanese puts above."""
    runs: list[Run] = []
    for part in entry:
        name = local(part.tag)
        if name == "t":
            runs.append(Run(text=_unescaped(part.text or "")))
        elif name == "r":
            text = "".join(child.text or "" for child in part if local(child.tag) == "t")
            properties = next((child for child in part if local(child.tag) == "rPr"), None)
            look = Run(text="") if properties is None else _look(properties)
            runs.append(replace(look, text=_unescaped(text)))
    return Words(tuple(run for run in runs if run.text)).strip()


def _styled(words: Words, style: _Style) -> Words:
    """The looks of the cell for the letters that have none of their own."""
    look = style.look
    if look == Run(text="") or not words:
        return words
    runs = tuple(
        replace(run, bold=run.bold or look.bold, colour=run.colour or look.colour, shade=look.shade)
        for run in words.runs
    )
    return replace(words, runs=runs)


def _font(fonts: Sequence[Element], raw: str, *, is_shaded: bool) -> Run:
    place = int(raw) if raw.isdecimal() else 0
    look = _look(fonts[place]) if place < len(fonts) else Run(text="")
    # A whole cell in italics or underlined is its design; only inside of a text these say something.
    return Run(text="", bold=look.bold, colour=look.colour, shade=is_shaded)


def _look(properties: Element) -> Run:
    found = {local(child.tag): child for child in properties}

    def is_on(name: str) -> bool:
        return name in found and found[name].get("val", "1") not in {"0", "false", "none"}

    colour = found["color"].get("rgb", "").upper() if "color" in found else ""
    raised = found["vertAlign"].get("val", "") if "vertAlign" in found else ""
    return Run(
        text="",
        bold=is_on("b"),
        italic=is_on("i"),
        underline=is_on("u"),
        strike=is_on("strike"),
        sub=raised == "subscript",
        sup=raised == "superscript",
        colour="" if colour in _BLACK else colour,
    )


def _is_shaded(fills: Sequence[Element], raw: str) -> bool:
    place = int(raw) if raw.isdecimal() else 0
    pattern = next(iter(every(fills[place], "patternFill")), None) if place < len(fills) else None
    if pattern is None or pattern.get("patternType") != "solid":
        return False
    colour = next((child for child in pattern if local(child.tag) == "fgColor"), None)
    return colour is not None and colour.get("rgb", "").upper() not in _WHITE and colour.get("theme") != "0"


def _column(reference: str) -> int:
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return -1
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _unescaped(text: str) -> str:
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t") if not text.isprintable() else text


def _inside(root: Element, name: str) -> list[Element]:
    group = next(iter(every(root, name)), None)
    return [] if group is None else [child for child in group if isinstance(child.tag, str)]
