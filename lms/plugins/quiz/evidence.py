"""Facts about enrolments that other parts may ask for: only finished attempts count."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.kernel.db import db
from lms.kernel.declarations import EvidenceKind
from lms.plugins.quiz.enums import FINISHED, QuizKind
from lms.plugins.quiz.evaluation_models import Receipt
from lms.plugins.quiz.gain import normalised
from lms.plugins.quiz.models import Attempt, Quiz


def _scores(kinds: Collection[QuizKind], workshop_id: int, enrolment_ids: Sequence[int]) -> dict[int, Decimal]:
    """The best score of each person."""
    query = (
        sa.select(Attempt.enrolment_id, Attempt.score_ratio)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(
            Quiz.workshop_id == workshop_id,
            Quiz.kind.in_(kinds),
            Attempt.state.in_(FINISHED),
            Attempt.enrolment_id.in_(enrolment_ids),
            Attempt.score_ratio.is_not(None),
        )
    )
    found: dict[int, Decimal] = {}
    for number, ratio in db.session.execute(query):
        if ratio is not None:
            found[number] = max(ratio, found.get(number, ratio))
    return found


def pretest_scores(*, workshop_id: int, enrolment_ids: Sequence[int]) -> dict[int, Decimal]:
    """Ratio 0..1 of the first test."""
    return _scores((QuizKind.PRE,), workshop_id, enrolment_ids)


def posttest_scores(*, workshop_id: int, enrolment_ids: Sequence[int]) -> dict[int, Decimal]:
    """Ratio 0..1 of the last test."""
    return _scores((QuizKind.POST,), workshop_id, enrolment_ids)


def best_scores(*, workshop_id: int, enrolment_ids: Sequence[int]) -> dict[int, Decimal]:
    """Ratio 0..1 of the best attempt at a post-test or a quiz of a session."""
    return _scores((QuizKind.POST, QuizKind.SESSION), workshop_id, enrolment_ids)


def posttest_submitted(*, workshop_id: int, enrolment_ids: Sequence[int]) -> dict[int, Decimal]:
    """1 for everybody whose last test is over, handed in or closed by the clock."""
    return dict.fromkeys(_scores((QuizKind.POST,), workshop_id, enrolment_ids), Decimal(1))


def gains(*, workshop_id: int, enrolment_ids: Sequence[int]) -> dict[int, Decimal]:
    """The normalised gain of each person, as the results have it: first attempts that are fully marked.

    Absent without both tests, and where the first one had full marks already.
    """
    query = (
        sa.select(Attempt.enrolment_id, Quiz.kind, Attempt.score_ratio)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(
            Quiz.workshop_id == workshop_id,
            Quiz.kind.in_((QuizKind.PRE, QuizKind.POST)),
            Attempt.state.in_(FINISHED),
            Attempt.number == 1,
            Attempt.is_provisional.is_(False),
            Attempt.enrolment_id.in_(enrolment_ids),
            Attempt.score_ratio.is_not(None),
        )
        .order_by(Quiz.id)
    )
    scores: dict[int, dict[QuizKind, Decimal]] = {}
    for number, kind, ratio in db.session.execute(query):
        if ratio is not None:
            scores.setdefault(number, {})[kind] = ratio
    found: dict[int, Decimal] = {}
    for number, own in scores.items():
        if len(own) == 2 and (gain := normalised(own[QuizKind.PRE], own[QuizKind.POST])) is not None:
            found[number] = gain
    return found


def evaluations_done(*, workshop_id: int, enrolment_ids: Sequence[int]) -> dict[int, Decimal]:
    """1 for everybody who has handed in an evaluation of the workshop; what they wrote is nobody's."""
    query = (
        sa.select(Receipt.enrolment_id)
        .join(Quiz, Quiz.id == Receipt.quiz_id)
        .where(Quiz.workshop_id == workshop_id, Receipt.enrolment_id.in_(enrolment_ids))
    )
    return dict.fromkeys(db.session.scalars(query), Decimal(1))


KINDS = (
    EvidenceKind(
        key="quiz.posttest_submitted", label=_l("Post-test handed in"), unit=_l("yes/no"), collect=posttest_submitted
    ),
    EvidenceKind(key="quiz.posttest_score", label=_l("Score of the post-test"), unit="%", collect=posttest_scores),
    EvidenceKind(key="quiz.pretest_score", label=_l("Score of the pre-test"), unit="%", collect=pretest_scores),
    EvidenceKind(key="quiz.best_score", label=_l("Best score of a quiz"), unit="%", collect=best_scores),
    EvidenceKind(key="quiz.gain", label=_l("Normalised gain from pre-test to post-test"), unit="", collect=gains),
    EvidenceKind(
        key="quiz.evaluation_done", label=_l("Evaluation handed in"), unit=_l("yes/no"), collect=evaluations_done
    ),
)
