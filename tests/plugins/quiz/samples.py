"""A question of every type, for tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lms.plugins.quiz.content import Accepted, Content, Criterion, Gap, Number, Option, Pair, Text, Unit
from lms.plugins.quiz.kinds.base import QuestionType
from lms.plugins.quiz.kinds.builtin import TYPES

KINDS: dict[str, QuestionType] = {kind.key: kind for kind in TYPES}
ASK = Text(source="Apa yang Anda lakukan lebih dulu?")


def text(source: str) -> Text:
    return Text(source=source)


def options(*worth: str | int) -> tuple[Option, ...]:
    return tuple(
        Option(text=text(f"Pilihan {n}"), fraction=Decimal(fraction), feedback=text(f"Umpan balik {n}"))
        for n, fraction in enumerate(worth)
    )


def multiple(*worth: str | int) -> Content:
    return Content(kind="multichoice", text=ASK, options=options(*worth))


def short(*patterns: str | tuple[str, str], **values: Any) -> Content:
    pairs = [(p, "1") if isinstance(p, str) else p for p in patterns]
    accepted = tuple(Accepted(pattern=pattern, fraction=Decimal(worth)) for pattern, worth in pairs)
    return Content(kind="shortanswer", text=ASK, accepted=accepted, **values)


def numerical(*numbers: Number, units: tuple[Unit, ...] = ()) -> Content:
    return Content(kind="numerical", text=ASK, numbers=numbers, units=units)


PAIRS = Content(
    kind="matching",
    text=ASK,
    pairs=(
        Pair(prompt=text("Kalbar"), answer="Pontianak"),
        Pair(prompt=text("Kalteng"), answer="Palangka Raya"),
        Pair(prompt=text("Kalsel"), answer="Banjarbaru"),
        Pair(prompt=Text(), answer="Samarinda"),
    ),
)
STEPS = Content(kind="ordering", text=ASK, steps=tuple(map(text, ("Asesmen", "Rencana", "Intervensi", "Evaluasi"))))
GAPS = Content(
    kind="cloze",
    text=text("Ibu kota {#1}, luas {#2} km², suku {#3}."),
    gaps=(
        Gap(options=options("0", "1", "0.5")),
        Gap(numbers=(Number(value=Decimal("1.5"), tolerance=Decimal("0.1")),), weight=2),
        Gap(accepted=(Accepted(pattern="Dayak*"), Accepted(pattern="Melayu", fraction=Decimal("0.5")))),
    ),
)
ESSAY = Content(
    kind="essay", text=ASK, rubric=(Criterion(text="Alasan", points=Decimal(2)),), model_answer=text("Aman")
)
RATING = Content(kind="likert", text=ASK)
STATEMENT = Content(
    kind="truefalse",
    text=ASK,
    options=(Option(text=text("Salah"), fraction=Decimal(1)), Option(text=text("Benar"))),
)
READ = Content(kind="description", text=text("Bacalah kasus ini."))
SAMPLES = {
    sample.kind: sample
    for sample in (
        Content(kind="choice", text=ASK, options=options("0", "1", "-0.25")),
        multiple("0.5", "0.5", "-1"),
        STATEMENT,
        short("aman", ("lindung*", "0.5")),
        numerical(Number(value=Decimal("12.5"), tolerance=Decimal("0.5"))),
        PAIRS,
        STEPS,
        GAPS,
        ESSAY,
        RATING,
        READ,
    )
}
