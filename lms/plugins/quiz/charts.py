"""The geometry of the gain chart: ratios to heights, so that templates only print numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lms.plugins.quiz.gain import Gain, Pair, PairedGain

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


@dataclass(frozen=True, kw_only=True)
class HallChart:
    """The slopes for a projector, in units of a box of HALL; paths of the thin lines, risen or level and fallen."""

    ticks: tuple[tuple[int, int], ...]
    rises: tuple[str, ...]
    falls: tuple[str, ...]
    mean: Line | None
    box: tuple[int, int]  # width and height


HALL = (600, 480)  # width and height of the box
HALL_LEFT, HALL_RIGHT, HALL_TOP, HALL_BASE = 120, 480, 30, 430


def hall_slopes(pairs: Iterable[Pair], gain: PairedGain) -> HallChart:
    """One path a person, and the means where there are any."""
    rows = list(pairs)
    mean = None
    if gain.mean_pre is not None and gain.mean_post is not None:
        falls = gain.mean_post < gain.mean_pre
        mean = Line(y1=_hall_height(gain.mean_pre), y2=_hall_height(gain.mean_post), is_fall=falls)
    return HallChart(
        ticks=tuple((points, _hall_height(Decimal(points) / 100)) for points in (0, 25, 50, 75, 100)),
        rises=tuple(_hall_path(pair) for pair in rows if pair.post >= pair.pre),
        falls=tuple(_hall_path(pair) for pair in rows if pair.post < pair.pre),
        mean=mean,
        box=HALL,
    )


def _hall_height(ratio: Decimal) -> int:
    return round(HALL_BASE - ratio * (HALL_BASE - HALL_TOP))


def _hall_path(pair: Pair) -> str:
    return f"M{HALL_LEFT} {_hall_height(pair.pre)} {HALL_RIGHT} {_hall_height(pair.post)}"
