"""Bands, distractors and advice of questions, in the words that the committee reads."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel

from lms.plugins.quiz import plugin
from lms.plugins.quiz.item_advice import (
    Advice,
    Difficulty,
    OptionCount,
    Power,
    Verdict,
    advice_of,
    difficulty_of,
    idle_distractors,
    letter_of,
    option_counts,
    power_of,
)
from lms.plugins.quiz.statistics import SlotStatistics

pytestmark = pytest.mark.unit


def slot(facility: float | None, upper_lower: float | None) -> SlotStatistics:
    others = dict.fromkeys(
        ("sd", "discrimination_index", "discriminative_efficiency", "effective_weight", "point_biserial")
    )
    return SlotStatistics(facility=facility, upper_lower=upper_lower, **others)


def options(*chosen: int) -> tuple[OptionCount, ...]:
    """The first is the right one."""
    return tuple(
        OptionCount(letter=letter_of(place), is_right=place == 0, chosen=count, upper=0, lower=0)
        for place, count in enumerate(chosen)
    )


@pytest.mark.parametrize(
    ("facility", "band"),
    [
        (None, None),
        (-0.1, Difficulty.HARD),
        (0.2999, Difficulty.HARD),
        (0.3, Difficulty.MEDIUM),
        (0.6999, Difficulty.MEDIUM),
        (0.7, Difficulty.EASY),
        (1.0, Difficulty.EASY),
    ],
)
def test_difficulty_bands_begin_at_their_bounds(facility: float | None, band: Difficulty | None) -> None:
    assert difficulty_of(facility) is band


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (None, None),
        (-0.01, Power.NEGATIVE),
        (0.0, Power.POOR),
        (0.1999, Power.POOR),
        (0.2, Power.FAIR),
        (0.4, Power.GOOD),
        (0.6999, Power.GOOD),
        (0.7, Power.VERY_GOOD),
        (1.0, Power.VERY_GOOD),
    ],
)
def test_discrimination_bands_begin_at_their_bounds(value: float | None, band: Power | None) -> None:
    assert power_of(value) is band


def test_options_are_counted_in_all_and_in_both_halves() -> None:
    choices = [[0], [1], [0], [], [2, 1]]  # by total: rows 0, 2 above, row 1 in the middle, rows 3, 4 below
    found = option_counts(choices=choices, right=[True, False, False, False], ranks=[9, 5, 8, 1, 0])
    assert [(o.letter, o.is_right, o.chosen, o.upper, o.lower) for o in found] == [
        ("A", True, 2, 2, 0),
        ("B", False, 2, 0, 1),
        ("C", False, 1, 0, 1),
        ("D", False, 0, 0, 0),
    ]


def test_hardly_chosen_needs_twenty_people_and_never_chosen_does_not() -> None:
    assert idle_distractors(options(18, 1, 0), 19) == (("C",), ())
    assert idle_distractors(options(20, 1, 0), 21) == (("C",), ("B",))
    assert idle_distractors(options(19, 1, 0), 20) == (("C",), ())  # 5 % is not below 5 %
    assert idle_distractors(options(0, 10, 10), 20) == ((), ())  # the right one is no distractor


def test_letters_go_on_as_numbers_after_z() -> None:
    assert [letter_of(place) for place in (0, 25, 26)] == ["A", "Z", "27"]


def told(language: str, **values: Any) -> Advice:
    """In a bare app with our words, since the advice needs nothing else of an installation."""
    app = Flask("words")
    Babel(app, default_translation_directories=str(plugin.PLUGIN.translations), locale_selector=lambda: language)
    with app.test_request_context():
        return advice_of(**values)


def test_the_advice_names_the_question_its_share_and_idle_distractors_in_indonesian() -> None:
    found = told("id", number=7, slot=slot(0.97, 0.05), people=36, options=options(35, 0, 1, 0))
    assert found.sentence == (
        "Soal 7 terlalu mudah (97%); soal ini hampir tidak membedakan kelompok atas dan kelompok bawah; "
        "pengecoh B dan D tidak dipilih; pengecoh C hampir tidak dipilih."
    )
    assert (found.difficulty, found.power, found.verdict) == (Difficulty.EASY, Power.POOR, Verdict.REPLACE)


@pytest.mark.parametrize(
    ("facility", "difference", "counts", "verdict", "sentence"),
    [
        (
            0.5,
            0.45,
            (10, 5, 5),
            Verdict.GOOD,
            "Soal 3 sedang (50%); soal ini membedakan kelompok atas dan kelompok bawah dengan baik.",
        ),
        (0.5, 0.25, (10, 5, 5), Verdict.GOOD, "Soal 3 sedang (50%)."),
        (0.75, 0.25, (15, 5, 0), Verdict.LOOK, "Soal 3 mudah (75%); pengecoh C tidak dipilih."),
        (
            0.25,
            0.1,
            (5, 8, 7),
            Verdict.LOOK,
            "Soal 3 sukar (25%); soal ini hampir tidak membedakan kelompok atas dan kelompok bawah.",
        ),
        (0.1, 0.2, (2, 9, 9), Verdict.LOOK, "Soal 3 terlalu sukar (10%)."),
        (
            0.1,
            0.1,
            (2, 9, 9),
            Verdict.REPLACE,
            "Soal 3 terlalu sukar (10%); soal ini hampir tidak membedakan kelompok atas dan kelompok bawah.",
        ),
        (
            0.1,
            -0.2,
            (2, 9, 9),
            Verdict.LOOK,
            "Soal 3 terlalu sukar (10%); "
            "kelompok bawah lebih sering benar daripada kelompok atas, jadi periksa kuncinya.",
        ),
    ],
)
def test_the_verdict_follows_from_difficulty_discrimination_and_distractors(
    facility: float, difference: float, counts: tuple[int, ...], verdict: Verdict, sentence: str
) -> None:
    found = told("id", number=3, slot=slot(facility, difference), people=20, options=options(*counts))
    assert (found.verdict, found.sentence) == (verdict, sentence)


def test_few_answers_and_questions_without_marks_are_not_judged() -> None:
    few = told("id", number=1, slot=slot(1.0, 0.0), people=4)
    assert (few.verdict, few.sentence) == (
        Verdict.UNKNOWN,
        "Soal 1 belum dapat dinilai karena jawabannya masih sedikit (4).",
    )
    none = told("id", number=2, slot=slot(None, None), people=30)
    assert (none.verdict, none.sentence) == (Verdict.UNKNOWN, "Soal 2 tidak bernilai, jadi tidak ada angkanya.")


def test_the_advice_is_english_on_an_english_page() -> None:
    found = told("en", number=7, slot=slot(0.97, 0.2), people=36, options=options(33, 0, 3, 0))
    assert found.sentence == "Question 7 is too easy (97%); distractors B and D are not chosen."
