"""Reviews tell exactly what they may, in words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import lxml.html
import pytest
from flask import Flask, get_template_attribute

from lms.plugins.quiz.content import Content, Text
from lms.plugins.quiz.kinds.reviewed import ALL, Reviewed, Show, Verdict, review
from tests.plugins.quiz.samples import ASK, ESSAY, GAPS, KINDS, PAIRS, RATING, SAMPLES, multiple, options

CHOICE = Content(
    kind="choice", text=ASK, options=options("0", "1", "-0.25"), feedback=Text(source="Utamakan rasa aman")
)


def seen(content: Content, value: Any, *, order: Sequence[int] = (), show: Show = ALL, **values: Any) -> Reviewed:
    kind = KINDS[content.kind]
    return review(kind, number=1, content=content, order=list(order), value=value, show=show, **values)


def test_q28_options_stand_in_the_order_that_the_person_saw() -> None:
    found = seen(CHOICE, 2, order=[2, 0, 1])
    assert [(o.text.source, o.is_chosen, o.is_right, o.is_key) for o in found.options] == [
        ("Pilihan 2", True, False, False),
        ("Pilihan 0", False, False, False),
        ("Pilihan 1", False, True, True),
    ]


@pytest.mark.parametrize(
    ("content", "value", "mark", "verdict"),
    [
        (CHOICE, 1, "1", Verdict.RIGHT),
        (CHOICE, 2, "-0.25", Verdict.WRONG),
        (CHOICE, None, "0", Verdict.EMPTY),
        (multiple("0.5", "0.5", "-1"), [0], "0.5", Verdict.PARTLY),
        (ESSAY, "Aman", None, Verdict.WAITING),
        (ESSAY, "Aman", "0.5", Verdict.PARTLY),
        (ESSAY, "Aman", "1", Verdict.RIGHT),
        (RATING, 2, None, None),
    ],
)
def test_q28_an_answer_has_a_verdict(content: Content, value: Any, mark: str | None, verdict: Verdict | None) -> None:
    assert seen(content, value, mark=None if mark is None else Decimal(mark)).verdict is verdict


@pytest.mark.parametrize("told", ["score", "correctness", "key", "feedback"])
def test_q28_each_switch_tells_its_own_part_and_no_other(told: str) -> None:
    found = seen(CHOICE, 2, show=Show(**{told: True}), mark=Decimal("-0.25"), comment="Baca lagi")
    assert (found.mark is not None, found.max_mark is not None) == (told == "score",) * 2
    assert (found.verdict is not None) == (told == "correctness")
    assert (found.solution is not None, any(o.is_key for o in found.options)) == (told == "key",) * 2
    assert bool(found.feedbacks) == (told == "feedback")
    rightness = {"correctness": [None, None, False], "key": [False, True, False]}
    assert [option.is_right for option in found.options] == rightness.get(told, [None, None, None])


@pytest.mark.parametrize(("content", "value"), [(PAIRS, [0, 1, None]), (GAPS, [1, "1,5", None])])
def test_q28_parts_tell_what_is_right_only_when_they_may(content: Content, value: Any) -> None:
    for show in (Show(), Show(correctness=True), Show(key=True)):
        for line in seen(content, value, show=show).lines:
            assert (line.is_right is None, line.solution is None) == (not show.correctness, not show.key)


@pytest.fixture
def page(app: Flask) -> Any:
    """The words of a review, as a reader sees them."""

    def render(found: Reviewed, **values: Any) -> str:
        with app.test_request_context(headers={"Accept-Language": "en"}):
            app.preprocess_request()
            macro = get_template_attribute("quiz/_review_item.html", "review_item")
            root = lxml.html.fragment_fromstring(macro(found, **values), create_parent="div")
            return " ".join(root.text_content().split())

    return render


@pytest.mark.parametrize("key", SAMPLES)
def test_q28_every_type_has_a_review_that_says_so_where_nothing_was_answered(page: Any, key: str) -> None:
    found = page(seen(SAMPLES[key], None, show=ALL if key != "likert" else Show()))
    assert (len(found) > 10) and "None" not in found


def test_q28_own_answer_and_key_are_said_in_words(page: Any) -> None:
    import re

    told, hidden = page(seen(CHOICE, 2, mark=Decimal("-0.25"))), page(seen(CHOICE, 2, show=Show()))
    marks = re.compile("Key|Kunci")
    assert (bool(marks.search(told)), bool(marks.search(hidden))) == (True, False)
    assert "Utamakan rasa aman" in told and "Umpan balik 2" in told
    assert "Utamakan rasa aman" not in hidden and "Umpan balik" not in hidden
