"""The numbers that regional reports read, by the kabupaten of the organisation: mean gain, and of how many people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.db import db
from lms.kernel.declarations import Metric, Period
from lms.plugins.quiz.enums import FINISHED, QuizKind
from lms.plugins.quiz.gain import Pair, gain_of
from lms.plugins.quiz.models import Attempt, Quiz
from lms.plugins.quiz.results import TESTS
from lms.plugins.quiz.sheets import CONFIRMED


def mean_gain(*, period: Period, region_codes: Sequence[str]) -> dict[str, Decimal]:
    """Normalised gain of everybody with both tests in workshops that began in the period; absent where undefined."""
    gains = {code: gain_of(pairs).normalised for code, pairs in _pairs(period, region_codes).items()}
    return {code: ratio for code, ratio in gains.items() if ratio is not None}


def paired_people(*, period: Period, region_codes: Sequence[str]) -> dict[str, Decimal]:
    """How many people that gain is about: with both tests, once for each workshop."""
    return {code: Decimal(len(pairs)) for code, pairs in _pairs(period, region_codes).items()}


def _pairs(period: Period, region_codes: Sequence[str]) -> dict[str, list[Pair]]:
    """First attempts that are finished and fully marked."""
    query = (
        sa.select(Enrolment.region_code, Enrolment.id, Quiz.kind, Attempt.score_ratio)
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Workshop, Workshop.id == Quiz.workshop_id)
        .where(
            Workshop.starts_on.between(period.first, period.last),
            Enrolment.region_code.in_(region_codes),
            Quiz.kind.in_(TESTS),
            Attempt.state.in_(FINISHED),
            Attempt.number == 1,
            Attempt.is_provisional.is_(False),
            *CONFIRMED,
        )
        .order_by(Quiz.id)
    )
    people: dict[tuple[str, int], dict[QuizKind, Decimal]] = defaultdict(dict)
    for code, number, kind, ratio in db.session.execute(query):
        if code is not None and ratio is not None:
            people[code, number][kind] = ratio
    groups: dict[str, list[Pair]] = defaultdict(list)
    for (code, _number), scores in people.items():
        if len(scores) == len(TESTS):
            groups[code].append(Pair(pre=scores[QuizKind.PRE], post=scores[QuizKind.POST]))
    return groups


METRICS = (
    Metric(key="quiz.mean_gain", label=_l("Mean normalised gain"), unit="", collect=mean_gain),
    Metric(key="quiz.paired_people", label=_l("People with both tests"), unit=_l("people"), collect=paired_people),
)
