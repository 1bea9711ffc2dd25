"""Many phones at once, against real commits: one attempt, one result, nothing lost."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.workshops.events import WorkshopCreated
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import quizzes, services
from lms.plugins.quiz.enums import QuizKind
from lms.plugins.quiz.models import Answer, AnswerLog, Attempt, Quiz
from lms.testing import factories
from lms.testing.live import at_once, committed, live_app
from lms.testing.services_plugin import fresh_database
from tests.plugins.quiz.conftest import given

PHONES = 20
pytestmark = pytest.mark.integration


@pytest.fixture(params=["sqlite", "postgresql"])
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, int, int]]:
    """`(app, quiz id, enrolment id)` with an open pre-test, committed."""
    url = request.getfixturevalue("postgres_base") if request.param == "postgresql" else ""
    url = fresh_database(url, f"quiz_{uuid.uuid4().hex[:12]}") if url else ""
    with live_app(tmp_path, url) as app:
        with app.test_request_context(), unit_of_work():
            enrolment = factories.enrolment()
            quizzes.on_workshop_created(WorkshopCreated(workshop_id=enrolment.workshop_id, template=""))
            quiz = db.session.scalars(sa.select(Quiz).filter_by(kind=QuizKind.PRE)).one()
            quizzes.open_quiz(quiz_id=quiz.id, actor=SYSTEM)
            ids = (quiz.id, enrolment.id)
        yield app, *ids


def started(app: Flask, quiz_id: int, enrolment_id: int) -> int:
    with app.test_request_context(), unit_of_work():
        return services.start(quiz_id=quiz_id, enrolment_id=enrolment_id).id


def test_q17_twenty_starts_make_one_attempt(live: tuple[Flask, int, int]) -> None:
    app, quiz_id, enrolment_id = live

    def begin(_number: int) -> Any:
        with unit_of_work():
            attempt = services.start(quiz_id=quiz_id, enrolment_id=enrolment_id)
            return attempt.id, str(attempt.layout)

    results = at_once(app, begin, count=PHONES)
    assert len(set(results)) == 1, results
    assert len(committed(app, Attempt)) == 1


def test_q17_twenty_submits_give_one_result(live: tuple[Flask, int, int]) -> None:
    app, quiz_id, enrolment_id = live
    attempt_id = started(app, quiz_id, enrolment_id)

    def hand_in(_number: int) -> Any:
        with unit_of_work():
            attempt = services.submit(attempt_id=attempt_id)
            return attempt.state, attempt.score_ratio, attempt.submitted_at

    results = at_once(app, hand_in, count=PHONES)
    assert len(set(results)) == 1, results


def test_same_answer_from_twenty_sendings_is_stored_once(live: tuple[Flask, int, int]) -> None:
    app, quiz_id, enrolment_id = live
    attempt_id = started(app, quiz_id, enrolment_id)

    def send(_number: int) -> Any:
        with unit_of_work():
            answer = given(3, 2, seq=41)
            return services.save_answers(attempt_id=attempt_id, answers=[answer]).accepted

    assert set(at_once(app, send, count=PHONES)) == {(41,)}
    assert len(committed(app, AnswerLog)) == 1
    assert len(committed(app, Answer)) == 1


def test_twenty_tabs_all_are_logged_and_the_highest_counter_wins(live: tuple[Flask, int, int]) -> None:
    app, quiz_id, enrolment_id = live
    attempt_id = started(app, quiz_id, enrolment_id)

    def send(number: int) -> Any:
        with unit_of_work():
            answer = given(1, number % 4 + 1, seq=number + 1)
            return services.save_answers(attempt_id=attempt_id, answers=[answer]).accepted

    assert sorted(at_once(app, send, count=PHONES)) == [(seq,) for seq in range(1, PHONES + 1)]
    assert len(committed(app, AnswerLog)) == PHONES
    (answer,) = committed(app, Answer)
    assert answer.client_seq == PHONES


def test_closing_and_answering_at_once_never_locks_up(live: tuple[Flask, int, int]) -> None:
    app, quiz_id, enrolment_id = live
    attempt_id = started(app, quiz_id, enrolment_id)

    def act(number: int) -> Any:
        with unit_of_work():
            if number == 0:
                return quizzes.close_quiz(quiz_id=quiz_id, actor=SYSTEM).state.value
            if number == 1:
                return services.submit(attempt_id=attempt_id).state.value
            answer = given(number % 15 + 1, 1, seq=number)
            return services.save_answers(attempt_id=attempt_id, answers=[answer]).accepted

    results = at_once(app, act, count=PHONES)
    kinds = {type(result).__name__ for result in results}
    assert kinds <= {"str", "tuple", "QuizNotOpen"}, results
    (attempt,) = committed(app, Attempt)
    assert attempt.is_finished
    saved = sum(isinstance(result, tuple) for result in results)
    log = committed(app, AnswerLog)
    assert len(log) == saved
    assert sum(row.is_late for row in log) == attempt.late_answers
    assert {row.question_id for row in log if not row.is_late} == {row.question_id for row in committed(app, Answer)}
