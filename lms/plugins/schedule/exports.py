"""The agenda as a table for download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _

from lms.core.exports.api import Column, ColumnKind
from lms.core.workshops.queries import workshop_by_id
from lms.kernel.permissions import Actor
from lms.plugins.schedule import queries
from lms.plugins.schedule.enums import KIND_LABELS, PILLAR_LABELS
from lms.plugins.schedule.permissions import RUN


def columns() -> Sequence[Column]:
    """The columns in the visitor's language."""
    return (
        Column("day", _("Day"), ColumnKind.NUMBER),
        Column("starts", _("Start"), ColumnKind.DATETIME),
        Column("ends", _("End"), ColumnKind.DATETIME),
        Column("code", _("Code")),
        Column("title", _("Session")),
        Column("kind", _("Kind")),
        Column("pillar", _("Pillar")),
        Column("jp", _("JP"), ColumnKind.NUMBER),
        Column("room", _("Room")),
        Column("speakers", _("Speakers")),
    )


def rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    """The sessions of the workshop `workshop_id`, by time; none where the actor may not see the agenda."""
    workshop = workshop_by_id(int(filters["workshop_id"]))
    if not actor.can(RUN, workshop.access):
        return
    for row in queries.sessions_of(workshop.id):
        yield (
            row.day,
            row.starts_at,
            row.ends_at,
            row.code,
            row.title,
            str(KIND_LABELS[row.kind]),
            str(PILLAR_LABELS[row.pillar]) if row.pillar else "",
            row.jp,
            row.room.name if row.room else "",
            row.speaker_text,
        )
