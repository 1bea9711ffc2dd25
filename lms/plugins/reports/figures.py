"""The numbers of a report: read from the metric port only, so that any plugin can supply or withhold its own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from lms.core import metrics
from lms.core.regions.queries import regencies
from lms.kernel.declarations import Period
from lms.kernel.i18n import number, percent
from lms.plugins.reports.paper import TILES

KEYS = {
    "organisations": "organisations.total",
    "attended": "checkin.organisations_present",
    "participants": "checkin.participants_present",
    "workshops": "schedule.workshops_held",
    "hours": "schedule.hours_jp",
    "gain": "quiz.mean_gain",
    "certificates": "certificates.issued",
    "plans_total": "followup.plans_total",
    "plans_done": "followup.plans_done",
}


def count(province_code: str, period: Period) -> dict[str, Any]:
    """`{"regions": [row per kabupaten/kota], "missing": [metric keys without a provider]}`; JSON values only.

    A missing metric leaves None in its column, which prints as a dash and is never read as nought.
    """
    regions = regencies(province_code)
    codes = [region.code for region in regions]
    available = metrics.available()
    found = {
        name: metrics.collect(key, period=period, region_codes=codes) if key in available else None
        for name, key in KEYS.items()
    }
    rows = [
        {"code": r.code, "name": r.name, **{name: _value(found[name], r.code, name) for name in KEYS}} for r in regions
    ]
    return {"regions": rows, "missing": sorted(key for key in KEYS.values() if key not in available)}


def _value(values: dict[str, Decimal] | None, code: str, name: str) -> str | None:
    if values is None:
        return None
    if name == "gain":  # no pair of tests means no gain, not a gain of nought
        return str(values[code]) if code in values else None
    return str(values.get(code, Decimal(0)))


def within(content: dict[str, Any], codes: Sequence[str] | None) -> dict[str, Any]:
    """The content cut down to the regions that a reader may see; None means all."""
    if codes is None:
        return content
    inside = [row for row in content["regions"] if any(_covers(code, row["code"]) for code in codes)]
    return {**content, "regions": inside}


def _covers(grant: str, code: str) -> bool:
    return code == grant or code.startswith(f"{grant}.")


def total(content: dict[str, Any], name: str) -> Decimal | None:
    """The sum of a column; None where nothing was supplied."""
    values = [Decimal(row[name]) for row in content["regions"] if row[name] is not None]
    return sum(values, Decimal(0)) if values else None


def mean_gain(content: dict[str, Any]) -> Decimal | None:
    """The plain mean of the regions that have a gain."""
    values = [Decimal(row["gain"]) for row in content["regions"] if row["gain"] is not None]
    return sum(values, Decimal(0)) / len(values) if values else None


def coverage(row: dict[str, Any]) -> Decimal | None:
    """Part 0..1 of a region's organisations that attended; None where none is registered."""
    if row["organisations"] is None or row["attended"] is None or Decimal(row["organisations"]) == 0:
        return None
    return min(Decimal(1), Decimal(row["attended"]) / Decimal(row["organisations"]))


def tiles(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Tiles for the map macro, with links to the rows of the table."""
    made = []
    for row in content["regions"]:
        if row["code"] not in TILES:
            continue
        column, line = TILES[row["code"]]
        part = coverage(row)
        short = row["name"].removeprefix("Kabupaten ").removeprefix("Kota ")
        made.append(
            {
                "column": column,
                "row": line,
                "step": 1 if part is None else min(5, 1 + int(part * 5)),
                "value": percent(part),
                "lines": short.split(" "),
                "href": f"#t-{row['code'].replace('.', '-')}",
            }
        )
    return made


def findings(content: dict[str, Any]) -> list[str]:
    """What the numbers say, in sentences."""
    rows = [(coverage(row), row) for row in content["regions"]]
    known = [(part, row) for part, row in rows if part is not None]
    said = []
    if known:
        reached = [row["name"] for part, row in known if part > 0]
        said.append(
            _("%(count)s of %(total)s kabupaten and kota with registered organisations were reached.",
              count=len(reached), total=len(known))
        )  # fmt: skip
        unreached = [row["name"] for part, row in known if part == 0]
        if unreached:
            said.append(_("Not reached yet: %(names)s.", names=", ".join(unreached)))
    empty = [row["name"] for part, row in rows if part is None]
    if empty:
        said.append(_("No organisation is registered in: %(names)s.", names=", ".join(empty)))
    gain = mean_gain(content)
    if gain is not None:
        said.append(
            _("Participants closed %(part)s of the gap to a full score between the two tests.", part=percent(gain))
        )
    planned, done = total(content, "plans_total"), total(content, "plans_done")
    if planned:
        said.append(
            _("%(done)s of %(total)s planned activities are done.", done=number(done or 0), total=number(planned))
        )
    return said
