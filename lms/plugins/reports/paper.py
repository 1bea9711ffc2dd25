"""The regional report on paper: plain data in, PDF bytes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from flask_babel import gettext as _

from lms.kernel.i18n import number, percent
from lms.kernel.qr import qr_drawing
from lms.kernel.typesetting import typeset

_TEMPLATE = Path(__file__).parent / "typst" / "report.typ"
# Column and row of each kabupaten/kota on the tile map, placed roughly as on the map.
TILES = {
    "61.01": (0, 0), "61.72": (0, 1), "61.07": (1, 1), "61.06": (4, 1), "61.02": (0, 2), "61.08": (1, 2),
    "61.03": (2, 2), "61.05": (3, 2), "61.71": (0, 3), "61.12": (1, 3), "61.09": (2, 3), "61.10": (3, 3),
    "61.11": (1, 4), "61.04": (2, 4),
}  # fmt: skip
# The five steps of coverage, in percent, from pale to deep.
SCALE = ("< 20", "20–39", "40–59", "60–79", "≥ 80")


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


def render_report(report: RegionalReport, *, moment: datetime | None = None) -> bytes:
    """A4 PDF: five numbers and a tile map, recommendations, then the table.

    The same report and `moment` (aware; the date in the file) give the same bytes.
    """
    data = asdict(report)
    data["regions"] = [{"name": row.name, "at": TILES.get(row.code), **_tile(row.coverage)} for row in report.regions]
    data["rows"] = [_cells(row) for row in report.regions]
    data["sum"] = _sums(report)
    data["scale"] = SCALE
    data["qr"] = qr_drawing(report.verify_url) if report.verify_url else None
    data["labels"] = {**_labels(), **report.labels}
    return typeset(_TEMPLATE, data=data, moment=moment, lenient=True)


def _tile(coverage: Decimal | None) -> dict[str, object]:
    step = 0 if coverage is None else min(5, 1 + int(coverage * 5))
    return {"coverage": percent(coverage), "step": step}


def _cells(row: RegionRow) -> tuple[str, ...]:
    return (
        row.name,
        _shown(row.organisations),
        _shown(row.organisations_attended),
        percent(row.coverage),
        _shown(row.participants),
        _shown(row.hours_jp),
        row.gain_text or "–",
        _done_of(row.plans_done, row.plans_total),
    )


def _sums(report: RegionalReport) -> tuple[str, ...]:
    def added(name: str) -> int | None:
        known = [value for row in report.regions if (value := getattr(row, name)) is not None]
        return sum(known) if known else None

    organisations, attended = added("organisations"), added("organisations_attended")
    reached = Decimal(attended) / organisations if organisations and attended is not None else None
    return (
        str(report.labels.get("total", _("Total"))),
        _shown(organisations),
        _shown(attended),
        percent(reached),
        _shown(added("participants")),
        _shown(added("hours_jp")),
        "",
        _done_of(added("plans_done"), added("plans_total")),
    )


def _done_of(done: int | None, total: int | None) -> str:
    return "–" if total is None else f"{_shown(done)}/{_shown(total)}"


def _shown(value: int | None) -> str:
    return "–" if value is None else number(value)


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
