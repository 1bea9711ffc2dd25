"""What a question is, whatever its type: the one shape between import formats, the bank, grading and exports.

Fractions are Decimals from -1 to 1 of the question's mark, as the source format gave them (33.33333 % is 0.3333333).
Positions count from 0 and never change, since a stored version never changes: answers name them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from lms.plugins.quiz.enums import Pillar, TextFormat

MAX_TEXT = 60_000  # characters of one text; pictures are files of their own
MAX_PARTS = 200  # options, accepted answers, pairs, items or gaps of one question
ZERO, ONE = Decimal(0), Decimal(1)
Fraction = Annotated[Decimal, Field(ge=-1, le=1, max_digits=9, decimal_places=8)]
Figure = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=40)]


@dataclass(frozen=True, kw_only=True)
class Text:
    """A wording as it was written. Pictures are named in it as `picture:<sha256>`."""

    source: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    format: TextFormat = TextFormat.PLAIN

    def __bool__(self) -> bool:
        return bool(self.source.strip())


NOTHING = Text()


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a choice, or one step of a rating (without fraction)."""

    text: Text
    fraction: Fraction = ZERO
    feedback: Text = NOTHING


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """One accepted answer of a short answer; `*` in `pattern` stands for any run of characters, `\\\\*` for itself."""

    pattern: Annotated[str, Field(max_length=1000)]
    fraction: Fraction = ONE
    feedback: Text = NOTHING


@dataclass(frozen=True, kw_only=True)
class Number:
    """One accepted number, within `tolerance` on both sides; `value` None takes every number."""

    value: Figure | None
    tolerance: Figure = ZERO
    fraction: Fraction = ONE
    feedback: Text = NOTHING


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A unit that may follow the number; the number times `factor` is in the unit of the key."""

    name: Annotated[str, Field(max_length=50)]
    factor: Figure = ONE


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A prompt and its partner; an empty prompt is a lone distractor among the partners."""

    prompt: Text
    answer: Annotated[str, Field(max_length=1000)]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One gap of a cloze text, which stands in it as `{#1}`, `{#2}` …; exactly one of the three tuples is filled."""

    weight: Annotated[int, Field(ge=1, le=100)] = 1
    options: Annotated[tuple[Option, ...], Field(max_length=MAX_PARTS)] = ()
    accepted: Annotated[tuple[Accepted, ...], Field(max_length=MAX_PARTS)] = ()
    numbers: Annotated[tuple[Number, ...], Field(max_length=MAX_PARTS)] = ()
    case_matters: bool = False


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One line of an essay's rubric."""

    text: Annotated[str, Field(max_length=1000)]
    points: Annotated[Decimal, Field(gt=0, le=1000, max_digits=40)]


@dataclass(frozen=True, kw_only=True)
class Content:
    """A question with everything that is right about it. Each type fills the parts that it needs and no other."""

    kind: Annotated[str, Field(max_length=30, pattern=r"^[a-z][a-z0-9_]*$")]
    text: Text
    name: Annotated[str, Field(max_length=300)] = ""
    feedback: Text = NOTHING  # general, shown after the answer: the explanation
    mark: Annotated[Decimal, Field(gt=0, le=1000, max_digits=40)] = ONE  # what it counts by default in a quiz
    options: Annotated[tuple[Option, ...], Field(max_length=MAX_PARTS)] = ()
    accepted: Annotated[tuple[Accepted, ...], Field(max_length=MAX_PARTS)] = ()
    numbers: Annotated[tuple[Number, ...], Field(max_length=MAX_PARTS)] = ()
    units: Annotated[tuple[Unit, ...], Field(max_length=50)] = ()
    pairs: Annotated[tuple[Pair, ...], Field(max_length=MAX_PARTS)] = ()
    steps: Annotated[tuple[Text, ...], Field(max_length=MAX_PARTS)] = ()  # of an ordering, in the right order
    gaps: Annotated[tuple[Gap, ...], Field(max_length=MAX_PARTS)] = ()
    rubric: Annotated[tuple[Criterion, ...], Field(max_length=50)] = ()
    model_answer: Text = NOTHING  # of an essay, for graders
    case_matters: bool = False
    accents_matter: bool = True
    shuffles: bool = True  # whether the order of options may be drawn anew for each person
    extra: dict[str, Any] = field(default_factory=dict)  # JSON of types that plugins add


_ADAPTER = TypeAdapter(Content)


def to_json(content: Content) -> dict[str, Any]:
    """As stored; what has its default value is left out."""
    found: dict[str, Any] = _ADAPTER.dump_python(content, mode="json", exclude_defaults=True)
    return found


def from_json(stored: object) -> Content:
    """The inverse of `to_json`. Raises pydantic's ValidationError (a ValueError) for what is out of bounds."""
    return _ADAPTER.validate_python(stored, strict=False)


def texts_of(content: Content) -> Iterator[Text]:
    """Every rich text in it, for pictures and searches."""
    yield content.text
    yield content.feedback
    yield content.model_answer
    yield from content.steps
    yield from (pair.prompt for pair in content.pairs)
    parts: tuple[Content | Gap, ...] = (content, *content.gaps)
    for part in parts:
        answers: tuple[Option | Accepted | Number, ...] = (*part.options, *part.accepted, *part.numbers)
        for answer in answers:
            if isinstance(answer, Option):
                yield answer.text
            yield answer.feedback


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of a question; `sha` is the SHA-256 of `data` in hex, by which texts name it."""

    sha: str
    media_type: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A question as a file or a form brings it. `where` is its line, row or item there, in words for people."""

    content: Content
    where: str = ""
    category: tuple[str, ...] = ()  # from the outside in
    tags: tuple[str, ...] = ()
    pillar: Pillar = Pillar.NONE
    objective: str = ""
    pictures: tuple[Picture, ...] = ()
    doubts: tuple[str, ...] = ()  # why somebody should look at it before it is used


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A part of a file that is not a usable question, and why (translated)."""

    where: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a file holds: the good questions, in its order, and the faults."""

    drafts: tuple[Draft, ...] = ()
    faults: tuple[Fault, ...] = ()
    categories: tuple[tuple[str, ...], ...] = ()
