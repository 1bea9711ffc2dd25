"""Item and test statistics on a matrix of marks: rows are attempts, columns are slots. Pure functions.

S attempts, P slots, x_ij the mark of attempt i in slot j, T_i its total, X_j the slot's highest mark, y_ij = T_i - x_ij
the rest. Variances and covariances are over S - 1. Marks may be negative and no figure is ever clamped; what is not
defined is None. All sums are of whole numbers and quotients of them stay exact until the last step, so "no variance" is
a fact and not a matter of rounding, and every figure is right to the last digits of a float.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from operator import mul

Figure = int | float | Decimal | Fraction
HUNDRED = 100


@dataclass(frozen=True, kw_only=True)
class SlotStatistics:
    """One question. Indices named "100 times" are in percent; the others are plain ratios, `sd` is in marks."""

    facility: float | None  # mean / X: 0..1, below 0 with negative marks; None where X is 0
    sd: float | None
    discrimination_index: float | None  # 100 times the correlation with the rest of the test
    discriminative_efficiency: float | None  # 100 times that covariance to the highest one that these marks allow
    effective_weight: float | None  # 100 times the share of the spread of the totals; None below 0
    point_biserial: float | None  # correlation with the total, the item included; also of partial marks
    upper_lower: float | None  # daya pembeda: mean / X of the upper half minus that of the lower half, see `halves`
    has_negative_covariance: bool = False  # with the total: why `effective_weight` is None


@dataclass(frozen=True, kw_only=True)
class TotalStatistics:
    """The whole test, in marks; `cic` (Cronbach's alpha) and `error_ratio` are in percent.

    `cic` may be negative, and then `error_ratio` is above 100: that occurs in real data and is shown as it is.
    """

    n: int
    mean: float | None
    median: float | None
    sd: float | None
    skewness: float | None
    kurtosis: float | None  # excess
    cic: float | None
    error_ratio: float | None
    standard_error: float | None


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """Everything about one test; `slots` in the order of the columns."""

    slots: tuple[SlotStatistics, ...]
    total: TotalStatistics


@dataclass(frozen=True, kw_only=True)
class _Column:
    """A slot in whole numbers; `var` and `with_total` are (co)variances in marks, None under two attempts."""

    marks: list[int]
    total: int
    highest: Fraction
    var: Fraction | None
    with_total: Fraction | None


def statistics_of(*, marks: Sequence[Sequence[Figure | None]], max_marks: Sequence[Figure]) -> Statistics:
    """The statistics of a test whose attempts all had the same slots.

    None is an unanswered question and counts 0; leave out attempts that are unfinished or wait for marking. A float
    counts as the decimal number it is written as. ValueError where a row has another length than `max_marks`.
    """
    highest = [exact(value) for value in max_marks]
    rows, scale = _whole(marks, len(highest))
    totals = [sum(row) for row in rows]
    columns = [
        _column(list(values), totals, scale, most)
        for values, most in zip(zip(*rows, strict=True) if rows else [()] * len(highest), highest, strict=True)
    ]
    weights = _effective_weights([column.with_total for column in columns])
    upper, lower = halves(totals)
    slots = [
        _slot(column, totals, scale, weight, (upper, lower)) for column, weight in zip(columns, weights, strict=True)
    ]
    return Statistics(slots=tuple(slots), total=_total([column.var for column in columns], totals, scale))


def question_of(
    *, marks: Sequence[Figure | None], totals: Sequence[Figure], max_mark: Figure, ranks: Sequence[Figure] | None = None
) -> SlotStatistics:
    """The statistics of one question over the attempts that had it, for tests that draw questions at random.

    `totals` are the whole totals, this question included. `ranks` (the totals' ratios, say) decides the halves where
    the highest totals differ. There is no effective weight, since people had different slots.
    """
    pairs, scale = _whole([[mark, total] for mark, total in zip(marks, totals, strict=True)], 2)
    wholes = [total for _mark, total in pairs]
    column = _column([mark for mark, _total in pairs], wholes, scale, exact(max_mark))
    return _slot(column, wholes, scale, None, halves(wholes if ranks is None else ranks))


def halves(totals: Sequence[Figure]) -> tuple[list[int], list[int]]:
    """The row numbers of the upper and of the lower half by total, the best first.

    Of equal totals the earlier row counts as the better, so that a table always gives the same halves. With an odd
    number the middle row is in neither.
    """
    order = sorted(range(len(totals)), key=lambda row: (-totals[row], row))
    half = len(order) // 2
    return order[:half], order[len(order) - half :]


def exact(value: Figure) -> Fraction:
    """The number as it is written: a float 0.1 is one tenth."""
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def _whole(rows: Sequence[Sequence[Figure | None]], width: int) -> tuple[list[list[int]], int]:
    """The marks as whole numbers of 1/scale mark each."""
    known: dict[Figure | None, Fraction] = {None: Fraction(0)}
    for row in rows:
        if len(row) != width:
            raise ValueError(f"a row has {len(row)} marks, expected {width}")
        for value in row:
            if value not in known:
                known[value] = exact(value)  # type: ignore[arg-type]  # None is known from the start
    scale = math.lcm(*(value.denominator for value in known.values()))
    whole = {value: int(fraction * scale) for value, fraction in known.items()}
    return [[whole[value] for value in row] for row in rows], scale


def _covariance(count: int, products: int, first: int, second: int, scale: int) -> Fraction | None:
    """From the sums of n whole numbers, over n - 1, in marks."""
    if count < 2:
        return None
    return Fraction(count * products - first * second, count * (count - 1) * scale * scale)


def _column(marks: list[int], totals: list[int], scale: int, highest: Fraction) -> _Column:
    count, total = len(marks), sum(marks)
    return _Column(
        marks=marks,
        total=total,
        highest=highest,
        var=_covariance(count, _dot(marks, marks), total, total, scale),
        with_total=_covariance(count, _dot(marks, totals), total, sum(totals), scale),
    )


def _slot(
    column: _Column, totals: list[int], scale: int, weight: float | None, groups: tuple[list[int], list[int]]
) -> SlotStatistics:
    count, marks = len(totals), column.marks
    rest = [total - mark for mark, total in zip(marks, totals, strict=True)]
    rest_sum = sum(rest)
    rest_var = _covariance(count, _dot(rest, rest), rest_sum, rest_sum, scale)
    with_rest = _covariance(count, _dot(marks, rest), column.total, rest_sum, scale)
    best = _covariance(count, _dot(sorted(marks), sorted(rest)), column.total, rest_sum, scale)
    total_var = _covariance(count, _dot(totals, totals), sum(totals), sum(totals), scale)
    upper, lower = (sum(marks[row] for row in group) for group in groups)
    worth = column.highest * scale
    return SlotStatistics(
        facility=float(column.total / (worth * count)) if worth and count else None,
        sd=_root(column.var),
        discrimination_index=_correlation(with_rest, column.var, rest_var, HUNDRED),
        discriminative_efficiency=float(HUNDRED * with_rest / best) if with_rest is not None and best else None,
        effective_weight=weight,
        point_biserial=_correlation(column.with_total, column.var, total_var),
        upper_lower=float((upper - lower) / (worth * len(groups[0]))) if worth and groups[0] else None,
        has_negative_covariance=column.with_total is not None and column.with_total < 0,
    )


def _effective_weights(covariances: Sequence[Fraction | None]) -> list[float | None]:
    """100 sqrt(Ct_j) / sum of sqrt(Ct_k) over those that are not negative; None for those, and where all are 0."""
    roots = [None if value is None or value < 0 else _root(value) for value in covariances]
    whole = math.fsum(root for root in roots if root is not None)
    return [None if root is None or not whole else HUNDRED * (root / whole) for root in roots]


def _total(variances: Iterable[Fraction | None], totals: list[int], scale: int) -> TotalStatistics:
    count, whole = len(totals), sum(totals)
    # Deviations times S, in whole numbers; the moments below are in marks again.
    away = [count * total - whole for total in totals]
    m2, m3, m4 = (
        Fraction(sum(x**power for x in away), max(1, count) * (max(1, count) * scale) ** power) for power in (2, 3, 4)
    )
    k2 = count * m2 / (count - 1) if count > 1 else None
    cic = _cic(list(variances), k2, count)
    sd = _root(k2)
    error_ratio = HUNDRED * math.sqrt(1 - cic) if cic is not None else None
    return TotalStatistics(
        n=count,
        mean=float(Fraction(whole, count * scale)) if count else None,
        median=_median(totals, scale),
        sd=sd,
        skewness=_skewness(count, k2, m3),
        kurtosis=_kurtosis(count, k2, m2, m4),
        cic=float(HUNDRED * cic) if cic is not None else None,
        error_ratio=error_ratio,
        standard_error=error_ratio * sd / HUNDRED if error_ratio is not None and sd is not None else None,
    )


def _median(totals: list[int], scale: int) -> float | None:
    if not totals:
        return None
    rows, middle = sorted(totals), len(totals) // 2
    return float(Fraction(rows[middle] + rows[-middle - 1], 2 * scale))


def _cic(variances: list[Fraction | None], k2: Fraction | None, count: int) -> Fraction | None:
    """As a ratio; None under three attempts or two slots, or where all totals are equal."""
    slots = len(variances)
    if count < 3 or slots < 2 or not k2:
        return None
    return Fraction(slots, slots - 1) * (1 - sum((value or Fraction(0) for value in variances), Fraction(0)) / k2)


def _skewness(count: int, k2: Fraction | None, m3: Fraction) -> float | None:
    if count < 3 or not k2:
        return None
    k3 = count**2 * m3 / ((count - 1) * (count - 2))
    return math.copysign(math.sqrt(k3**2 / k2**3), k3)


def _kurtosis(count: int, k2: Fraction | None, m2: Fraction, m4: Fraction) -> float | None:
    if count < 4 or not k2:
        return None
    k4 = count**2 * ((count + 1) * m4 - 3 * (count - 1) * m2**2) / ((count - 1) * (count - 2) * (count - 3))
    return float(k4 / k2**2)


def _dot(first: Sequence[int], second: Sequence[int]) -> int:
    return sum(map(mul, first, second))


def _root(value: Fraction | None) -> float | None:
    return math.sqrt(value) if value is not None else None


def _correlation(
    covariance: Fraction | None, first: Fraction | None, second: Fraction | None, factor: int = 1
) -> float | None:
    """Pearson's r times `factor`; None where one of the two does not vary."""
    if covariance is None or not first or not second:
        return None
    return factor * math.copysign(math.sqrt(covariance**2 / (first * second)), covariance)
