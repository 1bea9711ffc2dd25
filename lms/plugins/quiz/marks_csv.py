"""Reads plain CSV files of marks and of paired totals, for whoever checks our statistics against other data."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,3})?", re.IGNORECASE)
MAX_LENGTH = 40  # characters of one number
PLACES = 30  # of the largest and the smallest number, on either side of the point
MAX_MARK = Decimal(1_000_000)
Row = tuple[int, list[str]]  # the line it begins at, and its cells


class UnreadableMarks(ValueError):
    """The file cannot be read as marks; the message says where and why, in one line."""


class WrongNumberOfMarks(UnreadableMarks):
    """There are more or fewer highest marks than columns."""


@dataclass(frozen=True, kw_only=True)
class MarksTable:
    """Marks, a row an attempt. `names` are the cells of the header, empty without one."""

    names: tuple[str, ...]
    marks: tuple[tuple[Decimal, ...], ...]
    max_marks: tuple[Decimal, ...]
    is_header_doubtful: bool  # some of its cells are numbers: perhaps an attempt with a typing error


def read_marks(raw: bytes, max_marks: Sequence[Decimal] = (Decimal(1),)) -> MarksTable:
    """Read a matrix of marks; an empty cell is an unanswered question and counts 0.

    The first row is a header when any of its cells is not a number. `max_marks` holds one number for each column, or
    one for all. A mark above it is refused, since the facility would be wrong.
    """
    rows, has_decimal_comma = _rows(raw)
    if not rows:
        raise UnreadableMarks("the file has no rows")
    width = len(rows[0][1])
    filled = [cell for cell in rows[0][1] if cell.strip()]
    numbers = sum(_number(cell, has_decimal_comma) is not None for cell in filled)
    names: tuple[str, ...] = ()
    if numbers < len(filled):
        names = tuple(cell.strip() for cell in rows.pop(0)[1])
    highest = tuple(max_marks) if len(max_marks) != 1 else (max_marks[0],) * width
    if len(highest) != width:
        raise WrongNumberOfMarks(f"the file has {width} columns, but there are {len(highest)} highest marks")
    marks = tuple(_marks_of(row, highest, has_decimal_comma) for row in rows)
    return MarksTable(names=names, marks=marks, max_marks=highest, is_header_doubtful=bool(names and numbers))


def read_pairs(raw: bytes, max_mark: Decimal) -> tuple[tuple[Decimal | None, Decimal | None], ...]:
    """Read the columns `pre` and `post` (in any order, other columns are passed over); an empty cell is None."""
    rows, has_decimal_comma = _rows(raw)
    if not rows:
        raise UnreadableMarks("the file has no rows")
    line, header = rows[0]
    names = [cell.strip().casefold() for cell in header]
    places = []
    for name in ("pre", "post"):
        if names.count(name) != 1:
            problem = "more than one column" if name in names else "no column"
            raise UnreadableMarks(f"line {line}: {problem} is called {name}; the first row must name pre and post")
        places.append(names.index(name))
    return tuple(
        (_total(row, places[0], max_mark, has_decimal_comma), _total(row, places[1], max_mark, has_decimal_comma))
        for row in rows[1:]
    )


def parse_max_marks(text: str) -> tuple[Decimal, ...]:
    """The highest marks as typed: "1,1,2" or "1;1;2" for each column, or one number for all."""
    found = tuple(_number(part, has_decimal_comma=False) for part in re.split("[,;]", text))
    good = tuple(value for value in found if value is not None and 0 <= value <= MAX_MARK)
    if len(good) != len(found):
        raise UnreadableMarks(f"{_shown(text)} is not a list of numbers from 0 to {MAX_MARK}, such as 1,1,2")
    return good


def _marks_of(row: Row, highest: Sequence[Decimal], has_decimal_comma: bool) -> tuple[Decimal, ...]:
    line, cells = row
    if len(cells) != len(highest):
        raise UnreadableMarks(f"line {line} has {len(cells)} columns, the first row has {len(highest)}")
    return tuple(
        _figure(cell, f"line {line}, column {column}", most, has_decimal_comma) or Decimal(0)
        for column, (cell, most) in enumerate(zip(cells, highest, strict=True), start=1)
    )


def _total(row: Row, place: int, most: Decimal, has_decimal_comma: bool) -> Decimal | None:
    line, cells = row
    if place >= len(cells):
        return None
    return _figure(cells[place], f"line {line}, column {place + 1}", most, has_decimal_comma)


def _figure(cell: str, where: str, most: Decimal, has_decimal_comma: bool) -> Decimal | None:
    if not cell.strip():
        return None
    value = _number(cell, has_decimal_comma)
    if value is None:
        raise UnreadableMarks(f"{where}: {_shown(cell)} is not a number")
    if value > most:
        raise UnreadableMarks(
            f"{where}: {_shown(cell)} is above the highest mark {most}; --max-marks or --max says what that is"
        )
    if value < -MAX_MARK:
        raise UnreadableMarks(f"{where}: {_shown(cell)} is below {-MAX_MARK}")
    return value


def _number(cell: str, has_decimal_comma: bool) -> Decimal | None:
    text = cell.strip()
    if has_decimal_comma and "." not in text:
        text = text.replace(",", ".", 1)
    if len(text) > MAX_LENGTH or not NUMBER.fullmatch(text):
        return None
    value = Decimal(text)
    # Beyond that it is no mark, and exact sums of such numbers would be slow.
    return value if not value or -PLACES <= value.adjusted() <= PLACES else None


def _rows(raw: bytes) -> tuple[list[Row], bool]:
    """The rows that are not blank, and whether the file is one with semicolons, where a comma is a decimal one."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # numbers read the same; a name in the header may look odd
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = ";" if len(next(csv.reader([first], delimiter=";"), [])) > 1 else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            if len(cells) > 1 or (cells and cells[0].strip()):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableMarks(f"line {line}: {error}") from error
    return rows, delimiter == ";"


def _shown(text: str) -> str:
    """What stands in the file, short and without letters that would upset a terminal."""
    return repr(text.strip()[:MAX_LENGTH])
