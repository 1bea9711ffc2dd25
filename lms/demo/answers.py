"""Answers of the demo: a pre-test, a better post-test, one question that everybody misses, and evaluations."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.core.accounts.models import RoleGrant
from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.assets import STATIC
from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.quiz import (
    api_keys,
    bank,
    bank_changes,
    categories,
    evaluations,
    grading,
    live,
    pictures,
    queries,
    services,
    taking,
)
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.enums import QuizKind
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.quizzes import add_quiz, close_quiz, open_quiz

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
    contents = grading.contents_of({slot["v"] for slot in attempt.layout})
    given = []
    for number, slot in enumerate(attempt.layout, start=1):
        options = contents[slot["v"]].options
        is_right = number <= right and slot["q"] != missed
        chosen = next(place for place, option in enumerate(options) if (option.fraction == 1) == is_right)
        order = slot["o"] or list(range(len(options)))
        given.append(services.Given(number=number, parts={"": [str(order.index(chosen) + 1)]}, seq=number))
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


def play(workshop: Workshop, people: list[Enrolment], pictured: Question, *, at: datetime) -> None:
    """A live round of three questions about a session, over; a third of the people were right each time."""
    with freeze(at), unit_of_work():
        asked = [*bank.collection("session")[:2], pictured]
        quiz = add_quiz(workshop_id=workshop.id, kind=QuizKind.SESSION, title="Kuis langsung sesi 1", questions=asked)
        played = live.make(quiz_id=quiz.id, seconds=30, has_scores=False, actor=SYSTEM)
        for person in people:
            live.enter(live_id=played.id, enrolment_id=person.id)
    for position in range(1, played.total + 1):
        with freeze(at + timedelta(minutes=position)), unit_of_work():
            live.move(live_id=played.id, position=position - 1, step=live.Step.NEXT, actor=SYSTEM)
            for number, person in enumerate(people):
                given = {"": [str((number + position) % 3 + 1)]}
                live.answer(live_id=played.id, enrolment_id=person.id, position=position, parts=given)
            live.move(live_id=played.id, position=position, step=live.Step.SHOW, actor=SYSTEM)
    with freeze(at + timedelta(minutes=10)), unit_of_work():
        live.move(live_id=played.id, position=played.total, step=live.Step.END, actor=SYSTEM)


def add_key(workshop: Workshop, *, at: datetime) -> None:
    """A key for another program, as an example: its token is thrown away, so nobody can use it."""
    with freeze(at), unit_of_work():
        api_keys.make_key(
            organiser_id=workshop.organiser_id,
            workshop=workshop,
            name="Contoh: dasbor Dinas Sosial",
            may_read=True,
            may_push=False,
            ends_at=at + timedelta(days=90),
            actor=SYSTEM,
        )


def sort_bank(*, at: datetime) -> None:
    """Two categories of the shared bank, one in the other, with some questions and a tag."""
    with freeze(at), unit_of_work():
        above = categories.add(name="Tata kelola lembaga", organiser_id=None, parent_id=None, actor=SYSTEM)
        below = categories.add(name="Dasar hukum", organiser_id=None, parent_id=above.id, actor=SYSTEM)
        ids = [row.id for row in bank.collection("pre_post")[:6]]
        for step, value, some in (
            ("move", str(below.id), ids[:3]),
            ("move", str(above.id), ids[3:]),
            ("tag", "UU", ids),
        ):
            bank_changes.apply(question_ids=some, step=bank_changes.Step(step), value=value, actor=SYSTEM)


def upload_picture(*, at: datetime) -> None:
    """A picture that an organiser has uploaded for a question and not saved yet."""
    picture = pictures.checked((STATIC / "icons" / "app-192.png").read_bytes())
    with freeze(at), unit_of_work():
        author = db.session.scalars(sa.select(RoleGrant).where(RoleGrant.role == Role.PENYELENGGARA)).first()
        if author is not None:
            pictures.stage(picture, account_id=author.account_id)
