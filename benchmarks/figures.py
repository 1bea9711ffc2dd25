"""Measured figures: their targets, the table that is printed and the JSON that is kept."""

from __future__ import annotations

import hashlib
import json
import platform
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_ROUNDS, _REPEATS = 20_000, 5
_TIMES = {"ms": 1.0, "s": 1000.0}  # units that depend on the machine, in milliseconds


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number; `at_most` is its target, and None where the number is only told."""

    group: str
    name: str
    value: float
    unit: str
    at_most: float | None = None
    note: str = ""

    @property
    def is_met(self) -> bool:
        return self.at_most is None or self.value <= self.at_most


@dataclass
class Report:
    """All figures of one run, each time also as a ratio to the reference loop of the same run."""

    about: dict[str, Any]
    figures: list[Figure] = field(default_factory=list)
    _samples: list[float] = field(default_factory=list)

    def sample(self) -> None:
        """Measure the reference loop now; done around every scenario, so that a busy machine slows both alike."""
        self._samples += [reference() for _round in range(_REPEATS)]

    @property
    def reference_ms(self) -> float:
        """The median of all samples."""
        return statistics.median(self._samples)

    @property
    def reference_best_ms(self) -> float:
        """The fastest sample: far below the median on a machine that was busy, whose figures are then too high."""
        return min(self._samples)

    def add(self, group: str, name: str, value: float, unit: str, at_most: float | None = None, note: str = "") -> None:
        """Keep one figure and say it at once."""
        figure = Figure(group=group, name=name, value=value, unit=unit, at_most=at_most, note=note)
        self.figures.append(figure)
        print(f"  {self._line(figure)}", flush=True)

    def ratio(self, figure: Figure) -> float | None:
        """The figure in units of the reference loop; None for counts and sizes, which no machine changes."""
        scale = _TIMES.get(figure.unit)
        return None if scale is None else figure.value * scale / self.reference_ms

    @property
    def missed(self) -> list[Figure]:
        return [figure for figure in self.figures if not figure.is_met]

    def _line(self, figure: Figure) -> str:
        ratio = self.ratio(figure)
        target = "" if figure.at_most is None else f"<= {figure.at_most:g}"
        verdict = "" if figure.at_most is None else ("ok" if figure.is_met else "MISSED")
        shown = f"{figure.value:.2f}" if figure.unit in _TIMES else f"{figure.value:g}"
        times = "" if ratio is None else f"{ratio:.3f}"
        line = f"{figure.group:<12} {figure.name:<44} {shown:>9} {figure.unit:<5} {times:>8}  {target:<9} {verdict:<6}"
        return f"{line} {figure.note}".rstrip()

    def table(self) -> str:
        """Every figure on a line."""
        head = f"{'scenario':<12} {'figure':<44} {'value':>9} {'unit':<5} {'x ref':>8}  {'target':<9}"
        return "\n".join([head.rstrip(), *(self._line(figure) for figure in self.figures)])

    def write(self, path: Path) -> None:
        """The run as JSON: what was measured, where, and against which target."""
        rows = [
            {
                "scenario": figure.group,
                "figure": figure.name,
                "value": round(figure.value, 3),
                "unit": figure.unit,
                "ratio": None if (ratio := self.ratio(figure)) is None else round(ratio, 4),
                "target": figure.at_most,
                "met": figure.is_met,
                "note": figure.note,
            }
            for figure in self.figures
        ]
        body = {
            "about": self.about,
            "reference_ms": round(self.reference_ms, 3),
            "reference_best_ms": round(self.reference_best_ms, 3),
            "figures": rows,
        }
        path.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def reference() -> float:
    """CPU milliseconds of a fixed loop of interpreter work and hashing."""
    started = time.process_time()
    seen: dict[str, int] = {}
    digest = b""
    for number in range(_ROUNDS):
        key = f"{number % 997:x}"
        seen[key] = seen.get(key, 0) + number
        digest = hashlib.sha256(digest + key.encode()).digest()
    sum(sorted(seen.values()))
    return (time.process_time() - started) * 1000


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which `percent` of all lie; 0 for none."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def machine() -> dict[str, Any]:
    """What the run stood on, without the machine's name."""
    model = "unknown"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    import os

    return {"python": platform.python_version(), "system": platform.system(), "cpus": os.cpu_count(), "cpu": model}
