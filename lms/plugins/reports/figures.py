"""The numbers of a report: read from the metric port only, kept as JSON when locked, added up for what is shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lms.core import metrics
from lms.core.regions.queries import regencies
from lms.kernel.declarations import Period

# Where each number comes from. A plugin that is not installed leaves its numbers unknown, which is never zero.
COUNTS = {
    "organisations": "organisations.total",
    "active": "organisations.active",
    "attended": "checkin.organisations_present",
    "participants": "checkin.participants_present",
    "workshops": "schedule.workshops_held",
    "hours": "schedule.hours_jp",
    "certificates": "certificates.issued",
    "plans_total": "followup.plans_total",
    "plans_done": "followup.plans_done",
}
KEYS = {**COUNTS, "gain": "quiz.mean_gain"}
SMALL_CELL = 5  # with fewer people a mean says how one of them scored
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The numbers of one kabupaten/kota, or of several together; None is unknown."""

    organisations: int | None = None
    active: int | None = None
    attended: int | None = None
    participants: int | None = None
    workshops: int | None = None
    hours: int | None = None
    certificates: int | None = None
    plans_total: int | None = None
    plans_done: int | None = None
    gain: Decimal | None = None
    is_gain_hidden: bool = False

    @property
    def coverage(self) -> Decimal | None:
        """Organisations that attended of those registered, 0..1 to the whole percent; None without any registered."""
        return _ratio(self.attended, self.organisations)

    @property
    def follow_up(self) -> Decimal | None:
        """Planned activities that are done, as a ratio like `coverage`."""
        return _ratio(self.plans_done, self.plans_total)

    @property
    def step(self) -> int | None:
        """The fifth that the coverage falls into, 1 to 5."""
        return None if self.coverage is None else min(5, 1 + int(self.coverage * 5))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One kabupaten/kota and its numbers."""

    code: str
    name: str
    numbers: Numbers

    @property
    def short_name(self) -> str:
        """As people say it; "Kota" stays, for a kota and a kabupaten can share a name."""
        return self.name.removeprefix("Kabupaten ")

    @property
    def anchor(self) -> str:
        """The id of its line in the table, to which its tile leads."""
        return f"t-{self.code.replace('.', '-')}"

    @property
    def has_unregistered(self) -> bool:
        """Whether more organisations attended than the directory knows."""
        attended, registered = self.numbers.attended, self.numbers.organisations
        return attended is not None and registered is not None and attended > registered


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The rows of a report; `missing` are the metric keys that no installed plugin offers."""

    rows: tuple[Row, ...]
    missing: tuple[str, ...] = ()

    @property
    def total(self) -> Numbers:
        """Counts added up; the gain is weighted with the participants of the rows that show one."""
        counts = {name: _sum([getattr(row.numbers, name) for row in self.rows]) for name in COUNTS}
        shown = [(row.numbers.gain, row.numbers.participants or 0) for row in self.rows if row.numbers.gain is not None]
        weight = sum(people for _gain, people in shown)
        gain = sum((value * people for value, people in shown), Decimal(0)) / weight if weight else None
        return Numbers(**counts, gain=gain, is_gain_hidden=any(row.numbers.is_gain_hidden for row in self.rows))

    def only(self, codes: Collection[str]) -> Figures:
        """The rows of these regions."""
        return replace(self, rows=tuple(row for row in self.rows if row.code in codes))


def count(*, area_code: str, period: Period) -> Figures:
    """Ask every metric about the kabupaten and kota of `area_code`, a province or one of them."""
    regions = [region for region in regencies(area_code[:2]) if _touches(region.code, area_code)]
    codes = [region.code for region in regions]
    offered = metrics.available()
    found = {
        name: metrics.collect(key, period=period, region_codes=codes) for name, key in KEYS.items() if key in offered
    }
    rows = tuple(Row(code=region.code, name=region.name, numbers=_numbers(region.code, found)) for region in regions)
    return Figures(rows=rows, missing=tuple(sorted(key for key in KEYS.values() if key not in offered)))


def to_json(figures: Figures) -> dict[str, Any]:
    """Plain data for the database; the gain as text, so that nothing is rounded."""
    return {
        "regions": [{"code": row.code, "name": row.name, **_plain(row.numbers)} for row in figures.rows],
        "missing": list(figures.missing),
    }


def from_json(data: Mapping[str, Any]) -> Figures:
    """What `to_json` wrote; numbers that it did not know then are unknown."""
    rows = tuple(Row(code=row["code"], name=row["name"], numbers=_from_plain(row)) for row in data["regions"])
    return Figures(rows=rows, missing=tuple(data["missing"]))


def _numbers(code: str, found: Mapping[str, Mapping[str, Decimal]]) -> Numbers:
    counts = {name: int(found[name].get(code, 0)) for name in COUNTS if name in found}
    gain = found.get("gain", {}).get(code)
    # Too few people, or nobody knows how many: the mean is left out before it is stored anywhere.
    hidden = gain is not None and counts.get("participants", 0) < SMALL_CELL
    return Numbers(**counts, gain=None if hidden else gain, is_gain_hidden=hidden)


def _touches(code: str, area_code: str) -> bool:
    return code == area_code or code.startswith(f"{area_code}.") or area_code.startswith(f"{code}.")


def _ratio(part: int | None, whole: int | None) -> Decimal | None:
    if part is None or not whole:
        return None
    return min((Decimal(part) / whole).quantize(_CENT, ROUND_HALF_UP), Decimal(1))


def _sum(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _plain(numbers: Numbers) -> dict[str, Any]:
    values = {field.name: getattr(numbers, field.name) for field in fields(numbers)}
    return {**values, "gain": None if numbers.gain is None else str(numbers.gain)}


def _from_plain(row: Mapping[str, Any]) -> Numbers:
    counts = {name: None if row.get(name) is None else int(Decimal(row[name])) for name in COUNTS}
    gain = None if row.get("gain") is None else Decimal(row["gain"])
    return Numbers(**counts, gain=gain, is_gain_hidden=bool(row.get("is_gain_hidden")))
