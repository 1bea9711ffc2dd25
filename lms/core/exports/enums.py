"""What a column of a table holds, and the file formats a table comes in."""

from __future__ import annotations

import enum


class ColumnKind(enum.StrEnum):
    """TEXT keeps leading zeros; PERCENT is a ratio 0..1; DATETIME is shown in the workshop's zone."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    PERCENT = "percent"


class FileFormat(enum.StrEnum):
    """The endings of a download's address."""

    CSV = "csv"
    XLSX = "xlsx"
