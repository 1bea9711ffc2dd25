"""Answering a quiz: start, save, hand in, and what the clock does for those who vanished."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.kernel.events import publish
from lms.plugins.quiz import grading, taking
from lms.plugins.quiz.enums import AttemptState, QuestionKind, QuizState
from lms.plugins.quiz.errors import QuizNotOpen, UnreadableAnswer
from lms.plugins.quiz.events import QuizSubmitted
from lms.plugins.quiz.models import Answer, AnswerLog, Attempt, Option, Question, Quiz

MAX_TEXT = 2000
MAX_SEQ = 2**53 - 1  # the largest whole number that a browser counts exactly
MAX_BATCH = 200
RATINGS = (1, 2, 3, 4)
_dice = secrets.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer as it came: `number` of the question and `choice` in this attempt's order, both from 1.

    `seq` is the phone's counter; None (a form without script) takes the next one.
    """

    number: int
    choice: int | None = None
    text: str = ""
    seq: int | None = None


@dataclass(frozen=True, kw_only=True)
class Saved:
    """`accepted` counters need not be sent again; `clashed` ones belong to another answer and need a new counter."""

    accepted: tuple[int, ...]
    clashed: tuple[int, ...]
    last_seq: int
    at: datetime


def start(*, quiz_id: int, enrolment_id: int) -> Attempt:
    """Begin, with an order drawn for this person; beginning again, also at the same moment, returns the one attempt.

    Raises QuizNotOpen.
    """
    quiz = _hold_quiz(quiz_id)
    existing = taking.attempt_of(quiz_id, enrolment_id)
    if existing is not None:
        return existing
    if quiz.is_evaluation or not quiz.is_open_at(now()):
        raise QuizNotOpen(_("This quiz is not open now. Ask the committee when it opens."))
    if not taking.is_let_in(quiz, enrolment_id):
        raise QuizNotOpen(needs_exit())
    values: dict[str, object] = {
        "quiz_id": quiz_id,
        "enrolment_id": enrolment_id,
        "layout": _draw(quiz_id),
        "state": AttemptState.IN_PROGRESS,
        "started_at": now(),
        "submitted_at": None,
        "score_ratio": None,
    }
    insert_ignore(Attempt, values, keys=("quiz_id", "enrolment_id"))
    attempt = taking.attempt_of(quiz_id, enrolment_id)
    assert attempt is not None
    return attempt


def save_answers(*, attempt_id: int, answers: Sequence[Given]) -> Saved:
    """Store answers, each once; per question the one with the highest counter is in force, all are logged.

    Raises QuizNotOpen when the time is over or the attempt is finished, UnreadableAnswer for what is not in it.
    """
    attempt, quiz = _hold_attempt(attempt_id)
    if attempt.is_finished or taking.is_overdue(quiz, attempt, now()):
        raise not_open()
    if len(answers) > MAX_BATCH:
        raise UnreadableAnswer(_("These are too many answers at once."))
    kinds = _kinds(attempt)
    current = {row.question_id: row for row in db.session.scalars(sa.select(Answer).filter_by(attempt_id=attempt_id))}
    last, accepted, clashed = taking.last_seq(attempt_id), [], []
    for given in answers:
        question_id, option_id, number, text = _read(attempt, kinds, given)
        seq = given.seq if given.seq is not None else max(last + 1, int(now().timestamp() * 1000))
        if not 0 < seq <= MAX_SEQ:
            raise UnreadableAnswer(_("The counter of this answer is out of range."))
        value = text if option_id is None and number is None else str(option_id or number)
        if not _log(attempt_id, question_id, seq, value):
            clashed.append(seq)
            continue
        accepted.append(seq)
        last = max(last, seq)
        row = current.get(question_id)
        if row is None:
            row = current[question_id] = Answer(attempt_id=attempt_id, question_id=question_id, client_seq=0)
            db.session.add(row)
        if seq > row.client_seq:
            row.option_id, row.number, row.text, row.client_seq = option_id, number, text, seq
    db.session.flush()
    return Saved(accepted=tuple(accepted), clashed=tuple(clashed), last_seq=last, at=now())


def submit(*, attempt_id: int) -> Attempt:
    """Hand in and grade; handing in again changes nothing. After the deadline it counts as closed by the clock."""
    attempt, quiz = _hold_attempt(attempt_id)
    if not attempt.is_finished:
        late = taking.is_overdue(quiz, attempt, now())
        finish([attempt], quiz=quiz, state=AttemptState.AUTO_CLOSED if late else AttemptState.SUBMITTED)
    return attempt


def finish(attempts: list[Attempt], *, quiz: Quiz, state: AttemptState) -> None:
    """End attempts in progress that the caller holds locked, and grade what was saved."""
    grading.grade(attempts)
    for attempt in attempts:
        attempt.state, attempt.submitted_at = state, now()
    db.session.flush()
    for attempt in attempts:
        publish(
            QuizSubmitted(
                quiz_id=quiz.id,
                workshop_id=quiz.workshop_id,
                enrolment_id=attempt.enrolment_id,
                is_auto_closed=state is AttemptState.AUTO_CLOSED,
            )
        )


def close_overdue() -> int:
    """Close quizzes past their closing hour and attempts past their time; how many attempts."""
    moment = now()
    past = sa.and_(Quiz.state == QuizState.OPEN, Quiz.closes_at <= moment - taking.GRACE)
    for quiz in db.session.scalars(sa.select(Quiz).where(past).with_for_update(of=Quiz).order_by(Quiz.id)):
        quiz.state, quiz.closed_at = QuizState.CLOSED, moment
    db.session.flush()
    closed = 0
    running = sa.select(Quiz.id).join(Attempt, Attempt.quiz_id == Quiz.id).distinct().order_by(Quiz.id)
    running = running.where(Attempt.state == AttemptState.IN_PROGRESS)
    for quiz_id in db.session.scalars(running).all():
        quiz = _hold_quiz(quiz_id)
        overdue = [row for row in running_attempts(quiz_id) if taking.is_overdue(quiz, row, moment)]
        finish(overdue, quiz=quiz, state=AttemptState.AUTO_CLOSED)
        closed += len(overdue)
    return closed


def running_attempts(quiz_id: int) -> list[Attempt]:
    """Attempts in progress, locked until the commit, in the order of their keys."""
    query = sa.select(Attempt).filter_by(quiz_id=quiz_id, state=AttemptState.IN_PROGRESS).order_by(Attempt.id)
    return list(db.session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def needs_exit() -> str:
    """Why somebody who is still there cannot begin."""
    return _("This quiz opens with the exit code. Scan it on the screen when you leave.")


def not_open() -> QuizNotOpen:
    """The refusal of an answer that no running attempt can take."""
    return QuizNotOpen(_("This quiz takes no answers now. What was saved before counts."))


def _hold_quiz(quiz_id: int) -> Quiz:
    """The quiz as it is now; it cannot be closed before our commit. Always locked before an attempt, never after."""
    query = sa.select(Quiz).where(Quiz.id == quiz_id).with_for_update(read=True, of=Quiz)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _hold_attempt(attempt_id: int) -> tuple[Attempt, Quiz]:
    quiz_id = db.session.scalars(sa.select(Attempt.quiz_id).where(Attempt.id == attempt_id)).one()
    quiz = _hold_quiz(quiz_id)
    query = sa.select(Attempt).where(Attempt.id == attempt_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one(), quiz


def _draw(quiz_id: int) -> list[tuple[int, list[int]]]:
    """Questions and options in an order of chance, so that no position tells anything."""
    options: dict[int, list[int]] = {question.id: [] for question in taking.questions_of(quiz_id)}
    query = sa.select(Option.question_id, Option.id).where(Option.question_id.in_(options))
    for question_id, option_id in db.session.execute(query):
        options[question_id].append(option_id)
    layout = list(options.items())
    for _question, order in layout:
        _dice.shuffle(order)
    _dice.shuffle(layout)
    return layout


def _kinds(attempt: Attempt) -> dict[int, QuestionKind]:
    ids = [question for question, _options in attempt.layout]
    query = sa.select(Question.id, Question.kind).where(Question.id.in_(ids))
    return dict(db.session.execute(query).all())


def _read(attempt: Attempt, kinds: dict[int, QuestionKind], given: Given) -> tuple[int, int | None, int | None, str]:
    """`(question id, option id, number, text)`; raises UnreadableAnswer."""
    if not 1 <= given.number <= len(attempt.layout):
        raise UnreadableAnswer(_("This quiz has no such question."))
    question_id, options = attempt.layout[given.number - 1]
    if kinds[question_id] is QuestionKind.TEXT:
        return question_id, None, None, given.text[:MAX_TEXT]
    choice, is_rating = given.choice or 0, kinds[question_id] is QuestionKind.LIKERT
    if choice not in (RATINGS if is_rating else range(1, len(options) + 1)):
        raise UnreadableAnswer(_("Choose one of the answers."), "choice")
    if is_rating:
        return question_id, None, choice, ""
    return question_id, options[choice - 1], None, ""


def _log(attempt_id: int, question_id: int, seq: int, value: str) -> bool:
    """Whether the log has this very answer under this counter, now or since an earlier sending."""
    values: dict[str, object] = {
        "attempt_id": attempt_id,
        "question_id": question_id,
        "client_seq": seq,
        "value": value,
        "at": now(),
    }
    if insert_ignore(AnswerLog, values, keys=("attempt_id", "client_seq")) is not None:
        return True
    earlier = db.session.scalars(sa.select(AnswerLog).filter_by(attempt_id=attempt_id, client_seq=seq)).one()
    return earlier.question_id == question_id and earlier.value == value
