"""The invented rows of the demo, read from CSV files beside this module."""

from __future__ import annotations

import csv
from pathlib import Path

_DATA = Path(__file__).parent / "data"
PASSWORD = "coba-lokakarya-2026"
LONG_NAME = "Raden Ajeng Siti Nurhaliza Kusumawardhani Prameswari Dewie"
TITLE = "Tata Kelola, Kepemimpinan, dan Kontrol Program bagi LKS dan LKSA"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one file, e.g. `peserta_demo`."""
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def organisation_names() -> dict[str, str]:
    """`{code: name}`."""
    return {row["kode"]: row["nama"] for row in rows("organisasi_demo")}
