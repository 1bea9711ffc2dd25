"""Marking by hand: what waits, and marks that two graders never overwrite unseen (Q27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import Actor
from lms.plugins.quiz import grading
from lms.plugins.quiz.content import ONE, ZERO, Content
from lms.plugins.quiz.enums import FINISHED
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.models import Attempt, Mark, Quiz
from lms.plugins.quiz.sheets import CONFIRMED

MAX_COMMENT = 2000


class MarkedByAnother(RuleViolation):
    """Somebody else has marked this answer since the page was opened."""

    status = 409


@dataclass(frozen=True, kw_only=True)
class Written:
    """One answer for graders; `most` is what the question earns in this attempt. `mark` None waits."""

    attempt_id: int
    enrolment_id: int
    question_id: int
    content: Content
    text: str
    most: Decimal
    mark: Mark | None

    @property
    def earned(self) -> Decimal | None:
        return None if self.mark is None else (self.mark.fraction * self.most).quantize(Decimal("0.01"))


@dataclass(frozen=True, kw_only=True)
class Pile:
    """The answers to one question, those that wait first."""

    question_id: int
    content: Content
    answers: tuple[Written, ...]

    @property
    def waiting(self) -> int:
        return sum(answer.mark is None for answer in self.answers)


def piles_of(quiz: Quiz) -> list[Pile]:
    """Every question of the quiz that people must mark, with its answers; four statements."""
    query = sa.select(Attempt).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    query = query.where(Attempt.quiz_id == quiz.id, Attempt.state.in_(FINISHED), *CONFIRMED).order_by(Attempt.id)
    attempts = list(db.session.scalars(query))
    contents = grading.contents_of({grading.key_version(slot) for row in attempts for slot in row.layout})
    values = grading.values_of([row.id for row in attempts])
    marks = _marks([row.id for row in attempts])
    piles: dict[int, list[Written]] = {}
    for attempt in attempts:
        for slot in attempt.layout:
            content, value = contents[grading.key_version(slot)], values[attempt.id].get(slot["q"])
            if value is not None and kind_of(content.kind).is_marked_by_hand:
                mark = marks.get((attempt.id, slot["q"]))
                piles.setdefault(slot["q"], []).append(_written(attempt, slot, content, value, mark))
    return [
        Pile(
            question_id=number,
            content=answers[-1].content,
            answers=tuple(sorted(answers, key=lambda answer: (answer.mark is not None, answer.attempt_id))),
        )
        for number, answers in piles.items()
    ]


def _written(attempt: Attempt, slot: dict[str, Any], content: Content, value: Any, mark: Mark | None) -> Written:
    return Written(
        attempt_id=attempt.id,
        enrolment_id=attempt.enrolment_id,
        question_id=slot["q"],
        content=content,
        text=kind_of(content.kind).words(content, value),
        most=Decimal(slot["m"]),
        mark=mark,
    )


def waiting_count(quiz_ids: Sequence[int]) -> dict[int, int]:
    """`{quiz id: attempts in which something waits to be marked}`."""
    query = sa.select(Attempt.quiz_id, sa.func.count()).where(Attempt.quiz_id.in_(quiz_ids), Attempt.is_provisional)
    return dict(db.session.execute(query.group_by(Attempt.quiz_id)).all())


def mark(
    *,
    quiz: Quiz,
    attempt_id: int,
    question_id: int,
    earned: Decimal,
    actor: Actor,
    comment: str = "",
    points: Sequence[Decimal] = (),
    seen_revision: int = 0,
) -> Mark:
    """Give an answer its mark, 0 to the most that the question earns; `points` by criterion are kept beside it.

    `seen_revision` is what the grader's page showed, 0 for none. Raises MarkedByAnother when that is not the last one
    any more, unless the other gave exactly the same: a phone may send the same twice.
    """
    query = sa.select(Attempt).where(Attempt.id == attempt_id).with_for_update()
    attempt = db.session.scalar(query.execution_options(populate_existing=True))
    slot = next((slot for slot in attempt.layout if slot["q"] == question_id), None) if attempt else None
    if attempt is None or attempt.quiz_id != quiz.id or slot is None:
        raise NotFound
    most = Decimal(slot["m"])
    if not ZERO <= earned <= most:
        raise RuleViolation(_("Give 0 to %(most)s points.", most=format(most.normalize(), "f")), "earned")
    fraction = min(ONE, earned / most).quantize(grading.PLACES)
    values: dict[str, Any] = {"fraction": fraction, "points": [str(point) for point in points], "comment": comment}
    row = _write(attempt_id, question_id, values, seen_revision, actor)
    if attempt.is_finished:
        grading.grade([attempt])
    db.session.flush()
    holder = db.session.get_one(Enrolment, attempt.enrolment_id)
    audit.record(action="quiz.marked", subject=holder, workshop_id=quiz.workshop_id, actor=actor, fields=("mark",))
    return row


def _write(attempt_id: int, question_id: int, values: dict[str, Any], seen_revision: int, actor: Actor) -> Mark:
    first = {
        "attempt_id": attempt_id, "question_id": question_id, "revision": 1, "at": now(),
        "grader_id": actor.account_id, **values,
    }  # fmt: skip
    is_new = insert_ignore(Mark, first, keys=("attempt_id", "question_id")) is not None
    query = sa.select(Mark).filter_by(attempt_id=attempt_id, question_id=question_id).with_for_update()
    row = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if is_new or all(getattr(row, name) == value for name, value in values.items()):
        return row
    if row.revision != seen_revision:
        raise MarkedByAnother(
            _("Somebody else has marked this answer meanwhile. Look at their mark, then save yours again if need be.")
        )
    row.fraction, row.points, row.comment = values["fraction"], values["points"], values["comment"]
    row.revision, row.at, row.grader_id = row.revision + 1, now(), actor.account_id
    return row


def _marks(attempt_ids: Sequence[int]) -> dict[tuple[int, int], Mark]:
    rows = db.session.scalars(sa.select(Mark).where(Mark.attempt_id.in_(attempt_ids)))
    return {(row.attempt_id, row.question_id): row for row in rows}
