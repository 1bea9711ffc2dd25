"""The mathematics of gain, against an independent computation in exact fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.plugins.quiz.gain import Band, Pair, band_of, gain_of, normalised

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
