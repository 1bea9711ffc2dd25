"""Reads of live rounds: how a round stands and who is in. Nothing here knows what is right."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.memory import remembered
from lms.plugins.quiz.bank_models import QuestionPicture
from lms.plugins.quiz.enums import LiveState, QuestionKind
from lms.plugins.quiz.following import KEPT_SECONDS
from lms.plugins.quiz.live_models import Live, LiveAnswer
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.phone import SAFE_TYPES
from lms.plugins.quiz.versions import Version, versions_of

# Types whose answers make a picture in a hall; the others are left out of a round.
KINDS = frozenset(
    {
        QuestionKind.SINGLE,
        QuestionKind.TRUE_FALSE,
        QuestionKind.MULTIPLE,
        QuestionKind.LIKERT,
        QuestionKind.SHORT,
        QuestionKind.NUMERIC,
    }
)
WITH_OPTIONS = KINDS - {QuestionKind.SHORT, QuestionKind.NUMERIC}
GRACE = timedelta(seconds=2)  # for answers on their way; the key is shown when it is over
REMEMBERED = timedelta(hours=12)  # phones see the end of a round for so long
LOBBY = 0  # the position under which phones that are in stand


class Phase(enum.StrEnum):
    """What people see: they gather, may answer, wait for the last answers, see what is right, or it is over."""

    LOBBY = "lobby"
    OPEN = "open"
    CLOSED = "closed"
    SHOWN = "shown"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class Round:
    """A round as it stood when it was read."""

    id: int
    quiz_id: int
    workshop_id: int
    title: str
    state: LiveState
    position: int
    seconds: int
    has_scores: bool
    layout: list[dict[str, Any]]
    opened_at: datetime | None
    ended_at: datetime | None

    @property
    def total(self) -> int:
        return len(self.layout)

    @property
    def is_last(self) -> bool:
        return self.position >= self.total

    @property
    def closes_at(self) -> datetime | None:
        """When the question on the screen stops, or stopped, taking answers; None while nothing says so."""
        limit = None
        if self.opened_at is not None and self.seconds:
            limit = self.opened_at + timedelta(seconds=self.seconds)
        return min((moment for moment in (limit, self.ended_at) if moment is not None), default=None)

    def phase(self, moment: datetime) -> Phase:
        """How it stands at `moment`, by the server's clock."""
        if self.state in {LiveState.LOBBY, LiveState.ENDED}:
            return Phase(self.state.value)
        closes_at = self.closes_at
        if self.state is LiveState.QUESTION:
            return Phase.CLOSED if closes_at is not None and moment >= closes_at else Phase.OPEN
        return Phase.CLOSED if closes_at is not None and moment < closes_at + GRACE else Phase.SHOWN

    def takes(self, position: int, moment: datetime) -> bool:
        """Whether an answer to the question at `position` counts at `moment`."""
        if position != self.position or self.state not in {LiveState.QUESTION, LiveState.SHOWN}:
            return False
        return self.closes_at is None or moment < self.closes_at + GRACE

    def revealed(self, moment: datetime) -> int:
        """How many questions, from the first, have been shown with what is right."""
        if self.state is LiveState.ENDED:
            return self.position
        return self.position if self.phase(moment) is Phase.SHOWN else max(self.position - 1, 0)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question of a round as the fragments of the types want it. Nothing in it tells what is right."""

    number: int
    kind: str
    template: str
    text: Any  # for the filter `quiz_rich`
    shown: dict[str, Any]
    given: dict[str, list[str]]

    @property
    def has_options(self) -> bool:
        return self.kind in WITH_OPTIONS


_COLUMNS = (
    Live.id, Live.quiz_id, Quiz.workshop_id, Quiz.title, Live.state, Live.position, Live.seconds, Live.has_scores,
    Live.layout, Live.opened_at, Live.ended_at,
)  # fmt: skip


def round_of(live_id: int) -> Round | None:
    """The round, read now."""
    row = db.session.execute(_rounds().where(Live.id == live_id)).one_or_none()
    return Round(**row._mapping) if row is not None else None


def rounds_of(quiz_id: int) -> list[Round]:
    """All rounds of a quiz, the newest first."""
    rows = db.session.execute(_rounds().where(Live.quiz_id == quiz_id).order_by(Live.id.desc()))
    return [Round(**row._mapping) for row in rows]


def running_in(workshop_id: int) -> Round | None:
    """The round of a workshop that is not over."""
    query = _rounds().where(Quiz.workshop_id == workshop_id, Live.state != LiveState.ENDED)
    row = db.session.execute(query.order_by(Live.id.desc()).limit(1)).one_or_none()
    return Round(**row._mapping) if row is not None else None


def seen_in(workshop_id: int, *, fresh: bool) -> Round | None:
    """What phones of a workshop see: the running round, else the one that ended last today.

    Not `fresh`: as this process read it less than a second ago, for two hundred phones that ask.
    """
    seconds = 0 if fresh else KEPT_SECONDS
    return remembered("quiz.live", workshop_id, lambda: _seen_in(workshop_id), seconds=seconds)


def _seen_in(workshop_id: int) -> Round | None:
    is_recent = sa.or_(Live.state != LiveState.ENDED, Live.ended_at > now() - REMEMBERED)
    query = _rounds().where(Quiz.workshop_id == workshop_id, is_recent)
    row = db.session.execute(query.order_by(Live.state == LiveState.ENDED, Live.id.desc()).limit(1)).one_or_none()
    return Round(**row._mapping) if row is not None else None


def _rounds() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).join(Quiz, Quiz.id == Live.quiz_id)


def counts_of(live_id: int, position: int, *, fresh: bool) -> tuple[int, int]:
    """`(phones that are in, answers to the question at `position`)`."""
    seconds = 0 if fresh else KEPT_SECONDS
    return remembered("quiz.live.counts", (live_id, position), lambda: _counts(live_id, position), seconds=seconds)


def _counts(live_id: int, position: int) -> tuple[int, int]:
    query = sa.select(LiveAnswer.position, sa.func.count()).where(LiveAnswer.live_id == live_id)
    query = query.where(LiveAnswer.position.in_({LOBBY, position})).group_by(LiveAnswer.position)
    found = dict(db.session.execute(query).all())
    return found.get(LOBBY, 0), found.get(position, 0) if position else 0


def own_answers(live_id: int, enrolment_id: int) -> dict[int, tuple[Any, Decimal | None]]:
    """`{position: (answer, what it earned)}` of one person."""
    query = sa.select(LiveAnswer.position, LiveAnswer.value, LiveAnswer.fraction)
    query = query.where(LiveAnswer.live_id == live_id, LiveAnswer.enrolment_id == enrolment_id)
    rows = db.session.execute(query.where(LiveAnswer.position != LOBBY))
    return {position: (value, fraction) for position, value, fraction in rows}


def slot_of(played: Round, position: int) -> tuple[dict[str, Any], Version]:
    """What was drawn for the question at `position`, and its version without what is right."""
    slot = played.layout[position - 1]
    return slot, versions_of([slot["v"]])[slot["v"]]


def asked_of(played: Round, position: int, value: Any = None) -> Asked:
    """The question at `position`, in the order of the round; filled in with `value`."""
    slot, version = slot_of(played, position)
    kind = version.type
    return Asked(
        number=position,
        kind=version.kind,
        template=kind.template,
        text=version.public["text"],
        shown=kind.shown(version.public, slot["o"]),
        given=kind.given(version.public, slot["o"], value) if value is not None else {},
    )


def picture_of(played: Round, sha: str) -> QuestionPicture | None:
    """A picture of a question that has been opened, where it stands before anything is revealed."""
    opened = {slot["v"] for slot in played.layout[: played.position]}
    query = sa.select(QuestionPicture).where(QuestionPicture.sha == sha, QuestionPicture.version_id.in_(opened))
    rows = db.session.scalars(query.where(QuestionPicture.is_public, QuestionPicture.media_type.in_(SAFE_TYPES)))
    return rows.first()
