"""What one person gets: the form, the questions of pools, and every order, drawn once at the start of an attempt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lms.kernel.db import db
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.enums import Form, QuizKind
from lms.plugins.quiz.kinds.base import dice
from lms.plugins.quiz.models import Attempt, Pool, Quiz, QuizItem
from lms.plugins.quiz.versions import versions_of

OTHER = {Form.A: Form.B, Form.B: Form.A}
_TESTS = frozenset({QuizKind.PRE, QuizKind.POST})


def draw(quiz: Quiz, form: Form) -> list[dict[str, Any]]:
    """The layout of a new attempt. Counts what pools give, so the caller holds the quiz against other starts."""
    query = (
        sa.select(QuizItem, Question.version_id)
        .join(Question, Question.id == QuizItem.question_id)
        .where(QuizItem.quiz_id == quiz.id, QuizItem.form.in_({Form.BOTH, form}) if form else sa.true())
        .order_by(QuizItem.position, QuizItem.id)
    )
    rows = [(item, version_id) for item, version_id in db.session.execute(query)]
    given = _of_pools(quiz, [item for item, _version in rows])
    chosen = [(item, version_id) for item, version_id in rows if item.pool_id is None or item.id in given]
    if quiz.shuffles_questions:
        dice.shuffle(chosen)
    return _with_orders(quiz, chosen)


def needs_turns(quiz_id: int) -> bool:
    """Whether starts must wait for each other, so that pools and forms are used evenly."""
    has_pools = sa.exists().where(Pool.quiz_id == Quiz.id)
    query = sa.select(Quiz.id).where(Quiz.id == quiz_id, sa.or_(Quiz.has_forms, has_pools))
    return db.session.scalar(query) is not None


def form_for(quiz: Quiz, enrolment_id: int) -> Form:
    """The form of a person: in a post-test the other one than in the pre-test, else the one that fewer people have.

    Whoever takes a quiz again gets the same form again, so that the other one stays new for the other test.
    """
    if not quiz.has_forms:
        return Form.BOTH
    mine = sa.select(Attempt.form, Attempt.quiz_id).join(Quiz, Quiz.id == Attempt.quiz_id)
    earlier = mine.where(
        Attempt.enrolment_id == enrolment_id,
        Attempt.form != Form.BOTH,
        Attempt.number == 1,
        sa.or_(Quiz.id == quiz.id, sa.and_(Quiz.workshop_id == quiz.workshop_id, Quiz.kind.in_(_TESTS))),
    ).order_by(Attempt.id.desc())
    had = [(form, number) for form, number in db.session.execute(earlier)]
    here = [form for form, number in had if number == quiz.id]
    if here:
        return here[0]
    if had and quiz.kind in _TESTS:
        return OTHER[had[0][0]]
    counts = sa.select(Attempt.form, sa.func.count()).where(Attempt.quiz_id == quiz.id, Attempt.number == 1)
    used = dict(db.session.execute(counts.group_by(Attempt.form)).all())
    fewest = min(used.get(form, 0) for form in OTHER)
    return dice.choice([form for form in OTHER if used.get(form, 0) == fewest])


def _of_pools(quiz: Quiz, items: Sequence[QuizItem]) -> set[int]:
    """Items that the pools of the quiz give now, the least used first and by chance among equals."""
    candidates: dict[int, list[QuizItem]] = defaultdict(list)
    for item in items:
        if item.pool_id is not None:
            candidates[item.pool_id].append(item)
    if not candidates:
        return set()
    draws = dict(db.session.execute(sa.select(Pool.id, Pool.draws).where(Pool.quiz_id == quiz.id)).all())
    given: set[int] = set()
    for pool_id, members in candidates.items():
        dice.shuffle(members)
        members.sort(key=lambda item: item.drawn)
        given.update(item.id for item in members[: draws.get(pool_id, 0)])
    counted = sa.update(QuizItem).where(QuizItem.id.in_(given)).values(drawn=QuizItem.drawn + 1)
    db.session.execute(counted.execution_options(synchronize_session=False))
    return given


def _with_orders(quiz: Quiz, chosen: Sequence[tuple[QuizItem, int]]) -> list[dict[str, Any]]:
    versions = versions_of({version_id for _item, version_id in chosen})
    return [
        {
            "q": item.question_id,
            "v": version_id,
            "m": format(item.mark.normalize(), "f"),
            "o": versions[version_id].type.order(versions[version_id].public, shuffles=quiz.shuffles_options),
        }
        for item, version_id in chosen
    ]
