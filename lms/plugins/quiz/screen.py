"""What the hall's screen says about the tests: who is where now, and the gain. Figures only, no names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.memory import remembered
from lms.plugins.quiz import charts, results
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.charts import HallChart
from lms.plugins.quiz.enums import FINISHED, AttemptState, QuizKind, QuizState
from lms.plugins.quiz.following import KEPT_SECONDS
from lms.plugins.quiz.gain import PairedGain
from lms.plugins.quiz.gain_groups import Objective, objectives_of
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.models import Attempt, Quiz
from lms.plugins.quiz.queries import quizzes_of
from lms.plugins.quiz.sheets import CONFIRMED, earned_of

MOST_SUBJECTS = 6  # lines of the table that fit on a screen
MISSED, LEAST_FINISHED = 3, 5  # questions of the warning; below so many people it says nothing


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One open test: confirmed participants who have not begun, who write, and who are done."""

    title: str
    waiting: int
    running: int
    finished: int

    @property
    def total(self) -> int:
        return self.waiting + self.running + self.finished


@dataclass(frozen=True, kw_only=True)
class Screen:
    """All figures of the screen; `running` people are in a test now and in no average."""

    tests: tuple[Progress, ...]
    gain: PairedGain
    running: int
    chart: HallChart
    subjects: tuple[Objective, ...]  # the least gain first
    same_form: bool  # somebody was asked a question in both tests

    @property
    def left_out(self) -> int:
        return self.gain.n_pre_only + self.gain.n_post_only


@dataclass(frozen=True, kw_only=True)
class Missed:
    """A question that many get wrong; `share` 0..1 of `asked` people earned nothing or not all of it."""

    text: str
    share: Decimal
    asked: int


@dataclass(frozen=True, kw_only=True)
class EarlyWarning:
    """The questions of one running test that are missed most, the worst first; empty below LEAST_FINISHED people."""

    title: str
    finished: int
    missed: tuple[Missed, ...]


def state_of(workshop_id: int, *, fresh: bool) -> str:
    """Changes with all that the screen shows; each process asks the database at most once a second."""
    seconds = 0 if fresh else KEPT_SECONDS
    return remembered("quiz.screen", workshop_id, lambda: _state(workshop_id), seconds=seconds)


# Counts follow starts and submissions; whatever else matters (opening, regrading, enrolment) is in the audit trail.
def _state(workshop_id: int) -> str:
    attempts = sa.select(Attempt.quiz_id, Attempt.state, sa.func.count()).join(Quiz, Quiz.id == Attempt.quiz_id)
    grouped = attempts.where(Quiz.workshop_id == workshop_id).group_by(Attempt.quiz_id, Attempt.state)
    rows = sorted((quiz, state.value, count) for quiz, state, count in db.session.execute(grouped))
    return repr((rows, _confirmed(workshop_id), audit.newest()))


def _confirmed(workshop_id: int) -> int:
    query = sa.select(sa.func.count()).select_from(Enrolment)
    return db.session.scalar(query.where(Enrolment.workshop_id == workshop_id, *CONFIRMED)) or 0


def screen_of(workshop_id: int) -> Screen:
    """The screen, in a constant number of statements."""
    found = results.results_of(workshop_id)
    quizzes = quizzes_of(workshop_id)
    pairs = [row.pair for row in found.people if row.pair is not None]
    gain = found.paired_gain
    return Screen(
        tests=_progress(workshop_id, quizzes),
        gain=gain,
        running=found.running,
        chart=charts.hall_slopes(pairs, gain),
        subjects=objectives_of(workshop_id).shown[:MOST_SUBJECTS],
        same_form=bool(pairs) and results.shares_form(workshop_id),
    )


def _progress(workshop_id: int, quizzes: Sequence[Quiz]) -> tuple[Progress, ...]:
    """Open tests; the first attempt of each person says where they are."""
    tests = [quiz for quiz in quizzes if quiz.state is QuizState.OPEN and not quiz.is_evaluation]
    query = (
        sa.select(Attempt.quiz_id, Attempt.state, sa.func.count())
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.quiz_id.in_([quiz.id for quiz in tests]), Attempt.number == 1, *CONFIRMED)
        .group_by(Attempt.quiz_id, Attempt.state)
    )
    counts = {(quiz, state): count for quiz, state, count in db.session.execute(query)}
    total = _confirmed(workshop_id)
    found = []
    for quiz in tests:
        running = counts.get((quiz.id, AttemptState.IN_PROGRESS), 0)
        finished = sum(counts.get((quiz.id, state), 0) for state in FINISHED)
        waiting = max(total - running - finished, 0)
        found.append(Progress(title=quiz.title, waiting=waiting, running=running, finished=finished))
    return tuple(found)


def warnings_of(workshop_id: int) -> tuple[EarlyWarning, ...]:
    """For each running pre-test or session quiz the questions that finished attempts miss most, so far."""
    kinds = {QuizKind.PRE, QuizKind.SESSION}
    running = [quiz for quiz in quizzes_of(workshop_id) if quiz.state is QuizState.OPEN and quiz.kind in kinds]
    if not running:
        return ()
    earned = earned_of([quiz.id for quiz in running])
    questions = {question for _quiz, question in earned}
    query = sa.select(Question.id, Question.text, Question.kind).where(Question.id.in_(questions))
    texts = {number: text for number, text, kind in db.session.execute(query) if kind_of(kind).is_scored}
    found = []
    for quiz in running:
        rows = [
            Missed(text=texts[question], share=1 - row.right / row.asked, asked=row.asked)
            for (of, question), row in earned.items()
            if of == quiz.id and question in texts and row.asked
        ]
        done = max((row.asked for row in rows), default=0)
        enough = sorted((row for row in rows if row.asked >= LEAST_FINISHED), key=lambda row: (-row.share, row.text))
        missed = tuple(row for row in enough if row.share > 0)[:MISSED]
        found.append(EarlyWarning(title=quiz.title, finished=done, missed=missed))
    return tuple(found)
