"""The mathematics of gain, against an independent computation in exact fractions."""

from __future__ import annotations

import statistics
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.plugins.quiz.gain import (
    STORED_NOISE,
    Band,
    Pair,
    band_of,
    change_of,
    gain_of,
    normalised,
    paired_gain,
)

ratios = st.integers(0, 15).map(lambda right: Decimal(right) / 15)
pytestmark = pytest.mark.unit


@given(st.lists(st.tuples(ratios, ratios), max_size=40))
def test_gain_equals_the_ratio_of_sums(rows: list[tuple[Decimal, Decimal]]) -> None:
    found = gain_of(Pair(pre=pre, post=post) for pre, post in rows)
    before = sum((Fraction(pre).limit_denominator(15) for pre, _post in rows), Fraction(0))
    after = sum((Fraction(post).limit_denominator(15) for _pre, post in rows), Fraction(0))
    room = len(rows) - before
    assert found.pairs == len(rows)
    if room == 0:
        assert found.normalised is None or abs(found.mean_pre - 1) < Decimal("1e-20")
    else:
        assert found.normalised is not None
        assert abs(Fraction(found.normalised) - (after - before) / room) < Fraction(1, 10**6)


def test_full_marks_before_have_no_gain_rather_than_an_error() -> None:
    assert normalised(Decimal(1), Decimal(1)) is None
    assert gain_of([Pair(pre=Decimal(1), post=Decimal("0.5"))]).normalised is None


def test_nobody_has_no_mean() -> None:
    assert gain_of([]) == gain_of(iter(()))
    assert gain_of([]).mean_pre is None
    assert gain_of([]).normalised is None


def test_one_person_at_full_marks_does_not_ruin_the_group() -> None:
    pairs = [Pair(pre=Decimal(1), post=Decimal(1)), Pair(pre=Decimal("0.5"), post=Decimal("0.75"))]
    assert gain_of(pairs).normalised == Decimal("0.5")


@pytest.mark.parametrize(
    ("ratio", "band"),
    [
        ("-0.01", Band.FALL),
        ("0", Band.LOW),
        ("0.2999", Band.LOW),
        ("0.3", Band.MEDIUM),
        ("0.6999", Band.MEDIUM),
        ("0.7", Band.HIGH),
        ("1", Band.HIGH),
    ],
)
def test_bands_begin_at_their_bounds(ratio: str, band: Band) -> None:
    assert band_of(Decimal(ratio)) is band


def test_fewer_than_fifteen_pairs_are_small() -> None:
    pair = Pair(pre=Decimal(0), post=Decimal(1))
    assert gain_of([pair] * 14).is_small
    assert not gain_of([pair] * 15).is_small


scores = st.none() | st.integers(-2, 10).map(Decimal)


@given(st.lists(st.tuples(scores, scores), max_size=30))
def test_q33_paired_gain_equals_an_independent_computation(people: list[tuple[Decimal | None, Decimal | None]]) -> None:
    found = paired_gain(people, max_mark=Decimal(10))
    pairs = [(float(pre), float(post)) for pre, post in people if pre is not None and post is not None]
    rises = [post - pre for pre, post in pairs]
    assert (found.n_paired, found.up + found.same + found.down) == (len(pairs), len(pairs))
    assert found.n_pre_only == len([1 for pre, post in people if pre is not None]) - len(pairs)
    assert found.n_post_only == len([1 for pre, post in people if post is not None]) - len(pairs)
    room = sum(10 - pre for pre, _post in pairs)
    assert found.class_gain == (approx(sum(rises) / room) if room else None)
    own = [(post - pre) / (10 - pre) for pre, post in pairs if pre != 10]
    assert found.mean_gain == (approx(statistics.fmean(own)) if own else None)
    change = [
        (post - pre) / (10 - pre if post > pre else pre)
        for pre, post in pairs
        if post != pre and (post > pre or pre > 0)
    ] + [0.0 for pre, post in pairs if pre == post and pre not in (0, 10)]
    assert found.mean_change == (approx(statistics.fmean(change)) if change else None)
    spread = statistics.stdev(rises) if len(rises) > 1 else 0
    assert found.t == (pytest.approx(statistics.fmean(rises) / (spread / len(rises) ** 0.5)) if spread else None)
    assert found.df == (len(pairs) - 1 if len(pairs) > 1 else None)


def approx(value: float) -> Any:
    return pytest.approx(Decimal(value), abs=Decimal("1e-9"))


@pytest.mark.parametrize(
    ("pre", "post", "change"),
    [
        ("0.5", "0.75", "0.5"),
        ("0.5", "0.25", "-0.5"),
        ("0.5", "0.5", "0"),
        ("1", "0.5", "-0.5"),
        ("0", "0.4", "0.4"),
        ("0", "1", "1"),
        ("1", "0", "-1"),
        ("0", "0", None),
        ("1", "1", None),
        ("0", "-0.1", None),
        ("-0.1", "-0.2", None),
    ],
)
def test_normalised_change_counts_a_fall_by_what_could_be_lost(pre: str, post: str, change: str | None) -> None:
    assert change_of(Decimal(pre), Decimal(post)) == (Decimal(change) if change is not None else None)


def test_q33_equal_rises_have_no_t_also_when_ratios_were_stored_rounded() -> None:
    people = [(Decimal("0.333333"), Decimal("0.666667")), (Decimal(0), Decimal("0.333333"))]
    assert paired_gain(people, noise=STORED_NOISE).t is None
    assert paired_gain([(Decimal(1), Decimal(2)), (Decimal(0), Decimal(1))], max_mark=Decimal(3)).t is None
    assert paired_gain(people[:1]).t is None


def test_q33_nobody_and_only_full_marks_divide_by_nothing() -> None:
    nobody, full = paired_gain([]), paired_gain([(Decimal(1), Decimal(1))] * 2)
    assert (nobody.class_gain, nobody.mean_gain, nobody.mean_change, nobody.t, nobody.df, nobody.band) == (None,) * 6
    assert (full.class_gain, full.mean_gain, full.mean_change, full.t, full.band) == (None,) * 5
    assert (full.n_paired, full.same, full.df) == (2, 2, 1)


def test_q33_fewer_than_fifteen_pairs_are_small_whoever_took_one_test_only() -> None:
    pair, single = (Decimal(0), Decimal(1)), (Decimal(0), None)
    assert paired_gain([pair] * 14 + [single]).is_small
    assert not paired_gain([pair] * 15).is_small


def test_a_gain_of_exactly_three_tenths_is_medium_whatever_the_fractions() -> None:
    pairs = [Pair(pre=Decimal("0.1"), post=Decimal("0.37")), Pair(pre=Decimal("0.6"), post=Decimal("0.72"))]
    assert gain_of(pairs).band is Band.MEDIUM
    assert paired_gain([(pair.pre, pair.post) for pair in pairs]).band is Band.MEDIUM
    assert paired_gain([(Decimal(3), Decimal(2))], max_mark=Decimal(4)).band is Band.FALL
