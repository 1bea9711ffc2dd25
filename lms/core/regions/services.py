"""Loading regions into the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.people.names import search_key
from lms.core.regions import sources
from lms.core.regions.errors import UnknownProvince
from lms.core.regions.models import Region
from lms.core.regions.zones import zone_name
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor

_COLUMNS = ("name", "kind", "parent_code", "bps_code", "postal_code", "timezone", "search_name")


@dataclass(frozen=True, kw_only=True)
class LoadResult:
    """How many rows a load added, changed and found right; `kept` are codes that the data no longer have."""

    added: int
    changed: int
    unchanged: int
    kept: int


def load_regions(*, province_code: str, actor: Actor, valid_from: date | None = None) -> LoadResult:
    """Bring a province to the state of the shipped data; loading twice changes nothing, and no code is ever deleted.

    `valid_from` is noted on rows that are new or changed. Raises UnknownProvince. 2,334 rows take a few statements.
    """
    wanted = {row.code: _values(row) for row in sources.rows_of(province_code)}
    if not wanted:
        raise UnknownProvince(_("No province has the code %(code)s. See `lms regions list`.", code=province_code))
    known = _known(province_code)
    added = [{"code": code, **values, "valid_from": valid_from} for code, values in wanted.items() if code not in known]
    changed = [
        {"of": code, **values, **({"valid_from": valid_from} if valid_from else {})}
        for code, values in wanted.items()
        if code in known and known[code] != values
    ]
    table = cast("sa.Table", sa.inspect(Region).local_table)
    if added:
        db.session.execute(sa.insert(table), added)  # parents come first, so every batch finds them
    if changed:
        columns: dict[str, sa.BindParameter[object]] = {name: sa.bindparam(name) for name in changed[0] if name != "of"}
        db.session.execute(sa.update(table).where(table.c.code == sa.bindparam("of")).values(columns), changed)
    if added or changed:
        db.session.expire_all()
        audit.record(action="regions.loaded", actor=actor, fields=(province_code,))
    return LoadResult(
        added=len(added),
        changed=len(changed),
        unchanged=len(wanted) - len(added) - len(changed),
        kept=len(known.keys() - wanted.keys()),
    )


def _known(province_code: str) -> dict[str, dict[str, object]]:
    columns = [getattr(Region, name) for name in _COLUMNS]
    inside = sa.or_(Region.code == province_code, Region.code.startswith(f"{province_code}."))
    rows = db.session.execute(sa.select(Region.code, *columns).where(inside))
    return {row.code: {name: getattr(row, name) for name in _COLUMNS} for row in rows}


def _values(row: sources.SourceRow) -> dict[str, object]:
    return {
        "name": row.name,
        "kind": row.kind,
        "parent_code": row.parent_code,
        "bps_code": row.bps_code,
        "postal_code": row.postal_code,
        "timezone": zone_name(row.code) if row.parent_code is None else None,
        "search_name": search_key(row.name),
    }
