"""The register of certificates as a table for download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.exports.api import Column, ColumnKind
from lms.kernel.declarations import Export
from lms.kernel.permissions import Actor
from lms.plugins.certificates import queries, words
from lms.plugins.certificates.permissions import SEE


def _columns() -> Sequence[Column]:
    return (
        Column("number", _("Number")),
        Column("name", _("Name")),
        Column("organisation", _("Organisation")),
        Column("role", _("Role")),
        Column("jp", _("JP"), ColumnKind.NUMBER),
        Column("issued_on", _("Issued on"), ColumnKind.DATE),
        Column("status", _("Status")),
        Column("revoked_on", _("No longer valid since"), ColumnKind.DATE),
        Column("reason", _("Reason")),
        Column("replaced_by", _("Replaced by")),
        Column("code", _("Code")),
    )


def _rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    for row in queries.register(int(filters["workshop_id"])):
        yield (
            row.number_text,
            row.holder or _("removed on request"),
            row.content["organisation"],
            str(words.ROLE_TITLES[row.role]),
            row.content["jp"],
            row.issued_on,
            str(words.STATUSES[row.status]),
            row.revoked_on,
            row.revoke_reason,
            row.replaced_by.number_text if row.replaced_by else "",
            row.shown_code,
        )


EXPORTS = (
    Export(key="certificates.register", label=_l("Certificate register"), permission=SEE, columns=_columns, rows=_rows),
)
