"""Reads on regions: the tree, labels, and a search that forgives spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.core.people.names import search_key
from lms.core.regions.enums import RegionKind
from lms.core.regions.models import Region
from lms.kernel.db import db
from lms.kernel.errors import NotFound

_SHORT = re.compile(r"^Kabupaten ")
_TYPED_SHORT = re.compile(r"^\s*(?:kab|kec|kel|ds)(?:\.|\b)\s*", re.IGNORECASE)
_FIRST_PAPUAN = 91  # from here on a kecamatan is called distrik


def region_by_code(code: str) -> Region:
    """Raises NotFound."""
    region = db.session.get(Region, code)
    if region is None:
        raise NotFound
    return region


def children_of(code: str) -> list[Region]:
    """The regions right below, in the order of their codes."""
    return list(db.session.scalars(sa.select(Region).filter_by(parent_code=code).order_by(Region.code)))


def provinces() -> list[Region]:
    """The provinces that were loaded."""
    return list(db.session.scalars(sa.select(Region).filter_by(kind=RegionKind.PROVINSI).order_by(Region.code)))


def regencies(province_code: str) -> list[Region]:
    """The kabupaten and kota of a province."""
    return children_of(province_code)


def region_choices(*, levels: Sequence[int] = (1, 2), within: str | None = None) -> list[tuple[str, str]]:
    """`(code, label)` for a select box; `levels` 1 province to 4 village, `within` a code that holds them."""
    depth = sa.func.length(Region.code) - sa.func.length(sa.func.replace(Region.code, ".", "")) + 1
    query = sa.select(Region).where(depth.in_(list(levels))).order_by(Region.code)
    if within:
        query = query.where(_inside(within))
    rows = list(db.session.scalars(query))
    labels = labels_of([row.code for row in rows])
    return [(row.code, labels[row.code]) for row in rows]


def path_of(code: str) -> tuple[str, ...]:
    """Full names from the province down: ("Kalimantan Barat", "Kabupaten Kubu Raya", "Sungai Raya"); () if unknown."""
    found = {region.code: region for region in _with_ancestors([code])}
    return tuple(found[step].name for step in _steps(code) if step in found) if code in found else ()


def label_of(code: str) -> str:
    """ "Sungai Raya, Kab. Kubu Raya": names alone are not unique. The code itself when it is unknown."""
    return labels_of([code])[code]


def labels_of(codes: Iterable[str]) -> dict[str, str]:
    """`{code: label}` of many regions in one statement."""
    wanted = list(dict.fromkeys(codes))
    known = {region.code: region for region in _with_ancestors(wanted)}
    return {code: _label(code, known) for code in wanted}


def search(text: str, *, limit: int = 20, within: str | None = None) -> list[Region]:
    """Regions whose name contains `text`, spaces, case and punctuation aside; the closest and the widest first.

    "sungai raya, kubu raya" looks for the first name inside the second. `within` keeps to one region and what it holds.
    """
    name, _comma, around = text.partition(",")
    key = search_key(_TYPED_SHORT.sub("", name))
    if not key:
        return []
    query = sa.select(Region).where(Region.search_name.contains(key, autoescape=True))
    if within:
        query = query.where(_inside(within))
    if holder := search_key(_TYPED_SHORT.sub("", around)):
        outer = aliased(Region)
        inside = Region.code.startswith(outer.code.concat("."))
        query = query.where(sa.exists().where(inside, outer.search_name.contains(holder, autoescape=True)))
    plain = sa.func.replace(sa.func.replace(Region.search_name, "kabupaten", ""), "kota", "")
    rank = sa.case(
        (sa.or_(Region.search_name == key, plain == key), 0), (Region.search_name.startswith(key), 1), else_=2
    )
    query = query.order_by(rank, sa.func.length(Region.code), Region.code).limit(limit)
    return list(db.session.scalars(query))


def _inside(code: str) -> sa.ColumnElement[bool]:
    return sa.or_(Region.code == code, Region.code.startswith(f"{code}.", autoescape=True))


def _steps(code: str) -> list[str]:
    """ "61.12.01" → ["61", "61.12", "61.12.01"]."""
    parts = code.split(".")
    return [".".join(parts[: index + 1]) for index in range(len(parts))]


def _with_ancestors(codes: Iterable[str]) -> list[Region]:
    steps = {step for code in codes for step in _steps(code)}
    return list(db.session.scalars(sa.select(Region).where(Region.code.in_(steps)))) if steps else []


def _label(code: str, known: dict[str, Region]) -> str:
    if code not in known:
        return code
    steps = [known[step] for step in _steps(code) if step in known]
    # The province is named only when it is the region itself: people know in which province they are.
    named = steps[1:] or steps
    own, *around = reversed(named)
    return ", ".join([_SHORT.sub("Kab. ", own.name), *(_as_holder(region) for region in around)])


def _as_holder(region: Region) -> str:
    if region.kind is RegionKind.KECAMATAN:
        word = "Distrik" if int(region.code[:2]) >= _FIRST_PAPUAN else "Kec."
        return f"{word} {region.name}"
    return _SHORT.sub("Kab. ", region.name)
