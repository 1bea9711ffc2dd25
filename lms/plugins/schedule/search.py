"""Sessions in the staff search."""

from __future__ import annotations

from flask import url_for

from lms.kernel.declarations import Hit
from lms.kernel.i18n import shortday
from lms.kernel.permissions import Actor
from lms.plugins.schedule import queries
from lms.plugins.schedule.permissions import RUN


def search_sessions(text: str, *, actor: Actor, limit: int) -> list[Hit]:
    """Sessions whose title contains `text`, of workshops whose agenda the actor may see."""
    rows = queries.find_sessions(text, visible_to=actor, permission=RUN, limit=limit)
    return [
        Hit(
            title=row.title,
            url=url_for("agenda.index", workshop_id=row.workshop_id, hari=row.day) + f"#sesi-{row.id}",
            note=f"{row.workshop.title}, {shortday(row.starts_at, row.workshop.zone)}",
        )
        for row in rows
    ]
