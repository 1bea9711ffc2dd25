"""A quiz carried over to another workshop: settings, questions, pools and forms, without anything people did."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lms.kernel.db import db
from lms.plugins.quiz.enums import QuizState
from lms.plugins.quiz.models import Pool, Quiz, QuizItem

# What a copy keeps; hours move with the workshop, and sessions belong to its agenda.
_KEPT = (
    "kind", "title", "intro", "time_limit", "max_attempts", "pass_ratio", "shuffles_questions", "shuffles_options",
    "has_forms", "opens_with_exit", "review", "bands",
)  # fmt: skip


def copy_quiz(source: Quiz, *, workshop_id: int, shift: timedelta) -> Quiz:
    """A draft in another workshop; `shift` is how much later that one is."""
    quiz = Quiz(workshop_id=workshop_id, state=QuizState.DRAFT, **{name: getattr(source, name) for name in _KEPT})
    quiz.opens_at = source.opens_at + shift if source.opens_at else None
    quiz.closes_at = source.closes_at + shift if source.closes_at else None
    db.session.add(quiz)
    db.session.flush()
    copy_items(source.id, quiz.id)
    return quiz


def copy_items(source_id: int, quiz_id: int) -> None:
    """Give a quiz the questions, pools and forms of another one, besides what it has."""
    pools: dict[int | None, int | None] = {None: None}
    for pool in db.session.scalars(sa.select(Pool).filter_by(quiz_id=source_id).order_by(Pool.id)).all():
        copied = Pool(quiz_id=quiz_id, name=pool.name, draws=pool.draws)
        db.session.add(copied)
        db.session.flush()
        pools[pool.id] = copied.id
    items = sa.select(QuizItem).filter_by(quiz_id=source_id).order_by(QuizItem.position, QuizItem.id)
    for item in db.session.scalars(items).all():
        db.session.add(
            QuizItem(
                quiz_id=quiz_id,
                question_id=item.question_id,
                position=item.position,
                mark=item.mark,
                pool_id=pools[item.pool_id],
                form=item.form,
            )
        )
    db.session.flush()


def clear_items(quiz_id: int) -> None:
    """Take all questions and pools out of a quiz that nobody has begun."""
    for table in (QuizItem, Pool):
        gone = sa.delete(table).where(table.quiz_id == quiz_id)
        db.session.execute(gone.execution_options(synchronize_session="fetch"))
