"""Reads of the facilitator's pages: how far each person is with a quiz, and what exactly they answered."""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolments_of
from lms.kernel.db import db
from lms.plugins.quiz import grading, late
from lms.plugins.quiz.content import Content
from lms.plugins.quiz.enums import AttemptState
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.late import Late
from lms.plugins.quiz.models import Allowance, AnswerLog, Attempt, Quiz


class Standing(enum.StrEnum):
    """Where one person is with a quiz."""

    NOT_BEGUN = "belum"
    RUNNING = "mengerjakan"
    DONE = "selesai"
    AUTO_CLOSED = "otomatis"
    WAITING = "periksa"


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """One participant; `attempts` in their order."""

    enrolment: Enrolment
    attempts: tuple[Attempt, ...]
    allowance: Allowance | None
    late: Late | None
    answered: int

    @property
    def last(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def standing(self) -> Standing:
        if self.last is None:
            return Standing.NOT_BEGUN
        if not self.last.is_finished:
            return Standing.RUNNING
        if self.last.is_provisional:
            return Standing.WAITING
        return Standing.AUTO_CLOSED if self.last.state is AttemptState.AUTO_CLOSED else Standing.DONE


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the history of an answer."""

    at: datetime
    made_at: datetime | None
    words: str
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """One question of an attempt for staff: what was answered, what is right, what it earned, how it came about."""

    number: int
    content: Content
    answer: str
    solution: str
    mark: str | None
    most: str
    is_scored: bool
    history: tuple[Entry, ...]


def people_of(quiz: Quiz) -> list[PersonRow]:
    """Everybody with a confirmed place, by name; five statements, whatever their number."""
    people = enrolments_of(quiz.workshop_id)
    attempts: dict[int, list[Attempt]] = {}
    rows = sa.select(Attempt).filter_by(quiz_id=quiz.id).order_by(Attempt.enrolment_id, Attempt.number)
    for row in db.session.scalars(rows):
        attempts.setdefault(row.enrolment_id, []).append(row)
    allowed = {row.enrolment_id: row for row in db.session.scalars(sa.select(Allowance).filter_by(quiz_id=quiz.id))}
    delayed = {entry.attempt.enrolment_id: entry for entry in late.late_of(quiz).values()}
    counts = _answered(quiz)
    return [
        PersonRow(
            enrolment=person,
            attempts=tuple(attempts.get(person.id, ())),
            allowance=allowed.get(person.id),
            late=delayed.get(person.id),
            answered=counts.get(attempts[person.id][-1].id, 0) if person.id in attempts else 0,
        )
        for person in people
    ]


def _answered(quiz: Quiz) -> dict[int, int]:
    query = (
        sa.select(AnswerLog.attempt_id, sa.func.count(sa.distinct(AnswerLog.question_id)))
        .join(Attempt, Attempt.id == AnswerLog.attempt_id)
        .where(Attempt.quiz_id == quiz.id, Attempt.state == AttemptState.IN_PROGRESS, AnswerLog.is_late.is_(False))
        .group_by(AnswerLog.attempt_id)
    )
    return dict(db.session.execute(query).all())


def attempts_of(quiz_id: int, enrolment_id: int) -> list[Attempt]:
    """In the order in which the person made them."""
    query = sa.select(Attempt).filter_by(quiz_id=quiz_id, enrolment_id=enrolment_id).order_by(Attempt.number)
    return list(db.session.scalars(query))


def lines_of(attempt: Attempt) -> list[Line]:
    """The whole attempt with its history, in the order that the person saw; four statements at most."""
    contents = grading.contents_of({grading.key_version(slot) for slot in attempt.layout})
    shown = grading.contents_of({slot["v"] for slot in attempt.layout})
    values = grading.values_of([attempt.id])[attempt.id]
    history = _history(attempt, shown)
    marks: Sequence[str | None] = attempt.marks or [None] * len(attempt.layout)
    found = []
    for number, (slot, mark) in enumerate(zip(attempt.layout, marks, strict=True), start=1):
        content, value = shown[slot["v"]], values.get(slot["q"])
        kind = kind_of(content.kind)
        found.append(
            Line(
                number=number,
                content=content,
                answer=kind.words(content, value) if value is not None else "",
                solution=kind.solution(contents[grading.key_version(slot)]),
                mark=mark if attempt.marks else None,
                most=slot["m"],
                is_scored=kind.is_scored,
                history=tuple(history.get(slot["q"], ())),
            )
        )
    return found


def _history(attempt: Attempt, contents: dict[int, Content]) -> dict[int, list[Entry]]:
    version = {slot["q"]: slot["v"] for slot in attempt.layout}
    found: dict[int, list[Entry]] = {}
    query = sa.select(AnswerLog).filter_by(attempt_id=attempt.id).order_by(AnswerLog.client_seq)
    for row in db.session.scalars(query):
        content, value = contents[version[row.question_id]], _value(row.value)
        words = kind_of(content.kind).words(content, value) if value is not None else ""
        entry = Entry(at=row.at, made_at=row.made_at, words=words, is_late=row.is_late)
        found.setdefault(row.question_id, []).append(entry)
    return found


def _value(text: str) -> Any:
    return json.loads(text) if text else None
