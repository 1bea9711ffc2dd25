"""Answers of the demo: a pre-test, a better post-test, one question that everybody misses, and evaluations."""

from __future__ import annotations

from datetime import datetime

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.clock import freeze
from lms.kernel.db import unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, evaluations, queries, services, taking
from lms.plugins.quiz.enums import QuizKind
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.quizzes import close_quiz, open_quiz

# Everybody takes the newer rule for the older one.
MISSED = "A07"
_REMARKS = (
    "Contoh dokumen sangat membantu.",
    "Perlu lebih banyak waktu untuk praktik.",
    "Mohon pendampingan setelah lokakarya.",
)


def quiz_of(workshop: Workshop, kind: QuizKind) -> Quiz:
    """The workshop's quiz of this kind."""
    return next(quiz for quiz in queries.quizzes_of(workshop.id) if quiz.kind is kind)


def answer(
    workshop: Workshop, kind: QuizKind, people: list[Enrolment], *, at: datetime, right: int, stays_open: bool = False
) -> None:
    """Everybody answers; person n gets about `right` + n % 4 of 15 questions right."""
    quiz = quiz_of(workshop, kind)
    missed = next((q.id for q in taking.questions_of(quiz.id) if q.code == MISSED), None)
    with freeze(at):
        with unit_of_work():
            open_quiz(quiz_id=quiz.id, actor=SYSTEM)
        for number, person in enumerate(people):
            with unit_of_work():
                _attempt(quiz, person, right + number % 4, missed)
        if not stays_open:
            with unit_of_work():
                close_quiz(quiz_id=quiz.id, actor=SYSTEM)


def _attempt(quiz: Quiz, person: Enrolment, right: int, missed: int | None) -> None:
    attempt = services.start(quiz_id=quiz.id, enrolment_id=person.id)
    given = []
    for number, (question_id, options) in enumerate(attempt.layout, start=1):
        key = bank.key_of(question_id)
        is_right = number <= right and question_id != missed and key is not None
        wrong = next(place for place, option in enumerate(options, start=1) if option != key)
        choice = options.index(key) + 1 if is_right and key is not None else wrong
        given.append(services.Given(number=number, choice=choice, seq=number))
    services.save_answers(attempt_id=attempt.id, answers=given)
    services.submit(attempt_id=attempt.id)


def evaluate(workshop: Workshop, people: list[Enrolment], *, at: datetime) -> None:
    """Anonymous evaluations, mostly good."""
    quiz = quiz_of(workshop, QuizKind.EVALUATION)
    questions = taking.questions_of(quiz.id)
    with freeze(at):
        with unit_of_work():
            open_quiz(quiz_id=quiz.id, actor=SYSTEM)
        for number, person in enumerate(people):
            ratings = {q.id: 4 - (number + place) % 3 % 2 for place, q in enumerate(questions) if q.kind == "likert"}
            texts = [q.id for q in questions if q.kind != "likert"]
            remarks = {texts[0]: _REMARKS[number % len(_REMARKS)]} if texts and number % 3 == 0 else {}
            with unit_of_work():
                evaluations.hand_in(quiz_id=quiz.id, enrolment_id=person.id, ratings=ratings, remarks=remarks)
        with unit_of_work():
            close_quiz(quiz_id=quiz.id, actor=SYSTEM)
