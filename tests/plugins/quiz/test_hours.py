"""When a quiz takes answers: its hours, the session, time for one person, and how it was closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel import clock
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.plugins.quiz import hours, services, taking
from lms.plugins.quiz.enums import AttemptState, QuizState, SessionPoint
from lms.plugins.quiz.errors import QuizNotOpen
from lms.plugins.quiz.models import Allowance, Attempt, Quiz
from tests.plugins.quiz.conftest import session_of

NINE = datetime(2026, 12, 2, 2, tzinfo=UTC)  # 09.00 WIB
Allow = Callable[..., Allowance]


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


@pytest.fixture
def allow() -> Allow:
    def make(quiz: Quiz, person: Any, **values: Any) -> Allowance:
        row = Allowance(quiz_id=quiz.id, enrolment_id=person.id, **values)
        db.session.add(row)
        db.session.flush()
        return row

    return make


def begin(quiz: Quiz, person: Any) -> Attempt:
    return services.start(quiz_id=quiz.id, enrolment_id=person.id)


def deadline(quiz: Quiz, attempt: Attempt) -> datetime | None:
    return hours.deadline_of(quiz, attempt, hours.allowance_of(quiz.id, attempt.enrolment_id))


def test_q24_extra_minutes_move_the_deadline_of_that_person_only(course: Any, allow: Allow) -> None:
    quiz = course.pre
    quiz.time_limit = 20
    slow, other = course.person(), course.person()
    allow(quiz, slow, extra_minutes=10)
    with clock.freeze(NINE):
        course.open(quiz)
        assert deadline(quiz, begin(quiz, slow)) == NINE + minutes(30)
        assert deadline(quiz, begin(quiz, other)) == NINE + minutes(20)


def test_q24_extra_minutes_also_count_after_the_closing_hour(course: Any, allow: Allow) -> None:
    quiz = course.pre
    quiz.time_limit, quiz.closes_at = 20, NINE + minutes(20)
    slow, other = course.person(), course.person()
    allow(quiz, slow, extra_minutes=10)
    with clock.freeze(NINE):
        course.open(quiz)
        mine, theirs = begin(quiz, slow), begin(quiz, other)
    with clock.freeze(NINE + minutes(25)):
        assert services.close_overdue() == 1
        assert (mine.state, theirs.state) == (AttemptState.IN_PROGRESS, AttemptState.AUTO_CLOSED)
        assert quiz.state is QuizState.CLOSED
    with clock.freeze(NINE + minutes(32)):
        assert services.close_overdue() == 1
        assert mine.state is AttemptState.AUTO_CLOSED


def test_quiz_closed_by_hand_ends_for_everybody_extra_minutes_or_not(course: Any, allow: Allow) -> None:
    quiz = course.pre
    quiz.time_limit = 20
    slow = course.person()
    allow(quiz, slow, extra_minutes=10)
    with clock.freeze(NINE):
        course.open(quiz)
        mine = begin(quiz, slow)
    with clock.freeze(NINE + minutes(5)):
        course.close(quiz)
    assert mine.state is AttemptState.AUTO_CLOSED


def test_own_closing_hour_outlives_a_closing_by_hand(course: Any, allow: Allow) -> None:
    quiz, late = course.pre, course.person()
    allow(quiz, late, opens_at=NINE + minutes(60), closes_at=NINE + minutes(120))
    with clock.freeze(NINE):
        course.open(quiz)
        course.close(quiz)
    with clock.freeze(NINE + minutes(61)):
        attempt = begin(quiz, late)
        assert not hours.is_overdue(quiz, attempt, hours.allowance_of(quiz.id, late.id), now())
        assert deadline(quiz, attempt) == NINE + minutes(120)
        with pytest.raises(QuizNotOpen):
            begin(quiz, course.person())


def test_q24_late_opening_for_one_person_holds_back_nobody_else(course: Any, allow: Allow) -> None:
    quiz, late = course.pre, course.person()
    allow(quiz, late, opens_at=NINE + minutes(30))
    with clock.freeze(NINE):
        course.open(quiz)
        begin(quiz, course.person())
        with pytest.raises(QuizNotOpen):
            begin(quiz, late)
        assert not taking.may_see(quiz, late, hours.allowance_of(quiz.id, late.id))
    with clock.freeze(NINE + minutes(30)):
        begin(quiz, late)


def test_own_hours_open_before_the_quiz_does(course: Any, allow: Allow) -> None:
    quiz, early = course.pre, course.person()
    quiz.opens_at = NINE + minutes(60)
    allow(quiz, early, opens_at=NINE - minutes(10))
    with clock.freeze(NINE):
        course.open(quiz)
        begin(quiz, early)
        with pytest.raises(QuizNotOpen):
            begin(quiz, course.person())


@pytest.mark.parametrize(("point", "moment"), [(SessionPoint.START, NINE), (SessionPoint.END, NINE + minutes(90))])
def test_quiz_opens_with_its_session(course: Any, point: SessionPoint, moment: datetime) -> None:
    quiz = course.post
    quiz.session_id, quiz.opens_with_session = session_of(course.workshop, NINE).id, point
    with clock.freeze(moment - minutes(1)):
        course.open(quiz)
        assert hours.opening_of(quiz) == moment
        assert [tile.state for tile in taking.tiles(course.person()) if tile.quiz.id == quiz.id] == ["later"]
        with pytest.raises(QuizNotOpen):
            begin(quiz, course.person())
    with clock.freeze(moment):
        begin(quiz, course.person())


def test_later_one_of_session_and_hour_opens_the_quiz(course: Any) -> None:
    quiz = course.post
    quiz.session_id, quiz.opens_with_session = session_of(course.workshop, NINE).id, SessionPoint.START
    quiz.opens_at = NINE + minutes(15)
    assert hours.opening_of(quiz) == NINE + minutes(15)
    quiz.opens_at = NINE - minutes(15)
    assert hours.opening_of(quiz) == NINE


def test_session_that_is_gone_leaves_the_opening_to_the_committee(course: Any) -> None:
    quiz = course.post
    quiz.session_id, quiz.opens_with_session = 987_654, SessionPoint.START
    course.open(quiz)
    assert hours.opening_of(quiz) is None
    begin(quiz, course.person())


def test_time_of_an_attempt_is_over_one_minute_after_its_deadline(course: Any) -> None:
    quiz = course.pre
    quiz.time_limit = 20
    with clock.freeze(NINE):
        course.open(quiz)
        attempt = begin(quiz, course.person())
    assert not hours.is_overdue(quiz, attempt, None, NINE + minutes(21))
    assert hours.is_overdue(quiz, attempt, None, NINE + minutes(21) + timedelta(seconds=1))


def test_new_time_limit_holds_for_an_attempt_that_runs(course: Any) -> None:
    quiz = course.pre
    with clock.freeze(NINE):
        course.open(quiz)
        attempt = begin(quiz, course.person())
        assert deadline(quiz, attempt) is None
        quiz.time_limit = 30
        assert deadline(quiz, attempt) == NINE + minutes(30)


def test_more_attempts_for_one_person_count_for_that_person_only(course: Any, allow: Allow) -> None:
    quiz, again = course.pre, course.person()
    allow(quiz, again, more_attempts=1)
    course.open(quiz)
    for person in (again, course.person()):
        course.take(quiz, person, right=3)
        begin(quiz, person)
    counts = sa.select(Attempt.enrolment_id, sa.func.count()).group_by(Attempt.enrolment_id)
    assert sorted(dict(db.session.execute(counts).all()).values()) == [1, 2]
