"""Loaders for `@requires(..., on=...)`."""

from __future__ import annotations

from lms.core.loaders import own_enrolment
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.plugins.quiz.models import Question, Quiz
from lms.plugins.quiz.taking import Sitting, attempt_of, may_see


def sitting_from_url(quiz_id: int) -> Sitting:
    """The ticket holder before a quiz that is open to them; NotFound for every other quiz, without saying why."""
    enrolment = own_enrolment()
    quiz = db.session.get(Quiz, quiz_id)
    if quiz is None or not may_see(quiz, enrolment):
        raise NotFound
    return Sitting(quiz=quiz, enrolment=enrolment, attempt=attempt_of(quiz.id, enrolment.id))


def quiz_from_url(workshop_id: int, quiz_id: int) -> Quiz:
    """A quiz of the workshop in the address."""
    quiz = db.session.get(Quiz, quiz_id)
    if quiz is None or quiz.workshop_id != workshop_id:
        raise NotFound
    return quiz


def question_from_url(question_id: int) -> Question:
    """A question of the bank."""
    question = db.session.get(Question, question_id)
    if question is None:
        raise NotFound
    return question
