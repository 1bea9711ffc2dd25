"""Numbers as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lms.plugins.quiz.content import Unit
from lms.plugins.quiz.kinds.numbers import readings

LENGTHS = (Unit(name="m"), Unit(name="km", factor=Decimal(1000)), Unit(name="cm", factor=Decimal("0.01")))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7", ["7"]),
        ("1,5", ["1.5"]),
        ("1.5", ["1.5"]),
        ("1.234,5", ["1234.5"]),
        ("1,234.5", ["1234.5"]),
        ("1.234.567", ["1234567"]),
        ("1 234 567,25", ["1234567.25"]),
        ("1\u00a0234", ["1234"]),
        ("1.234", ["1234", "1.234"]),
        ("1,234", ["1234", "1.234"]),
        ("0,125", ["0.125"]),
        ("1234,567", ["1234.567"]),
        (",5", ["0.5"]),
        (".5", ["0.5"]),
        ("12.", ["12"]),
        ("-3", ["-3"]),
        ("−3,5", ["-3.5"]),
        ("+ 4", ["4"]),
        ("2e3", ["2000"]),
        ("2E-3", ["0.002"]),
        ("1.234e5", ["123400"]),
        ("2 x 10^3", ["2000"]),
        ("2,5×10^-2", ["0.025"]),
        ("  12  ", ["12"]),
        ("007", ["7"]),
    ],
)
def test_q10_a_number_is_read_the_indonesian_and_the_english_way(typed: str, meant: list[str]) -> None:
    assert list(readings(typed)) == [Decimal(value) for value in meant]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        ".",
        "e3",
        "1/2",
        "12-15",
        "dua belas",
        "12 orang",
        "1..5",
        "1.23.4",
        "1,2,3",
        "1 23",
        "١٢",
        "10²",
        "0x10",
    ],
)
def test_q10_what_is_no_number_is_not_guessed_at(typed: str) -> None:
    assert readings(typed) == ()


@pytest.mark.parametrize("typed", ["nan", "inf", "1e9999", "1" * 101, "9" * 1000 + "e", "1e-99999999999"])
def test_q10_numbers_without_end_are_refused(typed: str) -> None:
    assert readings(typed) == ()


@pytest.mark.parametrize(
    ("typed", "metres"),
    [
        ("12", "12"),
        ("12 m", "12"),
        ("12m", "12"),
        ("1,5 km", "1500"),
        ("1.5KM", "1500"),
        ("2e2 cm", "2"),
        ("km 3", "3000"),
    ],
)
def test_q10_a_unit_multiplies_and_may_be_left_out(typed: str, metres: str) -> None:
    assert readings(typed, LENGTHS)[-1] == Decimal(metres)


@pytest.mark.parametrize("typed", ["12 mil", "12 m m", "m 12 m", "12 kg"])
def test_q10_an_unknown_unit_makes_it_no_number(typed: str) -> None:
    assert readings(typed, LENGTHS) == ()


def test_q10_units_that_differ_in_case_only_are_told_apart() -> None:
    units = (Unit(name="mW", factor=Decimal("0.001")), Unit(name="MW", factor=Decimal(1_000_000)))
    assert [readings(f"5 {name}", units) for name in ("mW", "MW", "mw")] == [
        (Decimal("0.005"),),
        (Decimal(5_000_000),),
        (),
    ]


@pytest.mark.parametrize("typed", ["Rp 1.500.000", "Rp1.500.000", "Rp. 1.500.000", "Rp.1.500.000", "rp 1.500.000,00"])
def test_q10_a_currency_may_stand_before_the_number(typed: str) -> None:
    assert readings(typed, (Unit(name="Rp"),)) == (Decimal(1_500_000),)


def test_q10_nothing_is_rounded() -> None:
    assert readings(f"1{'0' * 40},1 km", LENGTHS) == (Decimal(f"1{'0' * 40}100.0"),)
