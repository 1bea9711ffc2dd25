"""Texts of questions as markup, and answers, keys and feedback in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from lms.plugins.quiz.content import Accepted, Content, Gap, Number, Option, Text, Unit
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.kinds import wording
from tests.plugins.quiz.samples import (
    ASK,
    ESSAY,
    GAPS,
    KINDS,
    PAIRS,
    SAMPLES,
    STATEMENT,
    STEPS,
    multiple,
    numerical,
    options,
    short,
    text,
)
from tests.plugins.quiz.test_kinds import matched, ordered

SHA = "a" * 64


def address(sha: str) -> str:
    return f"/gambar/{sha[:4]}"


@pytest.mark.parametrize(
    ("source", "kind", "markup"),
    [
        ("Satu <b>\nDua & tiga", "plain", "Satu &lt;b&gt;<br>Dua &amp; tiga"),
        ("Satu **dua**", "markdown", "Satu <strong>dua</strong>"),
        ("Satu\n\nDua", "markdown", "<p>Satu</p>\n<p>Dua</p>\n"),
        ("<p>Satu <i>dua</i></p>", "html", "Satu <i>dua</i>"),
        ("<p>Satu</p><p>Dua</p>", "html", "<p>Satu</p><p>Dua</p>"),
        ('<p onclick="x()" class="kunci">A<script>x()</script></p><!-- B -->', "html", "A"),
        (f'<img src="picture:{SHA}" alt="Peta">', "html", '<img src="/gambar/aaaa" alt="Peta">'),
        ('<img src="https://contoh.id/a.png" alt="Peta">', "html", '<img alt="Peta">'),
        (f"![Peta](picture:{SHA})", "markdown", '<img src="/gambar/aaaa" alt="Peta">'),
    ],
)
def test_texts_become_markup_that_is_safe_and_fits_into_a_label(source: str, kind: str, markup: str) -> None:
    public = wording.to_public(Text(source=source, format=TextFormat(kind)))
    assert str(wording.render(public, address)) == markup
    assert isinstance(public, str) == (kind == "plain")


def test_pictures_are_left_out_where_nobody_says_where_they_are() -> None:
    assert wording.render({"f": "html", "s": f'A<img src="picture:{SHA}">B'}) == "AB"


def test_a_text_is_cut_at_its_gaps_and_never_inside_a_tag() -> None:
    text = Text(source='<p>A {#1} <img alt="{#2} > {#2}"> B {#2}</p>', format=TextFormat.HTML)
    found = wording.pieces(wording.to_public(text), address)
    assert [piece["gap"] for piece in found if "gap" in piece] == [0, 1]
    assert found[0] == {"markup": "A "}
    assert found[2] == {"markup": ' <img alt="{#2} &gt; {#2}"> B '}
    assert wording.pieces("<b>{#1}</b>") == [{"markup": "&lt;b&gt;"}, {"gap": 0}, {"markup": "&lt;/b&gt;"}]


def test_gaps_read_as_dots_in_lists() -> None:
    assert wording.gapless("Ibu kota {#1}, suku {#12}.") == "Ibu kota …, suku …."


WORDS: list[tuple[Content, Any, str, str]] = [
    (SAMPLES["choice"], 2, "Pilihan 2", "Pilihan 1"),
    (multiple("0.5", "0.5", "-1"), [0, 2], "Pilihan 0; Pilihan 2", "Pilihan 0; Pilihan 1"),
    (STATEMENT, 1, "Benar", "Salah"),
    (short("aman", r"5\*5", ("lain", "0")), "damai", "damai", "aman / 5*5"),
    (
        PAIRS,
        matched(Kalbar="Samarinda"),
        "Kalbar → Samarinda; Kalteng → –; Kalsel → –",
        "Kalbar → Pontianak; Kalteng → Palangka Raya; Kalsel → Banjarbaru",
    ),
    (
        STEPS,
        ordered(None, "Asesmen"),
        "1. –; 2. Asesmen; 3. –; 4. –",
        "1. Asesmen; 2. Rencana; 3. Intervensi; 4. Evaluasi",
    ),
    (ESSAY, "Satu\nDua", "Satu\nDua", "Aman"),
    (Content(kind="likert", text=ASK, options=options(0, 0)), 1, "Pilihan 1", ""),
]


@pytest.mark.parametrize(("content", "value", "words", "solution"), WORDS)
def test_answers_and_keys_have_words(content: Content, value: Any, words: str, solution: str) -> None:
    kind = KINDS[content.kind]
    assert (kind.words(content, value), kind.solution(content)) == (words, solution)


def test_gaps_and_numbers_have_words(app: Any) -> None:
    cloze, numeric = KINDS["cloze"], KINDS["numerical"]
    units = (Unit(name="cm", factor=Decimal("0.01")), Unit(name="m"))
    with app.test_request_context(headers={"Accept-Language": "id"}):
        assert cloze.words(GAPS, [1, None, "Melayu"]) == "1: Pilihan 1; 2: –; 3: Melayu"
        assert cloze.solution(GAPS) == "1: Pilihan 1; 2: 1,5 (± 0,1); 3: Dayak…"
        content = numerical(Number(value=Decimal("1250.50")), units=units)
        assert (numeric.words(content, "3 m"), numeric.solution(content)) == ("3 m", "1.250,5 m")


def test_feedback_is_that_of_what_was_chosen_or_fits() -> None:
    good = Accepted(pattern="ya", feedback=text("Bagus"))
    near = Number(value=Decimal(1), feedback=text("Tepat"))
    cloze = Content(kind="cloze", text=text("{#1} {#2}"), gaps=(Gap(options=options(0, 1)), Gap(accepted=(good,))))
    cases: list[tuple[Content, Any, list[str]]] = [
        (SAMPLES["choice"], 2, ["Umpan balik 2"]),
        (SAMPLES["choice"], None, []),
        (multiple("0.5", "0.5", "-1"), [0, 2], ["Umpan balik 0", "Umpan balik 2"]),
        (Content(kind="shortanswer", text=ASK, accepted=(good,)), "YA", ["Bagus"]),
        (Content(kind="shortanswer", text=ASK, accepted=(good,)), "tidak", []),
        (numerical(near), "1", ["Tepat"]),
        (cloze, [0, "ya"], ["Umpan balik 0", "Bagus"]),
    ]
    for content, value, expected in cases:
        assert [found.source for found in KINDS[content.kind].feedbacks(content, value)] == expected


def test_options_that_are_only_a_picture_are_called_by_their_number() -> None:
    picture = Text(source=f'<img src="picture:{"a" * 64}">', format=TextFormat.HTML)
    content = Content(kind="choice", text=ASK, options=(Option(text=picture, fraction=Decimal(1)), *options(0)))
    assert KINDS["choice"].words(content, 0) != ""
