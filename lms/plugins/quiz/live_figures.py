"""What a live round shows when a question is over: how it was answered, what is right, and the best."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.kernel.db import db
from lms.plugins.quiz import grading
from lms.plugins.quiz.content import ONE, ZERO, Content
from lms.plugins.quiz.kinds import wording
from lms.plugins.quiz.kinds.likert import STEPS
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.live_models import Live, LiveAnswer
from lms.plugins.quiz.live_queries import LOBBY, WITH_OPTIONS, Asked, Round, asked_of, slot_of
from lms.plugins.quiz.models import Quiz

BEST = 5
MOST_BARS = 6  # different typed answers that are shown; the rest is summed up


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One option, or one typed answer, and how many chose it; `letter` is empty for typed ones."""

    letter: str
    label: Any  # for the filter `quiz_rich`
    count: int
    share: Decimal  # 0..1 of those who answered
    is_right: bool


@dataclass(frozen=True, kw_only=True)
class Bars:
    """How a question was answered; `solution` in words for types without options, `others` beside the bars shown."""

    question: Asked
    answered: int
    bars: tuple[Bar, ...]
    others: int
    solution: str


@dataclass(frozen=True, kw_only=True)
class Best:
    """A line of the scoreboard: first name and initial, never more."""

    name: str
    right: Decimal
    seconds: int


def bars_of(played: Round, position: int) -> Bars:
    """How the question at `position` was answered, with what is right: only for what has been revealed."""
    slot, version = slot_of(played, position)
    content = grading.contents_of([slot["v"]])[slot["v"]]
    values = _values(played.id, position)
    bars = _options(content, slot["o"], values) if version.kind in WITH_OPTIONS else _typed(content, values)
    shown = bars if version.kind in WITH_OPTIONS else bars[:MOST_BARS]
    return Bars(
        question=asked_of(played, position),
        answered=len(values),
        bars=tuple(shown),
        others=sum(bar.count for bar in bars[len(shown) :]),
        solution="" if version.kind in WITH_OPTIONS else version.type.solution(content),
    )


def solution_of(played: Round, position: int) -> str:
    """What is right at `position`, in words: only for what has been revealed; empty where nothing is."""
    slot, version = slot_of(played, position)
    return version.type.solution(grading.contents_of([slot["v"]])[slot["v"]])


def _values(live_id: int, position: int) -> list[Any]:
    return list(db.session.scalars(sa.select(LiveAnswer.value).filter_by(live_id=live_id, position=position)))


def _options(content: Content, order: list[int], values: list[Any]) -> list[Bar]:
    kind = kind_of(content.kind)
    chosen = Counter(place for value in values for place in kind.chosen(content, value))
    texts: list[Any] = [wording.to_public(option.text) for option in content.options] or [str(step) for step in STEPS]
    right = [option.fraction > 0 for option in content.options] if kind.is_scored else [False] * len(texts)
    return [
        Bar(
            letter=chr(ord("A") + number % 26),
            label=texts[place],
            count=chosen[place],
            share=_share(chosen[place], len(values)),
            is_right=right[place],
        )
        for number, place in enumerate(order or range(len(texts)))
    ]


def _typed(content: Content, values: list[Any]) -> list[Bar]:
    """Typed answers, those that differ in capitals only as one; the most frequent first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for value in values:
        groups[str(value).casefold()].append(str(value))
    rows = sorted(groups.values(), key=lambda alike: (-len(alike), alike[0].casefold()))
    return [
        Bar(
            letter="",
            label=alike[0],
            count=len(alike),
            share=_share(len(alike), len(values)),
            is_right=grading.fraction_of(content, alike[0], None) == ONE,
        )
        for alike in rows
    ]


def _share(count: int, total: int) -> Decimal:
    return Decimal(count) / total if total else ZERO


def top_of(played: Round, revealed: int) -> list[Best]:
    """The best by what the first `revealed` questions earned, then by time since the first answer to each."""
    query = (
        sa.select(LiveAnswer.position, LiveAnswer.enrolment_id, LiveAnswer.fraction, LiveAnswer.at, Person.full_name)
        .join(Enrolment, Enrolment.id == LiveAnswer.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(LiveAnswer.live_id == played.id, LiveAnswer.position.between(1, revealed))
        .order_by(LiveAnswer.at)
    )
    first: dict[int, datetime] = {}
    sums: dict[int, tuple[str, Decimal, timedelta]] = {}
    for position, person, fraction, at, name in db.session.execute(query):
        begun = first.setdefault(position, at)
        if fraction is not None and fraction > 0:
            _name, right, taken = sums.get(person, (name, ZERO, timedelta()))
            sums[person] = (name, right + fraction, taken + (at - begun))
    best = sorted(sums.items(), key=lambda item: (-item[1][1], item[1][2], item[0]))[:BEST]
    return [Best(name=short_name(name), right=right, seconds=round(t.total_seconds())) for _, (name, right, t) in best]


def short_name(full_name: str) -> str:
    """The first name and the initial of the last one."""
    words = full_name.split()
    return f"{words[0]} {words[-1][0]}." if len(words) > 1 else full_name


def answers_in_words(person_id: int) -> list[dict[str, str]]:
    """Every answer of a person in live rounds, for the export of personal data."""
    query = (
        sa.select(LiveAnswer.position, LiveAnswer.value, Live.layout, Quiz.title)
        .join(Live, Live.id == LiveAnswer.live_id)
        .join(Quiz, Quiz.id == Live.quiz_id)
        .join(Enrolment, Enrolment.id == LiveAnswer.enrolment_id)
        .where(Enrolment.person_id == person_id, LiveAnswer.position != LOBBY)
        .order_by(LiveAnswer.id)
    )
    rows = [(layout[place - 1]["v"], value, title) for place, value, layout, title in db.session.execute(query)]
    contents = grading.contents_of({version for version, _value, _title in rows})
    return [
        {
            "quiz": title,
            "question": wording.plain(contents[version].text),
            "answer": kind_of(contents[version].kind).words(contents[version], value),
        }
        for version, value, title in rows
    ]
