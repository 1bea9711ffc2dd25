"""Saving answers: once each, the newest in force, only while the clock allows."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel import clock
from lms.kernel.clock import now
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import grading, quizzes, services, taking
from lms.plugins.quiz.enums import AttemptState, QuizState
from lms.plugins.quiz.errors import QuizCannotChange, QuizNotOpen, UnreadableAnswer
from lms.plugins.quiz.models import Answer, AnswerLog, Attempt
from lms.plugins.quiz.services import Given
from tests.plugins.quiz.conftest import given


@pytest.fixture
def attempt(course: Any) -> Attempt:
    course.open(course.pre)
    return services.start(quiz_id=course.pre.id, enrolment_id=course.person().id)


def in_force(attempt: Attempt, number: int) -> int | None:
    """The choice in force, from 1."""
    chosen = taking.shown_questions(attempt)[number - 1].given.get("", ())
    return int(chosen[0]) if chosen else None


def log_size(db_session: Any, attempt: Attempt) -> int:
    return len(db_session.scalars(sa.select(AnswerLog).filter_by(attempt_id=attempt.id)).all())


def test_q15_same_counter_is_stored_once(db_session: Any, attempt: Attempt) -> None:
    for _time in range(3):
        saved = services.save_answers(attempt_id=attempt.id, answers=[given(1, 2, seq=7)])
        assert saved.accepted == (7,)
    assert log_size(db_session, attempt) == 1
    assert in_force(attempt, 1) == 2


def test_q15_older_counter_that_arrives_late_never_overwrites(db_session: Any, attempt: Attempt) -> None:
    services.save_answers(attempt_id=attempt.id, answers=[given(1, 3, seq=9)])
    services.save_answers(attempt_id=attempt.id, answers=[given(1, 1, seq=8)])
    assert in_force(attempt, 1) == 3
    assert log_size(db_session, attempt) == 2


def test_two_tabs_the_last_action_wins_and_both_are_kept(db_session: Any, attempt: Attempt) -> None:
    services.save_answers(attempt_id=attempt.id, answers=[given(2, 1, seq=100)])
    services.save_answers(attempt_id=attempt.id, answers=[given(2, 4, seq=101)])
    assert in_force(attempt, 2) == 4
    values = db_session.scalars(sa.select(AnswerLog.value).order_by(AnswerLog.client_seq)).all()
    order = attempt.layout[1]["o"]
    assert values == [str(order[0]), str(order[3])]


def test_counter_of_another_answer_is_told_and_nothing_is_lost(attempt: Attempt) -> None:
    services.save_answers(attempt_id=attempt.id, answers=[given(1, 1, seq=5)])
    saved = services.save_answers(attempt_id=attempt.id, answers=[given(2, 1, seq=5)])
    assert (saved.accepted, saved.clashed, saved.last_seq) == ((), (5,), 5)
    saved = services.save_answers(attempt_id=attempt.id, answers=[given(2, 1, seq=6)])
    assert saved.accepted == (6,)
    assert in_force(attempt, 2) == 1


def test_plain_form_is_newer_than_what_came_before(attempt: Attempt) -> None:
    future = int(now().timestamp() * 1000) + 10**9
    services.save_answers(attempt_id=attempt.id, answers=[given(1, 1, seq=future)])
    services.save_answers(attempt_id=attempt.id, answers=[given(1, 2)])
    assert in_force(attempt, 1) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        given(0, 1, seq=1),
        given(16, 1, seq=1),
        given(1, 0, seq=1),
        given(1, 5, seq=1),
        Given(number=1, parts={"x": ["1"]}, seq=1),
        given(1, 1, seq=0),
        given(1, 1, seq=2**53),
        given(1, "dua", seq=1),
        Given(number=1, parts={"": ["1", "2"]}, seq=1),
    ],
)
def test_answers_outside_the_attempt_are_refused(db_session: Any, attempt: Attempt, wrong: Given) -> None:
    with pytest.raises(UnreadableAnswer):
        services.save_answers(attempt_id=attempt.id, answers=[wrong])
    assert log_size(db_session, attempt) == 0


def test_starting_again_gives_the_same_order(course: Any, attempt: Attempt) -> None:
    again = services.start(quiz_id=course.pre.id, enrolment_id=attempt.enrolment_id)
    assert (again.id, again.layout) == (attempt.id, attempt.layout)


def test_orders_differ_between_people_and_keep_every_question(course: Any, attempt: Attempt) -> None:
    other = services.start(quiz_id=course.pre.id, enrolment_id=course.person().id)
    asked = [[slot["q"] for slot in one.layout] for one in (attempt, other)]
    assert asked[0] != asked[1]
    assert sorted(asked[0]) == sorted(asked[1])
    assert all(sorted(slot["o"]) == [0, 1, 2, 3] for slot in (*attempt.layout, *other.layout))
    assert len(other.layout) == 15


def test_score_is_the_share_of_right_answers(course: Any) -> None:
    course.open(course.pre)
    attempt = course.take(course.pre, right=9)
    assert (attempt.state, attempt.score_ratio) == (AttemptState.SUBMITTED, Decimal("0.600000"))


def test_handing_in_twice_keeps_the_first_result(course: Any) -> None:
    course.open(course.pre)
    attempt = course.take(course.pre, right=15)
    first = (attempt.submitted_at, attempt.score_ratio)
    services.submit(attempt_id=attempt.id)
    assert (attempt.submitted_at, attempt.score_ratio) == first


def test_answers_after_handing_in_are_kept_and_not_counted(course: Any) -> None:
    course.open(course.pre)
    attempt = course.take(course.pre, right=15)
    for _time in range(2):
        saved = services.save_answers(attempt_id=attempt.id, answers=[given(1, 1, seq=2**50)])
        assert (saved.accepted, saved.late) == ((2**50,), (2**50,))
    assert (attempt.late_answers, attempt.score_ratio) == (1, 1)


def test_far_too_many_late_answers_are_refused(course: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_LATE", 2)
    course.open(course.pre)
    attempt = course.take(course.pre, right=15)
    services.save_answers(attempt_id=attempt.id, answers=[given(1, 1, seq=2**50), given(2, 1, seq=2**50 + 1)])
    with pytest.raises(QuizNotOpen):
        services.save_answers(attempt_id=attempt.id, answers=[given(1, 1, seq=2**50 + 2)])


def test_q18_q19_server_clock_ends_the_attempt_after_a_hidden_minute(db_session: Any, course: Any) -> None:
    course.pre.time_limit = 10
    course.open(course.pre)
    start = now()
    with clock.freeze(start):
        attempt = course.take(course.pre, right=5, hand_in=False)
    with clock.freeze(start + timedelta(minutes=10, seconds=60)):
        services.save_answers(attempt_id=attempt.id, answers=[given(15, 1)])
    with clock.freeze(start + timedelta(minutes=10, seconds=61)):
        saved = services.save_answers(attempt_id=attempt.id, answers=[given(15, 2, seq=2**50, age=90_000)])
        assert saved.late == (2**50,)
        assert in_force(attempt, 15) == 1
        assert services.submit(attempt_id=attempt.id).state is AttemptState.AUTO_CLOSED
    late = db_session.scalars(sa.select(AnswerLog).where(AnswerLog.is_late)).one()
    # What the phone says: given before the end, delivered after it.
    assert late.made_at == start + timedelta(minutes=10, seconds=61) - timedelta(seconds=90)


def test_vanished_person_is_closed_by_the_clock_and_graded(course: Any) -> None:
    course.pre.time_limit = 10
    course.open(course.pre)
    start = now()
    with clock.freeze(start):
        gone = course.take(course.pre, right=6, hand_in=False)
    with clock.freeze(start + timedelta(minutes=9)):
        late = course.take(course.pre, right=3, hand_in=False)
    with clock.freeze(start + timedelta(minutes=12)):
        assert services.close_overdue() == 1
    assert (gone.state, gone.score_ratio) == (AttemptState.AUTO_CLOSED, Decimal("0.4"))
    assert late.state is AttemptState.IN_PROGRESS


def test_closing_hour_closes_quiz_and_attempts(course: Any) -> None:
    start = now()
    course.open(course.pre)
    course.pre.closes_at = start + timedelta(minutes=5)
    attempt = course.take(course.pre, right=1, hand_in=False)
    with clock.freeze(start + timedelta(minutes=6)):
        assert services.close_overdue() == 1
    assert course.pre.state is QuizState.CLOSED
    assert attempt.state is AttemptState.AUTO_CLOSED


def test_closing_ends_attempts_and_opening_again_gives_them_back(course: Any) -> None:
    course.open(course.pre)
    running = course.take(course.pre, right=2, hand_in=False)
    done = course.take(course.pre, right=4)
    course.close(course.pre)
    assert (running.state, running.score_ratio) == (AttemptState.AUTO_CLOSED, grading.PLACES * 133333)
    course.open(course.pre)
    assert (running.state, running.score_ratio) == (AttemptState.IN_PROGRESS, None)
    assert done.state is AttemptState.SUBMITTED


def test_quiz_whose_answers_were_shown_stays_closed(course: Any) -> None:
    course.open(course.pre, course.post)
    course.close(course.pre, course.post)
    with clock.freeze(now() + timedelta(minutes=11)):
        assert quizzes.keys_are_out(course.post)
        with pytest.raises(QuizCannotChange):
            course.open(course.post)


def test_opening_can_be_taken_back_until_somebody_begins(course: Any) -> None:
    course.open(course.pre)
    assert quizzes.take_back(quiz_id=course.pre.id, actor=SYSTEM).state is QuizState.DRAFT
    course.open(course.pre)
    services.start(quiz_id=course.pre.id, enrolment_id=course.person().id)
    with pytest.raises(QuizCannotChange):
        quizzes.take_back(quiz_id=course.pre.id, actor=SYSTEM)


def test_answers_in_force_are_one_a_question(db_session: Any, attempt: Attempt) -> None:
    for choice in (1, 2, 3):
        services.save_answers(attempt_id=attempt.id, answers=[given(4, choice)])
    rows = db_session.scalars(sa.select(Answer).filter_by(attempt_id=attempt.id)).all()
    assert [row.value for row in rows] == [attempt.layout[3]["o"][2]]
