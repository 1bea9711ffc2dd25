"""The statistics of a test, against numpy by other formulas, and against small tables computed by hand."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.plugins.quiz.statistics import halves, question_of, statistics_of

pytestmark = pytest.mark.unit
CLOSE = 1e-6

# Quarters and a fifth that binary floats do not hold; few values, so that columns are often constant or equal.
marks = st.sampled_from([Decimal(text) for text in ("0", "1", "0.25", "-0.5", "0.2", "2", "-1")])
sizes = st.tuples(st.integers(1, 9), st.integers(1, 6))
matrices = sizes.flatmap(
    lambda size: st.lists(st.lists(marks, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
)


def varies(values: Sequence[Any]) -> bool:
    return len(set(values)) > 1


def by_numpy(rows: Sequence[Sequence[Decimal]], highest: Sequence[float]) -> dict[str, Any]:
    """The same definitions from covariance matrices and the textbook's G1 and G2; what varies is compared exactly."""
    table = np.array([[float(value) for value in row] for row in rows])
    people, slots = table.shape
    totals = table.sum(axis=1)
    exact = [sum(row, Decimal(0)) for row in rows]
    columns = list(zip(*rows, strict=True))
    rests = [[total - mark for total, mark in zip(exact, column, strict=True)] for column in columns]
    found: list[dict[str, float | None]] = []
    covs = np.atleast_2d(np.cov(table, rowvar=False)) if people > 1 else np.zeros((slots, slots))
    # The exact signs of the covariances with the total: numpy's noise must not decide what is negative.
    exact_covs = [
        sum(Fraction(m) * Fraction(t) for m, t in zip(column, exact, strict=True))
        - sum(map(Fraction, column)) * sum(map(Fraction, exact)) / people
        for column in columns
    ]
    roots = (
        [np.sqrt(max(0.0, float(value) / (people - 1))) if value >= 0 else 0.0 for value in exact_covs]
        if people > 1
        else []
    )
    for j, (column, rest) in enumerate(zip(columns, rests, strict=True)):
        x, y = table[:, j], totals - table[:, j]
        both = people > 1 and varies(column) and varies(rest)
        weight = people > 1 and exact_covs[j] >= 0 and sum(roots) > 0
        found.append(
            {
                "facility": x.mean() / highest[j] if highest[j] else None,
                "sd": x.std(ddof=1) if people > 1 else None,
                "discrimination_index": 100 * np.corrcoef(x, y)[0, 1] if both else None,
                "discriminative_efficiency": 100 * np.cov(x, y)[0, 1] / np.cov(np.sort(x), np.sort(y))[0, 1]
                if both
                else None,
                "effective_weight": 100 * roots[j] / sum(roots) if weight else None,
                "point_biserial": np.corrcoef(x, totals)[0, 1]
                if people > 1 and varies(column) and varies(exact)
                else None,
            }
        )
    return {"slots": found, "total": total_by_numpy(totals, exact, covs)}


def total_by_numpy(totals: Any, exact: Sequence[Decimal], covs: Any) -> dict[str, Any]:
    """Of the whole test, from its totals (also exactly) and the covariances of its slots."""
    people, slots = len(exact), len(covs)
    spread = people > 1 and varies(exact)
    away = totals - totals.mean()
    m2 = (away**2).mean()
    g1 = (away**3).mean() / m2**1.5 if spread else 0
    g2 = (away**4).mean() / m2**2 - 3 if spread else 0
    alpha = slots / (slots - 1) * (1 - np.trace(covs) / covs.sum()) if spread and slots > 1 and people > 2 else None
    error = 100 * np.sqrt(max(0.0, 1 - alpha)) if alpha is not None else None
    return {
        "n": people,
        "mean": totals.mean(),
        "median": np.median(totals),
        "sd": totals.std(ddof=1) if people > 1 else None,
        "skewness": np.sqrt(people * (people - 1)) / (people - 2) * g1 if spread and people > 2 else None,
        "kurtosis": (people - 1) / ((people - 2) * (people - 3)) * ((people + 1) * g2 + 6)
        if spread and people > 3
        else None,
        "cic": 100 * alpha if alpha is not None else None,
        "error_ratio": error,
        "standard_error": error * totals.std(ddof=1) / 100 if error is not None else None,
    }


def agrees(rows: Sequence[Sequence[Decimal]], highest: Sequence[float]) -> None:
    ours, theirs = statistics_of(marks=rows, max_marks=highest), by_numpy(rows, highest)
    pairs = [*zip(ours.slots, theirs["slots"], strict=True), (ours.total, theirs["total"])]
    for mine, other in pairs:
        values = asdict(mine)
        for key, value in other.items():
            assert values[key] == (None if value is None else pytest.approx(value, rel=CLOSE, abs=CLOSE)), key


@settings(deadline=None, max_examples=300)
@given(matrices)
def test_q30_figures_equal_an_independent_computation_also_where_negative_or_undefined(
    rows: list[list[Decimal]],
) -> None:
    agrees(rows, [1, 2, 0.5, 0, 3, 1][: len(rows[0])])


@pytest.mark.parametrize("seed", range(12))
def test_q30_figures_of_a_whole_class_equal_an_independent_computation(seed: int) -> None:
    chance = random.Random(seed)
    people, slots = chance.choice([2, 3, 4, 5, 30, 120]), chance.choice([1, 2, 10, 40])
    ability = [chance.gauss(0, 1) for _ in range(people)]
    rows = [
        [
            (Decimal(str(round(chance.gauss(able, 1), 3))) if slot % 3 else Decimal(chance.randint(0, 1)))
            for slot in range(slots)
        ]
        for able in ability
    ]
    agrees(rows, [1] * slots)


def test_q30_a_table_computed_by_hand() -> None:
    rows = [[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1], [1, 1, 1, 1]]
    found = statistics_of(marks=rows, max_marks=[1, 1, 1, 2])
    # Totals 3, 2, 2, 1, 4: mean 2.4, squares about it 5.2, so k2 = 1.3. Item variances .2 .3 .3 .3, sum 1.1.
    assert found.total.mean == 2.4
    assert found.total.median == 2.0
    assert found.total.sd == pytest.approx(1.3**0.5)
    assert found.total.cic == pytest.approx(100 * 4 / 3 * (1 - 1.1 / 1.3))
    assert found.total.error_ratio == pytest.approx(100 * (1 - 4 / 3 * 0.2 / 1.3) ** 0.5)
    assert found.total.standard_error == pytest.approx((1 - 4 / 3 * 0.2 / 1.3) ** 0.5 * 1.3**0.5)
    # Cubes about the mean .216 - .064 - .064 - 2.744 + 4.096 = 1.44, m3 = .288, k3 = 25 * .288 / 12 = .6.
    assert found.total.skewness == pytest.approx(0.6 / 1.3**1.5)
    # Fourth powers .1296 + .0256 + .0256 + 3.8416 + 6.5536 = 10.576, m4 = 2.1152, m2 = 1.04.
    assert found.total.kurtosis == pytest.approx(25 * (6 * 2.1152 - 12 * 1.04**2) / 24 / 1.3**2)
    last = found.slots[3]  # marks 0 0 0 1 1; rest 3 2 2 0 3, mean 2: covariance (3 - 5 * .4 * 2) / 4 = -.25
    assert last.facility == 0.2
    assert last.discrimination_index == pytest.approx(100 * -0.25 / (0.3 * 1.5) ** 0.5)
    assert last.discriminative_efficiency == pytest.approx(100 * -0.25 / 0.5)  # sorted 0 0 0 1 1 with 0 2 2 3 3
    assert last.effective_weight == pytest.approx(100 * 0.05**0.5 / sum(c**0.5 for c in (0.35, 0.45, 0.45, 0.05)))
    assert last.point_biserial == pytest.approx(0.05 / (0.3 * 1.3) ** 0.5)
    # By total: rows 5, 1 above, rows 3, 4 below (2 and 3 tie, 2 comes first and is in the middle).
    assert last.upper_lower == pytest.approx((1 - 1) / 4)
    assert found.slots[0].upper_lower == 0.5


def test_q30_negative_reliability_is_shown_and_never_clamped() -> None:
    found = statistics_of(marks=[[1, 0], [0, 1], [1, 0], [0, 2]], max_marks=[1, 2]).total
    assert found.cic is not None and found.cic < 0
    assert found.error_ratio is not None and found.error_ratio > 100
    assert found.error_ratio == pytest.approx(100 * (1 - found.cic / 100) ** 0.5)


def test_q30_a_negative_covariance_with_the_total_has_no_weight_and_takes_none() -> None:
    found = statistics_of(marks=[[3, 0, 0], [2, 0, 1], [1, 1, 0], [0, 1, 1]], max_marks=[3, 1, 1])
    # With totals 3 3 2 2 the covariances are 2/3, -1/3 and exactly 0.
    assert [slot.has_negative_covariance for slot in found.slots] == [False, True, False]
    assert [slot.effective_weight for slot in found.slots] == [100.0, None, 0.0]


@pytest.mark.parametrize("value", [Decimal("0.1"), 0.1, Decimal("0.333333"), Fraction(1, 3)])
def test_q30_a_column_without_variance_is_undefined_rather_than_noise(value: Any) -> None:
    found = statistics_of(marks=[[value, number] for number in (0, 1, 1, 0, 1, 0, 1)], max_marks=[1, 1])
    constant, other = found.slots
    assert constant.sd == 0.0
    assert (constant.discrimination_index, constant.discriminative_efficiency, constant.point_biserial) == (None,) * 3
    assert constant.effective_weight == 0.0
    assert (other.discrimination_index, other.point_biserial) == (None, pytest.approx(1))
    assert found.total.cic == 0.0


def test_q30_equal_totals_leave_the_shape_and_the_reliability_undefined() -> None:
    found = statistics_of(marks=[[0.1, 0.2], [0.2, 0.1], [0.3, 0.0], [0.0, 0.3]], max_marks=[1, 1])
    assert (found.total.sd, found.total.mean) == (0.0, 0.3)
    assert (found.total.skewness, found.total.kurtosis, found.total.cic, found.total.standard_error) == (None,) * 4
    assert [slot.effective_weight for slot in found.slots] == [None, None]
    assert found.slots[0].discrimination_index == -100.0


def test_q30_identical_columns_are_perfectly_reliable_without_error() -> None:
    found = statistics_of(marks=[[0.1] * 3, [0.7] * 3, [0.3] * 3], max_marks=[1] * 3)
    assert (found.total.cic, found.total.error_ratio, found.total.standard_error) == (100.0, 0.0, 0.0)
    assert found.slots[0].discrimination_index == 100.0


@pytest.mark.parametrize(
    ("people", "defined"),
    [
        (0, {"n"}),
        (1, {"n", "mean", "median"}),
        (2, {"n", "mean", "median", "sd"}),
        (3, {"n", "mean", "median", "sd", "skewness", "cic", "error_ratio", "standard_error"}),
        (4, {"n", "mean", "median", "sd", "skewness", "kurtosis", "cic", "error_ratio", "standard_error"}),
    ],
)
def test_q30_few_people_have_only_the_figures_that_are_defined(people: int, defined: set[str]) -> None:
    rows = [[1, 0], [0, 0], [1, 1], [0, 1]][:people]
    found = statistics_of(marks=rows, max_marks=[1, 1])
    assert {key for key, value in asdict(found.total).items() if value is not None} == defined
    assert (found.slots[0].facility is None) == (people == 0)
    assert (found.slots[0].sd is None) == (people < 2)


def test_one_question_has_no_rest_and_no_reliability() -> None:
    found = statistics_of(marks=[[1], [0], [1], [0]], max_marks=[1])
    assert (found.total.cic, found.slots[0].discrimination_index) == (None, None)
    assert (found.slots[0].effective_weight, found.slots[0].point_biserial) == (100.0, 1.0)


def test_a_question_without_marks_has_no_facility() -> None:
    (slot, _other) = statistics_of(marks=[[0, 1], [0, 0]], max_marks=[0, 1]).slots
    assert (slot.facility, slot.upper_lower, slot.sd) == (None, None, 0.0)


def test_an_unanswered_question_counts_nothing() -> None:
    rows = [[1, None], [None, 1], [1, 1]]
    zeros = [[value or 0 for value in row] for row in rows]
    assert statistics_of(marks=rows, max_marks=[1, 1]) == statistics_of(marks=zeros, max_marks=[1, 1])


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="a row has 1 marks, expected 2"):
        statistics_of(marks=[[1, 1], [1]], max_marks=[1, 1])


def test_of_equal_totals_the_earlier_row_is_the_better_and_the_middle_one_is_in_neither_half() -> None:
    assert halves([1, 5, 1, 1, 9]) == ([4, 1], [2, 3])
    assert halves([2, 2]) == ([0], [1])
    assert halves([2]) == ([], [])


def test_a_drawn_question_is_measured_over_the_people_who_had_it() -> None:
    rows = [[1, 1, 0.5], [1, 0, 0], [0, 1, 0.25], [0, 0, 1]]
    slot = statistics_of(marks=rows, max_marks=[1, 1, 1]).slots[2]
    drawn = question_of(marks=[row[2] for row in rows], totals=[sum(row) for row in rows], max_mark=1)
    assert drawn.effective_weight is None
    assert {**asdict(drawn), "effective_weight": 0} == {**asdict(slot), "effective_weight": 0}


def test_a_thousand_attempts_of_forty_questions_take_under_half_a_second_of_work() -> None:
    chance = random.Random(1)
    rows = [[Decimal(chance.randint(-6, 6)) / 6 for _ in range(40)] for _ in range(1000)]
    begin = time.process_time()
    statistics_of(marks=rows, max_marks=[1] * 40)
    assert time.process_time() - begin < 0.5
