"""Anonymous evaluations: one form per person, no trace of whose, and a summary only once five have answered."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.plugins.quiz import taking
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.enums import QuestionKind, QuizKind
from lms.plugins.quiz.errors import QuizNotOpen, UnreadableAnswer
from lms.plugins.quiz.evaluation_models import Receipt, Response, ResponseAnswer
from lms.plugins.quiz.kinds import likert, wording
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.services import needs_exit
from lms.plugins.quiz.versions import versions_of

MIN_RESPONSES = 5
MAX_TEXT = 2000  # characters of a remark


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of an evaluation: `steps` are the words of its ratings from the lowest, none for a remark."""

    question_id: int
    text: str
    steps: tuple[str, ...]

    @property
    def choices(self) -> list[tuple[int, str]]:
        """`(place of the step from 1, its words)`, from the lowest."""
        return list(enumerate(self.steps, start=1))


@dataclass(frozen=True, kw_only=True)
class Rated:
    """The ratings of one question: how many gave each step, from the first, and the mean of their places (from 1)."""

    text: str
    counts: tuple[int, ...]
    choices: tuple[tuple[int, str], ...] = ()

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> Decimal | None:
        points = sum(place * count for place, count in enumerate(self.counts, start=1))
        return Decimal(points) / self.total if self.total else None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What an evaluation says; `ratings` and `remarks` stay empty below MIN_RESPONSES."""

    responses: int
    ratings: tuple[Rated, ...] = ()
    remarks: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def tables(self) -> list[tuple[tuple[tuple[int, str], ...], list[Rated]]]:
        """`(steps, the questions that have them)`, so that each table has one set of columns."""
        found: dict[tuple[tuple[int, str], ...], list[Rated]] = defaultdict(list)
        for row in self.ratings:
            found[row.choices].append(row)
        return list(found.items())

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
    rows = [_answer(item, ratings, remarks) for item in items_of(quiz_id)]
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


def items_of(quiz_id: int) -> list[Item]:
    """The questions of an evaluation in its order, without texts that are only read."""
    return items(taking.questions_of(quiz_id))


def items(questions: Sequence[Question]) -> list[Item]:
    """Questions as evaluations ask them: ratings with their steps, anything else as a remark."""
    versions = versions_of({question.version_id for question in questions})
    return [
        _item(question, versions[question.version_id].public)
        for question in questions
        if question.kind != QuestionKind.DESCRIPTION
    ]


def _item(question: Question, public: Mapping[str, Any]) -> Item:
    if question.kind != QuestionKind.LIKERT:
        return Item(question_id=question.id, text=question.text, steps=())
    own = [wording.option_words(wording.from_public(step), place) for place, step in enumerate(public["options"])]
    steps = own or [str(step) for step in likert.STEPS]
    return Item(question_id=question.id, text=question.text, steps=tuple(steps))


def _answer(item: Item, ratings: Mapping[int, int], remarks: Mapping[int, str]) -> ResponseAnswer | None:
    row = ResponseAnswer(id=secrets.token_hex(16), question_id=item.question_id)
    if item.steps:
        row.number = ratings.get(item.question_id)
        if row.number not in range(1, len(item.steps) + 1):
            raise UnreadableAnswer(_("Rate every item with one of its steps."))
        return row
    row.text = remarks.get(item.question_id, "").strip()[:MAX_TEXT]
    return row if row.text else None


def summary_of(workshop_id: int) -> Summary:
    """All evaluations of a workshop together; five statements at most."""
    ids = list(db.session.scalars(sa.select(Quiz.id).filter_by(workshop_id=workshop_id, kind=QuizKind.EVALUATION)))
    responses = (
        db.session.scalar(sa.select(sa.func.count()).select_from(Response).where(Response.quiz_id.in_(ids))) or 0
    )
    if responses < MIN_RESPONSES:
        return Summary(responses=responses)
    query = (
        sa.select(Question, ResponseAnswer.number, ResponseAnswer.text)
        .join(Question, Question.id == ResponseAnswer.question_id)
        .join(Response, Response.id == ResponseAnswer.response_id)
        .where(Response.quiz_id.in_(ids))
        .order_by(Question.code, Question.id, ResponseAnswer.id)
    )
    given: dict[Question, list[int]] = defaultdict(list)
    remarks: dict[str, list[str]] = defaultdict(list)
    for question, rating, text in db.session.execute(query):
        if rating is not None:
            given[question].append(rating)
        elif text:
            remarks[question.text].append(text)
    return Summary(
        responses=responses,
        ratings=tuple(map(_rated, items(list(given)), given.values())),
        remarks=tuple((words, tuple(texts)) for words, texts in remarks.items()),
    )


def _rated(item: Item, places: Sequence[int]) -> Rated:
    """A step that a later version of the question lacks is still counted."""
    most = max(len(item.steps), *places)
    counts = tuple(places.count(place) for place in range(1, most + 1))
    choices = item.choices + [(place, str(place)) for place in range(len(item.steps) + 1, most + 1)]
    return Rated(text=item.text, counts=counts, choices=tuple(choices))
