"""Marked attempts question by question: what item statistics, facilities and early warnings are computed from."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.kernel.db import db
from lms.kernel.permissions import Role
from lms.plugins.quiz.content import ZERO
from lms.plugins.quiz.enums import FINISHED, Form
from lms.plugins.quiz.grading import key_version
from lms.plugins.quiz.models import Attempt, Quiz, Tally

Marked = tuple[Decimal | None, Decimal]  # the mark, and the most that the question earns
CONFIRMED = (Enrolment.role == Role.PESERTA, Enrolment.status == EnrolmentStatus.CONFIRMED)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One finished attempt: `marks` is `{question id: (mark, the most it earns)}`; None waits to be marked by hand.

    `keys` is `{question id: version whose key counts}`. Both are empty once the single answers are erased.
    """

    attempt_id: int
    quiz_id: int
    enrolment_id: int
    form: Form
    marks: dict[int, Marked]
    keys: dict[int, int]


@dataclass(frozen=True, kw_only=True)
class Earned:
    """How a question went: the sum of what `asked` people earned, of 1 each."""

    right: Decimal
    asked: int

    @property
    def share(self) -> Decimal | None:
        return self.right / self.asked if self.asked else None


def sheets_of(quiz_ids: Collection[int]) -> list[Sheet]:
    """First finished attempts of confirmed participants, in the order in which they began; one statement."""
    # JSON as text, read row by row: a thousand layouts at once would keep the garbage collector busy for long.
    layout, marks = sa.cast(Attempt.layout, sa.Text), sa.cast(Attempt.marks, sa.Text)
    query = (
        sa.select(Attempt.id, Attempt.quiz_id, Attempt.enrolment_id, Attempt.form, layout, marks)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.quiz_id.in_(quiz_ids), Attempt.number == 1, Attempt.state.in_(FINISHED), *CONFIRMED)
        .order_by(Attempt.id)
    )
    known: dict[tuple[str | None, str], Marked] = {}
    return [_sheet(known, *row) for row in db.session.execute(query)]


def _sheet(
    known: dict[tuple[str | None, str], Marked],
    number: int,
    quiz_id: int,
    enrolment_id: int,
    form: Form,
    layout_text: str,
    marks_text: str,
) -> Sheet:
    marks: dict[int, Marked] = {}
    keys: dict[int, int] = {}
    for slot, mark in zip(json.loads(layout_text), json.loads(marks_text), strict=False):
        words = (mark, slot["m"])
        if words not in known:  # a few marks, again and again
            known[words] = (None if mark is None else Decimal(mark), Decimal(slot["m"]))
        marks[slot["q"]] = known[words]
        keys[slot["q"]] = key_version(slot)
    return Sheet(attempt_id=number, quiz_id=quiz_id, enrolment_id=enrolment_id, form=form, marks=marks, keys=keys)


def earned_of(quiz_ids: Collection[int]) -> dict[tuple[int, int], Earned]:
    """`{(quiz id, question id): Earned}`, those of erased answers included; two statements."""
    sums: dict[tuple[int, int], tuple[Decimal, int]] = {}
    for sheet in sheets_of(quiz_ids):
        for question_id, (mark, most) in sheet.marks.items():
            if mark is not None and most:
                right, asked = sums.get((sheet.quiz_id, question_id), (ZERO, 0))
                sums[sheet.quiz_id, question_id] = (right + mark / most, asked + 1)
    kept = sa.select(Tally).join(Quiz, Quiz.id == Tally.quiz_id).where(Tally.quiz_id.in_(quiz_ids))
    for row in db.session.scalars(kept):
        right, asked = sums.get((row.quiz_id, row.question_id), (ZERO, 0))
        sums[row.quiz_id, row.question_id] = (right + row.right, asked + row.asked)
    return {key: Earned(right=right, asked=asked) for key, (right, asked) in sums.items()}
