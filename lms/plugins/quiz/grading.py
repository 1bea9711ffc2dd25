"""Keys and scores: the one module, with the staff pages, that reads what is right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.memory import kept_for_good
from lms.plugins.quiz.bank_models import Key
from lms.plugins.quiz.content import ONE, ZERO, Content, from_json
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.models import Answer, Attempt, Mark

PLACES = Decimal("0.000001")  # as the column stores it


def contents_of(version_ids: Collection[int]) -> dict[int, Content]:
    """`{version id: everything about the question}`; kept per process, since versions never change."""
    return kept_for_good("quiz.contents", version_ids, _read)


def _read(version_ids: Collection[int]) -> dict[int, Content]:
    rows = db.session.execute(sa.select(Key.version_id, Key.content).where(Key.version_id.in_(version_ids)))
    return {number: from_json(stored) for number, stored in rows}


def key_version(slot: dict[str, Any]) -> int:
    """The version whose key a slot of a layout is marked by: a later one than was shown, once it was marked again."""
    found: int = slot.get("k", slot["v"])
    return found


def values_of(attempt_ids: Collection[int]) -> dict[int, dict[int, Any]]:
    """`{attempt id: {question id: answer in force}}`."""
    found: dict[int, dict[int, Any]] = {number: {} for number in attempt_ids}
    query = sa.select(Answer.attempt_id, Answer.question_id, Answer.value).where(Answer.attempt_id.in_(found))
    for attempt_id, question_id, value in db.session.execute(query):
        found[attempt_id][question_id] = value
    return found


def grade(attempts: Sequence[Attempt]) -> None:
    """Write the marks of every attempt from its saved answers; three statements, whatever their number."""
    if not attempts:
        return
    contents = contents_of({key_version(slot) for attempt in attempts for slot in attempt.layout})
    values = values_of([attempt.id for attempt in attempts])
    by_hand = _marks_of([attempt.id for attempt in attempts])
    for attempt in attempts:
        write_marks(attempt, contents, values[attempt.id], by_hand.get(attempt.id, {}))


def write_marks(
    attempt: Attempt, contents: dict[int, Content], values: dict[int, Any], by_hand: dict[int, Decimal]
) -> None:
    """Mark one attempt; `by_hand` is `{question id: fraction that a person gave}`."""
    marks: list[str | None] = []
    total, most, waits = ZERO, ZERO, False
    earlier = {slot["q"]: mark for slot, mark in zip(attempt.layout, attempt.marks, strict=False) if mark is not None}
    for slot in attempt.layout:
        content, worth = contents[key_version(slot)], Decimal(slot["m"])
        if not kind_of(content.kind).is_scored:
            marks.append("0")
            continue
        most += worth
        fraction = fraction_of(content, values.get(slot["q"]), by_hand.get(slot["q"]))
        if fraction is None:
            waits = True
            marks.append(None)
            continue
        mark = (fraction * worth).quantize(PLACES)
        if values.get(slot["q"], ZERO) is None and slot["q"] not in by_hand:
            # The words of an erased person are gone, their mark stays; what was taken back has 0 already.
            mark = Decimal(earlier.get(slot["q"], mark))
        total += mark
        marks.append(format(mark.normalize(), "f"))
    attempt.marks, attempt.is_provisional = marks, waits
    attempt.mark, attempt.max_mark = (total, most) if most else (None, None)
    attempt.score_ratio = min(ONE, max(ZERO, total / most)).quantize(PLACES) if most else None


def fraction_of(content: Content, value: Any, by_hand: Decimal | None) -> Decimal | None:
    """-1..1 of the mark; what a person gave comes before what the type says, and nothing answered earns nothing."""
    if by_hand is not None:
        return by_hand
    return ZERO if value is None else kind_of(content.kind).fraction(content, value)


def _marks_of(attempt_ids: Collection[int]) -> dict[int, dict[int, Decimal]]:
    found: dict[int, dict[int, Decimal]] = {}
    query = sa.select(Mark.attempt_id, Mark.question_id, Mark.fraction).where(Mark.attempt_id.in_(attempt_ids))
    for attempt_id, question_id, fraction in db.session.execute(query):
        found.setdefault(attempt_id, {})[question_id] = fraction
    return found
