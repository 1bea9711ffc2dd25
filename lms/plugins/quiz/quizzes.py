"""Quizzes as the committee has them: made with the workshop, opened, closed, taken back; and when keys may be seen."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.workshops.events import WorkshopCopied, WorkshopCreated
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.kernel.settings import setting
from lms.plugins.quiz import bank, copying, queries, services, taking
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.enums import AttemptState, QuizKind, QuizState
from lms.plugins.quiz.errors import QuizCannotChange
from lms.plugins.quiz.models import Attempt, Quiz, QuizItem


def on_workshop_created(event: WorkshopCreated) -> None:
    """Give a new workshop its first quiz, last quiz and evaluation, as drafts."""
    for kind, title, name in (
        (QuizKind.PRE, _("Pre-test"), "pre_post"),
        (QuizKind.POST, _("Post-test"), "pre_post"),
        (QuizKind.EVALUATION, _("Evaluation of the workshop"), "evaluation"),
    ):
        add_quiz(workshop_id=event.workshop_id, kind=kind, title=title, questions=bank.collection(name))


def on_workshop_copied(event: WorkshopCopied) -> None:
    """Carry the quizzes of the earlier workshop over as drafts; attempts and session links stay behind."""
    for source in queries.quizzes_of(event.source_id):
        copying.copy_quiz(source, workshop_id=event.workshop_id, shift=timedelta(days=event.days))


def add_quiz(*, workshop_id: int, kind: QuizKind, title: str, questions: list[Question]) -> Quiz:
    """A draft with these questions in this order."""
    quiz = Quiz(workshop_id=workshop_id, kind=kind, title=title, state=QuizState.DRAFT)
    db.session.add(quiz)
    db.session.flush()
    for position, question in enumerate(questions, start=1):
        db.session.add(QuizItem(quiz_id=quiz.id, question_id=question.id, position=position))
    db.session.flush()
    return quiz


def open_quiz(*, quiz_id: int, actor: Actor) -> Quiz:
    """Take answers, or take them again: attempts that the closing ended go on. Opening an open quiz changes nothing.

    Raises QuizCannotChange without questions, or once people may have seen the right answers.
    """
    quiz = _hold(quiz_id)
    if quiz.state is QuizState.OPEN:
        return quiz
    if not taking.item_count(quiz_id):
        raise QuizCannotChange(_("This quiz has no questions yet."))
    if quiz.state is QuizState.CLOSED:
        if keys_are_out(quiz):
            raise QuizCannotChange(_("Participants may have seen the right answers, so this quiz stays closed."))
        _resume(quiz)
    if quiz.closes_at is not None and quiz.closes_at <= now():
        quiz.closes_at = None  # opened by hand after its hour: closed by hand too
    quiz.state, quiz.closed_at = QuizState.OPEN, None
    db.session.flush()
    audit.record(action="quiz.opened", subject=quiz, workshop_id=quiz.workshop_id, actor=actor, fields=("state",))
    return quiz


def close_quiz(*, quiz_id: int, actor: Actor) -> Quiz:
    """Take no more answers; running attempts end with what they saved. Closing twice changes nothing."""
    quiz = _hold(quiz_id)
    if quiz.state is not QuizState.OPEN:
        return quiz
    quiz.state, quiz.closed_at = QuizState.CLOSED, now()
    db.session.flush()
    services.close_overdue_of(quiz)
    audit.record(action="quiz.closed", subject=quiz, workshop_id=quiz.workshop_id, actor=actor, fields=("state",))
    return quiz


def take_back(*, quiz_id: int, actor: Actor) -> Quiz:
    """Undo an opening that nobody has used. Raises QuizCannotChange when somebody has begun."""
    quiz = _hold(quiz_id)
    if queries.is_begun(quiz_id):
        raise QuizCannotChange(_("Somebody has begun already. Close the quiz instead."))
    quiz.state, quiz.closed_at = QuizState.DRAFT, None
    db.session.flush()
    audit.record(action="quiz.taken_back", subject=quiz, workshop_id=quiz.workshop_id, actor=actor, fields=("state",))
    return quiz


def choose_exit(*, quiz_id: int, opens_with_exit: bool, actor: Actor) -> Quiz:
    """Let the quiz open for each person with their exit code, or for everybody. Choosing the same changes nothing.

    Whoever has begun goes on. Raises QuizCannotChange for kinds that people do not take on leaving.
    """
    quiz = _hold(quiz_id)
    if not quiz.may_wait_for_exit:
        raise QuizCannotChange(_("Only a post-test and an evaluation can open with the exit code."))
    if quiz.opens_with_exit is not opens_with_exit:
        quiz.opens_with_exit = opens_with_exit
        db.session.flush()
        changed = ("opens_with_exit",)
        audit.record(action="quiz.exit_chosen", subject=quiz, workshop_id=quiz.workshop_id, actor=actor, fields=changed)
    return quiz


def keys_are_out(quiz: Quiz) -> bool:
    """Whether right answers and explanations may be shown to participants.

    The quiz has been closed for the set number of minutes (time to undo a closing by mistake), and no other quiz of
    the workshop that asks one of the same questions is still to come or running: a pre-test closes before the
    post-test begins. Nor has anybody more time than the others.
    """
    if quiz.state is not QuizState.CLOSED or quiz.closed_at is None:
        return False
    wait = timedelta(minutes=setting("quiz.reveal_after_minutes", workshop_id=quiz.workshop_id))
    if now() < quiz.closed_at + wait or queries.is_still_taken(quiz.id):
        return False
    return not queries.shares_questions_with_unclosed(quiz)


def _hold(quiz_id: int) -> Quiz:
    query = sa.select(Quiz).where(Quiz.id == quiz_id).with_for_update(of=Quiz)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _resume(quiz: Quiz) -> None:
    """Give back the attempts that ended with the closing, unless their own time is over by now."""
    ended = sa.select(Attempt).where(
        Attempt.quiz_id == quiz.id,
        Attempt.state == AttemptState.AUTO_CLOSED,
        Attempt.submitted_at >= quiz.closed_at,
    )
    for attempt in db.session.scalars(ended.with_for_update()):
        limit = timedelta(minutes=quiz.time_limit) if quiz.time_limit else None
        if limit is None or now() < attempt.started_at + limit:
            services.give_back(attempt)
