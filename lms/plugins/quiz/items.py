"""The questions of a quiz: which, in which order, for which marks, fixed or drawn from a pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.plugins.quiz import bank, queries
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import ZERO
from lms.plugins.quiz.enums import Form, QuestionKind, QuizState
from lms.plugins.quiz.errors import QuizCannotChange
from lms.plugins.quiz.kinds.registry import kinds
from lms.plugins.quiz.models import Pool, Quiz, QuizItem
from lms.plugins.quiz.setup import hold

MAX_ITEMS = 300
MAX_MARK = Decimal(999)
# What an evaluation can ask: ratings and remarks.
RATED = frozenset({QuestionKind.LIKERT.value, QuestionKind.ESSAY.value})


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """A question in its place; `kind` is the label of its type, empty where the plugin that brought it is gone."""

    item: QuizItem
    question: Question
    pool: Pool | None
    kind: object
    is_scored: bool


@dataclass(frozen=True, kw_only=True)
class PoolRow:
    """A pool with how many questions it holds; `marks` are the different marks among them."""

    pool: Pool
    size: int
    marks: frozenset[Decimal]


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What one person gets; `least` and `most` marks differ where pools or forms hold unlike marks."""

    questions: int
    least: Decimal
    most: Decimal
    form_a: int
    form_b: int


@dataclass(frozen=True, kw_only=True)
class PoolEdit:
    """The new name and number of draws of a pool."""

    name: str
    draws: int


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What was typed on the page of questions, and the one step that its button asks for.

    `place` is `(item id, place from 1)`, so that asking twice moves once. `into` is a pool for the `chosen` items, 0
    for none; `new_pool` makes one of them.
    """

    marks: Mapping[int, Decimal] = field(default_factory=dict)
    pools: Mapping[int, PoolEdit] = field(default_factory=dict)
    chosen: tuple[int, ...] = ()
    place: tuple[int, int] | None = None
    drop: tuple[int, ...] = ()
    into: int | None = None
    new_pool: PoolEdit | None = None
    dissolve: int | None = None


def rows_of(quiz_id: int) -> list[ItemRow]:
    """The questions in order; two statements."""
    known = {pool.id: pool for pool in pools_of(quiz_id)}
    query = sa.select(QuizItem, Question).join(Question, Question.id == QuizItem.question_id)
    query = query.where(QuizItem.quiz_id == quiz_id).order_by(QuizItem.position, QuizItem.id)
    types = kinds()
    found = []
    for item, question in db.session.execute(query):
        kind = types.get(question.kind)
        pool = known[item.pool_id] if item.pool_id is not None else None
        is_scored = kind is not None and kind.is_scored
        label = kind.label if kind is not None else ""
        found.append(ItemRow(item=item, question=question, pool=pool, kind=label, is_scored=is_scored))
    return found


def pools_of(quiz_id: int) -> list[Pool]:
    """In the order in which they were made."""
    return list(db.session.scalars(sa.select(Pool).filter_by(quiz_id=quiz_id).order_by(Pool.id)))


def pool_rows(pools: Iterable[Pool], rows: Sequence[ItemRow]) -> list[PoolRow]:
    """Pools with what they hold."""
    found = []
    for pool in pools:
        members = [row for row in rows if row.item.pool_id == pool.id]
        marks = frozenset(row.item.mark for row in members if row.is_scored)
        found.append(PoolRow(pool=pool, size=len(members), marks=marks))
    return found


def totals_of(quiz: Quiz, rows: Sequence[ItemRow], pools: Sequence[PoolRow]) -> Totals:
    """How many questions and marks one person gets."""
    counts: dict[Form, int] = defaultdict(int)
    marks: dict[Form, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        if row.item.pool_id is None:
            form = row.item.form if quiz.has_forms else Form.BOTH
            counts[form] += 1
            marks[form] += row.item.mark if row.is_scored else ZERO
    drawn, least, most = 0, marks[Form.BOTH], marks[Form.BOTH]
    for pool in pools:
        worth = sorted(row.item.mark if row.is_scored else ZERO for row in rows if row.item.pool_id == pool.pool.id)
        draws = min(pool.pool.draws, pool.size)
        drawn += draws
        least += sum(worth[:draws], ZERO)
        most += sum(worth[len(worth) - draws :], ZERO)
    return Totals(
        questions=counts[Form.BOTH] + drawn + max(counts[Form.A], counts[Form.B]),
        least=least + min(marks[Form.A], marks[Form.B]),
        most=most + max(marks[Form.A], marks[Form.B]),
        form_a=counts[Form.A],
        form_b=counts[Form.B],
    )


def add_questions(*, quiz_id: int, question_ids: Collection[int], pool_id: int | None, actor: Actor) -> int:
    """Put questions of the bank at the end of the quiz; how many are new. Those that are there stay as they are.

    Raises QuizCannotChange once somebody has begun, and for what the actor may not read or the quiz cannot ask.
    """
    quiz = hold_unbegun(quiz_id)
    present = set(db.session.scalars(sa.select(QuizItem.question_id).where(QuizItem.quiz_id == quiz_id)))
    query = sa.select(Question).where(
        Question.id.in_(set(question_ids) - present), bank.visible(actor), Question.retired_at.is_(None)
    )
    added = list(db.session.scalars(query.order_by(Question.code, Question.id)))
    if len(added) < len(set(question_ids) - present):
        raise QuizCannotChange(_("One of these questions is not in your bank any more. Search again."))
    if quiz.is_evaluation and any(row.kind not in RATED for row in added):
        raise QuizCannotChange(_("An evaluation takes ratings and open questions only. Choose others."))
    if len(present) + len(added) > MAX_ITEMS:
        raise QuizCannotChange(_("A quiz holds at most %(count)s questions. Remove some first.", count=MAX_ITEMS))
    if pool_id is not None and pool_id not in {pool.id for pool in pools_of(quiz_id)}:
        raise QuizCannotChange(_("This pool is gone. Choose another one."))
    for place, question in enumerate(added, start=len(present) + 1):
        db.session.add(QuizItem(quiz_id=quiz_id, question_id=question.id, position=place, pool_id=pool_id))
    if added:
        _recorded(quiz, actor, "questions")
    return len(added)


def change(*, quiz_id: int, edit: Edit, actor: Actor) -> None:
    """Save marks and pools, then take the one step of the edit. Repeating it changes nothing.

    Raises QuizCannotChange once somebody has begun, and when an open quiz would be left without questions.
    """
    quiz = hold_unbegun(quiz_id)
    query = sa.select(QuizItem).filter_by(quiz_id=quiz_id).order_by(QuizItem.position, QuizItem.id)
    rows = list(db.session.scalars(query))
    pools = {pool.id: pool for pool in pools_of(quiz_id)}
    before = _as_is(rows, pools.values())
    for row in rows:
        row.mark = edit.marks.get(row.id, row.mark)
    for number, typed in edit.pools.items():
        if number in pools:
            pools[number].name, pools[number].draws = typed.name, typed.draws
    if edit.new_pool is not None:
        _put_into(rows, edit.chosen, _pool_called(quiz_id, edit.new_pool, pools.values()).id)
    elif edit.into is not None and edit.chosen:
        _put_into(rows, edit.chosen, _existing(edit.into, pools))
    if edit.dissolve in pools:
        _put_into(rows, [row.id for row in rows if row.pool_id == edit.dissolve], None)
        db.session.flush()
        db.session.delete(pools[edit.dissolve])
    kept = _dropped(quiz, rows, edit.drop)
    _renumber(_placed(kept, edit.place))
    db.session.flush()
    if before != _as_is(kept, pools_of(quiz_id)):
        _recorded(quiz, actor, "questions")


def hold_unbegun(quiz_id: int) -> Quiz:
    """The quiz, locked, while its questions may change. Raises QuizCannotChange once somebody has begun."""
    quiz = hold(quiz_id)
    if queries.is_begun(quiz_id):
        raise QuizCannotChange(
            _("Somebody has begun, so the questions stay as they are. Copy the quiz and change the copy.")
        )
    return quiz


def _as_is(rows: Iterable[QuizItem], pools: Iterable[Pool]) -> list[tuple[object, ...]]:
    items = [(row.id, row.position, row.mark, row.pool_id) for row in rows]
    return [*sorted(items), *((pool.id, pool.name, pool.draws) for pool in pools)]


def _put_into(rows: Iterable[QuizItem], chosen: Collection[int], pool_id: int | None) -> None:
    for row in rows:
        if row.id in chosen and row.pool_id != pool_id:
            row.pool_id, row.drawn, row.form = pool_id, 0, Form.BOTH  # pools and forms exclude each other


def _pool_called(quiz_id: int, typed: PoolEdit, pools: Iterable[Pool]) -> Pool:
    """A new pool, or the one of this name."""
    pool = next((row for row in pools if row.name == typed.name), None)
    if pool is None:
        pool = Pool(quiz_id=quiz_id, name=typed.name, draws=typed.draws)
        db.session.add(pool)
    pool.draws = typed.draws
    db.session.flush()
    return pool


def _existing(pool_id: int, pools: Mapping[int, Pool]) -> int | None:
    if pool_id and pool_id not in pools:
        raise QuizCannotChange(_("This pool is gone. Choose another one."))
    return pool_id or None


def _dropped(quiz: Quiz, rows: Sequence[QuizItem], drop: Collection[int]) -> list[QuizItem]:
    kept = [row for row in rows if row.id not in drop]
    if not kept and rows and quiz.state is QuizState.OPEN:
        raise QuizCannotChange(_("An open quiz needs a question. Make it a draft again first."))
    for row in rows:
        if row.id in drop:
            db.session.delete(row)
    return kept


def _placed(rows: list[QuizItem], place: tuple[int, int] | None) -> list[QuizItem]:
    moved = next((row for row in rows if place is not None and row.id == place[0]), None)
    if moved is None or place is None:
        return rows
    others = [row for row in rows if row is not moved]
    before = max(0, min(place[1] - 1, len(others)))
    return [*others[:before], moved, *others[before:]]


def _renumber(rows: Iterable[QuizItem]) -> None:
    for place, row in enumerate(rows, start=1):
        if row.position != place:
            row.position = place


def _recorded(quiz: Quiz, actor: Actor, *changed: str) -> None:
    db.session.flush()
    audit.record(action="quiz.items", subject=quiz, workshop_id=quiz.workshop_id, actor=actor, fields=changed)
