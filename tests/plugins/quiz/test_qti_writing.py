"""What is written as a package of QTI 3 comes back, and what cannot be written is told."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest

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
    Reading,
    Text,
    Unit,
)  # fmt: skip
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats import qti
from lms.plugins.quiz.formats.detection import detect

pytestmark = pytest.mark.unit
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
PICTURE = Picture(sha=hashlib.sha256(PNG).hexdigest(), media_type="image/png", data=PNG)


def only(reading: Reading) -> Content:
    assert reading.faults == ()
    assert len(reading.drafts) == 1
    return reading.drafts[0].content


def _html(text: Text) -> str:
    return rich_text.plain(text.source, text.format.value)


def words_of(content: Content) -> Content:
    """The content with its texts as words: QTI knows markup only, so plain texts may come back as HTML."""

    def said(text: Text) -> Text:
        return Text(source=_html(text))

    return replace(
        content,
        text=said(content.text),
        feedback=said(content.feedback),
        model_answer=said(content.model_answer),
        options=tuple(replace(o, text=said(o.text), feedback=said(o.feedback)) for o in content.options),
        pairs=tuple(replace(pair, prompt=said(pair.prompt)) for pair in content.pairs),
        steps=tuple(said(step) for step in content.steps),
    )


HTML = Text(
    source=f'<p>Lihat <img src="picture:{PICTURE.sha}" alt="peta"> &amp; pilih<br>satu</p>', format=TextFormat.HTML
)
WRITTEN = [
    Content(
        kind="choice",
        name="Satu & <dua>",
        text=HTML,
        mark=Decimal(2),
        feedback=Text(source="Lihat bab 2", format=TextFormat.MARKDOWN),
        options=(
            Option(text=Text(source="a < b"), fraction=Decimal("0.3333333"), feedback=Text(source="kurang")),
            Option(text=Text(source="c"), fraction=ONE),
            Option(text=Text(source="d"), fraction=-ONE),
        ),
    ),
    Content(
        kind="multichoice",
        text=Text(source="Yang mana?"),
        options=(
            Option(text=Text(source="a"), fraction=Decimal("0.5"), feedback=Text(source="ya")),
            Option(text=Text(source="b"), fraction=Decimal("0.5")),
            Option(text=Text(source="c"), fraction=-ONE),
        ),
    ),
    Content(
        kind="truefalse",
        text=Text(source="Benar?"),
        options=(
            Option(text=Text(source="Benar"), fraction=ZERO, feedback=Text(source="bukan")),
            Option(text=Text(source="Salah"), fraction=ONE),
        ),
    ),
    Content(
        kind="shortanswer",
        text=Text(source="Kantor?"),
        accepted=(Accepted(pattern="Dinas \\*"), Accepted(pattern="Dinsos", fraction=Decimal("0.5"))),
        case_matters=True,
    ),
    Content(
        kind="numerical",
        text=Text(source="Berapa?"),
        numbers=(Number(value=Decimal("3.14"), tolerance=Decimal("0.01")),),
    ),
    Content(
        kind="matching",
        text=Text(source="Padankan"),
        pairs=(
            Pair(prompt=Text(source="Ketua"), answer="rapat"),
            Pair(prompt=Text(source="Bendahara"), answer="kas"),
            Pair(prompt=Text(), answer="dapur"),
        ),
    ),
    Content(kind="ordering", text=Text(source="Urutkan"), steps=(Text(source="z dulu"), Text(source="lalu a"))),
    Content(
        kind="cloze",
        text=Text(source="Kota {#1} di {#2} sejak {#3}."),
        gaps=(
            Gap(accepted=(Accepted(pattern="Bogor"),), weight=2),
            Gap(options=(Option(text=Text(source="barat"), fraction=ONE), Option(text=Text(source="timur")))),
            Gap(numbers=(Number(value=Decimal(1945), tolerance=ONE),), weight=3),
        ),
    ),
    Content(kind="essay", text=Text(source="Uraikan"), model_answer=Text(source="Tiga hal")),
    Content(kind="description", text=Text(source="Bacalah dahulu.")),
]


@pytest.mark.parametrize("content", WRITTEN, ids=[content.kind for content in WRITTEN])
def test_q9_what_is_written_as_qti_3_comes_back(content: Content) -> None:
    category = ("Manajemen", "Dana & hibah")
    data, left_out = qti.write([Draft(content=content, category=category, pictures=(PICTURE,))])
    assert left_out == []
    assert detect(data) == "qti3"
    reading = qti.read(data)
    found = only(reading)
    # What QTI does not say has its default: nothing else may differ.
    expected = replace(content, shuffles=found.shuffles)
    assert words_of(found) == words_of(expected)
    assert reading.drafts[0].category == category
    assert reading.drafts[0].pictures == ((PICTURE,) if content.kind == "choice" else ())


def test_q13_the_file_of_an_ordering_does_not_show_the_key_by_its_order() -> None:
    data, _left_out = qti.write([Draft(content=WRITTEN[6])])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        item = archive.read("items/item-0001.xml").decode()
    assert item.index("lalu a") < item.index("z dulu")


def test_q9_what_qti_cannot_express_is_told() -> None:
    bad = [
        Content(kind="numerical", text=Text(source="?"), numbers=(Number(value=ONE),), units=(Unit(name="km"),)),
        Content(kind="numerical", text=Text(source="?"), numbers=(Number(value=ONE), Number(value=ZERO))),
        Content(kind="shortanswer", text=Text(source="?"), accepted=(Accepted(pattern="Dinas*"),)),
        Content(kind="likert", text=Text(source="?")),
    ]
    rubric = Content(kind="essay", text=Text(source="?"), rubric=(Criterion(text="Jelas", points=ONE),))
    data, left_out = qti.write([Draft(content=content, where=str(n)) for n, content in enumerate([*bad, rubric])])
    assert [fault.where for fault in left_out] == ["0", "1", "2", "3", "4"]
    assert [draft.content.kind for draft in qti.read(data).drafts] == ["essay"]
