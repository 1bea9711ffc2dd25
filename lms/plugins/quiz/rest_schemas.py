"""What the API of quizzes takes and gives; the OpenAPI document is made from these models."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lms.plugins.quiz.content import Content
from lms.plugins.quiz.enums import AttemptState, Form, Pillar, QuizKind, QuizState

MOST_QUESTIONS = 200
MOST_PICTURES = 20
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:~-]{1,64}$", description="Your own name of the question.")]
Tag = Annotated[str, Field(max_length=60)]


def _shown(text: str) -> str:
    """Control characters say nothing, and PostgreSQL refuses one of them."""
    return "".join(char for char in text if char.isprintable())


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PictureIn(_In):
    """PNG, JPEG, GIF or WebP. Texts name it as `picture:<SHA-256 of its bytes in hex>`."""

    data: str = Field(description="Base64.")


class QuestionIn(_In):
    """One question for the organiser's bank, with everything that is right about it."""

    id: Id
    content: Content
    category: list[Annotated[str, Field(min_length=1, max_length=120)]] = Field(
        default_factory=list, max_length=6, description="From the outside in; made when it is not there."
    )
    tags: list[Tag] = Field(default_factory=list, max_length=50)
    pillar: Pillar = Pillar.NONE
    objective: Annotated[str, Field(max_length=160)] = ""
    needs_review: bool = Field(False, description="A narasumber is to confirm it before it is used.")
    pictures: list[PictureIn] = Field(default_factory=list, max_length=MOST_PICTURES)


class QuestionsIn(_In):
    """Questions to add; each is checked by itself."""

    source: Annotated[str, AfterValidator(_shown), Field(max_length=300)] = Field(
        "", description="Where they come from; the key's name else."
    )
    questions: list[Any] = Field(min_length=1, max_length=MOST_QUESTIONS, description="Items like QuestionIn.")


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Answer(_Out):
    server_time: datetime


class WorkshopOut(_Out):
    id: int
    title: str
    status: str
    starts_on: date
    ends_on: date
    zone: str


class WorkshopsOut(_Answer):
    workshops: list[WorkshopOut]


class QuizOut(_Out):
    """`finished` are attempts that were handed in or closed; of an evaluation the forms handed in."""

    id: int
    kind: QuizKind
    title: str
    state: QuizState
    questions: int
    running: int
    finished: int
    opens_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    pass_ratio: float | None = Field(description="0..1; null for evaluations.")
    is_erased: bool = Field(description="Single answers are gone, scores stay.")


class QuizzesOut(_Answer):
    quizzes: list[QuizOut]


class ResultOut(_Out):
    """One finished attempt; `name` and `organisation` are null without `?names=1`."""

    attempt: int
    enrolment: int
    number: int
    form: Form
    state: AttemptState
    score_ratio: float | None = Field(description="0..1; null without scores. While provisional: what is certain.")
    mark: float | None
    max_mark: float | None
    provisional: bool = Field(description="An answer waits to be marked by a person.")
    started_at: datetime
    submitted_at: datetime | None
    name: str | None
    organisation: str | None


class ResultsOut(_Answer):
    results: list[ResultOut]
    next: int | None = Field(description="Ask again with `?after=` this; null on the last page.")


class SlotOut(_Out):
    """One scored question, over the first attempts of `people` who had it."""

    number: int
    question: int
    code: str
    form: Form
    people: int
    facility: float | None
    sd: float | None
    discrimination_index: float | None
    discriminative_efficiency: float | None
    effective_weight: float | None
    point_biserial: float | None


class TotalOut(_Out):
    n: int
    mean: float | None
    median: float | None
    sd: float | None
    skewness: float | None
    kurtosis: float | None
    cic: float | None
    error_ratio: float | None
    standard_error: float | None


class FormTotalOut(_Out):
    """The whole test of one form, in marks of `max_mark`; with `has_draws` people had different questions."""

    form: Form
    max_mark: float
    is_percent: bool
    has_draws: bool
    total: TotalOut


class StatisticsOut(_Answer):
    """The keys of `lms quiz stats --json`, with the questions named; `total` is null with several forms or nobody."""

    people: int
    running: int
    waiting: int
    slots: list[SlotOut]
    total: TotalOut | None
    forms: list[FormTotalOut]


class GainOut(_Answer):
    """The keys of `lms quiz gain --json`."""

    n_paired: int
    n_pre_only: int
    n_post_only: int
    class_gain: float | None
    mean_gain: float | None
    mean_change: float | None
    up: int
    same: int
    down: int
    t: float | None
    df: int | None
    band: Literal["low", "medium", "high"] | None


class VerdictOut(_Out):
    """What became of one item; `index` is its place. `id` is null where none can be read."""

    index: int
    id: str | None
    outcome: Literal["added", "known", "refused"]
    question: int | None
    code: str | None
    reason: str = Field(description="In words: why it was refused, or how the known one differs; empty else.")


class QuestionsOut(_Answer):
    added: int
    known: int
    refused: int
    results: list[VerdictOut]


class Statement(BaseModel):
    """An xAPI 1.0.3 statement; the answer has one on each line."""

    model_config = ConfigDict(extra="allow")

    id: str
    actor: dict[str, Any]
    verb: dict[str, Any]
    object: dict[str, Any]
    timestamp: datetime
