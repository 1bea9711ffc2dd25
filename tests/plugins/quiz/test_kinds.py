"""What answers earn, type by type, and what cannot be a question."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.plugins.quiz.content import Content, Gap, Number, Option, Pair, Text, Unit
from lms.plugins.quiz.enums import QuestionKind, TextFormat
from tests.plugins.quiz.samples import (
    ASK,
    ESSAY,
    GAPS,
    KINDS,
    PAIRS,
    RATING,
    SAMPLES,
    STEPS,
    multiple,
    numerical,
    options,
    short,
    text,
)


def earns(content: Content, value: Any) -> Decimal | None:
    return KINDS[content.kind].fraction(content, value)


def answered(content: Content, parts: dict[str, list[str]]) -> Any:
    """The stored answer of somebody who sees everything in the order of the version."""
    kind = KINDS[content.kind]
    return kind.read(kind.public(content), [], parts)


def matched(**partners: str) -> Any:
    answers = KINDS["matching"].public(PAIRS)["answers"]
    return [answers.index(partners[p]) if p in partners else None for p in ("Kalbar", "Kalteng", "Kalsel")]


def ordered(*names: str | None) -> Any:
    """An answer that puts these items in this order."""
    places = {name: place for place, name in enumerate(names) if name}
    return [places.get(item) for item in KINDS["ordering"].public(STEPS)["items"]]


def test_every_kind_has_a_type_and_a_sample() -> None:
    assert set(KINDS) == set(SAMPLES) == {kind.value for kind in QuestionKind}


@pytest.mark.parametrize("key", SAMPLES)
def test_the_samples_are_questions_and_an_empty_answer_earns_nothing(key: str) -> None:
    kind, content = KINDS[key], SAMPLES[key]
    assert kind.problems(content) == []
    assert kind.fraction(content, None) == (0 if kind.is_scored else None)


def test_only_ratings_and_texts_to_read_have_no_score_and_only_essays_are_marked_by_hand() -> None:
    assert {key for key, kind in KINDS.items() if not kind.is_scored} == {"likert", "description"}
    assert {key for key, kind in KINDS.items() if kind.is_marked_by_hand} == {"essay"}
    assert {key for key, kind in KINDS.items() if not kind.is_question} == {"description"}


@pytest.mark.parametrize(("position", "worth"), [(0, "0"), (1, "1"), (2, "-0.25")])
def test_q10_a_choice_earns_the_fraction_of_its_option_even_a_negative_one(position: int, worth: str) -> None:
    assert earns(SAMPLES["choice"], position) == Decimal(worth)


@pytest.mark.parametrize(
    ("ticked", "worth"),
    [([0], "0.5"), ([0, 1], "1"), ([0, 2], "0"), ([2], "0"), ([0, 1, 2], "0"), ([1], "0.5")],
)
def test_q25_the_parts_of_several_options_are_added_and_never_fall_below_nothing(ticked: list[int], worth: str) -> None:
    assert earns(multiple("0.5", "0.5", "-1"), ticked) == Decimal(worth)


def test_q25_three_thirds_are_a_whole() -> None:
    content = multiple("0.3333333", "0.3333333", "0.3333333", "-0.3333333")
    assert KINDS["multichoice"].problems(content) == []
    assert [earns(content, ticked) for ticked in ([0, 1, 2], [0, 1], [0, 3])] == [1, Decimal("0.6666666"), 0]


def test_q10_ticking_everything_never_wins_even_where_wrong_options_cost_nothing() -> None:
    kind, content = KINDS["multichoice"], multiple("0.5", "0.5", "0", "0")
    assert [earns(content, ticked) for ticked in ([0, 1], [0, 1, 2], [0, 1, 2, 3])] == [1, 1, 0]
    assert (kind.problems(content), len(kind.doubts(content))) == ([], 1)


@pytest.mark.parametrize("worth", [("0.5", "0.5"), ("1", "1", "1"), ("0.5", "0.25", "-1"), ("0", "0")])
def test_q25_options_that_are_all_right_or_too_little_are_no_question(worth: tuple[str, ...]) -> None:
    assert KINDS["multichoice"].problems(multiple(*worth)) != []


@given(st.lists(st.decimals(-1, 1, places=5), min_size=2, max_size=8))
def test_q10_ticking_everything_never_wins_whatever_the_weights(worth: list[Decimal]) -> None:
    content = multiple(*map(str, worth))
    everything = earns(content, list(range(len(worth))))
    assert everything is not None
    assert 0 <= everything < 1


def test_q10_a_pair_earns_its_share_and_a_lone_partner_counts_nothing() -> None:
    whole = {"Kalbar": "Pontianak", "Kalteng": "Palangka Raya", "Kalsel": "Banjarbaru"}
    assert earns(PAIRS, matched(**whole)) == 1
    assert earns(PAIRS, matched(**{**whole, "Kalsel": "Samarinda"})) == Decimal(2) / 3
    assert earns(PAIRS, matched(Kalbar="Pontianak")) == Decimal(1) / 3


def test_q10_partners_that_read_the_same_are_as_good_as_each_other() -> None:
    pairs = tuple(
        Pair(prompt=text(p), answer=a) for p, a in (("Kambing", "Hewan"), ("Padi", "Tanaman"), ("Sapi", "Hewan "))
    )
    content = Content(kind="matching", text=ASK, pairs=pairs)
    assert KINDS["matching"].public(content)["answers"] == ["Hewan", "Tanaman"]
    assert earns(content, [0, 1, 0]) == 1


@pytest.mark.parametrize(
    ("names", "worth"),
    [
        (("Asesmen", "Rencana", "Intervensi", "Evaluasi"), "1"),
        (("Rencana", "Asesmen", "Intervensi", "Evaluasi"), "0.5"),
        (("Evaluasi", "Asesmen", "Rencana", "Intervensi"), "0"),
        (("Asesmen", None, None, "Rencana"), "0.25"),
    ],
)
def test_q10_an_order_earns_the_share_of_items_in_their_place(names: tuple[str | None, ...], worth: str) -> None:
    assert earns(STEPS, ordered(*names)) == Decimal(worth)


def test_q10_a_cloze_earns_the_mean_of_its_gaps_by_their_weights() -> None:
    right = answered(GAPS, {"1": ["2"], "2": ["1,6"], "3": ["dayak kanayatn"]})
    assert earns(GAPS, right) == 1
    assert earns(GAPS, answered(GAPS, {"1": ["3"], "2": ["9"], "3": ["melayu"]})) == Decimal("0.25")
    assert earns(GAPS, answered(GAPS, {"2": ["1.4"]})) == Decimal("0.5")


@pytest.mark.parametrize(
    ("pattern", "typed", "fits"),
    [
        ("aman", "  AMAN ", True),
        ("rumah  aman", "rumah\taman", True),
        ("lindung*", "lindungi anak", True),
        ("*aman*", "tempat yang aman sekali", True),
        ("a*b*c", "axxbyyc", True),
        ("a*b*c", "axxcyyb", False),
        ("ab*ba", "aba", False),
        (r"5\*5", "5*5", True),
        (r"5\*5", "5 x 5", False),
        ("a.c", "abc", False),
        ("caf\u00e9", "cafe\u0301", True),
        ("caf\u00e9", "cafe", False),
        ("*", "apa saja", True),
    ],
)
def test_q10_a_short_answer_fits_its_pattern(pattern: str, typed: str, fits: bool) -> None:
    assert earns(short(pattern), typed) == int(fits)


def test_q10_case_and_accents_count_only_where_the_author_says_so() -> None:
    assert earns(short("Pontianak", case_matters=True), "pontianak") == 0
    assert earns(short("Pontianak", case_matters=True), "Pontianak") == 1
    assert earns(short("caf\u00e9", accents_matter=False), "CAFE") == 1
    assert earns(short("Caf\u00e9", accents_matter=False, case_matters=True), "cafe\u0301") == 0


def test_q10_the_first_pattern_that_fits_decides_as_in_moodle() -> None:
    content = short(("aman*", "0.5"), ("aman sekali", "1"), ("*", "0"))
    assert [earns(content, typed) for typed in ("aman sekali", "amanlah", "lain")] == [
        Decimal("0.5"),
        Decimal("0.5"),
        0,
    ]


def test_a_pattern_full_of_stars_is_compared_at_once() -> None:
    assert earns(short("*a" * 400 + "b"), "a" * 999 + "c") == 0


@pytest.mark.parametrize(
    ("typed", "worth"),
    [("12", 1), ("13", 1), ("12,0", 1), ("13,01", 0), ("11.99", 0), ("1,25e1", 1), ("25/2", 0), ("dua belas", 0)],
)
def test_q10_a_number_counts_within_its_tolerance_bounds_included(typed: str, worth: int) -> None:
    assert earns(SAMPLES["numerical"], typed) == worth


def test_q10_a_number_with_two_senses_counts_in_the_better_one() -> None:
    for key in ("1234", "1.234"):
        assert earns(numerical(Number(value=Decimal(key))), "1.234") == 1


def test_q10_of_two_senses_the_one_that_earns_more_counts_whichever_comes_first() -> None:
    whole, half = Number(value=Decimal("1.234")), Number(value=Decimal(1234), fraction=Decimal("0.5"))
    assert earns(numerical(whole, half), "1.234") == earns(numerical(half, whole), "1.234") == 1


def test_q10_equal_options_of_a_gap_stand_there_once_and_earn_the_better_part() -> None:
    twice = (Option(text=text("Ya"), fraction=Decimal(1)), *options("0"), Option(text=text("Ya ")))
    content = Content(kind="cloze", text=text("{#1}"), gaps=(Gap(options=twice),))
    assert KINDS["cloze"].public(content)["gaps"][0]["options"] == ["Pilihan 0", "Ya"]
    assert earns(content, [1]) == 1


def test_q10_tolerances_are_exact_where_floats_are_not() -> None:
    content = numerical(Number(value=Decimal("0.1"), tolerance=Decimal("0.2")))
    assert (earns(content, "0,3"), earns(content, "0,30000000000000000000000000000000000001")) == (1, 0)


def test_q10_the_first_number_that_fits_decides_and_a_star_takes_the_rest() -> None:
    near = Number(value=Decimal(10), tolerance=Decimal(2), fraction=Decimal("0.5"))
    rest = Number(value=None, fraction=Decimal("-0.1"))
    content = numerical(Number(value=Decimal(10)), near, rest)
    assert [earns(content, t) for t in ("10", "12", "13", "abc")] == [1, Decimal("0.5"), Decimal("-0.1"), 0]


def test_q10_a_unit_may_be_left_out_and_converts() -> None:
    units = (Unit(name="m"), Unit(name="cm", factor=Decimal("0.01")))
    content = numerical(Number(value=Decimal(2)), units=units)
    assert [earns(content, t) for t in ("2", "2 m", "200 cm", "200", "2 cm", "2 kg")] == [1, 1, 1, 0, 0, 0]


def test_q27_an_essay_waits_for_a_person_unless_it_is_empty() -> None:
    assert (earns(ESSAY, "Saya pastikan semua aman."), earns(ESSAY, None)) == (None, 0)


def test_a_rating_has_four_steps_unless_its_author_gives_others() -> None:
    own = Content(kind="likert", text=ASK, options=options(0, 0, 0, 0, 0))
    likert = KINDS["likert"]
    assert [len(likert.shown(likert.public(c), [])["options"]) for c in (RATING, own)] == [4, 5]
    assert (earns(RATING, 3), likert.chosen(RATING, 3)) == (None, [3])


@pytest.mark.parametrize(
    "content",
    [
        Content(kind="choice", text=ASK, options=options("1")),
        Content(kind="choice", text=ASK, options=options("0.5", "0")),
        Content(kind="choice", text=Text(), options=options("1", "0")),
        Content(kind="choice", text=ASK, options=(*options("1"), Option(text=text(" ")))),
        Content(kind="choice", text=ASK, options=(*options("1"), Option(text=text("Pilihan 0")))),
        Content(kind="truefalse", text=ASK, options=options("1", "0", "0")),
        Content(kind="truefalse", text=ASK, options=options("1", "1")),
        short(),
        short(("aman", "0.5")),
        short(" "),
        numerical(),
        numerical(Number(value=None)),
        numerical(Number(value=Decimal(1), tolerance=Decimal(-1))),
        numerical(Number(value=Decimal(1)), units=(Unit(name="m"), Unit(name="m "))),
        numerical(Number(value=Decimal(1)), units=(Unit(name="m", factor=Decimal(0)),)),
        Content(kind="matching", text=ASK, pairs=PAIRS.pairs[2:]),
        Content(kind="matching", text=ASK, pairs=(*PAIRS.pairs, Pair(prompt=text("Kaltim"), answer=" "))),
        Content(kind="matching", text=ASK, pairs=tuple(Pair(prompt=text(p), answer="Ya") for p in "ab")),
        Content(kind="ordering", text=ASK, steps=(text("Satu"), text("Satu"))),
        Content(kind="ordering", text=ASK, steps=(text("Satu"), text("Dua"), Text())),
        Content(kind="cloze", text=text("Tanpa celah")),
        Content(kind="cloze", text=text("Celah {#1} dan {#1}"), gaps=GAPS.gaps[:1]),
        Content(kind="cloze", text=text("Celah {#1}"), gaps=GAPS.gaps[:2]),
        Content(kind="cloze", text=text("Celah {#1}"), gaps=(Gap(),)),
        Content(kind="cloze", text=text("Celah {#1}"), gaps=(Gap(options=options("0.5", "0")),)),
        Content(
            kind="cloze",
            text=Text(source='<p title="{#1}">Celah <img alt="{#1}"></p>', format=TextFormat.HTML),
            gaps=GAPS.gaps[:1],
        ),
        Content(kind="essay", text=Text()),
        Content(kind="likert", text=ASK, options=options("0")),
        Content(kind="description", text=Text()),
    ],
)
def test_what_cannot_be_a_question_says_why(content: Content) -> None:
    assert all(KINDS[content.kind].problems(content)) and KINDS[content.kind].problems(content)
