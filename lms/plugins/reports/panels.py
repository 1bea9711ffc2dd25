"""What reports show on the start page of those who read them and write none, such as Dinas Sosial."""

from __future__ import annotations

from collections.abc import Mapping

from lms.kernel.permissions import current_actor
from lms.plugins.reports import periods, printing, queries
from lms.plugins.reports.permissions import EDIT

_SHOWN = 5


def newest() -> Mapping[str, object] | None:
    """The newest locked reports, and the figures of the first as this reader sees them."""
    actor = current_actor()
    if actor.can(EDIT):
        return None
    rows = queries.reports(visible_to=actor, per_page=_SHOWN).items
    figures = queries.reading_of(rows[0], actor).figures if rows else None
    headline = printing.headline(figures) if figures else ()
    return {"rows": rows, "headline": headline, "name_of": periods.name_of}
