"""The levels of Indonesia's administration."""

from __future__ import annotations

import enum


class RegionKind(enum.StrEnum):
    """The word before a region's name. Papua's distrik are kecamatan here, its desa adat and kampung desa."""

    PROVINSI = "provinsi"
    KABUPATEN = "kabupaten"
    KOTA = "kota"
    KECAMATAN = "kecamatan"
    DESA = "desa"
    KELURAHAN = "kelurahan"
