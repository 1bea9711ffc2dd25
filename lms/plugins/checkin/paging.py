"""Pages of rows that are no models: what the macro `pagination` needs, and the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.kernel.db import db

_LAST_PAGE = 100_000


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a query, numbered from 1."""

    page: int
    per_page: int
    total: int
    rows: list[Any]

    @property
    def pages(self) -> int:
        return -(-self.total // self.per_page)


def page_of(query: sa.Select[Any], *, page: int, per_page: int) -> Page:
    """The rows of one page; two statements."""
    number = min(max(page, 1), _LAST_PAGE)
    counted = query.with_only_columns(sa.func.count(), maintain_column_froms=True).order_by(None)
    total = db.session.scalar(counted) or 0
    rows = db.session.execute(query.limit(per_page).offset((number - 1) * per_page)).all()
    return Page(page=number, per_page=per_page, total=total, rows=list(rows))
