"""Reads of the answering pages. Nothing here touches keys or explanations, and no type has a place for them."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from lms.core.enrolments.models import Enrolment
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import Access, Role
from lms.plugins.quiz import hours
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.enums import Form, QuizKind, QuizState
from lms.plugins.quiz.evaluation_models import Receipt
from lms.plugins.quiz.models import Allowance, Answer, AnswerLog, Attempt, Pool, Quiz, QuizItem
from lms.plugins.quiz.versions import versions_of

KIND_ORDER = (QuizKind.PRE, QuizKind.SESSION, QuizKind.PRACTICE, QuizKind.POST, QuizKind.EVALUATION)


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """One participant before one quiz, begun or not; `attempt` is the one that runs, else the last one."""

    quiz: Quiz
    enrolment: Enrolment
    attempt: Attempt | None
    allowance: Allowance | None = None

    @property
    def access(self) -> Access:
        return self.enrolment.access

    @property
    def deadline(self) -> datetime | None:
        if self.attempt is None:
            return self.quiz.closes_at
        return hours.deadline_of(self.quiz, self.attempt, self.allowance)

    @property
    def seconds_left(self) -> int | None:
        """Until the deadline, 0 after it; None without one."""
        return None if self.deadline is None else max(0, int((self.deadline - now()).total_seconds()))

    @property
    def takes_answers(self) -> bool:
        """Whether the attempt is running and inside its time."""
        attempt = self.attempt
        if attempt is None or attempt.is_finished:
            return False
        return not hours.is_overdue(self.quiz, attempt, self.allowance, now())

    @property
    def may_begin(self) -> bool:
        """Whether another attempt may begin now."""
        return may_begin(self.quiz, self.attempt, self.allowance)


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
    """A question as one person sees it; what `shown` and `given` hold is the question type's affair."""

    number: int
    kind: str
    template: str
    text: Any  # for the filter `quiz_rich`
    mark: str  # the most that it earns
    shown: dict[str, Any]
    given: dict[str, list[str]]
    is_answered: bool
    is_question: bool  # False for a text to read
    seq: int = 0  # the counter of the answer in force: a phone that has a higher one knows better
    is_checked: bool = False  # the person has looked whether it is right, so it stays as it is


UNLIMITED = 10_000


def attempts_allowed(quiz: Quiz, allowance: Allowance | None) -> int:
    """How many attempts this person has."""
    more = allowance.more_attempts if allowance is not None else 0
    return (quiz.max_attempts or UNLIMITED) + more


def may_begin(quiz: Quiz, last: Attempt | None, allowance: Allowance | None) -> bool:
    """Whether an attempt may begin after the `last` one."""
    if last is not None and (not last.is_finished or last.number >= attempts_allowed(quiz, allowance)):
        return False
    return hours.is_open_for(quiz, allowance, now())


def may_see(quiz: Quiz, enrolment: Enrolment, allowance: Allowance | None = None) -> bool:
    """Whether the quiz exists for this person: own workshop, a confirmed place as participant, opened already."""
    own = quiz.workshop_id == enrolment.workshop_id and enrolment.role is Role.PESERTA and enrolment.is_confirmed
    if not own or quiz.state is QuizState.DRAFT:
        return False
    opening = allowance.opens_at if allowance is not None and allowance.opens_at else hours.opening_of(quiz)
    return (opening is None or opening <= now()) and is_let_in(quiz, enrolment.id)


def is_let_in(quiz: Quiz, enrolment_id: int) -> bool:
    """Whether the quiz asks for no exit code, or the person has given it, or has begun before that was asked."""
    if not quiz.opens_with_exit or hours.have_left(quiz.workshop_id, [enrolment_id]):
        return True
    return attempt_of(quiz.id, enrolment_id) is not None or has_receipt(quiz.id, enrolment_id)


def attempt_of(quiz_id: int, enrolment_id: int) -> Attempt | None:
    """The person's last attempt."""
    query = sa.select(Attempt).filter_by(quiz_id=quiz_id, enrolment_id=enrolment_id)
    return db.session.scalar(query.order_by(Attempt.number.desc()).limit(1))


def has_receipt(quiz_id: int, enrolment_id: int) -> bool:
    """Whether the person has handed in this evaluation."""
    query = sa.select(Receipt.id).filter_by(quiz_id=quiz_id, enrolment_id=enrolment_id)
    return db.session.scalar(query) is not None


def item_count(quiz_id: int) -> int:
    """How many questions the quiz has in all, those of pools included."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(QuizItem).filter_by(quiz_id=quiz_id)) or 0


def asked_count(quiz: Quiz) -> int:
    """How many questions one person gets."""
    query = sa.select(QuizItem.pool_id, QuizItem.form, sa.func.count()).where(QuizItem.quiz_id == quiz.id)
    groups = db.session.execute(query.group_by(QuizItem.pool_id, QuizItem.form)).all()
    draws = dict(db.session.execute(sa.select(Pool.id, Pool.draws).where(Pool.quiz_id == quiz.id)).all())
    of_forms = [count for pool, form, count in groups if pool is None and form]
    fixed = sum(count for pool, form, count in groups if pool is None and not form)
    in_pools: dict[int, int] = {}
    for pool, _form, count in groups:
        if pool is not None:
            in_pools[pool] = in_pools.get(pool, 0) + count
    drawn = sum(min(draws.get(pool, 0), count) for pool, count in in_pools.items())
    return fixed + drawn + (max(of_forms, default=0) if quiz.has_forms else sum(of_forms))


def questions_of(quiz_id: int) -> list[Question]:
    """The questions of a quiz in the order of the preview."""
    query = sa.select(Question).join(QuizItem, QuizItem.question_id == Question.id).where(QuizItem.quiz_id == quiz_id)
    return list(db.session.scalars(query.order_by(QuizItem.position, QuizItem.id)))


def tiles(enrolment: Enrolment) -> list[Tile]:
    """Every quiz of the workshop as it stands for this person; four statements. Empty without a confirmed place."""
    if not enrolment.is_confirmed or enrolment.role is not Role.PESERTA:
        return []
    who = {"enrolment": enrolment.id}
    counted = db.session.execute(_quizzes_with_counts(), {"workshop": enrolment.workshop_id}).all()
    if not counted:
        return []
    attempts = {row.quiz_id: row for row in db.session.scalars(_attempts(), who)}
    handed_in = set(db.session.scalars(_receipts(), who))
    allowed = {row.quiz_id: row for row in db.session.scalars(_allowances(), who)}
    ordered = sorted(counted, key=lambda row: (KIND_ORDER.index(row.Quiz.kind), row.Quiz.id))
    found = [
        _tile(
            Sitting(
                quiz=row.Quiz,
                enrolment=enrolment,
                attempt=attempts.get(row.Quiz.id),
                allowance=allowed.get(row.Quiz.id),
            ),
            row.Quiz.id in handed_in,
            row.items,
        )
        for row in ordered
    ]
    return _held_back(found, enrolment)


def _held_back(found: list[Tile], enrolment: Enrolment) -> list[Tile]:
    """The same tiles, with what opens only with the exit code still closed; asks for it only where it matters."""
    waiting = [
        tile for tile in found if tile.quiz.opens_with_exit and tile.state is TileState.OPEN and not tile.is_begun
    ]
    if not waiting or hours.have_left(enrolment.workshop_id, [enrolment.id]):
        return found
    return [replace(tile, state=TileState.LATER, waits_for_exit=True) if tile in waiting else tile for tile in found]


# Made once: every ticket asks for these.
@cache
def _quizzes_with_counts() -> sa.Select[Quiz, int]:
    query = sa.select(Quiz, (_for_all() + _drawn()).label("items")).options(
        lazyload(Quiz.workshop)
    )  # the ticket has it already
    return query.where(Quiz.workshop_id == sa.bindparam("workshop", type_=sa.Integer))


def _for_all() -> sa.ScalarSelect[int]:
    """Questions outside pools; of two equal forms a person gets one."""
    items = sa.select(sa.func.count()).where(QuizItem.quiz_id == Quiz.id, QuizItem.pool_id.is_(None))
    one_form = sa.or_(Quiz.has_forms.is_(False), QuizItem.form != Form.B)
    return items.where(one_form).correlate(Quiz).scalar_subquery()


def _drawn() -> sa.ScalarSelect[int]:
    """What a person gets out of pools."""
    size = sa.select(sa.func.count()).where(QuizItem.pool_id == Pool.id).correlate(Pool).scalar_subquery()
    drawn = sa.func.sum(sa.case((Pool.draws < size, Pool.draws), else_=size))
    pools = sa.select(sa.func.coalesce(drawn, 0)).where(Pool.quiz_id == Quiz.id)
    return pools.correlate(Quiz).scalar_subquery()


@cache
def _attempts() -> sa.Select[Attempt]:
    mine = sa.select(Attempt).where(Attempt.enrolment_id == sa.bindparam("enrolment", type_=sa.Integer))
    return mine.order_by(Attempt.number)  # the last one is the one that counts here


@cache
def _receipts() -> sa.Select[int]:
    return sa.select(Receipt.quiz_id).where(Receipt.enrolment_id == sa.bindparam("enrolment", type_=sa.Integer))


@cache
def _allowances() -> sa.Select[Allowance]:
    return sa.select(Allowance).where(Allowance.enrolment_id == sa.bindparam("enrolment", type_=sa.Integer))


def _tile(sitting: Sitting, handed_in: bool, items: int) -> Tile:
    quiz, attempt, moment = sitting.quiz, sitting.attempt, now()
    opening = hours.opening_of(quiz)
    if sitting.takes_answers or (not handed_in and sitting.may_begin):
        state = TileState.OPEN
    elif handed_in or attempt is not None:
        state = TileState.DONE
    elif quiz.state is QuizState.DRAFT or (opening is not None and opening > moment):
        state = TileState.LATER
    else:
        state = TileState.MISSED
    return Tile(quiz=quiz, state=state, items=items, is_begun=sitting.takes_answers)


def shown_questions(attempt: Attempt) -> list[Shown]:
    """All questions of an attempt in its own order, with what was answered; two statements at most.

    They carry positions and no ids: an id would tell the order in which the author wrote the options.
    """
    versions = versions_of({slot["v"] for slot in attempt.layout})
    query = sa.select(Answer.question_id, Answer.value, Answer.client_seq).where(Answer.attempt_id == attempt.id)
    values: dict[int, tuple[Any, int]] = {
        row.question_id: (row.value, row.client_seq) for row in db.session.execute(query)
    }
    found = []
    for number, slot in enumerate(attempt.layout, start=1):
        version = versions[slot["v"]]
        kind, (value, seq) = version.type, values.get(slot["q"], (None, 0))
        found.append(
            Shown(
                number=number,
                kind=version.kind,
                template=kind.template,
                text=version.public["text"],
                mark=slot["m"],
                shown=kind.shown(version.public, slot["o"]),
                given=kind.given(version.public, slot["o"], value) if value is not None else {},
                is_answered=value is not None,
                is_question=kind.is_question,
                seq=seq,
                is_checked=bool(slot.get("c")),
            )
        )
    return found


def last_seq(attempt_id: int) -> int:
    """The highest counter that has arrived, 0 before the first answer."""
    return db.session.scalar(sa.select(sa.func.max(AnswerLog.client_seq)).filter_by(attempt_id=attempt_id)) or 0
