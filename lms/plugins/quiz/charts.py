"""The geometry of the gain chart: ratios to heights, so that templates only print numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lms.plugins.quiz.gain import Gain, Pair

TOP, BASE = 18, 283  # pixels from the upper edge for full marks and for none


@dataclass(frozen=True, kw_only=True)
class Line:
    """From the first test to the last; heights in pixels from the upper edge."""

    y1: int
    y2: int
    is_fall: bool


@dataclass(frozen=True, kw_only=True)
class SlopeChart:
    """One thin line per person and a thick one for the means."""

    ticks: tuple[tuple[int, int], ...]  # (label in points of 100, height)
    lines: tuple[Line, ...]
    mean: Line | None


def height(ratio: Decimal) -> int:
    """Where a ratio 0..1 lies."""
    return round(BASE - ratio * (BASE - TOP))


def slopes(pairs: Iterable[Pair], gain: Gain) -> SlopeChart:
    """The chart of a group."""
    mean = None
    if gain.mean_pre is not None and gain.mean_post is not None:
        mean = _line(gain.mean_pre, gain.mean_post)
    return SlopeChart(
        ticks=tuple((points, height(Decimal(points) / 100)) for points in (0, 25, 50, 75, 100)),
        lines=tuple(_line(pair.pre, pair.post) for pair in pairs),
        mean=mean,
    )


def _line(before: Decimal, after: Decimal) -> Line:
    return Line(y1=height(before), y2=height(after), is_fall=after < before)


def points(ratio: Decimal | None) -> int | None:
    """A ratio as whole points of 100, as people in training speak of scores."""
    return None if ratio is None else round(ratio * 100)
