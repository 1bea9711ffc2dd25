"""Answering a quiz: start, save, hand in, and what the clock does for those who vanished."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects import postgresql, sqlite

from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.kernel.events import publish
from lms.plugins.quiz import drawing, grading, hours, taking
from lms.plugins.quiz.enums import AttemptState, QuizState
from lms.plugins.quiz.errors import QuizNotOpen, UnreadableAnswer
from lms.plugins.quiz.events import QuizSubmitted
from lms.plugins.quiz.kinds.base import Given as Parts
from lms.plugins.quiz.models import Allowance, Answer, AnswerLog, Attempt, Quiz
from lms.plugins.quiz.versions import versions_of

MAX_SEQ = 2**53 - 1  # the largest whole number that a browser counts exactly
MAX_BATCH = 200
MAX_LATE = 1000  # answers kept for an attempt that is over
MAX_LOGGED = 10_000  # answers of one attempt: hours of typing make a tenth of that, a script fills the disk
MAX_AGE = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer as it came: `number` of the question in this attempt, from 1, and its parts as the type reads them.

    `seq` is the phone's counter; None (a form without script) takes the next one. `age` is how many milliseconds ago
    the phone says that it was given.
    """

    number: int
    parts: Parts = field(default_factory=dict)
    seq: int | None = None
    age: int = 0


@dataclass(frozen=True, kw_only=True)
class Saved:
    """`accepted` counters need not be sent again; `clashed` ones belong to another answer and need a new counter.

    `late` ones (also accepted) came after the end: they are kept and not counted. `locked` ones (also accepted) came
    after the person had looked whether the answer was right: they stay in the log.
    """

    accepted: tuple[int, ...]
    clashed: tuple[int, ...]
    late: tuple[int, ...]
    locked: tuple[int, ...]
    last_seq: int
    at: datetime


def start(*, quiz_id: int, enrolment_id: int) -> Attempt:
    """Begin, with what is drawn for this person; beginning again, also at the same moment, goes on with what runs.

    Raises QuizNotOpen, also when no attempt is left.
    """
    quiz = _hold_quiz(quiz_id)
    allowance = hours.allowance_of(quiz_id, enrolment_id)
    last = taking.attempt_of(quiz_id, enrolment_id)
    if last is not None and not taking.may_begin(quiz, last, allowance):
        return last
    if quiz.is_evaluation or not hours.is_open_for(quiz, allowance, now()):
        raise QuizNotOpen(_("This quiz is not open now. Ask the committee when it opens."))
    if not taking.is_let_in(quiz, enrolment_id):
        raise QuizNotOpen(needs_exit())
    form = drawing.form_for(quiz, enrolment_id)
    number = last.number + 1 if last is not None else 1
    values: dict[str, object] = {
        "quiz_id": quiz_id,
        "enrolment_id": enrolment_id,
        "number": number,
        "form": form,
        "layout": drawing.draw(quiz, form),
        "state": AttemptState.IN_PROGRESS,
        "started_at": now(),
        "marks": [],
        "is_provisional": False,
        "late_answers": 0,
    }
    insert_ignore(Attempt, values, keys=("quiz_id", "enrolment_id", "number"))
    attempt = taking.attempt_of(quiz_id, enrolment_id)
    assert attempt is not None
    return attempt


def save_answers(*, attempt_id: int, answers: Sequence[Given]) -> Saved:
    """Store answers, each once; per question the one with the highest counter is in force, all are logged.

    What comes after the end of the attempt is logged as late. Raises UnreadableAnswer for what is not in the attempt,
    QuizNotOpen when far too much comes too late.
    """
    attempt, quiz, allowance = _hold_attempt(attempt_id)
    if len(answers) > MAX_BATCH or _logged(attempt_id) >= MAX_LOGGED:
        raise UnreadableAnswer(_("These are too many answers at once."))
    is_late = attempt.is_finished or hours.is_overdue(quiz, attempt, allowance, now())
    if is_late and attempt.late_answers >= MAX_LATE:
        raise not_open()
    accepted: list[int] = []
    clashed: list[int] = []
    locked: list[int] = []
    for given, question_id, value in _read_all(attempt, answers):
        seq = _counter(attempt_id, given)
        is_new = _log(attempt_id, question_id, seq, value, given, is_late=is_late)
        if is_new is None:
            clashed.append(seq)
            continue
        accepted.append(seq)
        if is_late:
            attempt.late_answers += int(is_new)
        elif attempt.layout[given.number - 1].get("c"):
            locked.append(seq)
        else:
            put_in_force(attempt_id, question_id, value, seq)
    db.session.flush()
    last = taking.last_seq(attempt_id) if clashed else max(accepted, default=0)
    return Saved(
        accepted=tuple(accepted),
        clashed=tuple(clashed),
        late=tuple(accepted) if is_late else (),
        locked=tuple(locked),
        last_seq=last,
        at=now(),
    )


def submit(*, attempt_id: int) -> Attempt:
    """Hand in and grade; handing in again changes nothing. After the deadline it counts as closed by the clock."""
    attempt, quiz, allowance = _hold_attempt(attempt_id)
    if not attempt.is_finished:
        late = hours.is_overdue(quiz, attempt, allowance, now())
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
    close_past_hours()
    return sum(close_overdue_in(quiz_id) for quiz_id in running_quizzes())


def close_past_hours() -> None:
    """Close quizzes past their closing hour."""
    moment = now()
    past = sa.and_(Quiz.state == QuizState.OPEN, Quiz.closes_at <= moment - hours.GRACE)
    for quiz in db.session.scalars(sa.select(Quiz).where(past).with_for_update(of=Quiz).order_by(Quiz.id)):
        quiz.state, quiz.closed_at = QuizState.CLOSED, moment
    db.session.flush()


def running_quizzes() -> list[int]:
    """Quizzes in which somebody is answering."""
    running = sa.select(Quiz.id).join(Attempt, Attempt.quiz_id == Quiz.id).distinct().order_by(Quiz.id)
    return list(db.session.scalars(running.where(Attempt.state == AttemptState.IN_PROGRESS)))


def close_overdue_in(quiz_id: int) -> int:
    """End the running attempts of a quiz whose time is over; how many."""
    return close_overdue_of(_hold_quiz(quiz_id))


def close_overdue_of(quiz: Quiz) -> int:
    """End the running attempts of a quiz whose time is over; how many."""
    allowed = {row.enrolment_id: row for row in db.session.scalars(sa.select(Allowance).filter_by(quiz_id=quiz.id))}
    overdue = [
        row for row in running_attempts(quiz.id) if hours.is_overdue(quiz, row, allowed.get(row.enrolment_id), now())
    ]
    finish(overdue, quiz=quiz, state=AttemptState.AUTO_CLOSED)
    return len(overdue)


def give_back(attempt: Attempt) -> None:
    """Let an attempt that the clock or the committee ended go on; the caller holds it locked."""
    attempt.state, attempt.submitted_at, attempt.score_ratio = AttemptState.IN_PROGRESS, None, None
    attempt.marks, attempt.mark, attempt.max_mark, attempt.is_provisional = [], None, None, False


def running_attempts(quiz_id: int) -> list[Attempt]:
    """Attempts in progress, locked until the commit, in the order of their keys."""
    query = sa.select(Attempt).filter_by(quiz_id=quiz_id, state=AttemptState.IN_PROGRESS).order_by(Attempt.id)
    return list(db.session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def needs_exit() -> str:
    """Why somebody who is still there cannot begin."""
    return _("This quiz opens with the exit code. Scan it on the screen when you leave.")


def not_open() -> QuizNotOpen:
    """The refusal of an answer that no attempt can take."""
    return QuizNotOpen(_("This quiz takes no answers now. What was saved before counts."))


def _hold_quiz(quiz_id: int) -> Quiz:
    """The quiz as it is now; it cannot be closed before our commit. Always locked before an attempt, never after.

    Where pools or forms are used evenly, starts also wait for each other: else two would count the same uses.
    """
    alone = drawing.needs_turns(quiz_id)
    query = sa.select(Quiz).where(Quiz.id == quiz_id).with_for_update(read=not alone, of=Quiz)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _hold_attempt(attempt_id: int) -> tuple[Attempt, Quiz, Allowance | None]:
    """The attempt, locked: whoever closes its quiz waits for us here, or we see that the attempt is over."""
    query = (
        sa.select(Attempt, Quiz, Allowance)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .outerjoin(Allowance, _same_person())
        .where(Attempt.id == attempt_id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    )
    attempt, quiz, allowance = db.session.execute(query).one()
    return attempt, quiz, allowance


def _logged(attempt_id: int) -> int:
    """How many answers of the attempt the log holds."""
    query = sa.select(sa.func.count()).select_from(AnswerLog).where(AnswerLog.attempt_id == attempt_id)
    return db.session.scalar(query) or 0


def _same_person() -> sa.ColumnElement[bool]:
    return sa.and_(Allowance.quiz_id == Attempt.quiz_id, Allowance.enrolment_id == Attempt.enrolment_id)


def _read_all(attempt: Attempt, answers: Sequence[Given]) -> list[tuple[Given, int, Any]]:
    """`(given, question id, value)` of each; raises UnreadableAnswer."""
    if any(not 1 <= given.number <= len(attempt.layout) for given in answers):
        raise UnreadableAnswer(_("This quiz has no such question."))
    slots = [attempt.layout[given.number - 1] for given in answers]
    versions = versions_of({slot["v"] for slot in slots})
    found = []
    for given, slot in zip(answers, slots, strict=True):
        version = versions[slot["v"]]
        found.append((given, slot["q"], version.type.read(version.public, slot["o"], given.parts)))
    return found


def _counter(attempt_id: int, given: Given) -> int:
    if given.seq is None:
        return max(taking.last_seq(attempt_id) + 1, int(now().timestamp() * 1000))
    if not 0 < given.seq <= MAX_SEQ:
        raise UnreadableAnswer(_("The counter of this answer is out of range."))
    return given.seq


def _log(attempt_id: int, question_id: int, seq: int, value: Any, given: Given, *, is_late: bool) -> bool | None:
    """True when the log has it now, False when it had this very answer before, None when the counter is another's."""
    moment, text = now(), json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    values: dict[str, object] = {
        "attempt_id": attempt_id,
        "question_id": question_id,
        "client_seq": seq,
        "value": text,
        "at": moment,
        "made_at": moment - min(timedelta(milliseconds=max(0, given.age)), MAX_AGE),
        "is_late": is_late,
    }
    if insert_ignore(AnswerLog, values, keys=("attempt_id", "client_seq")) is not None:
        return True
    earlier = db.session.scalars(sa.select(AnswerLog).filter_by(attempt_id=attempt_id, client_seq=seq)).one()
    return False if earlier.question_id == question_id and earlier.value == text else None


def put_in_force(attempt_id: int, question_id: int, value: Any, seq: int) -> None:
    """One statement: the answer with the higher counter stays, whichever arrives first."""
    db.session.execute(
        _upsert(db.session.get_bind().dialect.name == "postgresql"),
        {"attempt_id": attempt_id, "question_id": question_id, "value": value, "client_seq": seq},
    )


@lru_cache(maxsize=2)
def _upsert(is_postgresql: bool) -> sa.Executable:
    insert = postgresql.insert(Answer) if is_postgresql else sqlite.insert(Answer)
    return insert.on_conflict_do_update(
        index_elements=["attempt_id", "question_id"],
        set_={"value": insert.excluded.value, "client_seq": insert.excluded.client_seq},
        where=Answer.client_seq < insert.excluded.client_seq,
    )
