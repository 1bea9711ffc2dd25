"""The region data that ships with the product; see data/NOTICE.txt for where it comes from."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lms.core.regions.enums import RegionKind

DATA = Path(__file__).parent / "data"
DETAILED = "61"  # Kalimantan Barat has files of its own, with BPS codes
_FILES = ("provinsi.csv", "kabupaten_kota.csv", "kecamatan.csv", "desa_kelurahan.csv")


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """One region as the data files have it."""

    code: str
    name: str
    kind: RegionKind
    bps_code: str | None
    postal_code: str | None

    @property
    def parent_code(self) -> str | None:
        return self.code.rpartition(".")[0] or None


def provinces() -> dict[str, str]:
    """`{code: name}` of the 38 provinces that can be loaded."""
    found = {row["code"]: row["name"] for row in _packed() if len(row["code"]) == 2}
    found |= {row["code"]: row["name"] for row in _plain("provinsi.csv")}
    return dict(sorted(found.items()))


def rows_of(province_code: str) -> list[SourceRow]:
    """Every region of a province, parents before children; empty for an unknown code."""
    if province_code == DETAILED:
        raw = [row for name in _FILES for row in _plain(name)]
    else:
        raw = [row for row in _packed() if row["code"][:2] == province_code]
    rows = [_row(item) for item in raw]
    return sorted(rows, key=lambda row: (len(row.code), row.code))


def kind_of(code: str, name: str) -> RegionKind:
    """What a code and a name say of the kind: a village code starts with 1 for kelurahan, with 2 or 3 for desa."""
    parts = code.split(".")
    match len(parts):
        case 1:
            return RegionKind.PROVINSI
        case 2:
            return RegionKind.KOTA if name.startswith("Kota ") else RegionKind.KABUPATEN
        case 3:
            return RegionKind.KECAMATAN
        case _:
            return RegionKind.KELURAHAN if parts[3].startswith("1") else RegionKind.DESA


def _row(raw: dict[str, str]) -> SourceRow:
    return SourceRow(
        code=raw["code"],
        name=raw["name"],
        kind=kind_of(raw["code"], raw["name"]),
        bps_code=raw.get("bps_code") or None,
        postal_code=raw.get("postal_code") or None,
    )


def _plain(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _packed() -> Iterator[dict[str, str]]:
    with gzip.open(DATA / "other_provinces.csv.gz") as file:
        yield from csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline=""))
