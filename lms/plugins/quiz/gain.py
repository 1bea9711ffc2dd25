"""The mathematics of learning gain: pure functions on ratios 0..1."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

MIN_PAIRS = 15  # below, a mean says little
STORED_NOISE = Decimal("0.000002")  # by how much two differences of ratios stored with six places may miss each other


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
    # Exact, so that a gain of three tenths is in the band that begins there.
    before, after = _mean([Fraction(pair.pre) for pair in rows]), _mean([Fraction(pair.post) for pair in rows])
    ratio = _individual(before, after) if before is not None and after is not None else None
    return Gain(pairs=len(rows), mean_pre=_decimal(before), mean_post=_decimal(after), normalised=_decimal(ratio))


def band_of(ratio: Decimal | None) -> Band | None:
    """Below 0 a fall, below 0.3 low, below 0.7 medium, else high; None of nothing."""
    if ratio is None:
        return None
    if ratio < 0:
        return Band.FALL
    if ratio < Decimal("0.3"):
        return Band.LOW
    return Band.MEDIUM if ratio < Decimal("0.7") else Band.HIGH


@dataclass(frozen=True, kw_only=True)
class PairedGain:
    """The gain of a group with all that belongs beside it. Ratios, not percent; None where undefined.

    `mean_gain` is over the people whose own g is defined, `mean_change` over those whose normalised change is.
    """

    n_paired: int
    n_pre_only: int
    n_post_only: int
    mean_pre: Decimal | None
    mean_post: Decimal | None
    class_gain: Decimal | None
    mean_gain: Decimal | None
    mean_change: Decimal | None
    up: int
    same: int
    down: int
    t: float | None
    df: int | None

    @property
    def band(self) -> Band | None:
        return band_of(self.class_gain)

    @property
    def is_small(self) -> bool:
        return self.n_paired < MIN_PAIRS


def paired_gain(
    people: Iterable[tuple[Decimal | None, Decimal | None]],
    *,
    max_mark: Decimal = Decimal(1),
    noise: Decimal = Decimal(0),
) -> PairedGain:
    """The gain of people given as (pre, post) in marks out of `max_mark`; None is a test that was not finished.

    Only people with both count, the others are counted. Differences that lie within `noise` marks of each other count
    as equal when t is asked for; pass STORED_NOISE with ratios from the database.
    """
    rows = list(people)
    pairs = [(Fraction(pre), Fraction(post)) for pre, post in rows if pre is not None and post is not None]
    top = Fraction(max_mark)
    ratios = [(pre / top, post / top) for pre, post in pairs]
    before, after = _mean([pre for pre, _post in ratios]), _mean([post for _pre, post in ratios])
    ratio = _individual(before, after) if before is not None and after is not None else None
    rises = [post - pre for pre, post in pairs]
    return PairedGain(
        n_paired=len(pairs),
        n_pre_only=sum(pre is not None and post is None for pre, post in rows),
        n_post_only=sum(pre is None and post is not None for pre, post in rows),
        mean_pre=_decimal(before),
        mean_post=_decimal(after),
        class_gain=_decimal(ratio),
        mean_gain=_decimal(_mean([own for pre, post in ratios if (own := _individual(pre, post)) is not None])),
        mean_change=_decimal(_mean([own for pre, post in ratios if (own := _change(pre, post)) is not None])),
        up=sum(rise > 0 for rise in rises),
        same=sum(rise == 0 for rise in rises),
        down=sum(rise < 0 for rise in rises),
        t=_paired_t(rises, Fraction(noise)),
        df=len(rises) - 1 if len(rises) > 1 else None,
    )


def change_of(pre: Decimal, post: Decimal) -> Decimal | None:
    """The normalised change c of one person (Marx and Cummings 2007), ratios.

    A rise counts by what could be gained, a fall by what could be lost, no change is 0. None where both are full marks
    or both are none, which the paper leaves out, and where there was nothing to lose (negative marks).
    """
    return _decimal(_change(Fraction(pre), Fraction(post)))


def _individual(pre: Fraction, post: Fraction) -> Fraction | None:
    return (post - pre) / (1 - pre) if pre < 1 else None


def _change(pre: Fraction, post: Fraction) -> Fraction | None:
    if post > pre:
        return _individual(pre, post)
    if post < pre:
        return (post - pre) / pre if pre > 0 else None
    return None if pre in (0, 1) else Fraction(0)


def _paired_t(rises: Sequence[Fraction], noise: Fraction) -> float | None:
    """mean / (SD / sqrt(n)) of the differences, SD over n - 1; None under two people or where all rose alike."""
    count = len(rises)
    if count < 2 or max(rises) - min(rises) <= noise:
        return None
    whole = sum(rises, Fraction(0))
    spread = (count * sum((rise * rise for rise in rises), Fraction(0)) - whole * whole) / (count - 1)
    return math.copysign(math.sqrt(whole * whole / spread), whole)


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def _decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)
