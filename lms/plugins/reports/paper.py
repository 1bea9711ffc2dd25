"""The regional report on paper: plain data in, PDF bytes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path

from flask_babel import gettext as _

from lms.kernel.qr import qr_matrix
from lms.kernel.typesetting import typeset

_TEMPLATE = Path(__file__).parent / "typst" / "report.typ"
# Column and row of each kabupaten/kota on the tile map, placed roughly as on the map.
TILES = {
    "61.01": (0, 0), "61.72": (0, 1), "61.07": (1, 1), "61.06": (4, 1), "61.02": (0, 2), "61.08": (1, 2),
    "61.03": (2, 2), "61.05": (3, 2), "61.71": (0, 3), "61.12": (1, 3), "61.09": (2, 3), "61.10": (3, 3),
    "61.11": (1, 4), "61.04": (2, 4),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class HeadlineNumber:
    """One of the five numbers of page 1; texts are ready to print."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RegionRow:
    """One kabupaten/kota; None prints a dash. `coverage` is a ratio 0..1."""

    code: str
    name: str
    organisations: int | None
    organisations_attended: int | None
    participants: int | None
    hours_jp: int | None
    gain_text: str
    plans_total: int | None
    plans_done: int | None
    coverage: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class RegionalReport:
    """Everything the report prints."""

    title: str
    period_text: str
    issuer: str
    letterhead: tuple[str, ...]
    headline_numbers: tuple[HeadlineNumber, ...]
    regions: tuple[RegionRow, ...]
    findings: tuple[str, ...]
    recommendations: tuple[str, ...]
    narrative: str = ""
    printed_at_text: str = ""
    verify_url: str = ""
    verify_code: str = ""
    version_text: str = ""
    is_demo: bool = False
    locale: str = "id"
    labels: Mapping[str, str] = field(default_factory=dict)


def render_report(report: RegionalReport) -> bytes:
    """A4 PDF: five numbers and a tile map, recommendations, then the table."""
    data = asdict(report)
    data["regions"] = [{**row, **_tile(row)} for row in data["regions"]]
    data["qr"] = qr_matrix(report.verify_url) if report.verify_url else []
    data["labels"] = {**_labels(), **report.labels}
    return typeset(_TEMPLATE, data=data)


def _tile(row: dict[str, object]) -> dict[str, object]:
    coverage = row["coverage"]
    step = 0 if coverage is None else min(5, 1 + int(Decimal(str(coverage)) * 5))
    percent = "–" if coverage is None else f"{round(Decimal(str(coverage)) * 100)}%"
    return {"coverage": percent, "step": step, "at": TILES.get(str(row["code"]))}


def _labels() -> dict[str, str]:
    return {
        "period": _("Period"),
        "map": _("Coverage by kabupaten and kota"),
        "map_note": _("Organisations that attended, in percent of those registered. Tiles are equal in size."),
        "findings": _("What stands out"),
        "recommendations": _("Recommendations"),
        "narrative": _("Notes"),
        "table": _("Numbers by kabupaten and kota"),
        "region": _("Region"),
        "organisations": _("Organi-sations"),
        "attended": _("Attended"),
        "coverage": _("Coverage"),
        "participants": _("Partici-pants"),
        "hours": _("JP"),
        "gain": _("Gain"),
        "plans": _("Plans"),
        "total": _("Total"),
        "printed": _("Printed from the system, %(moment)s", moment="{moment}"),
        "page_of": _("of"),
        "verify": _("Check this report with the code %(code)s", code="{code}"),
        "qr": _("QR code of the page that verifies this report"),
        "demo": _("Sample data"),
        "none": _("None yet."),
    }
