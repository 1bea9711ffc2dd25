"""Finished attempts as they are stored, with any marks: what reads of results are tested with."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from lms.core.enrolments.models import Enrolment
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, quizzes
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import Content, Draft, Text
from lms.plugins.quiz.enums import AttemptState, Form, QuizKind
from lms.plugins.quiz.models import Answer, Attempt, Quiz, QuizItem
from lms.plugins.quiz.taking import questions_of
from tests.plugins.quiz.samples import options

ESSAY = "essay"


def question(
    course: Any, number: int, *, kind: str = "choice", worth: Sequence[str] = ("1", "0", "0"), **values: Any
) -> Question:
    """A question of the workshop's own bank; `values` are `objective` and `pillar` of the draft."""
    body = Content(
        kind=kind, text=Text(source=f"Soal nomor {number}"), options=options(*worth) if kind != ESSAY else ()
    )
    return bank.add(
        Draft(content=body, **values), organiser_id=course.workshop.organiser_id, actor=SYSTEM, code=f"{number:03}"
    )


def quiz_with(
    course: Any, rows: list[Question], *, kind: QuizKind = QuizKind.SESSION, most: Sequence[str] = ()
) -> Quiz:
    """An open quiz of these questions, of so many marks each."""
    quiz = quizzes.add_quiz(workshop_id=course.workshop.id, kind=kind, title=f"Kuis {kind.value}", questions=rows)
    items = db.session.query(QuizItem).filter_by(quiz_id=quiz.id).order_by(QuizItem.position).all()
    for item, mark in zip(items, most, strict=False):
        item.mark = Decimal(mark)
    course.open(quiz)
    return quiz


def finished(
    quiz: Quiz,
    enrolment: Enrolment,
    marks: Sequence[str | None],
    *,
    most: Sequence[str] = (),
    among: Sequence[Question] = (),
    chosen: Sequence[Any] = (),
    form: Form = Form.BOTH,
    state: AttemptState = AttemptState.SUBMITTED,
    number: int = 1,
) -> Attempt:
    """An attempt with these marks and answers; `among` are its questions where it had not all of the quiz's."""
    rows = list(among) or list(questions_of(quiz.id))
    highest = list(most) or ["1"] * len(rows)
    layout = [{"q": row.id, "v": row.version_id, "m": worth, "o": []} for row, worth in zip(rows, highest, strict=True)]
    total = sum((Decimal(mark) for mark in marks if mark is not None), Decimal(0))
    top = sum(map(Decimal, highest), Decimal(0))
    attempt = Attempt(
        quiz_id=quiz.id,
        enrolment_id=enrolment.id,
        number=number,
        form=form,
        layout=layout,
        state=state,
        started_at=now(),
        submitted_at=now() if state is not AttemptState.IN_PROGRESS else None,
        marks=list(marks) if state is not AttemptState.IN_PROGRESS else [],
        mark=total,
        max_mark=top,
        score_ratio=min(Decimal(1), max(Decimal(0), total / top)).quantize(Decimal("0.000001")),
        is_provisional=None in marks,
    )
    db.session.add(attempt)
    db.session.flush()
    for place, (row, value) in enumerate(zip(rows, chosen, strict=False), start=1):
        if value is not None:
            db.session.add(Answer(attempt_id=attempt.id, question_id=row.id, value=value, client_seq=place))
    db.session.flush()
    return attempt
