"""The mathematics of learning gain: pure functions on ratios 0..1."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

MIN_PAIRS = 15  # below, a mean says little


class Band(enum.StrEnum):
    """Hake's bands of the normalised gain, and a fall."""

    FALL = "fall"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One person with both tests."""

    pre: Decimal
    post: Decimal


@dataclass(frozen=True, kw_only=True)
class Gain:
    """A group's means over its `pairs`; `normalised` is None without pairs or when the first mean is full marks."""

    pairs: int
    mean_pre: Decimal | None
    mean_post: Decimal | None
    normalised: Decimal | None

    @property
    def band(self) -> Band | None:
        return band_of(self.normalised)

    @property
    def is_small(self) -> bool:
        return self.pairs < MIN_PAIRS


def mean(values: Sequence[Decimal]) -> Decimal | None:
    """The arithmetic mean; None of nothing."""
    return sum(values, Decimal(0)) / len(values) if values else None


def normalised(pre: Decimal, post: Decimal) -> Decimal | None:
    """(post - pre) / (1 - pre): the part gained of what could be gained (Hake 1998). None where nothing could be."""
    return (post - pre) / (1 - pre) if pre < 1 else None


def gain_of(pairs: Iterable[Pair]) -> Gain:
    """The gain of a group: of its means, not the mean of individual gains, which a single high pre-score can ruin."""
    rows = list(pairs)
    before, after = mean([pair.pre for pair in rows]), mean([pair.post for pair in rows])
    ratio = normalised(before, after) if before is not None and after is not None else None
    return Gain(pairs=len(rows), mean_pre=before, mean_post=after, normalised=ratio)


def band_of(ratio: Decimal | None) -> Band | None:
    """Below 0 a fall, below 0.3 low, below 0.7 medium, else high; None of nothing."""
    if ratio is None:
        return None
    if ratio < 0:
        return Band.FALL
    if ratio < Decimal("0.3"):
        return Band.LOW
    return Band.MEDIUM if ratio < Decimal("0.7") else Band.HIGH
