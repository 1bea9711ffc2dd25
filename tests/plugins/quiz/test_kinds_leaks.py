"""Nothing that a participant gets tells what is right: two questions that differ only in their key look the same."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, render_template
from hypothesis import given
from hypothesis import strategies as st

from lms.plugins.quiz.content import Accepted, Content, Criterion, Gap, Number, Option, Pair, Text, Unit
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.errors import UnreadableAnswer
from lms.plugins.quiz.kinds.reviewed import Show, review
from tests.plugins.quiz.samples import KINDS, SAMPLES

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
TEXTS = st.builds(Text, source=WORDS, format=st.sampled_from(TextFormat))
WORTH = st.decimals(-1, 1, places=5)
Twins = tuple[Content, Content]  # the same to people, with different keys
ACCEPTED = st.lists(st.builds(Accepted, pattern=WORDS, fraction=WORTH, feedback=TEXTS), max_size=4).map(tuple)
NUMBERS = st.lists(
    st.builds(Number, value=st.decimals(-999, 999, places=2), tolerance=st.just(Decimal(1)), feedback=TEXTS),
    min_size=1, max_size=3,
).map(tuple)  # fmt: skip


@st.composite
def worths(draw: Any, texts: list[Text]) -> tuple[Option, ...]:
    """Options with these texts in this order, worth anything."""
    return tuple(Option(text=text, fraction=draw(WORTH), feedback=draw(TEXTS)) for text in texts)


@st.composite
def choices(draw: Any) -> Twins:
    texts = draw(st.lists(TEXTS, min_size=2, max_size=6))
    kind, ask = draw(st.sampled_from(["choice", "multichoice"])), draw(TEXTS)
    one, other = (Content(kind=kind, text=ask, options=draw(worths(texts))) for _twin in range(2))
    return one, other


@st.composite
def statements(draw: Any) -> Twins:
    ask, texts = draw(TEXTS), [Text(source="Benar"), Text(source="Salah")]
    one, other = (Content(kind="truefalse", text=ask, options=draw(worths(texts))) for _twin in range(2))
    return one, other


@st.composite
def pairings(draw: Any) -> Twins:
    prompts = draw(st.lists(TEXTS, min_size=2, max_size=5))
    partners = draw(st.lists(WORDS, min_size=len(prompts), max_size=len(prompts)))
    lone = [Pair(prompt=Text(), answer=word) for word in draw(st.lists(WORDS, max_size=2))]
    ask = draw(TEXTS)

    def twin(answers: list[str]) -> Content:
        pairs = [Pair(prompt=prompt, answer=answer) for prompt, answer in zip(prompts, answers, strict=True)]
        return Content(kind="matching", text=ask, pairs=(*pairs, *lone))

    return twin(partners), twin(draw(st.permutations(partners)))


@st.composite
def orderings(draw: Any) -> Twins:
    steps, ask = draw(st.lists(TEXTS, min_size=2, max_size=6)), draw(TEXTS)
    one, other = (
        Content(kind="ordering", text=ask, steps=tuple(order)) for order in (steps, draw(st.permutations(steps)))
    )
    return one, other


@st.composite
def clozes(draw: Any) -> Twins:
    texts = draw(st.lists(TEXTS, min_size=2, max_size=5))
    body = Text(source="{#1} dan {#2} dan {#3}")

    def twin() -> Content:
        options = Gap(options=draw(worths(draw(st.permutations(texts)))))
        gaps = (options, Gap(accepted=draw(ACCEPTED)), Gap(numbers=draw(NUMBERS), weight=draw(st.integers(1, 9))))
        return Content(kind="cloze", text=body, gaps=gaps)

    return twin(), twin()


@st.composite
def typed(draw: Any) -> Twins:
    kind, ask = draw(st.sampled_from(["shortanswer", "numerical", "essay", "likert", "description"])), draw(TEXTS)
    units = draw(st.lists(st.builds(Unit, name=WORDS), max_size=3, unique_by=lambda unit: unit.name))

    def twin() -> Content:
        content = Content(kind=kind, text=ask, case_matters=draw(st.booleans()), accents_matter=draw(st.booleans()))
        if kind == "shortanswer":
            return replace(content, accepted=draw(ACCEPTED))
        if kind == "numerical":
            return replace(content, numbers=draw(NUMBERS), units=tuple(draw(st.permutations(units))))
        if kind == "essay":
            return replace(content, model_answer=draw(TEXTS), rubric=(Criterion(text=draw(WORDS), points=Decimal(2)),))
        return content

    return twin(), twin()


TWINS = st.one_of(choices(), statements(), pairings(), orderings(), clozes(), typed())


@given(TWINS, TEXTS, WORDS)
def test_q13_what_pages_carry_is_the_same_whatever_is_right(twins: Twins, explanation: Text, name: str) -> None:
    one, other = twins
    other = replace(other, feedback=explanation, name=name, mark=Decimal(3))
    kind = KINDS[one.kind]
    assert json.dumps(kind.public(one)) == json.dumps(kind.public(other))


@given(TWINS, st.data())
def test_q13_a_review_that_may_tell_nothing_is_the_same_whatever_is_right(twins: Twins, data: st.DataObject) -> None:
    kind = KINDS[twins[0].kind]
    public = kind.public(twins[0])
    order = kind.order(public, shuffles=True)
    given = data.draw(st.dictionaries(st.sampled_from(["", "1", "2"]), st.sampled_from([["1"], ["2"], []])))
    fields = {"1", "2"} if kind.key in {"matching", "ordering", "cloze"} else {""}
    sent = {part: values for part, values in given.items() if part in fields and kind.is_question}
    try:
        value = kind.read(public, order, sent)
    except UnreadableAnswer:
        value = None
    one, other = (review(kind, number=1, content=twin, order=order, value=value, show=Show()) for twin in twins)
    assert one == other
    assert (one.verdict, one.solution, one.mark, one.max_mark, one.feedbacks) == (None, None, None, None, ())


def test_q13_comments_and_class_names_of_imported_html_stay_behind() -> None:
    marked = '<!-- kunci --><p class="kunci" id="kunci" data-kunci="1" title="kunci">Ya<script>kunci</script></p>'
    option = Option(text=Text(source=marked, format=TextFormat.HTML), fraction=Decimal(1))
    content = replace(SAMPLES["choice"], options=(option, option))
    assert "kunci" not in json.dumps(KINDS["choice"].public(content))


@pytest.mark.parametrize("key", SAMPLES)
def test_q13_page_source_of_every_type_holds_no_key(app: Flask, key: str) -> None:
    secret = Text(source="RAHASIA")
    content, kind = SAMPLES[key], KINDS[key]
    told = replace(
        content,
        name="RAHASIA",
        feedback=secret,
        model_answer=secret,
        options=tuple(replace(option, feedback=secret) for option in content.options),
        accepted=tuple(Accepted(pattern="RAHASIA", feedback=secret) for _answer in content.accepted),
        numbers=tuple(Number(value=Decimal(71077345), feedback=secret) for _number in content.numbers),
        rubric=(Criterion(text="RAHASIA", points=Decimal(71077345)),),
    )
    public = kind.public(told)
    order = kind.order(public, shuffles=True)
    question = {"number": 1, "kind": key, "text": public["text"], "shown": kind.shown(public, order), "given": {}}
    with app.test_request_context():
        page = render_template(kind.template, question=question, picture_url=None)
    for place in (json.dumps(public), json.dumps(order), page):
        assert "RAHASIA" not in place
        assert "71077345" not in place
        assert "fraction" not in place
