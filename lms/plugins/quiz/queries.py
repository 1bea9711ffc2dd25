"""Reads of the staff pages: quizzes with their counts, the preview and the review after closing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from lms.kernel.db import db
from lms.plugins.quiz import grading, taking
from lms.plugins.quiz.enums import AttemptState, QuizState
from lms.plugins.quiz.models import Attempt, Option, Question, Quiz, QuizItem, Receipt


@dataclass(frozen=True, kw_only=True)
class QuizRow:
    """A quiz and how far people are; of an evaluation only the number handed in is known."""

    quiz: Quiz
    items: int
    running: int
    submitted: int
    auto_closed: int

    @property
    def finished(self) -> int:
        return self.submitted + self.auto_closed

    @property
    def is_begun(self) -> bool:
        return bool(self.running or self.finished)


@dataclass(frozen=True, kw_only=True)
class Solved:
    """A question with its key, for staff and for the review after closing; `right` and `chosen` count from 1."""

    question: Question
    options: tuple[str, ...]
    right: int | None
    chosen: int | None = None


def quizzes_of(workshop_id: int) -> list[Quiz]:
    """In the order in which a workshop uses them."""
    rows = db.session.scalars(sa.select(Quiz).filter_by(workshop_id=workshop_id))
    return sorted(rows, key=lambda quiz: (taking.KIND_ORDER.index(quiz.kind), quiz.id))


def rows_of(workshop_id: int) -> list[QuizRow]:
    """The list of the committee; four statements."""
    quizzes = quizzes_of(workshop_id)
    ids = [quiz.id for quiz in quizzes]
    items = _counted(QuizItem, ids)
    receipts = _counted(Receipt, ids)
    query = sa.select(Attempt.quiz_id, Attempt.state, sa.func.count()).where(Attempt.quiz_id.in_(ids))
    states = {
        (quiz_id, state): count
        for quiz_id, state, count in db.session.execute(query.group_by(Attempt.quiz_id, Attempt.state))
    }
    return [
        QuizRow(
            quiz=quiz,
            items=items.get(quiz.id, 0),
            running=states.get((quiz.id, AttemptState.IN_PROGRESS), 0),
            submitted=states.get((quiz.id, AttemptState.SUBMITTED), 0) + receipts.get(quiz.id, 0),
            auto_closed=states.get((quiz.id, AttemptState.AUTO_CLOSED), 0),
        )
        for quiz in quizzes
    ]


def _counted(table: type[QuizItem] | type[Receipt], ids: list[int]) -> dict[int, int]:
    query = sa.select(table.quiz_id, sa.func.count()).where(table.quiz_id.in_(ids)).group_by(table.quiz_id)
    return dict(db.session.execute(query).all())


def is_begun(quiz_id: int) -> bool:
    """Whether anybody has begun an attempt or handed in an evaluation."""
    queries = (sa.select(Attempt.id).filter_by(quiz_id=quiz_id), sa.select(Receipt.id).filter_by(quiz_id=quiz_id))
    return any(db.session.scalar(query.limit(1)) is not None for query in queries)


def shares_questions_with_unclosed(quiz: Quiz) -> bool:
    """Whether a quiz of the same workshop that is not closed asks one of this quiz's questions."""
    mine = sa.select(QuizItem.question_id).where(QuizItem.quiz_id == quiz.id)
    query = (
        sa.select(Quiz.id)
        .join(QuizItem, QuizItem.quiz_id == Quiz.id)
        .where(
            Quiz.workshop_id == quiz.workshop_id,
            Quiz.id != quiz.id,
            Quiz.state != QuizState.CLOSED,
            QuizItem.question_id.in_(mine),
        )
        .limit(1)
    )
    return db.session.scalar(query) is not None


def solved(questions: Iterable[Question]) -> list[Solved]:
    """Questions with options and key in the order they were written; three statements. Never for a running quiz."""
    rows = list(questions)
    keys = grading.keys_of(row.id for row in rows)
    options = _options([row.id for row in rows])
    return [
        Solved(
            question=row,
            options=tuple(option.text for option in options[row.id]),
            right=_place([option.id for option in options[row.id]], keys.get(row.id)),
        )
        for row in rows
    ]


def review(attempt: Attempt) -> list[Solved]:
    """An attempt with right answers, in its own order. The caller has asked `keys_are_out`."""
    ids = [question for question, _order in attempt.layout]
    questions = {row.id: row for row in db.session.scalars(sa.select(Question).where(Question.id.in_(ids)))}
    keys, chosen = grading.keys_of(ids), grading.chosen_by([attempt.id])[attempt.id]
    texts = {option.id: option.text for rows in _options(ids).values() for option in rows}
    return [
        Solved(
            question=questions[question_id],
            options=tuple(texts[option] for option in order),
            right=_place(order, keys.get(question_id)),
            chosen=_place(order, chosen.get(question_id)),
        )
        for question_id, order in attempt.layout
    ]


def _options(question_ids: list[int]) -> dict[int, list[Option]]:
    found: dict[int, list[Option]] = {number: [] for number in question_ids}
    query = sa.select(Option).where(Option.question_id.in_(question_ids)).order_by(Option.position)
    for option in db.session.scalars(query):
        found[option.question_id].append(option)
    return found


def _place(order: list[int], option_id: int | None) -> int | None:
    return order.index(option_id) + 1 if option_id in order else None
