"""What other areas use to write tables."""

from __future__ import annotations

from lms.core.exports.columns import Column
from lms.core.exports.enums import ColumnKind
from lms.core.exports.tables import write_csv, write_xlsx

__all__ = ["Column", "ColumnKind", "write_csv", "write_xlsx"]
