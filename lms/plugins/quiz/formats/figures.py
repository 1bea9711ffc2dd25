"""Numbers in cells and keys: weights, marks, accepted numbers with tolerance and unit."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from flask_babel import gettext as _

from lms.plugins.quiz.content import Number, Unit
from lms.plugins.quiz.formats import worth
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.kinds import numbers

_TOLERANCE = re.compile(r"\s*\(?\s*(?:±|\+\s*/\s*[-−–]|\+-|toleransi\b|tolerance\b|tol\.?)\s*:?\s*", re.IGNORECASE)
_RANGE = re.compile(
    r"\s*(?:\.\.+|…|\bs\.?\s?/?\s?d(?:\.|\b)|\bsampai(?: dengan)?\b|\bhingga\b|\bto\b)\s*", re.IGNORECASE
)
_UNIT = re.compile(r"(?<=[0-9]) ?([^\W\d_][^\d]{0,39}|%|°C?)$")
_GROUPED = re.compile(r"[+\-−–]?\d{1,3}(?:\.\d{3})+$")


def percent(raw: str) -> Decimal:
    """A weight such as "33,33333" or "-50 %" as a fraction. Raises Broken."""
    return worth.from_percent(raw.replace("%", "").replace(",", "."))


def plain(raw: str) -> Decimal | None:
    """A number with a decimal comma or point; None for other text."""
    line = raw.strip().replace("−", "-").replace(",", ".")
    try:
        value = Decimal(line) if line and len(line) <= 40 and "_" not in line else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None


def accepted(raw: str, tolerance: str = "") -> tuple[Number, Unit | None, tuple[str, ...]]:
    """A number of a key: "3,14 ± 0,01", "10 s.d. 12", "12 kg"; its unit, and doubts. Raises Broken."""
    doubts: list[str] = []
    line = " ".join(raw.split()).strip(" =")
    if line == "*":
        return Number(value=None), None, ()
    parts = _TOLERANCE.split(line, maxsplit=1)
    if len(parts) == 1 and len(ends := _RANGE.split(line, maxsplit=1)) == 2 and all(ends):
        low, high = (figure(end, doubts) for end in ends)
        return Number(value=(low + high) / 2, tolerance=abs(high - low) / 2), None, tuple(doubts)
    head, unit = _without_unit(parts[0])
    around = parts[1].strip(" )") if len(parts) == 2 else tolerance.strip(" ±")
    around, other = _without_unit(around)
    value = figure(head, doubts)
    number = Number(value=value, tolerance=abs(figure(around, doubts)) if around else Decimal(0))
    return number, (Unit(name=unit or other) if unit or other else None), tuple(doubts)


def figure(raw: str, doubts: list[str]) -> Decimal:
    """A number as Indonesians write it: "1.500" is a thousand and a half, which `doubts` hears. Raises Broken."""
    line = raw.strip()
    found = numbers.readings(line)
    if not found:
        raise Broken(_("“%(text)s” is not a number.", text=line[:60]))
    if len(found) > 1 and _GROUPED.match(line):
        doubts.append(_("“%(text)s” was read with points between thousands. Is it so?", text=line[:60]))
        return found[0]
    return found[-1]


def written(value: Decimal) -> str:
    """A number as `plain` and `figure` read it back, with a decimal comma."""
    return format(value.normalize() + 0, "f").replace(".", ",")


def _without_unit(raw: str) -> tuple[str, str]:
    line = raw.strip()
    if numbers.readings(line) or not (found := _UNIT.search(line)):
        return line, ""
    return line[: found.start()].strip(), found[1].strip()
