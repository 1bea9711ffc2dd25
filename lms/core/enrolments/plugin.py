"""Search, personal data and export of enrolments: the wiring, readable on one page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.enrolments import own_data, queries
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.search import search_people
from lms.core.exports.api import Column, ColumnKind
from lms.core.permissions import SEE_PARTICIPANTS
from lms.kernel.declarations import Export, PersonalData, SearchSource
from lms.kernel.permissions import Actor, Role

SEARCH = SearchSource(key="core.people", label=_l("People"), search=search_people)
PERSONAL_DATA = PersonalData(key="core", export=own_data.export, erase=own_data.erase)


def _columns() -> Sequence[Column]:
    return (
        Column("name", _("Name")),
        Column("organisation", _("Organisation")),
        Column("position", _("Position")),
        Column("gender", _("Sex")),
        Column("phone", _("WhatsApp number")),
        Column("status", _("Status")),
        Column("code", _("Ticket code")),
        Column("registered_at", _("Registered at"), ColumnKind.DATETIME),
    )


def _rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    people = queries.enrolments_of(int(filters["workshop_id"]), roles=(Role.PESERTA,), statuses=tuple(EnrolmentStatus))
    for row in people:
        person = row.person
        yield (
            person.formal_name,
            row.affiliation,
            row.position,
            person.gender.value if person.gender else "",
            person.phone_e164 or "",
            row.status.value,
            row.ticket_code,
            row.registered_at,
        )


EXPORTS = (
    Export(key="enrolments.list", label=_l("Participants"), permission=SEE_PARTICIPANTS, columns=_columns, rows=_rows),
)
