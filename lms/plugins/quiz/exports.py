"""The results of a workshop's two tests as a table for download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.exports.api import Column, ColumnKind
from lms.kernel.declarations import Export
from lms.kernel.permissions import Actor
from lms.plugins.quiz import results
from lms.plugins.quiz.permissions import MANAGE


def _columns() -> Sequence[Column]:
    return (
        Column("name", _("Name")),
        Column("affiliation", _("Organisation")),
        Column("region_code", _("Region code"), width=10),
        Column("pre", _("Pre-test"), ColumnKind.PERCENT),
        Column("post", _("Post-test"), ColumnKind.PERCENT),
        Column("gain", _("Normalised gain"), ColumnKind.NUMBER),
    )


def _rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    for row in results.results_of(int(filters.get("workshop_id", 0))).people:
        gain = round(row.gain, 2) if row.gain is not None else None
        yield row.name, row.affiliation, row.region_code, row.pre, row.post, gain


# Names stand in it, so it needs more than the right to see results.
RESULTS_TABLE = Export(
    key="quiz.results", label=_l("Results of the tests"), permission=MANAGE, columns=_columns, rows=_rows
)
