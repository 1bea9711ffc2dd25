"""Reads of the answering pages. Nothing here touches keys or explanations, and no type has a place for them."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from lms.core.enrolments.models import Enrolment
from lms.core.evidence import EvidenceUnavailable, collect
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import Access, Role
from lms.plugins.quiz.enums import QuestionKind, QuizKind, QuizState
from lms.plugins.quiz.models import Answer, AnswerLog, Attempt, Option, Question, Quiz, QuizItem, Receipt

GRACE = timedelta(seconds=1)  # for the way from the phone to us
EXITS = "checkin.exits"  # how many sessions a person left with the exit code
KIND_ORDER = (QuizKind.PRE, QuizKind.SESSION, QuizKind.PRACTICE, QuizKind.POST, QuizKind.EVALUATION)


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """One participant before one quiz, begun or not."""

    quiz: Quiz
    enrolment: Enrolment
    attempt: Attempt | None

    @property
    def access(self) -> Access:
        return self.enrolment.access

    @property
    def deadline(self) -> datetime | None:
        return deadline_of(self.quiz, self.attempt) if self.attempt else self.quiz.closes_at

    @property
    def takes_answers(self) -> bool:
        """Whether the attempt is running and inside its time."""
        attempt = self.attempt
        return attempt is not None and not attempt.is_finished and not is_overdue(self.quiz, attempt, now())


class TileState(enum.StrEnum):
    """How a quiz stands for one person."""

    OPEN = "open"
    LATER = "later"
    DONE = "done"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One quiz in the list of a participant; `is_begun` when an attempt waits to be finished."""

    quiz: Quiz
    state: TileState
    items: int
    is_begun: bool
    waits_for_exit: bool = False


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A question as one person sees it: `choices` in this person's order, `chosen` counts from 1."""

    number: int
    kind: QuestionKind
    text: str
    choices: tuple[str, ...]
    chosen: int | None
    typed: str

    @property
    def is_answered(self) -> bool:
        return self.chosen is not None or bool(self.typed)


def deadline_of(quiz: Quiz, attempt: Attempt) -> datetime | None:
    """When the attempt ends by the server's clock: its own time limit or the closing hour, whichever comes first."""
    limit = attempt.started_at + timedelta(minutes=quiz.time_limit) if quiz.time_limit else None
    return min(filter(None, (limit, quiz.closes_at)), default=None)


def is_overdue(quiz: Quiz, attempt: Attempt, moment: datetime) -> bool:
    """Whether nothing may be added any more: the quiz is closed, or the attempt's time and its grace are over."""
    deadline = deadline_of(quiz, attempt)
    return quiz.state is not QuizState.OPEN or (deadline is not None and moment > deadline + GRACE)


def may_see(quiz: Quiz, enrolment: Enrolment) -> bool:
    """Whether the quiz exists for this person: own workshop, a confirmed place as participant, opened already."""
    begun = quiz.state is not QuizState.DRAFT and (quiz.opens_at is None or quiz.opens_at <= now())
    own = quiz.workshop_id == enrolment.workshop_id and enrolment.role is Role.PESERTA
    return own and enrolment.is_confirmed and begun and is_let_in(quiz, enrolment.id)


def is_let_in(quiz: Quiz, enrolment_id: int) -> bool:
    """Whether the quiz asks for no exit code, or the person has given it, or has begun before that was asked."""
    if not quiz.opens_with_exit or _have_left(quiz.workshop_id, [enrolment_id]):
        return True
    return attempt_of(quiz.id, enrolment_id) is not None or has_receipt(quiz.id, enrolment_id)


def _have_left(workshop_id: int, enrolment_ids: Sequence[int]) -> set[int]:
    """Who has left a session with the exit code; nobody where check-in is not in use."""
    try:
        facts = collect(keys=[EXITS], workshop_id=workshop_id, enrolment_ids=enrolment_ids)
    except EvidenceUnavailable:
        return set()
    return {number for number, known in facts.items() if known.get(EXITS, 0) > 0}


def attempt_of(quiz_id: int, enrolment_id: int) -> Attempt | None:
    """The person's attempt."""
    return db.session.scalar(sa.select(Attempt).filter_by(quiz_id=quiz_id, enrolment_id=enrolment_id))


def has_receipt(quiz_id: int, enrolment_id: int) -> bool:
    """Whether the person has handed in this evaluation."""
    query = sa.select(Receipt.id).filter_by(quiz_id=quiz_id, enrolment_id=enrolment_id)
    return db.session.scalar(query) is not None


def item_count(quiz_id: int) -> int:
    """How many questions the quiz has."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(QuizItem).filter_by(quiz_id=quiz_id)) or 0


def questions_of(quiz_id: int) -> list[Question]:
    """The questions of a quiz in the order of the preview."""
    query = sa.select(Question).join(QuizItem, QuizItem.question_id == Question.id).where(QuizItem.quiz_id == quiz_id)
    return list(db.session.scalars(query.order_by(QuizItem.position, QuizItem.id)))


def tiles(enrolment: Enrolment) -> list[Tile]:
    """Every quiz of the workshop as it stands for this person; three statements. Empty without a confirmed place."""
    if not enrolment.is_confirmed or enrolment.role is not Role.PESERTA:
        return []
    counted = db.session.execute(_quizzes_with_counts(), {"workshop": enrolment.workshop_id}).all()
    attempts = {row.quiz_id: row for row in db.session.scalars(_attempts(), {"enrolment": enrolment.id})}
    handed_in = set(db.session.scalars(_receipts(), {"enrolment": enrolment.id}))
    ordered = sorted(counted, key=lambda row: (KIND_ORDER.index(row.Quiz.kind), row.Quiz.id))
    found = [_tile(row.Quiz, attempts.get(row.Quiz.id), row.Quiz.id in handed_in, row.items) for row in ordered]
    return _held_back(found, enrolment)


def _held_back(found: list[Tile], enrolment: Enrolment) -> list[Tile]:
    """The same tiles, with what opens only with the exit code still closed; asks for it only where it matters."""
    waiting = [
        tile for tile in found if tile.quiz.opens_with_exit and tile.state is TileState.OPEN and not tile.is_begun
    ]
    if not waiting or _have_left(enrolment.workshop_id, [enrolment.id]):
        return found
    return [replace(tile, state=TileState.LATER, waits_for_exit=True) if tile in waiting else tile for tile in found]


# Made once: every ticket asks for these.
@cache
def _quizzes_with_counts() -> sa.Select[Quiz, int]:
    items = sa.select(sa.func.count()).where(QuizItem.quiz_id == Quiz.id).correlate(Quiz).scalar_subquery()
    query = sa.select(Quiz, items.label("items")).options(lazyload(Quiz.workshop))  # the ticket has it already
    return query.where(Quiz.workshop_id == sa.bindparam("workshop", type_=sa.Integer))


@cache
def _attempts() -> sa.Select[Attempt]:
    return sa.select(Attempt).where(Attempt.enrolment_id == sa.bindparam("enrolment", type_=sa.Integer))


@cache
def _receipts() -> sa.Select[int]:
    return sa.select(Receipt.quiz_id).where(Receipt.enrolment_id == sa.bindparam("enrolment", type_=sa.Integer))


def _tile(quiz: Quiz, attempt: Attempt | None, handed_in: bool, items: int) -> Tile:
    moment = now()
    if handed_in or (attempt is not None and (attempt.is_finished or is_overdue(quiz, attempt, moment))):
        state = TileState.DONE
    elif quiz.is_open_at(moment):
        state = TileState.OPEN
    elif quiz.state is QuizState.DRAFT or (quiz.opens_at is not None and quiz.opens_at > moment):
        state = TileState.LATER
    else:
        state = TileState.MISSED
    return Tile(quiz=quiz, state=state, items=items, is_begun=attempt is not None)


def shown_questions(attempt: Attempt) -> list[Shown]:
    """All questions of an attempt in its own order, with what was answered; three statements.

    They carry positions and no ids: an id would tell the order in which the author wrote the options.
    """
    ids = [question for question, _options in attempt.layout]
    texts = {
        row.id: row
        for row in db.session.execute(sa.select(Question.id, Question.kind, Question.text).where(Question.id.in_(ids)))
    }
    options = dict(db.session.execute(sa.select(Option.id, Option.text).where(Option.question_id.in_(ids))).all())
    answers = {row.question_id: row for row in db.session.scalars(sa.select(Answer).filter_by(attempt_id=attempt.id))}
    found = []
    for number, (question_id, order) in enumerate(attempt.layout, start=1):
        answer = answers.get(question_id)
        found.append(
            Shown(
                number=number,
                kind=texts[question_id].kind,
                text=texts[question_id].text,
                choices=tuple(options[option] for option in order),
                chosen=_position(answer, order),
                typed=answer.text if answer else "",
            )
        )
    return found


def _position(answer: Answer | None, order: list[int]) -> int | None:
    if answer is None:
        return None
    return order.index(answer.option_id) + 1 if answer.option_id in order else answer.number


def last_seq(attempt_id: int) -> int:
    """The highest counter that has arrived, 0 before the first answer."""
    return db.session.scalar(sa.select(sa.func.max(AnswerLog.client_seq)).filter_by(attempt_id=attempt_id)) or 0
