"""Reads of the staff pages: quizzes with their counts, the preview and the review after closing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.kernel.clock import now
from lms.kernel.db import db
from lms.plugins.quiz import grading, hours, taking
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import Content
from lms.plugins.quiz.enums import AttemptState, QuizState
from lms.plugins.quiz.evaluation_models import Receipt
from lms.plugins.quiz.models import Allowance, Attempt, Quiz, QuizItem


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

    @property
    def waits_until(self) -> datetime | None:
        """The hour that lies ahead and before which nobody sees the quiz, opened or not."""
        opening = hours.opening_of(self.quiz)
        return opening if opening is not None and opening > now() and self.quiz.state is not QuizState.CLOSED else None


@dataclass(frozen=True, kw_only=True)
class Solved:
    """A question with its key, for staff."""

    question: Question
    content: Content


def quizzes_of(workshop_id: int) -> list[Quiz]:
    """In the order in which a workshop uses them."""
    rows = db.session.scalars(sa.select(Quiz).filter_by(workshop_id=workshop_id))
    return sorted(rows, key=lambda quiz: (taking.KIND_ORDER.index(quiz.kind), quiz.id))


def rows_of(workshop_id: int) -> list[QuizRow]:
    """The list of the committee; four statements, and the agenda where a quiz opens with a session."""
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


def is_still_taken(quiz_id: int) -> bool:
    """Whether somebody is answering, or has hours of their own that are not over: of a closed quiz, people with more
    time than the others."""
    running = sa.select(Attempt.id).filter_by(quiz_id=quiz_id, state=AttemptState.IN_PROGRESS)
    later = sa.select(Allowance.id).where(Allowance.quiz_id == quiz_id, Allowance.closes_at > now())
    return any(db.session.scalar(query.limit(1)) is not None for query in (running, later))


def solved(questions: Iterable[Question]) -> list[Solved]:
    """Questions of the bank with everything right about them, in their current version. Never for participants."""
    rows = list(questions)
    contents = grading.contents_of({row.version_id for row in rows})
    return [Solved(question=row, content=contents[row.version_id]) for row in rows]
