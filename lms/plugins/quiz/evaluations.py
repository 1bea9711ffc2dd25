"""Anonymous evaluations: one form per person, no trace of whose, and a summary only once five have answered."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.plugins.quiz import taking
from lms.plugins.quiz.enums import QuestionKind, QuizKind
from lms.plugins.quiz.errors import QuizNotOpen, UnreadableAnswer
from lms.plugins.quiz.models import Question, Quiz, Receipt, Response, ResponseAnswer
from lms.plugins.quiz.services import MAX_TEXT, RATINGS, needs_exit

MIN_RESPONSES = 5


@dataclass(frozen=True, kw_only=True)
class Rated:
    """The ratings of one question: how many gave 1, 2, 3 and 4, and their mean (1..4)."""

    text: str
    counts: tuple[int, int, int, int]

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> Decimal | None:
        points = sum(rating * count for rating, count in zip(RATINGS, self.counts, strict=True))
        return Decimal(points) / self.total if self.total else None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What an evaluation says; `ratings` and `remarks` stay empty below MIN_RESPONSES."""

    responses: int
    ratings: tuple[Rated, ...] = ()
    remarks: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def is_shown(self) -> bool:
        return self.responses >= MIN_RESPONSES


def hand_in(*, quiz_id: int, enrolment_id: int, ratings: Mapping[int, int], remarks: Mapping[int, str]) -> bool:
    """Store one form and, apart from it, the receipt of the person; False when there was a receipt already.

    Keys are question ids. Raises QuizNotOpen, or UnreadableAnswer for a missing or impossible rating.
    """
    quiz = db.session.get_one(Quiz, quiz_id, with_for_update={"read": True, "of": Quiz}, populate_existing=True)
    if not quiz.is_evaluation or not quiz.is_open_at(now()):
        raise QuizNotOpen(_("This evaluation is not open now."))
    if not taking.is_let_in(quiz, enrolment_id):
        raise QuizNotOpen(needs_exit())
    rows = [_answer(question, ratings, remarks) for question in taking.questions_of(quiz_id)]
    receipt: dict[str, object] = {"id": secrets.token_hex(16), "quiz_id": quiz_id, "enrolment_id": enrolment_id}
    if insert_ignore(Receipt, receipt, keys=("quiz_id", "enrolment_id")) is None:
        return False
    response = Response(id=secrets.token_hex(16), quiz_id=quiz_id)
    db.session.add(response)
    db.session.flush()
    for row in filter(None, rows):
        row.response_id = response.id
        db.session.add(row)
    db.session.flush()
    return True


def _answer(question: Question, ratings: Mapping[int, int], remarks: Mapping[int, str]) -> ResponseAnswer | None:
    row = ResponseAnswer(id=secrets.token_hex(16), question_id=question.id)
    if question.kind is QuestionKind.LIKERT:
        if ratings.get(question.id) not in RATINGS:
            raise UnreadableAnswer(_("Rate every item from 1 to 4."))
        row.number = ratings[question.id]
        return row
    row.text = remarks.get(question.id, "").strip()[:MAX_TEXT]
    return row if row.text else None


def summary_of(workshop_id: int) -> Summary:
    """All evaluations of a workshop together; four statements at most."""
    ids = list(db.session.scalars(sa.select(Quiz.id).filter_by(workshop_id=workshop_id, kind=QuizKind.EVALUATION)))
    responses = (
        db.session.scalar(sa.select(sa.func.count()).select_from(Response).where(Response.quiz_id.in_(ids))) or 0
    )
    if responses < MIN_RESPONSES:
        return Summary(responses=responses)
    query = (
        sa.select(Question.id, Question.kind, Question.text, ResponseAnswer.number, ResponseAnswer.text)
        .join(Question, Question.id == ResponseAnswer.question_id)
        .join(Response, Response.id == ResponseAnswer.response_id)
        .where(Response.quiz_id.in_(ids))
        .order_by(Question.code, ResponseAnswer.id)
    )
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    remarks: dict[str, list[str]] = defaultdict(list)
    for _id, kind, wording, rating, text in db.session.execute(query):
        if kind is QuestionKind.LIKERT and rating in RATINGS:
            counts[wording][rating - 1] += 1
        elif text:
            remarks[wording].append(text)
    return Summary(
        responses=responses,
        ratings=tuple(Rated(text=wording, counts=(n[0], n[1], n[2], n[3])) for wording, n in counts.items()),
        remarks=tuple((wording, tuple(texts)) for wording, texts in remarks.items()),
    )
