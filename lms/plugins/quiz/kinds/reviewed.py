"""A question as reviews show it: what a person may not see yet is not in it at all."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal

from lms.plugins.quiz.content import ONE, ZERO, Content, Text
from lms.plugins.quiz.kinds.base import Order, QuestionType, Value


@dataclass(frozen=True, kw_only=True)
class Show:
    """What a review may tell."""

    score: bool = False  # marks
    correctness: bool = False  # whether the answer, and each part of it, is right
    key: bool = False  # what is right
    feedback: bool = False  # the author's explanations


ALL = Show(score=True, correctness=True, key=True, feedback=True)


class Verdict(enum.StrEnum):
    """How an answer turned out."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    EMPTY = "empty"
    WAITING = "waiting"  # for a person to mark it


@dataclass(frozen=True, kw_only=True)
class ReviewedOption:
    """One option in the person's order. None: not to be told."""

    text: Text
    is_chosen: bool
    is_right: bool | None  # told of chosen options with `correctness`, of all with `key`
    is_key: bool  # always False without `key`


@dataclass(frozen=True, kw_only=True)
class ReviewedLine:
    """One pair, place or gap. None: not to be told."""

    label: str
    answer: str
    is_right: bool | None
    solution: str | None


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """A question and one answer to it. Of `options`, `lines` and `answer` the first that is not empty says it best."""

    number: int  # in the attempt, from 1
    kind: str
    text: Text
    options: tuple[ReviewedOption, ...]
    lines: tuple[ReviewedLine, ...]
    answer: str  # in plain words, with lines for an essay; empty: not answered
    verdict: Verdict | None  # None: not to be told, or nothing is right or wrong
    solution: str | None
    feedbacks: tuple[Text, ...]
    mark: Decimal | None
    max_mark: Decimal | None
    comment: str  # of the person who marked it


def review(
    kind: QuestionType,
    *,
    number: int,
    content: Content,
    order: Order,
    value: Value | None,
    show: Show,
    mark: Decimal | None = None,
    max_mark: Decimal = ONE,
    comment: str = "",
) -> Reviewed:
    """What `show` lets this person see. `mark` is None where nothing counts or a person must still mark the answer."""
    return Reviewed(
        number=number,
        kind=kind.key,
        text=content.text,
        options=_options(kind, content, order, value, show),
        lines=_lines(kind, content, value, show),
        answer="" if value is None else kind.words(content, value),
        verdict=_verdict(kind, content, value, mark, max_mark) if show.correctness else None,
        solution=kind.solution(content) if show.key and kind.is_scored else None,
        feedbacks=_feedbacks(kind, content, value) if show.feedback else (),
        mark=mark if show.score else None,
        max_mark=max_mark if show.score and kind.is_scored else None,
        comment=comment if show.feedback or show.score else "",
    )


def _options(
    kind: QuestionType, content: Content, order: Order, value: Value | None, show: Show
) -> tuple[ReviewedOption, ...]:
    chosen = () if value is None else kind.chosen(content, value)
    found = []
    for position in order if content.options and order else range(len(content.options)):
        option, is_chosen = content.options[position], position in chosen
        is_told = kind.is_scored and (show.key or (show.correctness and is_chosen))
        is_right = option.fraction > 0
        found.append(
            ReviewedOption(
                text=option.text,
                is_chosen=is_chosen,
                is_right=is_right if is_told else None,
                is_key=show.key and kind.is_scored and is_right,
            )
        )
    return tuple(found)


def _lines(kind: QuestionType, content: Content, value: Value | None, show: Show) -> tuple[ReviewedLine, ...]:
    return tuple(
        ReviewedLine(
            label=line.label,
            answer=line.answer,
            is_right=line.is_right if show.correctness else None,
            solution=line.solution if show.key else None,
        )
        for line in kind.lines(content, value)
    )


def _verdict(
    kind: QuestionType, content: Content, value: Value | None, mark: Decimal | None, max_mark: Decimal
) -> Verdict | None:
    if not kind.is_scored:
        return None
    if value is None:
        return Verdict.EMPTY
    earned = kind.fraction(content, value)
    if earned is None:
        if mark is None:
            return Verdict.WAITING
        earned = mark / max_mark if max_mark else ZERO
    if earned >= ONE:
        return Verdict.RIGHT
    return Verdict.PARTLY if earned > 0 else Verdict.WRONG


def _feedbacks(kind: QuestionType, content: Content, value: Value | None) -> tuple[Text, ...]:
    found = kind.feedbacks(content, value)
    return (*found, content.feedback) if content.feedback else tuple(found)
