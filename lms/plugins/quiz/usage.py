"""Where questions of the bank are used, and how people did on them so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import reach
from lms.kernel.db import db
from lms.kernel.memory import remembered
from lms.kernel.permissions import Actor
from lms.plugins.quiz import sheets
from lms.plugins.quiz.content import ZERO
from lms.plugins.quiz.enums import FINISHED
from lms.plugins.quiz.models import Answer, Attempt, Quiz, QuizItem, Tally
from lms.plugins.quiz.permissions import RESULTS
from lms.plugins.quiz.sheets import Earned

ENOUGH = 1000  # people per question: more change a share by less than anybody sees
SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Usage:
    """How many quizzes ask a question, and in how many workshops."""

    quizzes: int = 0
    workshops: int = 0


@dataclass(frozen=True, kw_only=True)
class Place:
    """A quiz that asks the question."""

    quiz_id: int
    title: str
    workshop_id: int
    workshop: str


NOWHERE = Usage()


def usage_of(question_ids: Collection[int]) -> dict[int, Usage]:
    """`{question id: Usage}` of those that are in a quiz; one statement."""
    query = (
        sa.select(QuizItem.question_id, sa.func.count(), sa.func.count(sa.distinct(Quiz.workshop_id)))
        .join(Quiz, Quiz.id == QuizItem.quiz_id)
        .where(QuizItem.question_id.in_(question_ids))
        .group_by(QuizItem.question_id)
    )
    return {
        number: Usage(quizzes=quizzes, workshops=workshops) for number, quizzes, workshops in db.session.execute(query)
    }


def places_of(question_id: int, *, visible_to: Actor, limit: int = 20) -> list[Place]:
    """Quizzes that ask the question, in workshops whose results `visible_to` may see, newest first."""
    query = (
        sa.select(Quiz.id, Quiz.title, Workshop.id, Workshop.title)
        .join(QuizItem, QuizItem.quiz_id == Quiz.id)
        .join(Workshop, Workshop.id == Quiz.workshop_id)
        .where(QuizItem.question_id == question_id, reach(visible_to, RESULTS))
        .order_by(Quiz.id.desc())
        .limit(limit)
    )
    return [
        Place(quiz_id=quiz, title=title, workshop_id=workshop, workshop=name)
        for quiz, title, workshop, name in db.session.execute(query)
    ]


def answered_by(question_id: int) -> int:
    """How many people have answered the question, in whatever wording."""
    query = sa.select(sa.func.count(sa.distinct(Attempt.enrolment_id)))
    query = query.join(Answer, Answer.attempt_id == Attempt.id).where(Answer.question_id == question_id)
    return db.session.scalar(query) or 0


def past_of(question_ids: Collection[int]) -> dict[int, Earned]:
    """`{question id: Earned}` over the first finished attempts of all quizzes, kept for half a minute; four statements.

    Of a question that very many people had, only the newest quizzes count, with at least ENOUGH people: a page of the
    bank must not read every attempt that was ever made.
    """
    key = tuple(sorted(question_ids))
    return remembered("quiz.past", key, lambda: _past(key), seconds=SECONDS)


def _past(question_ids: Collection[int]) -> dict[int, Earned]:
    sums: dict[int, tuple[Decimal, int]] = {}
    for (_quiz, question), earned in sheets.earned_of(_newest(question_ids)).items():
        if question in question_ids:
            right, asked = sums.get(question, (ZERO, 0))
            sums[question] = (right + earned.right, asked + earned.asked)
    return {number: Earned(right=right, asked=asked) for number, (right, asked) in sums.items()}


def _newest(question_ids: Collection[int]) -> set[int]:
    """The quizzes to look at: for each question the newest ones until enough people had it."""
    people = dict(_finished(question_ids))
    asked = sa.select(QuizItem.question_id, QuizItem.quiz_id).where(QuizItem.question_id.in_(question_ids))
    erased = sa.select(Tally.question_id, Tally.quiz_id).where(Tally.question_id.in_(question_ids))
    quizzes: dict[int, set[int]] = defaultdict(set)
    for question, quiz in db.session.execute(asked.union(erased)):
        quizzes[question].add(quiz)
    found: set[int] = set()
    for numbers in quizzes.values():
        count = 0
        for quiz in sorted(numbers, reverse=True):
            if count < ENOUGH:
                found.add(quiz)
                count += people.get(quiz, 0)
    return found


def _finished(question_ids: Collection[int]) -> list[tuple[int, int]]:
    """`(quiz id, finished first attempts)` of the quizzes that ask one of the questions."""
    quizzes = sa.select(QuizItem.quiz_id).where(QuizItem.question_id.in_(question_ids))
    query = sa.select(Attempt.quiz_id, sa.func.count()).where(
        Attempt.state.in_(FINISHED), Attempt.number == 1, Attempt.quiz_id.in_(quizzes)
    )
    return [(quiz, count) for quiz, count in db.session.execute(query.group_by(Attempt.quiz_id))]
