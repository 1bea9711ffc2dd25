"""Keys and scores: the one module, with the staff pages, that reads what is right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import sqlalchemy as sa

from lms.kernel.db import db
from lms.plugins.quiz.models import Answer, Attempt, Key

PLACES = Decimal("0.000001")  # as the column stores it


def keys_of(question_ids: Iterable[int]) -> dict[int, int]:
    """`{question id: right option id}`; questions without a key (ratings, free text) are absent."""
    rows = db.session.execute(sa.select(Key.question_id, Key.option_id).where(Key.question_id.in_(set(question_ids))))
    return dict(rows.all())


def chosen_by(attempt_ids: Iterable[int]) -> dict[int, dict[int, int | None]]:
    """`{attempt id: {question id: chosen option id}}`."""
    found: dict[int, dict[int, int | None]] = {number: {} for number in attempt_ids}
    query = sa.select(Answer.attempt_id, Answer.question_id, Answer.option_id).where(Answer.attempt_id.in_(found))
    for attempt_id, question_id, option_id in db.session.execute(query):
        found[attempt_id][question_id] = option_id
    return found


def score(question_ids: Iterable[int], chosen: Mapping[int, int | None], keys: Mapping[int, int]) -> Decimal | None:
    """Ratio 0..1 of right answers among the questions that have a key; unanswered is wrong; None without any key."""
    graded = [number for number in question_ids if number in keys]
    if not graded:
        return None
    right = sum(chosen.get(number) == keys[number] for number in graded)
    return (Decimal(right) / len(graded)).quantize(PLACES)


def grade(attempts: list[Attempt]) -> None:
    """Write the score of every attempt from its saved answers; two statements, whatever their number."""
    if not attempts:
        return
    keys = keys_of(question for attempt in attempts for question, _options in attempt.layout)
    chosen = chosen_by([attempt.id for attempt in attempts])
    for attempt in attempts:
        attempt.score_ratio = score([question for question, _options in attempt.layout], chosen[attempt.id], keys)
