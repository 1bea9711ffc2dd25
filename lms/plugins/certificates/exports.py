"""The register of certificates and their figures as tables for download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.exports.api import Column, ColumnKind
from lms.core.workshops.queries import workshop_by_id
from lms.kernel.declarations import Export
from lms.kernel.permissions import Actor
from lms.plugins.certificates import queries, record_queries, statistics, words
from lms.plugins.certificates.enums import PaperKind, TallyKind, Validity
from lms.plugins.certificates.permissions import SEE
from lms.plugins.certificates.services import today_at

KINDS = {PaperKind.CERTIFICATE: _l("Certificate"), PaperKind.LETTER: _l("Letter of thanks")}


def _columns() -> Sequence[Column]:
    return (
        Column("number", _("Number")),
        Column("kind", _("Kind")),
        Column("name", _("Name")),
        Column("organisation", _("Organisation")),
        Column("role", _("Role")),
        Column("jp", _("JP"), ColumnKind.NUMBER),
        Column("issued_on", _("Issued on"), ColumnKind.DATE),
        Column("expires_on", _("Valid until"), ColumnKind.DATE),
        Column("status", _("Status")),
        Column("revoked_on", _("No longer valid since"), ColumnKind.DATE),
        Column("reason", _("Reason")),
        Column("replaced_by", _("Replaced by")),
        Column("code", _("Code")),
        Column("signer", _("Electronic signature")),
        Column("template", _("Design")),
        Column("viewed", _("Viewed by the holder"), ColumnKind.NUMBER),
        Column("downloaded", _("Downloaded"), ColumnKind.NUMBER),
        Column("verified", _("Verified"), ColumnKind.NUMBER),
    )


def _rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    workshop = workshop_by_id(int(filters["workshop_id"]))
    today = today_at(workshop)
    # Read before the papers, which come in portions: small tables that many papers share.
    tallies = record_queries.tallies_in(workshop.id)
    signers, designs = record_queries.signers_in(workshop.id), record_queries.designs_in(workshop.id)
    for row in queries.register(workshop.id):
        counts = tallies.get(row.id, {})
        yield (
            row.number_text,
            str(KINDS[row.kind]),
            row.holder or _("removed on request"),
            row.content["organisation"],
            str(words.ROLE_TITLES[row.role]),
            row.content["jp"],
            row.issued_on,
            row.expires_on,
            _("expired") if row.validity_at(today) is Validity.EXPIRED else str(words.STATUSES[row.status]),
            row.revoked_on,
            row.revoke_reason,
            row.replaced_by.number_text if row.replaced_by else "",
            row.shown_code,
            signers.get(row.key_id or 0, ""),
            _design(designs.get(row.template_version_id or 0)),
            *(counts.get(kind, 0) for kind in (TallyKind.VIEWED, TallyKind.DOWNLOADED, TallyKind.VERIFIED)),
        )


def _design(found: tuple[str, int] | None) -> str:
    return _("%(name)s, version %(number)s", name=found[0], number=found[1]) if found else ""


EXPORTS = (
    Export(key="certificates.register", label=_l("Certificate register"), permission=SEE, columns=_columns, rows=_rows),
    Export(
        key="certificates.figures",
        label=_l("Figures of certificates"),
        permission=SEE,
        columns=statistics.columns,
        rows=statistics.rows,
    ),
)
