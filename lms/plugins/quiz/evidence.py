"""Facts about enrolments that other parts may ask for: only finished attempts count."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.kernel.db import db
from lms.kernel.declarations import EvidenceKind
from lms.plugins.quiz.enums import FINISHED, QuizKind
from lms.plugins.quiz.models import Attempt, Quiz


def _scores(kind: QuizKind, workshop_id: int, enrolment_ids: Sequence[int]) -> dict[int, Decimal]:
    query = (
        sa.select(Attempt.enrolment_id, Attempt.score_ratio)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(
            Quiz.workshop_id == workshop_id,
            Quiz.kind == kind,
            Attempt.state.in_(FINISHED),
            Attempt.enrolment_id.in_(enrolment_ids),
            Attempt.score_ratio.is_not(None),
        )
        .order_by(Quiz.id)
    )
    return {number: ratio for number, ratio in db.session.execute(query) if ratio is not None}


def pretest_scores(*, workshop_id: int, enrolment_ids: Sequence[int]) -> dict[int, Decimal]:
    """Ratio 0..1 of the first test."""
    return _scores(QuizKind.PRE, workshop_id, enrolment_ids)


def posttest_scores(*, workshop_id: int, enrolment_ids: Sequence[int]) -> dict[int, Decimal]:
    """Ratio 0..1 of the last test."""
    return _scores(QuizKind.POST, workshop_id, enrolment_ids)


def posttest_submitted(*, workshop_id: int, enrolment_ids: Sequence[int]) -> dict[int, Decimal]:
    """1 for everybody whose last test is over, handed in or closed by the clock."""
    return dict.fromkeys(_scores(QuizKind.POST, workshop_id, enrolment_ids), Decimal(1))


KINDS = (
    EvidenceKind(
        key="quiz.posttest_submitted", label=_l("Post-test handed in"), unit=_l("yes/no"), collect=posttest_submitted
    ),
    EvidenceKind(key="quiz.posttest_score", label=_l("Score of the post-test"), unit="%", collect=posttest_scores),
    EvidenceKind(key="quiz.pretest_score", label=_l("Score of the pre-test"), unit="%", collect=pretest_scores),
)
