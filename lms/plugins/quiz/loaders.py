"""Loaders for `@requires(..., on=...)`."""

from __future__ import annotations

from lms.core.enrolments.models import Enrolment
from lms.core.loaders import own_enrolment
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Role
from lms.plugins.quiz.bank_models import Category, Question
from lms.plugins.quiz.hours import allowance_of
from lms.plugins.quiz.live_models import Live
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.taking import Sitting, attempt_of, may_see


def sitting_from_url(quiz_id: int) -> Sitting:
    """The ticket holder before a quiz that is open to them; NotFound for every other quiz, without saying why."""
    enrolment = own_enrolment()
    quiz = db.session.get(Quiz, quiz_id)
    if quiz is None:
        raise NotFound
    allowance = allowance_of(quiz.id, enrolment.id)
    if not may_see(quiz, enrolment, allowance):
        raise NotFound
    return Sitting(quiz=quiz, enrolment=enrolment, attempt=attempt_of(quiz.id, enrolment.id), allowance=allowance)


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


def category_from_url(category_id: int) -> Category:
    """A category of the bank."""
    category = db.session.get(Category, category_id)
    if category is None:
        raise NotFound
    return category


def live_from_url(workshop_id: int, live_id: int) -> Live:
    """A live round of the workshop in the address."""
    row = db.session.get(Live, live_id)
    if row is None or row.quiz.workshop_id != workshop_id:
        raise NotFound
    return row


def participant_from_ticket() -> Enrolment:
    """The ticket holder, where they have a confirmed place as participant; NotFound for everybody else."""
    enrolment = own_enrolment()
    if not enrolment.is_confirmed or enrolment.role is not Role.PESERTA:
        raise NotFound
    return enrolment
