"""The question bank: who sees what, the set that ships with the product, adding and changing questions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_sqlalchemy.pagination import Pagination

from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import reach
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import Actor, Scope
from lms.kernel.tokens import new_code
from lms.plugins.quiz.enums import Pillar, QuestionKind
from lms.plugins.quiz.errors import QuestionInUse
from lms.plugins.quiz.models import Answer, Attempt, Key, Option, Question, QuizItem, ResponseAnswer
from lms.plugins.quiz.permissions import MANAGE

DATA = Path(__file__).parent / "data" / "bank.json"
MIN_OPTIONS = 2
_LAST_PAGE = 100_000


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on Question rows that `actor` may read: shared ones, and those of organisers they work for."""
    held = [grant for grant in actor.grants if grant.role in MANAGE.default_roles]
    if any(grant.scope is Scope.SITE for grant in held):
        return sa.true()
    own = [int(grant.ref) for grant in held if grant.scope is Scope.ORGANISER]
    through_workshops = sa.select(Workshop.organiser_id).where(reach(actor, MANAGE))
    return sa.or_(
        Question.organiser_id.is_(None), Question.organiser_id.in_(through_workshops), Question.organiser_id.in_(own)
    )


def page_of(*, visible_to: Actor, text: str = "", pillar: Pillar | None = None, page: int = 1) -> Pagination:
    """A page of the bank by code; `text` matches wording and code."""
    query = sa.select(Question).where(visible(visible_to)).order_by(Question.code, Question.id)
    if text:
        match = Question.text.icontains(text, autoescape=True)
        query = query.where(sa.or_(match, Question.code.icontains(text, autoescape=True)))
    if pillar is not None:
        query = query.where(Question.pillar == pillar)
    return db.paginate(query, page=min(page, _LAST_PAGE), per_page=25, max_per_page=100, error_out=False)


def may_read(actor: Actor, question_id: int) -> bool:
    """Whether `actor` sees this question in the bank."""
    return db.session.scalar(sa.select(Question.id).where(Question.id == question_id, visible(actor))) is not None


def key_of(question_id: int) -> int | None:
    """The right option of a question; for staff pages only."""
    return db.session.scalar(sa.select(Key.option_id).where(Key.question_id == question_id))


def is_answered(question_id: int) -> bool:
    """Whether anybody was asked this question: it may not change any more."""
    asked = sa.select(Attempt.id).join(QuizItem, QuizItem.quiz_id == Attempt.quiz_id)
    sources = (
        asked.where(QuizItem.question_id == question_id),
        sa.select(Answer.id).where(Answer.question_id == question_id),
        sa.select(ResponseAnswer.id).where(ResponseAnswer.question_id == question_id),
    )
    return any(db.session.scalar(query.limit(1)) is not None for query in sources)


@cache
def _shipped() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))
    return rows


def load_bank() -> int:
    """Add the shipped questions that the shared bank lacks, known by their code; how many were added."""
    present = set(db.session.scalars(sa.select(Question.code).where(Question.organiser_id.is_(None))))
    missing = [row for row in _shipped() if row["code"] not in present]
    for row in missing:
        _add(
            Question(
                code=row["code"],
                kind=QuestionKind(row["kind"]),
                text=row["text"],
                collection=row["collection"],
                session_code=row.get("session", ""),
                pillar=Pillar(row.get("pillar", "")),
                explanation=row.get("explanation", ""),
                source=row.get("source", ""),
                needs_review=row.get("needs_review", False),
            ),
            options=row.get("options", ()),
            key=row.get("key"),
        )
    return len(missing)


def collection(name: str) -> list[Question]:
    """The shared questions of a set, by code; loads the shipped bank when it is not there yet."""
    query = sa.select(Question).where(Question.collection == name, Question.organiser_id.is_(None))
    found = list(db.session.scalars(query.order_by(Question.code)))
    if not found and load_bank():
        return list(db.session.scalars(query.order_by(Question.code)))
    return found


def add_question(
    *,
    organiser_id: int | None,
    text: str,
    options: Sequence[str],
    key: int,
    actor: Actor,
    pillar: Pillar = Pillar.NONE,
    explanation: str = "",
    source: str = "",
    code: str = "",
) -> Question:
    """Add a single-choice question; `key` is the position of the right option, from 1. Without `code` one is drawn."""
    wording = _checked(options, key)
    code = code.strip() or f"S-{new_code(5)}"
    if db.session.scalar(sa.select(Question.id).filter_by(organiser_id=organiser_id, code=code)) is not None:
        raise RuleViolation(_("Another question has this code. Choose a different one."), "code")
    question = Question(
        organiser_id=organiser_id,
        code=code,
        kind=QuestionKind.SINGLE,
        text=text,
        pillar=pillar,
        explanation=explanation,
        source=source,
        needs_review=False,
    )
    _add(question, options=wording, key=key)
    audit.record(action="quiz.question_added", subject=question, actor=actor)
    return question


def edit_question(
    *,
    question_id: int,
    text: str,
    options: Sequence[str],
    key: int,
    actor: Actor,
    pillar: Pillar = Pillar.NONE,
    explanation: str = "",
    source: str = "",
) -> Question:
    """Change a question that nobody was asked yet. Raises QuestionInUse."""
    wording = _checked(options, key)
    question = db.session.get_one(Question, question_id, with_for_update=True)
    if question.kind is not QuestionKind.SINGLE:
        raise RuleViolation(_("Only single-choice questions can be changed here."))
    if is_answered(question_id):
        raise QuestionInUse(_("People have answered this question already. Add a new one instead."))
    question.text, question.pillar = text, pillar
    question.explanation, question.source, question.needs_review = explanation, source, False
    db.session.execute(sa.delete(Key).where(Key.question_id == question_id))
    question.options = []
    db.session.flush()  # positions are unique: the old ones go first
    _add(question, options=wording, key=key)
    audit.record(
        action="quiz.question_changed",
        subject=question,
        actor=actor,
        fields=("text", "options", "key", "pillar", "explanation", "source"),
    )
    return question


def _checked(options: Sequence[str], key: int) -> list[str]:
    """The options that were filled in; raises when there are gaps, doubles, or the key names none of them."""
    wording = [option.strip() for option in options]
    while wording and not wording[-1]:
        wording.pop()
    if len(wording) < MIN_OPTIONS or not all(wording):
        raise RuleViolation(_("Fill in at least two options, without leaving one out in between."), "option_1")
    if len({option.casefold() for option in wording}) < len(wording):
        raise RuleViolation(_("Two options are the same. Change one of them."), "option_1")
    if not 1 <= key <= len(wording):
        raise RuleViolation(_("Mark one of the options as the right answer."), "key")
    return wording


def _add(question: Question, *, options: Sequence[str], key: int | None) -> None:
    rows = [Option(position=number, text=text) for number, text in enumerate(options, start=1)]
    question.options = rows
    db.session.add(question)
    db.session.flush()
    if key is not None:
        db.session.add(Key(question_id=question.id, option_id=rows[key - 1].id))
        db.session.flush()
