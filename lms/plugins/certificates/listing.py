"""The table of people in pages: filtered by where they stand and by their name."""

from __future__ import annotations

from dataclasses import dataclass

from lms.core.people.names import search_key
from lms.plugins.certificates.eligibility import Row, Table
from lms.plugins.certificates.enums import Standing

PER_PAGE = 100
EXCEPTIONS = "exception"


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One page of rows, as the macro `pagination` wants it."""

    rows: tuple[Row, ...]
    page: int
    pages: int
    total: int
    per_page: int = PER_PAGE


def listing_of(table: Table, *, standing: str = "", text: str = "", page: int = 1) -> Listing:
    """The rows that match; an unknown `standing` shows all, a page beyond the last shows the last."""
    rows = table.rows
    if standing == EXCEPTIONS:
        rows = tuple(table.exceptions)
    elif standing in {known.value for known in Standing}:
        rows = tuple(table.of(Standing(standing)))
    key = search_key(text)
    if key:
        rows = tuple(row for row in rows if key in row.enrolment.person.search_name)
    pages = max(1, -(-len(rows) // PER_PAGE))
    page = min(max(1, page), pages)
    first = (page - 1) * PER_PAGE
    return Listing(rows=rows[first : first + PER_PAGE], page=page, pages=pages, total=len(rows))
