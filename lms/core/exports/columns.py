"""Columns of a table for download, and what one cell of them holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal

from lms.core.exports.enums import ColumnKind

# A spreadsheet takes a cell that starts so for a formula, also in the full-width forms of East Asian keyboards.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
Cell = str | int | float | Decimal | date | datetime | None


@dataclass(frozen=True)
class Column:
    """A column: `key` for programs, `label` for people (may be lazy), `width` in characters or by kind."""

    key: str
    label: object
    kind: ColumnKind = ColumnKind.TEXT
    width: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", ColumnKind(self.kind))  # plain "number" is accepted too


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before =, +, -, @, tab and line breaks."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def cell(value: object, kind: ColumnKind, zone: tzinfo) -> Cell:
    """A value as its column wants it: numbers and local naive times stay typed, everything else is neutral text."""
    if value is None or value == "":
        return None
    match kind:
        case ColumnKind.NUMBER | ColumnKind.PERCENT if _is_number(value):
            return value  # type: ignore[return-value]
        case ColumnKind.DATE if isinstance(value, datetime):
            return _local(value, zone).date()
        case ColumnKind.DATE if isinstance(value, date):
            return value
        case ColumnKind.DATETIME if isinstance(value, datetime):
            return _local(value, zone)
        case _:
            return neutral(str(value))


def _is_number(value: object) -> bool:
    """Whether a spreadsheet has a number for it: not a boolean, not infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return isinstance(value, int) or Decimal(value).is_finite()


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
