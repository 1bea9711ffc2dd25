"""The marks of a quiz as a table: a row an attempt, a column a scored question, apart for each form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from lms.kernel.db import db
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import ZERO
from lms.plugins.quiz.enums import Form
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.models import Quiz, QuizItem
from lms.plugins.quiz.sheets import Sheet, sheets_of


@dataclass(frozen=True, kw_only=True)
class Column:
    """A scored question of the quiz; `number` is its place in the preview, `mark` the most that it earns."""

    number: int
    question_id: int
    code: str
    text: str
    kind: str
    form: Form
    mark: Decimal


@dataclass(frozen=True, kw_only=True)
class Group:
    """People who took the same form; `is_uniform` when all of them had the very same questions."""

    form: Form
    sheets: tuple[Sheet, ...]
    columns: tuple[Column, ...]
    most: tuple[Decimal, ...]  # of each column, where uniform
    is_uniform: bool

    def marks(self) -> list[list[Decimal | None]]:
        """A row an attempt; None where a question was not drawn for that person."""
        return [[sheet.marks.get(column.question_id, (None,))[0] for column in self.columns] for sheet in self.sheets]


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """The marks of first attempts that are finished and fully marked; `waiting` others wait to be marked by hand."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]  # one, or one for each form
    sheets: tuple[Sheet, ...]  # of all groups, in the order in which they began
    waiting: int


def columns_of(quiz_id: int) -> tuple[Column, ...]:
    """The scored questions in the order of the preview; one statement."""
    query = (
        sa.select(Question.id, Question.code, Question.text, Question.kind, QuizItem.form, QuizItem.mark)
        .join(QuizItem, QuizItem.question_id == Question.id)
        .where(QuizItem.quiz_id == quiz_id)
        .order_by(QuizItem.position, QuizItem.id)
    )
    return tuple(
        Column(number=number, question_id=question, code=code, text=text, kind=kind, form=form, mark=mark)
        for number, (question, code, text, kind, form, mark) in enumerate(db.session.execute(query), start=1)
        if kind_of(kind).is_scored
    )


def matrix_of(quiz: Quiz) -> Matrix:
    """Two statements, whatever the number of people."""
    columns = columns_of(quiz.id)
    scored = {column.question_id for column in columns}
    sheets = sheets_of([quiz.id])
    ready = [
        sheet
        for sheet in sheets
        if not any(mark is None and question in scored for question, (mark, _most) in sheet.marks.items())
    ]
    forms = sorted({sheet.form for sheet in ready}) or [Form.BOTH]
    groups = tuple(_group(form, [sheet for sheet in ready if sheet.form is form], columns) for form in forms)
    return Matrix(columns=columns, groups=groups, sheets=tuple(ready), waiting=len(sheets) - len(ready))


def _group(form: Form, sheets: Sequence[Sheet], columns: Sequence[Column]) -> Group:
    """Questions that nobody of the form had are no columns of it."""
    asked = {question for sheet in sheets for question in sheet.marks}
    mine = tuple(column for column in columns if column.question_id in asked)
    worth = [[sheet.marks.get(column.question_id, (None, None))[1] for column in mine] for sheet in sheets]
    is_uniform = bool(mine) and all(row == worth[0] for row in worth) and None not in worth[0]
    most = tuple(value for value in worth[0] if value is not None) if is_uniform else ()
    return Group(form=form, sheets=tuple(sheets), columns=mine, most=most, is_uniform=is_uniform)


def own_total(sheet: Sheet, columns: Sequence[Column]) -> tuple[Decimal, Decimal]:
    """What the attempt earned, and the most that it could."""
    rows = [sheet.marks[column.question_id] for column in columns if column.question_id in sheet.marks]
    return sum((mark for mark, _most in rows if mark is not None), ZERO), sum((most for _mark, most in rows), ZERO)


def ranks_of(ratios: dict[int, Decimal]) -> dict[int, int]:
    """Small whole numbers in the order of the ratios: they are compared often."""
    places = {ratio: place for place, ratio in enumerate(sorted(set(ratios.values())))}
    return {attempt: places[ratio] for attempt, ratio in ratios.items()}
