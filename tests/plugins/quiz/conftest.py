"""A workshop with its quizzes, and people who take them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.events import WorkshopCreated
from lms.core.workshops.models import Workshop
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, grading, quizzes, services
from lms.plugins.quiz.content import Content, Draft
from lms.plugins.quiz.enums import QuizKind
from lms.plugins.quiz.live import Step
from lms.plugins.quiz.models import Attempt, Quiz
from lms.plugins.schedule.models import Session
from tests.plugins.quiz.live_game import CHOICE, Game, Watch
from tests.plugins.quiz.samples import SAMPLES


def quiz_of(workshop: Workshop, kind: QuizKind) -> Quiz:
    return db.session.scalars(sa.select(Quiz).filter_by(workshop_id=workshop.id, kind=kind)).one()


def places_of(attempt: Attempt) -> list[tuple[int, int]]:
    """`(place of the right option from 1, how many options)` of every question, in this person's order."""
    contents = grading.contents_of({slot["v"] for slot in attempt.layout})
    found = []
    for slot in attempt.layout:
        options = contents[slot["v"]].options
        right = next(position for position, option in enumerate(options) if option.fraction == 1)
        found.append(((slot["o"] or list(range(len(options)))).index(right) + 1, len(options)))
    return found


def given(number: int, place: int | str, *, seq: int | None = None, age: int = 0) -> services.Given:
    """An answer to question `number` as a phone sends it."""
    return services.Given(number=number, parts={"": [str(place)]}, seq=seq, age=age)


def take(quiz: Quiz, enrolment: Enrolment, right: int, *, hand_in: bool = True) -> Attempt:
    """Answer everything, the first `right` questions as the key has them and the rest wrong."""
    attempt = services.start(quiz_id=quiz.id, enrolment_id=enrolment.id)
    answers = [
        given(number, place if number <= right else place % count + 1)
        for number, (place, count) in enumerate(places_of(attempt), start=1)
    ]
    services.save_answers(attempt_id=attempt.id, answers=answers)
    return services.submit(attempt_id=attempt.id) if hand_in else attempt


def session_of(workshop: Workshop, starts_at: datetime) -> Session:
    """A session of the agenda, of one hour and a half."""
    session = Session(
        workshop_id=workshop.id,
        code="SESI-9",
        title="Pengelolaan kas",
        day=1,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        changed_at=starts_at,
    )
    db.session.add(session)
    db.session.flush()
    return session


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


@pytest.fixture
def watch() -> Iterator[Watch]:
    """The clock of the server, which stands still until a test moves it on."""
    held = Watch()
    yield held
    held.frozen.__exit__(None, None, None)


@pytest.fixture
def quiz_with(course: Course, app: Flask) -> Callable[..., Quiz]:
    """A session quiz with these contents, asked in their order."""

    def make(*contents: Content) -> Quiz:
        with app.test_request_context():
            organiser = course.workshop.organiser_id
            asked = [bank.add(Draft(content=each), organiser_id=organiser, actor=SYSTEM) for each in contents]
            quiz = quizzes.add_quiz(
                workshop_id=course.workshop.id, kind=QuizKind.SESSION, title="Kuis sesi", questions=asked
            )
            quiz.shuffles_questions = quiz.shuffles_options = False
            db.session.flush()
        return quiz

    return make


@pytest.fixture
def game(quiz_with: Callable[..., Quiz], app: Flask, watch: Watch) -> Iterator[Game]:
    """A live round of two choices, the first of them open for thirty seconds."""
    with app.test_request_context():
        made = Game(quiz_with(CHOICE, SAMPLES["choice"]))
        made.step(Step.NEXT)
        yield made
