"""The region data that ship with the product, and what codes say."""

from __future__ import annotations

from collections import Counter

import pytest

from lms.core.regions.enums import RegionKind
from lms.core.regions.sources import kind_of, provinces, rows_of
from lms.core.regions.zones import timezone_of, zone_letters


def test_all_thirty_eight_provinces_can_be_loaded() -> None:
    found = provinces()
    assert len(found) == 38
    assert found["61"] == "Kalimantan Barat"
    assert found["96"] == "Papua Barat Daya"


def test_kalimantan_barat_has_the_counts_of_the_decree() -> None:
    rows = rows_of("61")
    assert Counter(row.kind for row in rows) == {
        RegionKind.PROVINSI: 1,
        RegionKind.KABUPATEN: 12,
        RegionKind.KOTA: 2,
        RegionKind.KECAMATAN: 174,
        RegionKind.KELURAHAN: 99,
        RegionKind.DESA: 2046,
    }
    assert {row.code: row.bps_code for row in rows}["61.12"] == "6112"


@pytest.mark.parametrize("code", ["61", "31", "94"])
def test_parents_come_before_their_children(code: str) -> None:
    seen: set[str | None] = {None}
    for row in rows_of(code):
        assert row.parent_code in seen
        seen.add(row.code)


def test_names_with_commas_survive_the_packed_file() -> None:
    assert {row.code: row.name for row in rows_of("12")}["12.07.28.1007"] == "Lubuk Pakam I,II"


def test_an_unknown_province_has_no_rows() -> None:
    assert rows_of("99") == []
    assert rows_of("") == []


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("61", "Kalimantan Barat", RegionKind.PROVINSI),
        ("61.71", "Kota Pontianak", RegionKind.KOTA),
        ("13.07", "Kabupaten Lima Puluh Kota", RegionKind.KABUPATEN),
        ("61.71.04", "Pontianak Utara", RegionKind.KECAMATAN),
        ("61.71.05.1001", "x", RegionKind.KELURAHAN),
        ("61.12.01.2001", "x", RegionKind.DESA),
        ("91.03.01.3001", "x", RegionKind.DESA),
    ],
)
def test_code_and_name_tell_the_kind(code: str, name: str, kind: RegionKind) -> None:
    assert kind_of(code, name) is kind


@pytest.mark.parametrize(
    ("code", "zone", "letters"),
    [
        ("61.12", "Asia/Pontianak", "WIB"),
        ("31.71", "Asia/Jakarta", "WIB"),
        ("62", "Asia/Pontianak", "WIB"),
        ("64.72.01.1001", "Asia/Makassar", "WITA"),
        ("51", "Asia/Makassar", "WITA"),
        ("73", "Asia/Makassar", "WITA"),
        ("81", "Asia/Jayapura", "WIT"),
        ("94", "Asia/Jayapura", "WIT"),
    ],
)
def test_a_region_has_the_zone_of_its_province(code: str, zone: str, letters: str) -> None:
    assert timezone_of(code).key == zone
    assert zone_letters(code) == letters
