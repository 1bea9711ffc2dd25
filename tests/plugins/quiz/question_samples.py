"""One question of each type with all that it can carry, for the round trips of formats."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lms.plugins.quiz.content import (
    Accepted,
    Content,
    Criterion,
    Draft,
    Gap,
    Number,
    Option,
    Pair,
    Text,
    Unit,
)  # fmt: skip
from lms.plugins.quiz.enums import Pillar, TextFormat

THIRD = Decimal("0.3333333")


def text(source: str, kind: str = "plain") -> Text:
    return Text(source=source, format=TextFormat(kind))


def option(source: str, fraction: str | Decimal = "0", feedback: str = "") -> Option:
    return Option(text=text(source), fraction=Decimal(fraction), feedback=text(feedback))


def content(kind: str, **parts: Any) -> Content:
    return Content(kind=kind, text=parts.pop("text", text(f"Soal {kind} & <b>?")), **parts)


SAMPLES = (
    Draft(
        content=content(
            "choice", text=text("Baris satu\nbaris dua"), name="Nama, panjang",
            feedback=text("<p>Sebab <b>x</b></p>", "html"),
            options=(option("A. satu", "1", "benar"), option("B. dua ✓"), option("-3", "0", "bukan")),
            mark=Decimal("2.5"), shuffles=False,
        ),
        category=("A/B", "C"), tags=("satu, dua",), pillar=Pillar.CONTROL, objective="Tujuan 1",
    ),
    Draft(content=content("choice", options=(option("x", "1"), option("y", "0.5"), option("z", "-0.25")))),
    Draft(
        content=content(
            "multichoice", options=(*(option(f"o{n}", THIRD) for n in range(3)), option("salah", "-1", "aduh"))
        ),
        tags=("satu", "dua"), pillar=Pillar.LEADERSHIP,
    ),
    Draft(content=content("truefalse", options=(option("Benar"), option("Salah", "1", "ya")))),
    Draft(
        content=content(
            "shortanswer", case_matters=True, accents_matter=False,
            accepted=(
                Accepted(pattern="ja*"),
                Accepted(pattern="5\\*3", fraction=Decimal("0.5"), feedback=text("hampir")),
            ),
        )
    ),
    Draft(
        content=content(
            "numerical",
            numbers=(
                Number(value=Decimal("1.234"), tolerance=Decimal("0.01")),
                Number(value=Decimal("1500"), fraction=Decimal("0.5"), feedback=text("dekat")),
                Number(value=None, fraction=Decimal(0), feedback=text("bukan")),
            ),
            units=(Unit(name="km"), Unit(name="m", factor=Decimal("0.001"))),
        )
    ),
    Draft(
        content=content(
            "matching",
            pairs=(
                Pair(prompt=text("p"), answer="q"), Pair(prompt=text("r"), answer="s"),
                Pair(prompt=text(""), answer="t"),
            ),
        )
    ),
    Draft(content=content("ordering", steps=(text("mulai"), text("lanjut"), text("akhir")))),
    Draft(
        content=content(
            "cloze", text=text("Ibu kota {#1} adalah {#2}."),
            gaps=(Gap(accepted=(Accepted(pattern="x"),)), Gap(options=(option("a", "1"), option("b")), weight=2)),
        )
    ),
    Draft(
        content=content(
            "essay", model_answer=text("**contoh**", "markdown"),
            rubric=(Criterion(text="isi = jelas", points=Decimal(3)),),
        )
    ),
    Draft(content=content("likert", options=(option("tidak"), option("ya")))),
    Draft(content=content("description", text=text("[html] adalah teks"))),
)  # fmt: skip


def same(draft: Draft) -> tuple[object, ...]:
    """What a round trip must keep."""
    return draft.content, draft.category, draft.tags, draft.pillar, draft.objective, draft.pictures
