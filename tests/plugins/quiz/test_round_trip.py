"""Export then import gives equal questions, whatever they hold."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.kernel import rich_text
from lms.plugins.quiz.content import (
    ONE,
    ZERO,
    Accepted,
    Content,
    Criterion,
    Draft,
    Gap,
    Number,
    Option,
    Pair,
    Picture,
    Text,
    Unit,
)
from lms.plugins.quiz.enums import Pillar, QuestionKind, TextFormat
from lms.plugins.quiz.formats import gift, moodle_xml
from lms.plugins.quiz.formats.catalogue import FORMATS
from lms.plugins.quiz.formats.detection import detect

pytestmark = pytest.mark.unit
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
PICTURE = Picture(sha=hashlib.sha256(PNG).hexdigest(), media_type="image/png", data=PNG)
IMAGE = f'<img src="picture:{PICTURE.sha}" alt="peta">'
# Everything that means something in one of the formats, and letters of several alphabets.
MARKS = ["~", "=", "#", "{", "}", ":", "\\", "%", "50%", "%50%", "[html]", "::", "//", "<b>", "&lt;", "&", "<", ">"]
MARKS += ['"', "'", "*", "/", " ", "####", "]]>", "T", "$CATEGORY:", "@@PLUGINFILE@@", "\\n", "&#39;", "1..2"]
NASTY = st.sampled_from(["a", "B", "é", "ж", "中", "😀", *MARKS])
TIDY = {"suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much], "deadline": None}


def words(*, lines: bool = False, size: int = 8) -> st.SearchStrategy[str]:
    pieces = st.one_of(NASTY, st.just("\n")) if lines else NASTY
    return st.lists(pieces, min_size=1, max_size=size).map(lambda parts: "".join(parts).strip()).filter(bool)


line = words().map(lambda text: " ".join(text.split())).filter(bool)
plain_texts = words(lines=True).map(lambda source: Text(source=source))
markdown_texts = words(lines=True).map(lambda source: Text(source=source, format=TextFormat.MARKDOWN))


def as_html(parts: Sequence[str]) -> Text:
    return Text(source=rich_text.sanitise("".join(parts)).strip(), format=TextFormat.HTML)


fragments = st.one_of(
    words(lines=True).map(lambda text: f"<p>x{text}</p>"),
    line.map(lambda text: f"<b>y</b> {text}"),
    st.just(IMAGE),
    st.just("<table><tr><td>1</td></tr></table>"),
)
html_texts = st.lists(fragments, min_size=1, max_size=3).map(as_html)
texts = st.one_of(plain_texts, html_texts, markdown_texts)
nothing_or = st.one_of(st.just(Text()), texts)
PARTS = [Decimal(p) for p in ("0.5", "0.3333333", "0.25", "0.1428571", "0.8333333", "0.125", "0.05", "0.9")]
partial = st.sampled_from([*PARTS, *(-part for part in PARTS), ZERO, -ONE])
positive = st.sampled_from([*PARTS, ONE])
figures = st.decimals(-(10**9), 10**9, places=4, allow_nan=False).map(lambda figure: figure.normalize() + ZERO)
tolerances = st.sampled_from([ZERO, Decimal("0.01"), Decimal(5), Decimal("1234.5678")])


@st.composite
def options(draw: st.DrawFn, *, first: st.SearchStrategy[Decimal]) -> tuple[Option, ...]:
    rest = draw(st.lists(st.builds(Option, text=texts, fraction=partial, feedback=nothing_or), min_size=1, max_size=4))
    key = draw(st.builds(Option, text=texts, fraction=first, feedback=nothing_or))
    return tuple(draw(st.permutations([key, *rest])))


@st.composite
def truths(draw: st.DrawFn) -> tuple[Option, ...]:
    is_true = draw(st.booleans())
    return (
        Option(text=Text(source="Benar"), fraction=ONE if is_true else ZERO, feedback=draw(nothing_or)),
        Option(text=Text(source="Salah"), fraction=ZERO if is_true else ONE, feedback=draw(nothing_or)),
    )


def with_key(strategy: st.SearchStrategy, key: st.SearchStrategy) -> st.SearchStrategy:
    return st.builds(lambda first, rest: (first, *rest), key, st.lists(strategy, max_size=3))


patterns = line.filter(lambda text: "->" not in text)
accepted = with_key(
    st.builds(Accepted, pattern=patterns, fraction=partial, feedback=nothing_or),
    st.builds(Accepted, pattern=patterns, fraction=positive, feedback=nothing_or),
)
number = st.builds(Number, value=figures, tolerance=tolerances, fraction=positive, feedback=nothing_or)
anything = st.builds(Number, value=st.none(), fraction=st.just(ZERO), feedback=nothing_or)
numbers = with_key(st.one_of(number, anything), number)
units = st.lists(
    st.builds(Unit, name=line, factor=st.sampled_from([Decimal(f) for f in ("1000", "0.001", "60", "7", "2.54")])),
    max_size=2,
).map(tuple)
pairs = st.lists(st.builds(Pair, prompt=st.one_of(texts, st.just(Text())), answer=line), min_size=1, max_size=4).map(
    tuple
)
base = {
    "text": texts,
    "name": st.one_of(st.just(""), line),
    "feedback": nothing_or,
    "mark": st.sampled_from([ONE, Decimal("2.5"), Decimal(10)]),
    "shuffles": st.booleans(),
}
KINDS: dict[QuestionKind, st.SearchStrategy[Content]] = {
    QuestionKind.SINGLE: st.builds(Content, kind=st.just("choice"), options=options(first=st.just(ONE)), **base),
    QuestionKind.MULTIPLE: st.builds(Content, kind=st.just("multichoice"), options=options(first=positive), **base),
    QuestionKind.TRUE_FALSE: st.builds(Content, kind=st.just("truefalse"), options=truths(), **base),
    QuestionKind.SHORT: st.builds(
        Content,
        kind=st.just("shortanswer"),
        accepted=accepted,
        case_matters=st.booleans(),
        accents_matter=st.booleans(),
        **base,
    ),
    QuestionKind.NUMERIC: st.builds(Content, kind=st.just("numerical"), numbers=numbers, **base),
    QuestionKind.MATCHING: st.builds(Content, kind=st.just("matching"), pairs=pairs, **base),
    QuestionKind.ESSAY: st.builds(Content, kind=st.just("essay"), model_answer=nothing_or, **base),
    QuestionKind.DESCRIPTION: st.builds(Content, kind=st.just("description"), **base),
}
category = st.lists(st.sampled_from(["Manajemen", "Dana/hibah", "Kepemimpinan & tim", "A: b"]), max_size=3).map(tuple)


def drafts(content: st.SearchStrategy[Content]) -> st.SearchStrategy[Draft]:
    return st.builds(
        Draft,
        content=content,
        category=category,
        tags=st.lists(line.filter(lambda tag: "\\" not in tag), max_size=2, unique=True).map(tuple),
        pillar=st.sampled_from(list(Pillar)),
        objective=st.sampled_from(["", "Menyusun anggaran \\ {kas}"]),
        pictures=st.just((PICTURE,)),
    )


def as_read(draft: Draft) -> Draft:
    """What a reading of it may say more: where it stands and what is doubtful; and only pictures that are used."""
    return replace(draft, where="", doubts=(), pictures=())


def check(write: Callable, read: Callable, sent: Sequence[Draft]) -> None:
    data, left_out = write(sent)
    assert left_out == []
    found = read(data)
    assert [as_read(draft) for draft in found.drafts] == [as_read(draft) for draft in sent]
    assert found.faults == ()
    for before, after in zip(sent, found.drafts, strict=True):
        names = {sha for text in _texts(before) for sha in rich_text.PICTURE.findall(text)}
        assert {(picture.sha, picture.data) for picture in after.pictures} == {(sha, PNG) for sha in names}


def _texts(draft: Draft) -> list[str]:
    from lms.plugins.quiz.content import texts_of

    return [text.source for text in texts_of(draft.content) if text.format is not TextFormat.PLAIN]


def is_for_gift(draft: Draft) -> bool:
    return not any("->" in pair.prompt.source for pair in draft.content.pairs)


@pytest.mark.parametrize("kind", KINDS)
def test_q9_gift_keeps_key_weights_and_feedback_of_each_type(kind: QuestionKind) -> None:
    @settings(max_examples=25, **TIDY)
    @given(st.lists(drafts(KINDS[kind]).filter(is_for_gift), min_size=1, max_size=3))
    def holds(sent: list[Draft]) -> None:
        check(gift.write, gift.read, sent)

    holds()


gap_words = line.filter(lambda text: "\\" not in text and "{#" not in text)
said = st.one_of(st.just(Text()), gap_words.map(lambda source: Text(source=source)))
gaps = st.one_of(
    st.builds(
        Gap,
        weight=st.integers(1, 5),
        options=with_key(
            st.builds(Option, text=gap_words.map(lambda s: Text(source=s)), fraction=partial, feedback=said),
            st.builds(Option, text=gap_words.map(lambda s: Text(source=s)), fraction=positive, feedback=said),
        ),
    ),
    st.builds(
        Gap,
        accepted=with_key(
            st.builds(Accepted, pattern=gap_words, fraction=partial, feedback=said),
            st.builds(Accepted, pattern=gap_words, fraction=positive, feedback=said),
        ),
        case_matters=st.booleans(),
    ),
    st.builds(
        Gap,
        numbers=with_key(
            st.builds(Number, value=figures, tolerance=tolerances, fraction=partial, feedback=said),
            st.builds(Number, value=figures, tolerance=tolerances, fraction=positive, feedback=said),
        ),
    ),
)


@st.composite
def clozes(draw: st.DrawFn) -> Content:
    found = draw(st.lists(gaps, min_size=1, max_size=3))
    text = draw(texts.filter(lambda text: "{#" not in text.source and "{" not in text.source))
    places = " ".join(f"{{#{place}}}" for place in range(1, len(found) + 1))
    wording = replace(text, source=f"{text.source} {places}")
    return Content(kind="cloze", text=wording, gaps=tuple(found), mark=draw(base["mark"]))


MORE = {
    QuestionKind.NUMERIC: st.builds(Content, kind=st.just("numerical"), numbers=numbers, units=units, **base),
    QuestionKind.ORDERING: st.builds(
        Content, kind=st.just("ordering"), steps=st.lists(texts, min_size=2, max_size=4).map(tuple), **base
    ),
    QuestionKind.CLOZE: clozes(),
    QuestionKind.ESSAY: st.builds(
        Content,
        kind=st.just("essay"),
        model_answer=nothing_or,
        rubric=st.lists(st.builds(Criterion, text=line, points=st.sampled_from([ONE, Decimal("2.5")])), max_size=2).map(
            tuple
        ),
        **base,
    ),
}


@pytest.mark.parametrize("kind", KINDS | MORE)
def test_q9_moodle_xml_keeps_key_weights_and_feedback_of_each_type(kind: QuestionKind) -> None:
    @settings(max_examples=25, **TIDY)
    @given(st.lists(drafts((KINDS | MORE)[kind]), min_size=1, max_size=3))
    def holds(sent: list[Draft]) -> None:
        check(moodle_xml.write, moodle_xml.read, sent)

    holds()


@pytest.mark.parametrize("kind", [QuestionKind.ORDERING, QuestionKind.CLOZE, QuestionKind.LIKERT, "peta"])
def test_q9_gift_names_the_questions_that_it_leaves_out(kind: str) -> None:
    good = Draft(content=Content(kind="essay", text=Text(source="Uraikan")))
    bad = Draft(content=Content(kind=kind, text=Text(source="Urutkan")), where="baris 7")
    data, left_out = gift.write([good, bad])
    assert [fault.where for fault in left_out] == ["baris 7"]
    assert [draft.content for draft in gift.read(data).drafts] == [good.content]


def test_q9_gift_leaves_out_units_and_rubrics_rather_than_losing_them() -> None:
    unit = Content(kind="numerical", text=Text(source="Jarak?"), numbers=(Number(value=ONE),), units=(Unit(name="km"),))
    rubric = Content(kind="essay", text=Text(source="Uraikan"), rubric=(Criterion(text="Jelas", points=ONE),))
    _data, left_out = gift.write([Draft(content=unit), Draft(content=rubric)])
    assert len(left_out) == 2


@pytest.mark.parametrize("key", ["gift", "moodle-xml"])
def test_a_written_file_is_known_by_what_is_in_it(key: str) -> None:
    question = Draft(content=Content(kind="essay", text=Text(source="Uraikan")))
    write = FORMATS[key].write
    assert write is not None
    assert detect(write([question])[0], "soal.dat") == key
