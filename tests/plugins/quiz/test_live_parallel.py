"""A hall of phones and two impatient facilitators at once, against real commits."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.kernel.audit import AuditEntry
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, live, live_queries, quizzes
from lms.plugins.quiz.content import Draft
from lms.plugins.quiz.enums import QuizKind
from lms.plugins.quiz.live import Step
from lms.plugins.quiz.live_models import Live, LiveAnswer
from lms.testing import factories
from lms.testing.live import at_once, committed, live_app
from lms.testing.services_plugin import fresh_database
from tests.plugins.quiz.samples import SAMPLES

PHONES = 50
pytestmark = pytest.mark.integration


@pytest.fixture(params=["sqlite", "postgresql"])
def hall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, int, list[int]]]:
    """`(app, quiz id, enrolment ids)`: a session quiz of two questions and fifty people, committed."""
    url = request.getfixturevalue("postgres_base") if request.param == "postgresql" else ""
    url = fresh_database(url, f"live_{uuid.uuid4().hex[:12]}") if url else ""
    with live_app(tmp_path, url) as app:
        with app.test_request_context(), unit_of_work():
            first = factories.enrolment()
            people = [first, *(factories.enrolment(workshop=first.workshop) for _ in range(PHONES - 1))]
            asked = [
                bank.add(Draft(content=SAMPLES[kind]), organiser_id=None, actor=SYSTEM)
                for kind in ("choice", "multichoice")
            ]
            quiz = quizzes.add_quiz(
                workshop_id=first.workshop_id, kind=QuizKind.SESSION, title="Kuis sesi", questions=asked
            )
            quiz.shuffles_questions = quiz.shuffles_options = False
            ids = (quiz.id, [person.id for person in people])
        yield app, *ids


def begun(app: Flask, quiz_id: int) -> int:
    """A round with its first question open, without a limit of time."""
    with app.test_request_context(), unit_of_work():
        played = live.make(quiz_id=quiz_id, seconds=0, has_scores=False, actor=SYSTEM)
        assert live.move(live_id=played.id, position=0, step=Step.NEXT, actor=SYSTEM)
        return played.id


def test_fifty_phones_twice_at_once_leave_one_answer_each(hall: tuple[Flask, int, list[int]]) -> None:
    app, quiz_id, people = hall
    live_id = begun(app, quiz_id)

    def send(number: int) -> Any:
        with unit_of_work():
            place = number // PHONES + 1  # the second sending of a phone says something else
            given = {"": [str(place)]}
            return live.answer(live_id=live_id, enrolment_id=people[number % PHONES], position=1, parts=given)

    results = at_once(app, send, count=2 * PHONES)
    rows = committed(app, LiveAnswer)
    assert Counter(row.enrolment_id for row in rows) == dict.fromkeys(people, 1)
    stored = {row.enrolment_id: row.value for row in rows}
    told = [(results[n], results[n + PHONES]) for n in range(PHONES)]
    assert told == [(stored[person], stored[person]) for person in people]
    with app.test_request_context():
        assert live_queries.counts_of(live_id, 1, fresh=True) == (0, PHONES)


def test_buttons_pressed_at_the_same_time_take_one_step(hall: tuple[Flask, int, list[int]]) -> None:
    app, quiz_id, _people = hall
    live_id = begun(app, quiz_id)
    for step, position, place in ((Step.SHOW, 1, 1), (Step.NEXT, 1, 2), (Step.SHOW, 2, 2), (Step.END, 2, 2)):

        def press(_number: int, step: Step = step, position: int = position) -> Any:
            with unit_of_work():
                return live.move(live_id=live_id, position=position, step=step, actor=SYSTEM)

        assert Counter(at_once(app, press, count=8)) == {True: 1, False: 7}
        assert [row.position for row in committed(app, Live)] == [place]
    with app.app_context():
        trail = list(db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.action.like("quiz.live%"))))
        db.session.remove()
    assert Counter(trail) == {
        "quiz.live_made": 1, "quiz.live_opened": 2, "quiz.live_shown": 2, "quiz.live_ended": 1,
    }  # fmt: skip


def test_rounds_made_at_the_same_time_are_one(hall: tuple[Flask, int, list[int]]) -> None:
    app, quiz_id, _people = hall

    def make(_number: int) -> Any:
        with unit_of_work():
            return live.make(quiz_id=quiz_id, seconds=30, has_scores=False, actor=SYSTEM).id

    assert len(set(at_once(app, make, count=8))) == 1
    assert len(committed(app, Live)) == 1


def test_answers_while_the_facilitator_moves_on_are_counted_or_refused(hall: tuple[Flask, int, list[int]]) -> None:
    app, quiz_id, people = hall
    live_id = begun(app, quiz_id)

    def act(number: int) -> Any:
        with unit_of_work():
            if number == 0:
                return live.move(live_id=live_id, position=1, step=Step.SHOW, actor=SYSTEM)
            if number == 1:
                return live.move(live_id=live_id, position=1, step=Step.NEXT, actor=SYSTEM)
            return live.answer(live_id=live_id, enrolment_id=people[number], position=1, parts={"": ["2"]})

    results = at_once(app, act, count=PHONES)
    told = Counter(type(result).__name__ for result in results[2:])
    assert set(told) <= {"int", "QuizNotOpen"}, results
    assert len(committed(app, LiveAnswer)) == told["int"]
