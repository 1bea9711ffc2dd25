"""A workshop with its quizzes, and people who take them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.events import WorkshopCreated
from lms.core.workshops.models import Workshop
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import grading, quizzes, services
from lms.plugins.quiz.enums import QuizKind
from lms.plugins.quiz.models import Attempt, Quiz


def quiz_of(workshop: Workshop, kind: QuizKind) -> Quiz:
    return db.session.scalars(sa.select(Quiz).filter_by(workshop_id=workshop.id, kind=kind)).one()


def take(quiz: Quiz, enrolment: Enrolment, right: int, *, hand_in: bool = True) -> Attempt:
    """Answer everything, the first `right` questions as the key has them and the rest wrong."""
    attempt = services.start(quiz_id=quiz.id, enrolment_id=enrolment.id)
    keys = grading.keys_of(question for question, _order in attempt.layout)
    given = []
    for number, (question, order) in enumerate(attempt.layout, start=1):
        place = order.index(keys[question]) + 1
        given.append(services.Given(number=number, choice=place if number <= right else place % len(order) + 1))
    services.save_answers(attempt_id=attempt.id, answers=given)
    return services.submit(attempt_id=attempt.id) if hand_in else attempt


@dataclass
class Course:
    """A workshop as the event leaves it; `factories` makes its people."""

    workshop: Workshop
    factories: Any

    @property
    def pre(self) -> Quiz:
        return quiz_of(self.workshop, QuizKind.PRE)

    @property
    def post(self) -> Quiz:
        return quiz_of(self.workshop, QuizKind.POST)

    @property
    def evaluation(self) -> Quiz:
        return quiz_of(self.workshop, QuizKind.EVALUATION)

    def person(self, **values: Any) -> Enrolment:
        row: Enrolment = self.factories.enrolment(workshop=self.workshop, **values)
        return row

    def take(self, quiz: Quiz, enrolment: Enrolment | None = None, *, right: int, hand_in: bool = True) -> Attempt:
        """An attempt of `enrolment` (a new person) with `right` right answers and the rest wrong."""
        return take(quiz, enrolment or self.person(), right, hand_in=hand_in)

    def open(self, *quizzes_to_open: Quiz) -> None:
        for quiz in quizzes_to_open:
            quizzes.open_quiz(quiz_id=quiz.id, actor=SYSTEM)

    def close(self, *quizzes_to_close: Quiz) -> None:
        for quiz in quizzes_to_close:
            quizzes.close_quiz(quiz_id=quiz.id, actor=SYSTEM)


@pytest.fixture
def make_course(app: Flask, factories: Any) -> Callable[..., Course]:
    """Workshops with a pre-test, a post-test and an evaluation."""

    def make(**values: Any) -> Course:
        workshop = factories.workshop(**values)
        with app.test_request_context():
            quizzes.on_workshop_created(WorkshopCreated(workshop_id=workshop.id, template=""))
        return Course(workshop=workshop, factories=factories)

    return make


@pytest.fixture
def course(make_course: Callable[..., Course]) -> Course:
    return make_course()
