"""Certificate numbers such as 001/SERT/BK3S-KB/XI/2026: without gap, without repeat."""

from __future__ import annotations

import re
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.kernel.db import db, insert_ignore
from lms.plugins.certificates.errors import PatternRefused
from lms.plugins.certificates.models import Series

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
DEFAULT_PATTERN = "{n:03}/SERT/{code}/{month}/{year}"
_FIELD = re.compile(r"\{(n(?::0\d)?|code|month|year)\}")


def check_pattern(pattern: str) -> None:
    """Raise PatternRefused unless the pattern has a counter and a year and nothing unknown in braces."""
    rest = _FIELD.sub("", pattern)
    fields = {match.partition(":")[0] for match in _FIELD.findall(pattern)}
    if "{" in rest or "}" in rest or not {"n", "year"} <= fields:
        raise PatternRefused(_("The pattern needs {n} and {year}; it may also use {code} and {month}."), "pattern")


def number_text(pattern: str, *, number: int, code: str, on: date) -> str:
    """The number as printed; `on` is the day of issue in the workshop's zone."""
    check_pattern(pattern)

    def fill(match: re.Match[str]) -> str:
        name, _colon, width = match[1].partition(":")
        value = {"n": number, "code": code, "month": ROMAN[on.month - 1], "year": on.year}[name]
        return f"{value:{width}}" if width else str(value)

    return _FIELD.sub(fill, pattern)


def take_number(*, organiser_id: int, year: int) -> tuple[int, int]:
    """`(series id, next number)`; the series' row stays locked until the commit, and a rollback gives it back."""
    insert_ignore(Series, {"organiser_id": organiser_id, "year": year, "last_number": 0}, keys=("organiser_id", "year"))
    series = lock_series(organiser_id, year)
    series.last_number += 1
    db.session.flush()
    return series.id, series.last_number


def lock_series(organiser_id: int, year: int) -> Series:
    """The series' row, locked and read afresh."""
    query = sa.select(Series).filter_by(organiser_id=organiser_id, year=year).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def next_number(organiser_id: int, year: int) -> int:
    """The number that the next certificate would get; for previews."""
    last = db.session.scalar(sa.select(Series.last_number).filter_by(organiser_id=organiser_id, year=year))
    return (last or 0) + 1
