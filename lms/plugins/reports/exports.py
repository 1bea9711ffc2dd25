"""The table of a report for download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _

from lms.core.exports.api import Column, ColumnKind
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor
from lms.plugins.reports import queries


def columns() -> Sequence[Column]:
    """The columns in the visitor's language."""
    number, percent = ColumnKind.NUMBER, ColumnKind.PERCENT
    return (
        Column("code", _("Code")),
        Column("region", _("Region")),
        Column("organisations", _("Organisations registered"), number),
        Column("active", _("Organisations at work"), number),
        Column("attended", _("Organisations reached"), number),
        Column("coverage", _("Coverage"), percent),
        Column("participants", _("Participants present"), number),
        Column("workshops", _("Workshops held"), number),
        Column("hours", _("JP"), number),
        Column("gain", _("Gain"), number),
        Column("certificates", _("Certificates"), number),
        Column("plans_total", _("Planned activities"), number),
        Column("plans_done", _("Activities done"), number),
    )


def rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    """The regions of the report `report_id` that the actor may see; an unknown number is an empty cell."""
    typed = filters.get("report_id", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise NotFound
    reading = queries.reading_of(queries.report_by_id(int(typed)), actor)
    for row in reading.figures.rows:
        n = row.numbers
        yield (
            row.code, row.name, n.organisations, n.active, n.attended, n.coverage, n.participants, n.workshops,
            n.hours, n.gain, n.certificates, n.plans_total, n.plans_done,
        )  # fmt: skip
