"""A live round for tests: its clock, its question, and the steps that a facilitator takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from lms.kernel import clock
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import live, live_queries
from lms.plugins.quiz.content import Content, Option, Text
from lms.plugins.quiz.live import Step
from lms.plugins.quiz.live_models import LiveAnswer
from lms.plugins.quiz.live_queries import LOBBY, Round
from lms.plugins.quiz.models import Quiz

START = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
CHOICE = Content(
    kind="choice",
    text=Text(source="Siapa yang dihubungi lebih dulu?"),
    feedback=Text(source="PENJELASAN RAHASIA"),
    options=(
        Option(text=Text(source="Pendamping"), fraction=Decimal(1), feedback=Text(source="UMPAN BALIK RAHASIA")),
        Option(text=Text(source="Wartawan")),
        Option(text=Text(source="Tetangga")),
    ),
)


class Watch:
    """The clock of the server; tests move it on."""

    def __init__(self) -> None:
        self.frozen = clock.freeze(START)
        self.frozen.__enter__()
        self.at = START

    def on(self, seconds: float) -> None:
        self.frozen.__exit__(None, None, None)
        self.at += timedelta(seconds=seconds)
        self.frozen = clock.freeze(self.at)
        self.frozen.__enter__()


class Game:
    """A round with its steps as the facilitator takes them."""

    def __init__(self, quiz: Quiz, *, seconds: int = 30, has_scores: bool = False) -> None:
        made = live.make(quiz_id=quiz.id, seconds=seconds, has_scores=has_scores, actor=SYSTEM)
        self.id, self.workshop_id = made.id, made.workshop_id

    @property
    def now(self) -> Round:
        found = live_queries.round_of(self.id)
        assert found is not None
        return found

    def step(self, step: Step, position: int | None = None) -> bool:
        place = self.now.position if position is None else position
        return live.move(live_id=self.id, position=place, step=step, actor=SYSTEM)

    def answer(self, who: Any, place: str | int, position: int | None = None) -> Any:
        at = self.now.position if position is None else position
        return live.answer(live_id=self.id, enrolment_id=who.id, position=at, parts={"": [str(place)]})

    @property
    def rows(self) -> list[LiveAnswer]:
        query = sa.select(LiveAnswer).where(LiveAnswer.live_id == self.id, LiveAnswer.position != LOBBY)
        return list(db.session.scalars(query.order_by(LiveAnswer.id)))
