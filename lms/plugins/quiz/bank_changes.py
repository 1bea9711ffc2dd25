"""Changes to several questions of the bank at once, each of which can be taken back."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import Actor
from lms.plugins.quiz import bank, exporting
from lms.plugins.quiz.bank_models import Category, Question, Tag
from lms.plugins.quiz.permissions import MANAGE

MOST = 100  # questions a step
MAX_TAG = 60


class Step(enum.StrEnum):
    """What can be done with several questions."""

    MOVE = "move"  # into a category; the value is its id, empty for none
    TAG = "tag"
    UNTAG = "untag"
    SHARE = "share"
    UNSHARE = "unshare"
    RETIRE = "retire"
    RESTORE = "restore"
    REVIEW = "review"  # a narasumber has confirmed it
    DOUBT = "doubt"


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a step changed: `back` are the steps that undo it, as `(step, value, question ids)`."""

    changed: int
    skipped: int  # not the actor's, or of a bank that has no such category
    back: tuple[tuple[str, str, tuple[int, ...]], ...] = field(default=())


_OPPOSITE = {
    Step.SHARE: Step.UNSHARE,
    Step.UNSHARE: Step.SHARE,
    Step.RETIRE: Step.RESTORE,
    Step.RESTORE: Step.RETIRE,
    Step.REVIEW: Step.DOUBT,
    Step.DOUBT: Step.REVIEW,
    Step.TAG: Step.UNTAG,
    Step.UNTAG: Step.TAG,
}
_ACTIONS = {
    Step.MOVE: "quiz.question_moved",
    Step.TAG: "quiz.question_tagged",
    Step.UNTAG: "quiz.question_tagged",
    Step.SHARE: "quiz.question_shared",
    Step.UNSHARE: "quiz.question_unshared",
    Step.RETIRE: "quiz.question_retired",
    Step.RESTORE: "quiz.question_restored",
    Step.REVIEW: "quiz.question_changed",
    Step.DOUBT: "quiz.question_changed",
}


def apply(*, question_ids: Collection[int], step: Step, value: str, actor: Actor) -> Done:
    """Do one step with the questions that are the actor's; repeating it changes nothing more.

    Raises RuleViolation for more than MOST questions, an unknown category and an empty tag.
    """
    if len(question_ids) > MOST:
        raise RuleViolation(_("At most %(count)s questions at once. Choose fewer.", count=MOST))
    query = sa.select(Question).where(Question.id.in_(question_ids), bank.visible(actor)).order_by(Question.id)
    query = query.with_for_update(key_share=True)  # as in `bank.change`
    rows = [row for row in db.session.scalars(query) if actor.can(MANAGE, row.access)]
    if step is Step.MOVE:
        before = _moved(rows, value)
    elif step in {Step.TAG, Step.UNTAG}:
        before = {(_OPPOSITE[step].value, value.strip()[:MAX_TAG]): _tagged(rows, value, adds=step is Step.TAG)}
    else:
        before = {(_OPPOSITE[step].value, ""): [row for row in rows if _switched(row, step)]}
    changed = [row for group in before.values() for row in group]
    for row in changed:
        audit.record(action=_ACTIONS[step], subject=row, actor=actor)
    db.session.flush()
    back = tuple((name, said, tuple(row.id for row in group)) for (name, said), group in before.items() if group)
    return Done(changed=len(changed), skipped=len(question_ids) - len(_served(rows, step, value)), back=back)


def _served(rows: list[Question], step: Step, value: str) -> list[Question]:
    """Those for which the step was possible."""
    if step is not Step.MOVE or not value:
        return rows
    owner = db.session.get_one(Category, int(value)).organiser_id
    return [row for row in rows if row.organiser_id == owner]


def _moved(rows: list[Question], value: str) -> Mapping[tuple[str, str], list[Question]]:
    if value and db.session.get(Category, _number(value)) is None:
        raise RuleViolation(_("This category is gone. Choose another one."))
    found: dict[tuple[str, str], list[Question]] = {}
    target = int(value) if value else None
    for row in _served(rows, Step.MOVE, value):
        if row.category_id != target:
            found.setdefault((Step.MOVE.value, str(row.category_id or "")), []).append(row)
            row.category_id = target
    return found


def _number(value: str) -> int:
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
    if not number:
        raise RuleViolation(_("This category is gone. Choose another one."))
    return number


def _tagged(rows: list[Question], value: str, *, adds: bool) -> list[Question]:
    name = value.strip()[:MAX_TAG]
    if not name:
        raise RuleViolation(_("Write the tag first."))
    ids = [row.id for row in rows]
    held = set(db.session.scalars(sa.select(Tag.question_id).where(Tag.question_id.in_(ids), Tag.name == name)))
    if not adds:
        db.session.execute(sa.delete(Tag).where(Tag.question_id.in_(held), Tag.name == name))
        return [row for row in rows if row.id in held]
    new = [row for row in rows if row.id not in held]
    db.session.add_all([Tag(question_id=row.id, name=name) for row in new])
    return new


def _switched(row: Question, step: Step) -> bool:
    """Set one switch of a question; whether it was not set before."""
    before = (row.is_shared, row.retired_at is None, row.needs_review)
    if step in {Step.SHARE, Step.UNSHARE}:
        row.is_shared = step is Step.SHARE and row.organiser_id is not None
    elif step in {Step.REVIEW, Step.DOUBT}:
        row.needs_review = step is Step.DOUBT
    elif step is Step.RESTORE:
        row.retired_at = None
    else:
        row.retired_at = row.retired_at or now()
    return before != (row.is_shared, row.retired_at is None, row.needs_review)


def copy_to(*, question_id: int, organiser_id: int, actor: Actor) -> tuple[Question, bool]:
    """A copy for another organiser with a code of its own, and whether it is new: an equal one is not made twice."""
    source = db.session.get_one(Question, question_id)
    there = sa.select(Question).where(
        Question.organiser_id == organiser_id,
        Question.fingerprint == source.fingerprint,
        Question.retired_at.is_(None),
    )
    if (found := db.session.scalars(there.order_by(Question.id)).first()) is not None:
        return found, False
    made = bank.add(
        exporting.drafts_of([source])[0],
        organiser_id=organiser_id,
        actor=actor,
        source=source.source,
        session_code=source.session_code,
        needs_review=source.needs_review,
        is_audited=False,
    )
    audit.record(action="quiz.question_copied", subject=made, actor=actor)
    return made, True
