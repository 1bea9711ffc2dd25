"""Answers on their way from a form to the store and back, and the pages that they are typed into."""

from __future__ import annotations

from typing import Any

import lxml.html
import pytest
from flask import Flask, render_template
from hypothesis import given
from hypothesis import strategies as st

from lms.plugins.quiz.content import Content
from lms.plugins.quiz.errors import UnreadableAnswer
from lms.plugins.quiz.kinds.base import Order
from tests.plugins.quiz.samples import ASK, GAPS, KINDS, PAIRS, SAMPLES, STATEMENT, STEPS, text


class Question:
    """What a fragment gets, as `taking.Shown` has it."""

    def __init__(self, content: Content, order: Order, value: Any = None, number: int = 3) -> None:
        kind = KINDS[content.kind]
        public = kind.public(content)
        self.number, self.kind, self.template, self.text = number, kind.key, kind.template, public["text"]
        self.shown = kind.shown(public, order)
        self.given = {} if value is None else kind.given(public, order, value)
        self.is_answered = value is not None


def order_of(content: Content, *, shuffles: bool = True) -> Order:
    kind = KINDS[content.kind]
    return kind.order(kind.public(content), shuffles=shuffles)


def read(content: Content, order: Order, parts: Any) -> Any:
    kind = KINDS[content.kind]
    return kind.read(kind.public(content), order, parts)


FILLED: dict[str, dict[str, list[str]]] = {
    "choice": {"": ["2"]},
    "multichoice": {"": ["1", "3"]},
    "truefalse": {"": ["1"]},
    "shortanswer": {"": ["Aman sekali"]},
    "numerical": {"": ["12,5"]},
    "matching": {"1": ["2"], "3": ["4"]},
    "ordering": {"1": ["4"], "2": ["1"], "4": ["2"]},
    "cloze": {"1": ["3"], "3": ["Dayak"]},
    "essay": {"": ["Baris satu\nBaris dua"]},
    "likert": {"": ["4"]},
}


@pytest.mark.parametrize("key", FILLED)
@pytest.mark.parametrize("shuffles", [True, False])
def test_what_is_read_comes_back_into_the_form_as_it_was_sent(key: str, shuffles: bool) -> None:
    content, kind = SAMPLES[key], KINDS[key]
    for _attempt in range(10):
        order = order_of(content, shuffles=shuffles)
        value = read(content, order, FILLED[key])
        assert kind.given(kind.public(content), order, value) == FILLED[key]


@pytest.mark.parametrize("key", FILLED)
@pytest.mark.parametrize("empty", [[], [""], ["  "]])
def test_what_is_left_empty_is_no_answer(key: str, empty: list[str]) -> None:
    assert read(SAMPLES[key], [], dict.fromkeys(FILLED[key], empty)) is None
    assert read(SAMPLES[key], [], {}) is None


def test_positions_are_those_of_the_version_whatever_the_person_sees() -> None:
    choice = SAMPLES["choice"]
    assert [read(choice, [2, 0, 1], {"": [place]}) for place in ("1", "2", "3")] == [2, 0, 1]
    assert read(SAMPLES["multichoice"], [2, 0, 1], {"": ["3", "1"]}) == [1, 2]
    answers = KINDS["matching"].public(PAIRS)["answers"]
    order = list(reversed(range(len(answers))))
    assert read(PAIRS, order, {"2": ["1"]}) == [None, len(answers) - 1, None]
    assert read(STEPS, [3, 1, 0, 2], {"1": ["2"], "3": ["4"]}) == [3, None, None, 1]
    assert read(GAPS, [[2, 0, 1], [], []], {"1": ["1"], "2": [" 1,5 "]}) == [2, "1,5", None]


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("choice", {"": ["0"]}),
        ("choice", {"": ["4"]}),
        ("choice", {"": ["-1"]}),
        ("choice", {"": ["1.0"]}),
        ("choice", {"": ["²"]}),
        ("choice", {"": ["9" * 5000]}),
        ("choice", {"": ["1", "2"]}),
        ("choice", {"1": ["1"]}),
        ("choice", {"": [1]}),
        ("choice", {"": "1"}),
        ("choice", {"": None}),
        ("choice", ["1"]),
        ("choice", None),
        ("multichoice", {"": ["1", "1"]}),
        ("multichoice", {"": ["1", "4"]}),
        ("truefalse", {"": ["3"]}),
        ("likert", {"": ["5"]}),
        ("shortanswer", {"": ["a" * 1001]}),
        ("shortanswer", {"": ["a", "b"]}),
        ("numerical", {"": ["1" * 1001]}),
        ("essay", {"": ["a" * 20_001]}),
        ("matching", {"4": ["1"]}),
        ("matching", {"1": ["5"]}),
        ("matching", {"1": ["1", "2"]}),
        ("ordering", {"1": ["1"], "2": ["1"]}),
        ("ordering", {"1": ["5"]}),
        ("ordering", {"": ["1"]}),
        ("cloze", {"1": ["4"]}),
        ("cloze", {"4": ["1"]}),
        ("cloze", {"3": ["a" * 1001]}),
        ("description", {"": ["1"]}),
    ],
)
def test_what_no_page_of_ours_sends_is_refused_with_a_next_step(key: str, parts: Any) -> None:
    with pytest.raises(UnreadableAnswer) as refused:
        read(SAMPLES[key], [], parts)
    assert str(refused.value).endswith((".", "anew.")) and " " in str(refused.value)


@given(st.dictionaries(st.sampled_from(["", "1", "2", "3", "4", "x"]), st.lists(st.text(max_size=5), max_size=3)))
def test_an_answer_is_read_or_refused_and_nothing_else(parts: dict[str, list[str]]) -> None:
    for content in SAMPLES.values():
        try:
            value = read(content, [], parts)
        except UnreadableAnswer:
            continue
        assert KINDS[content.kind].fraction(content, value) is not None or content.kind in {
            "essay",
            "likert",
            "description",
        }
        assert value is None or isinstance(KINDS[content.kind].words(content, value), str)


def test_the_longest_allowed_texts_are_kept_whole() -> None:
    assert read(SAMPLES["shortanswer"], [], {"": ["a" * 1000]}) == "a" * 1000
    assert read(SAMPLES["essay"], [], {"": ["b\r\n" * 10_000]}) == ("b\n" * 10_000).strip()


def test_typed_text_is_composed_and_loses_what_no_database_keeps() -> None:
    assert read(SAMPLES["shortanswer"], [], {"": ["  cafe\u0301 \x00 \t baru "]}) == "caf\u00e9 baru"
    assert read(SAMPLES["essay"], [], {"": ["satu\x00\n\n dua \ud83d"]}) == "satu \n\n dua \ufffd"


def test_options_move_only_when_quiz_and_question_let_them() -> None:
    fixed = Content(kind="choice", text=ASK, options=SAMPLES["choice"].options, shuffles=False)
    assert order_of(SAMPLES["choice"], shuffles=False) == order_of(fixed) == []
    assert {tuple(order_of(SAMPLES["choice"])) for _draw in range(200)} == {
        (0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0),
    }  # fmt: skip


def test_partners_and_items_are_drawn_even_where_nothing_shuffles() -> None:
    for content in (PAIRS, STEPS):
        still = Content(kind=content.kind, text=ASK, pairs=content.pairs, steps=content.steps, shuffles=False)
        assert len({tuple(order_of(still, shuffles=False)) for _draw in range(200)}) > 10


def test_the_affirming_option_comes_first_whichever_is_right() -> None:
    kind = KINDS["truefalse"]
    public = kind.public(STATEMENT)
    for shuffles in (True, False):
        order = kind.order(public, shuffles=shuffles)
        assert kind.shown(public, order)["options"] == ["Benar", "Salah"]
        assert kind.fraction(STATEMENT, kind.read(public, order, {"": ["2"]})) == 1


@pytest.fixture
def page(app: Flask) -> Any:
    """Renders the fragment of a question."""

    def render(content: Content, order: Order | None = None, value: Any = None, **values: Any) -> str:
        question = Question(content, order_of(content) if order is None else order, value)
        with app.test_request_context(headers={"Accept-Language": "id"}):
            return render_template(question.template, question=question, picture_url=None, **values)

    return render


FIELDS: dict[str, list[str]] = {
    "choice": ["q3"],
    "multichoice": ["q3"],
    "truefalse": ["q3"],
    "shortanswer": ["q3"],
    "numerical": ["q3"],
    "matching": ["q3-1", "q3-2", "q3-3"],
    "ordering": ["q3-1", "q3-2", "q3-3", "q3-4"],
    "cloze": ["q3-1", "q3-2", "q3-3"],
    "essay": ["q3"],
    "likert": ["q3"],
    "description": [],
}


@pytest.mark.parametrize("key", FIELDS)
def test_fragments_name_their_fields_and_each_field_has_a_label(page: Any, key: str) -> None:
    root = lxml.html.fragment_fromstring(page(SAMPLES[key]), create_parent="div")
    fields = root.xpath(".//input|.//select|.//textarea")
    assert list(dict.fromkeys(field.get("name") for field in fields)) == FIELDS[key]
    for field in fields:
        labelled = field.get("aria-label") or field.get("aria-labelledby") or field.xpath("ancestor::label")
        assert labelled or root.xpath(f".//label[@for='{field.get('id')}']")


@pytest.mark.parametrize("key", FILLED)
def test_fragments_show_what_was_answered(page: Any, key: str) -> None:
    content, order = SAMPLES[key], order_of(SAMPLES[key])
    root = lxml.html.fragment_fromstring(page(content, order, read(content, order, FILLED[key])), create_parent="form")
    form = lxml.html.fromstring(lxml.html.tostring(root))
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        if value:
            sent.setdefault(name.partition("-")[2], []).append(value)
    assert read(content, order, sent) == read(content, order, FILLED[key])


def test_texts_of_people_never_become_markup(page: Any) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'>"
    content = Content(
        kind="matching",
        text=ASK,
        pairs=tuple(type(PAIRS.pairs[0])(prompt=text(f"{evil}{n}"), answer=f"{evil}{n}") for n in range(2)),
    )
    found = page(content)
    assert "<script" not in found and "<img" not in found and "&lt;script&gt;" in found
    assert "<b>" not in page(SAMPLES["shortanswer"], value='"><b>')
    assert "<b>" not in page(GAPS, [[0, 1, 2], [], []], [None, None, '"><b>'])
