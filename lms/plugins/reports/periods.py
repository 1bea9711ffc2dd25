"""The periods of a report: quarters, halves and years by name, and what other dates may be."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from flask_babel import gettext as _

from lms.kernel.clock import now
from lms.kernel.declarations import Period
from lms.kernel.i18n import longdate, page_zone
from lms.plugins.reports.errors import ReportRefused

EARLIEST = date(2000, 1, 1)
MAX_DAYS = 3 * 366
_NUMERALS = ("", "I", "II", "III", "IV")


def today() -> date:
    """The day at the site."""
    return now().astimezone(page_zone()).date()


def recent_periods(day: date, *, years: int = 2) -> list[Period]:
    """Quarters, halves and years that have begun by `day`, of its year and the ones before; the newest first."""
    found = [
        _months(year, number, length)
        for year in range(day.year, day.year - years, -1)
        for length in (3, 6, 12)
        for number in range(12 // length, 0, -1)
    ]
    return [period for period in found if period.first <= day]


def name_of(period: Period) -> str:
    """ "quarter IV 2026" for a calendar quarter, half or year, else its two dates."""
    for length in (3, 6, 12):
        number = (period.first.month - 1) // length + 1
        if period == _months(period.first.year, number, length):
            return _named(length, _NUMERALS[number], period.first.year)
    return _("%(first)s to %(last)s", first=longdate(period.first), last=longdate(period.last))


def text_of(period: Period) -> str:
    """ "1 October 2026 to 31 December 2026", with both days included."""
    return _("%(first)s to %(last)s", first=longdate(period.first), last=longdate(period.last))


def checked(first: date | None, last: date | None) -> Period:
    """A period that can be reported on; raises ReportRefused with the field that is wrong."""
    if first is None:
        raise ReportRefused(_("Choose the first day."), "first")
    if last is None:
        raise ReportRefused(_("Choose the last day."), "last")
    if first < EARLIEST:
        raise ReportRefused(_("Choose a first day in 2000 or later."), "first")
    if first > today():
        raise ReportRefused(_("This period has not begun. Choose an earlier first day."), "first")
    if last < first:
        raise ReportRefused(_("The last day is before the first. Choose a later one."), "last")
    if (last - first).days >= MAX_DAYS:
        raise ReportRefused(_("A report covers three years at most. Choose an earlier last day."), "last")
    return Period(first=first, last=last)


def encoded(period: Period) -> str:
    """A period as the value of a choice."""
    return f"{period.first.isoformat()}/{period.last.isoformat()}"


def choices(day: date) -> Iterator[tuple[str, str]]:
    """`(value, label)` of the recent periods."""
    for period in recent_periods(day):
        yield encoded(period), f"{name_of(period)[:1].upper()}{name_of(period)[1:]} ({text_of(period)})"


def decoded(value: str) -> Period:
    """The period of a choice's value."""
    first, _slash, last = value.partition("/")
    return Period(first=date.fromisoformat(first), last=date.fromisoformat(last))


def _months(year: int, number: int, length: int) -> Period:
    first, last = (number - 1) * length + 1, number * length
    return Period(first=date(year, first, 1), last=date(year, last, monthrange(year, last)[1]))


def _named(length: int, numeral: str, year: int) -> str:
    if length == 3:
        return _("quarter %(numeral)s %(year)s", numeral=numeral, year=year)
    if length == 6:
        return _("half %(numeral)s %(year)s", numeral=numeral, year=year)
    return _("year %(year)s", year=year)
