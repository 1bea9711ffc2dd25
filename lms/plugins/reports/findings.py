"""What the numbers say, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from flask_babel import gettext as _

from lms.kernel.i18n import number, percent
from lms.plugins.reports.figures import Figures, Numbers, Row

NAMED = 3  # so many regions are named in one sentence


def sentences(figures: Figures) -> list[str]:
    """The findings, the most important first; what is unknown is passed over."""
    parts = (_coverage(figures), _gaps(figures.rows), _gain(figures.total), _follow_up(figures.total))
    return [sentence for part in parts for sentence in part]


def _coverage(figures: Figures) -> Iterator[str]:
    total = figures.total
    if total.coverage is None:
        return
    yield _(
        "Coverage is %(percent)s: %(attended)s of %(total)s organisations attended.",
        percent=percent(total.coverage),
        attended=number(total.attended or 0),
        total=number(total.organisations or 0),
    )
    known = sorted((row for row in figures.rows if row.numbers.coverage is not None), key=_rank)
    if len(known) > NAMED:
        yield _("Coverage is lowest in %(names)s.", names=_with_percent(known[:NAMED]))
        yield _("Coverage is highest in %(names)s.", names=_with_percent(known[: -NAMED - 1 : -1]))


def _gaps(rows: tuple[Row, ...]) -> Iterator[str]:
    unreached = [row for row in rows if row.numbers.organisations and row.numbers.attended == 0]
    if unreached:
        yield _("Not reached yet: %(names)s.", names=_names(unreached))
    empty = [row for row in rows if row.numbers.organisations == 0]
    if empty:
        yield _("No organisation is registered in: %(names)s.", names=_names(empty))
    incomplete = [row for row in rows if row.has_unregistered and row not in empty]
    if incomplete:
        yield _("More organisations attended than are registered in: %(names)s. Complete the directory there.",
                names=_names(incomplete))  # fmt: skip


def _gain(total: Numbers) -> Iterator[str]:
    if total.gain is not None and total.gain > 0:
        yield _("Participants closed %(part)s of the gap to a full score between the two tests.",
                part=percent(total.gain))  # fmt: skip
    elif total.gain is not None:
        yield _("Scores did not rise between the two tests.")


def _follow_up(total: Numbers) -> Iterator[str]:
    if total.plans_total and total.plans_done is not None:
        yield _("%(done)s of %(total)s planned activities are done.", done=number(total.plans_done),
                total=number(total.plans_total))  # fmt: skip


def _names(rows: Iterable[Row]) -> str:
    return ", ".join(row.short_name for row in rows)


def _with_percent(rows: Iterable[Row]) -> str:
    return ", ".join(f"{row.short_name} ({percent(row.numbers.coverage)})" for row in rows)


def _rank(row: Row) -> tuple[Decimal, str]:
    return row.numbers.coverage or Decimal(0), row.code
