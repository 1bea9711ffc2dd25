"""Marking again after a key was corrected: old and new score of everybody, before and after (Q26)."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.plugins.quiz import grading
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import Content
from lms.plugins.quiz.enums import FINISHED
from lms.plugins.quiz.errors import QuizCannotChange
from lms.plugins.quiz.models import Attempt, Quiz, Regrade


@dataclass(frozen=True, kw_only=True)
class Change:
    """One attempt: ratios 0..1 before and after."""

    attempt_id: int
    name: str
    affiliation: str
    number: int
    old: Decimal | None
    new: Decimal | None

    @property
    def is_changed(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True, kw_only=True)
class Preview:
    """`questions` have a newer key that applies; `unlike` ones were changed so much that old answers do not fit."""

    changes: tuple[Change, ...]
    questions: tuple[Question, ...]
    unlike: tuple[Question, ...]


def preview(quiz: Quiz) -> Preview:
    """What marking again would do, for everybody; nothing is written."""
    attempts, names = _attempts(quiz), _names(quiz)
    newer, unlike = _newer(attempts)
    # Copies that no session knows: marking them writes nothing.
    copies = [Attempt(id=row.id, layout=row.layout, marks=row.marks) for row in attempts]
    _apply(copies, newer)
    changes = [
        _change(row, row.score_ratio, copy.score_ratio, names[row.enrolment_id])
        for row, copy in zip(attempts, copies, strict=True)
    ]
    return Preview(changes=tuple(changes), questions=_questions(newer.values()), unlike=_questions_of_ids(unlike))


def regrade(*, quiz_id: int, actor: Actor, reason: str) -> Regrade:
    """Mark every finished attempt again with the newest key that fits what the person saw; keeps old and new scores.

    Raises QuizCannotChange when single answers are erased.
    """
    quiz = db.session.scalars(sa.select(Quiz).where(Quiz.id == quiz_id).with_for_update(of=Quiz)).one()
    if quiz.answers_erased_at is not None:
        raise QuizCannotChange(_("The single answers of this quiz were erased, so it cannot be marked again."))
    attempts = _attempts(quiz, hold=True)
    newer, _unlike = _newer(attempts)
    old = [row.score_ratio for row in attempts]
    _apply(attempts, newer)
    rows = [
        {"attempt": row.id, "old": _text(before), "new": _text(row.score_ratio)}
        for row, before in zip(attempts, old, strict=True)
    ]
    run = Regrade(quiz_id=quiz_id, actor_id=actor.account_id, reason=reason, rows=rows, at=now())
    db.session.add(run)
    db.session.flush()
    audit.record(action="quiz.regraded", subject=quiz, workshop_id=quiz.workshop_id, actor=actor, reason=reason)
    return run


def runs_of(quiz_id: int) -> list[Regrade]:
    """The newest first."""
    return list(db.session.scalars(sa.select(Regrade).filter_by(quiz_id=quiz_id).order_by(Regrade.id.desc())))


def changes_of(run: Regrade, quiz: Quiz) -> list[Change]:
    """Old and new score of everybody in an earlier run; people who are gone since are left out."""
    names = _names(quiz)
    attempts = {row.id: row for row in db.session.scalars(sa.select(Attempt).filter_by(quiz_id=quiz.id))}
    found = []
    for row in run.rows:
        attempt = attempts.get(row["attempt"])
        if attempt is not None and attempt.enrolment_id in names:
            found.append(_change(attempt, _ratio(row["old"]), _ratio(row["new"]), names[attempt.enrolment_id]))
    return found


def _attempts(quiz: Quiz, *, hold: bool = False) -> list[Attempt]:
    query = sa.select(Attempt).where(Attempt.quiz_id == quiz.id, Attempt.state.in_(FINISHED)).order_by(Attempt.id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def _names(quiz: Quiz) -> dict[int, tuple[str, str]]:
    query = sa.select(Enrolment.id, Person, Enrolment.affiliation).join(Person, Person.id == Enrolment.person_id)
    rows = db.session.execute(query.where(Enrolment.workshop_id == quiz.workshop_id))
    return {number: (person.formal_name, affiliation) for number, person, affiliation in rows}


def _newer(attempts: Collection[Attempt]) -> tuple[dict[int, int], set[int]]:
    """`({version used for marking: current version with the same shape}, {question ids whose shape differs})`."""
    used = {grading.key_version(slot): slot["q"] for row in attempts for slot in row.layout}
    query = sa.select(Question.id, Question.version_id).where(Question.id.in_(set(used.values())))
    current = dict(db.session.execute(query).all())
    contents = grading.contents_of({*used, *current.values()})
    newer: dict[int, int] = {}
    unlike: set[int] = set()
    for version_id, question_id in used.items():
        latest = current[question_id]
        if latest == version_id:
            continue
        older, later = contents[version_id], contents[latest]
        if _shape(later) == _shape(older) and not _has_moved(older, later):
            newer[version_id] = latest
        else:
            unlike.add(question_id)
    return newer, unlike


def _shape(content: Content) -> tuple[Any, ...]:
    """Equal when an answer to one is an answer to the other: its positions mean the same things.

    Options keep their author's places. Partners, items and gap options are stored by their sorted texts, so those
    must be the same ones; which of them is right may differ.
    """
    prompts = tuple(pair.prompt for pair in content.pairs)
    partners = tuple(sorted(pair.answer for pair in content.pairs))
    steps = tuple(sorted(step.source for step in content.steps))
    gaps = tuple(tuple(sorted(option.text.source for option in gap.options)) for gap in content.gaps)
    return content.kind, len(content.options), prompts, partners, steps, gaps


def _has_moved(older: Content, later: Content) -> bool:
    """Whether an option stands at the place of another one, so that the place that was chosen means another text.

    A wording that was corrected is at its own place still.
    """
    before = [" ".join(option.text.source.split()) for option in older.options]
    after = [" ".join(option.text.source.split()) for option in later.options]
    return any(then != now_ and now_ in before for then, now_ in zip(before, after, strict=True))


def _apply(attempts: Collection[Attempt], newer: dict[int, int]) -> None:
    for attempt in attempts:
        layout = deepcopy(attempt.layout)
        for slot in layout:
            if (latest := newer.get(grading.key_version(slot))) is not None:
                slot["k"] = latest
        attempt.layout = layout
    grading.grade(list(attempts))


def _change(attempt: Attempt, old: Decimal | None, new: Decimal | None, named: tuple[str, str]) -> Change:
    return Change(
        attempt_id=attempt.id,
        name=named[0],
        affiliation=named[1],
        number=attempt.number,
        old=old,
        new=new,
    )


def _questions(version_ids: Collection[int]) -> tuple[Question, ...]:
    query = sa.select(Question).where(Question.version_id.in_(version_ids)).order_by(Question.code)
    return tuple(db.session.scalars(query))


def _questions_of_ids(ids: Collection[int]) -> tuple[Question, ...]:
    return tuple(db.session.scalars(sa.select(Question).where(Question.id.in_(ids)).order_by(Question.code)))


def _text(ratio: Decimal | None) -> str | None:
    return None if ratio is None else str(ratio)


def _ratio(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
