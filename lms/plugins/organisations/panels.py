"""What the registry shows on the start page of those who have no workshop to look after."""

from __future__ import annotations

from collections.abc import Mapping

from lms.core.regions.queries import labels_of
from lms.kernel.clock import now
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import current_actor
from lms.plugins.organisations import queries
from lms.plugins.organisations.permissions import ADD

_SHOWN = 10


def mine() -> Mapping[str, object] | None:
    """The organisations of a board or of a region; those who keep the whole registry have the link to it."""
    actor = current_actor()
    if actor.can(ADD):
        return None
    today = now().astimezone(page_zone()).date()
    page = queries.page_of(queries.Filters(), visible_to=actor, today=today)
    rows = page.items[:_SHOWN]
    return {"rows": rows, "total": page.total, "labels": labels_of({row.region_code for row in rows})}
