"""What one person gets: questions drawn evenly and once, forms evenly and exchanged, everything kept as drawn."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, drawing, forms_ab, quizzes, services
from lms.plugins.quiz.content import Draft
from lms.plugins.quiz.enums import Form, QuizKind
from lms.plugins.quiz.models import Attempt, Pool, Quiz, QuizItem
from lms.testing import factories
from lms.testing.live import at_once, committed, live_app
from lms.testing.services_plugin import fresh_database

PEOPLE, CALLERS = 300, 10


def questions(count: int) -> list[Any]:
    """New questions of the shared bank, with two options each."""
    return [
        bank.add(
            Draft(content=bank.single_choice(f"Soal {number}?", [f"Ya {number}", f"Tidak {number}"], 1, "")),
            organiser_id=None,
            actor=SYSTEM,
        )
        for number in range(count)
    ]


def pooled(workshop_id: int, *, size: int, draws: int) -> Quiz:
    """An open practice whose questions all come from one pool."""
    quiz = quizzes.add_quiz(workshop_id=workshop_id, kind=QuizKind.PRACTICE, title="Acak", questions=questions(size))
    pool = Pool(quiz_id=quiz.id, name="Semua", draws=draws)
    db.session.add(pool)
    db.session.flush()
    db.session.execute(sa.update(QuizItem).where(QuizItem.quiz_id == quiz.id).values(pool_id=pool.id))
    return quizzes.open_quiz(quiz_id=quiz.id, actor=SYSTEM)


def forms_of(quiz: Quiz, *, partner: bool = False) -> None:
    """Give a quiz forms A and B of its questions, turn about."""
    ids = list(db.session.scalars(sa.select(QuizItem.question_id).filter_by(quiz_id=quiz.id).order_by(QuizItem.id)))
    even = len(ids) // 2 * 2
    forms_ab.apply_forms(
        quiz_id=quiz.id, a=ids[:even:2], b=ids[1:even:2], drops_rest=ids[even:], partner=partner, actor=SYSTEM
    )


def asked(attempt: Attempt) -> set[int]:
    return {slot["q"] for slot in attempt.layout}


@pytest.fixture(params=["sqlite", "postgresql"])
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An installation with real commits."""
    url = request.getfixturevalue("postgres_base") if request.param == "postgresql" else ""
    url = fresh_database(url, f"quiz_{uuid.uuid4().hex[:12]}") if url else ""
    with live_app(tmp_path, url) as app:
        yield app


def start_all(app: Flask, quiz_id: int, people: list[int]) -> None:
    """Everybody begins, CALLERS at a time; who is told that the database is busy presses again, as a person does."""

    def begin(caller: int) -> None:
        for enrolment_id in people[caller::CALLERS]:
            for left in range(3, 0, -1):
                try:
                    with unit_of_work():
                        services.start(quiz_id=quiz_id, enrolment_id=enrolment_id)
                    break
                except sa.exc.OperationalError as error:
                    if "locked" not in str(error) or left == 1:
                        raise

    failed = [found for found in at_once(app, begin, count=CALLERS) if found is not None]
    assert failed == []


def crowd(workshop: Any, count: int) -> list[int]:
    return [factories.enrolment(workshop=workshop).id for _one in range(count)]


@pytest.mark.integration
def test_q29_ten_of_thirty_are_given_evenly_to_three_hundred_people_who_start_at_once(live: Flask) -> None:
    with live.test_request_context(), unit_of_work():
        workshop = factories.workshop()
        quiz_id = pooled(workshop.id, size=30, draws=10).id
        people = crowd(workshop, PEOPLE)
    start_all(live, quiz_id, people)
    attempts = committed(live, Attempt)
    assert len(attempts) == PEOPLE
    assert {len(attempt.layout) for attempt in attempts} == {10}
    assert {len(asked(attempt)) for attempt in attempts} == {10}
    used = Counter(number for attempt in attempts for number in asked(attempt))
    assert set(used.values()) == {PEOPLE * 10 // 30}
    assert {item.question_id: item.drawn for item in committed(live, QuizItem)} == used


@pytest.mark.integration
def test_forms_are_given_evenly_to_a_hundred_people_who_start_at_once(live: Flask) -> None:
    with live.test_request_context(), unit_of_work():
        workshop = factories.workshop()
        quiz = quizzes.add_quiz(workshop_id=workshop.id, kind=QuizKind.PRE, title="Tes", questions=questions(6))
        forms_of(quiz)
        quiz_id, people = quizzes.open_quiz(quiz_id=quiz.id, actor=SYSTEM).id, crowd(workshop, 101)
    start_all(live, quiz_id, people)
    used = Counter(attempt.form for attempt in committed(live, Attempt))
    assert set(used) == {Form.A, Form.B}
    assert abs(used[Form.A] - used[Form.B]) == 1


@pytest.mark.integration
@pytest.mark.parametrize("what", ["pool", "forms", "neither"])
def test_starts_wait_for_each_other_only_where_something_is_shared_out(
    postgres_base: str, tmp_path: Path, what: str
) -> None:
    with live_app(tmp_path, fresh_database(postgres_base, f"quiz_{uuid.uuid4().hex[:12]}")) as app:
        with app.test_request_context(), unit_of_work():
            workshop = factories.workshop()
            quiz = pooled(workshop.id, size=4, draws=2)
            if what != "pool":
                db.session.execute(sa.update(QuizItem).values(pool_id=None))
                db.session.execute(sa.delete(Pool))
            if what == "forms":
                forms_of(quiz)
            quiz_id, (first, second) = quiz.id, crowd(workshop, 2)
        begun, go_on = threading.Event(), threading.Event()

        def hold() -> None:
            with app.test_request_context(), unit_of_work():
                services.start(quiz_id=quiz_id, enrolment_id=first)
                begun.set()
                go_on.wait(20)
                db.session.flush()

        holder = threading.Thread(target=hold)
        holder.start()
        begun.wait(20)
        try:
            with app.test_request_context(), unit_of_work():
                db.session.execute(sa.text("SET LOCAL lock_timeout = '250ms'"))
                try:
                    services.start(quiz_id=quiz_id, enrolment_id=second)
                    waits = False
                except sa.exc.OperationalError:
                    waits = True
                    db.session.rollback()
        finally:
            go_on.set()
            holder.join()
        assert waits is (what != "neither")


def test_q29_the_questions_and_their_order_are_kept_as_drawn(course: Any) -> None:
    quiz = pooled(course.workshop.id, size=6, draws=3)
    person = course.person()
    first = services.start(quiz_id=quiz.id, enrolment_id=person.id)
    drawn = [(slot["q"], slot["v"], tuple(slot["o"])) for slot in first.layout]
    again = services.start(quiz_id=quiz.id, enrolment_id=person.id)
    db.session.refresh(again)
    assert again.id == first.id
    assert [(slot["q"], slot["v"], tuple(slot["o"])) for slot in again.layout] == drawn
    counted = db.session.scalars(sa.select(QuizItem.drawn).filter_by(quiz_id=quiz.id)).all()
    assert sum(counted) == 3


def test_pool_that_is_too_small_gives_all_it_has(course: Any) -> None:
    quiz = pooled(course.workshop.id, size=3, draws=5)
    assert len(services.start(quiz_id=quiz.id, enrolment_id=course.person().id).layout) == 3


def test_mark_of_the_quiz_goes_with_the_attempt(course: Any) -> None:
    item = db.session.scalars(sa.select(QuizItem).filter_by(quiz_id=course.pre.id).order_by(QuizItem.id)).first()
    assert item is not None
    item.mark = Decimal("2.50")
    course.open(course.pre)
    attempt = services.start(quiz_id=course.pre.id, enrolment_id=course.person().id)
    assert {slot["q"]: slot["m"] for slot in attempt.layout}[item.question_id] == "2.5"


def test_whoever_had_form_a_before_gets_form_b_afterwards_and_no_question_twice(course: Any) -> None:
    forms_of(course.pre, partner=True)
    course.open(course.pre, course.post)
    for _one in range(8):
        person = course.person()
        before = services.start(quiz_id=course.pre.id, enrolment_id=person.id)
        after = services.start(quiz_id=course.post.id, enrolment_id=person.id)
        assert after.form is drawing.OTHER[before.form]
        assert len(asked(before)) == len(asked(after)) == 7
        assert not asked(before) & asked(after)


def test_taking_a_test_again_gives_the_same_form_so_that_the_other_one_stays_new(course: Any) -> None:
    forms_of(course.pre, partner=True)
    course.pre.max_attempts = 2
    course.open(course.pre, course.post)
    person = course.person()
    first = course.take(course.pre, person, right=3)
    second = services.start(quiz_id=course.pre.id, enrolment_id=person.id)
    assert (second.number, second.form) == (2, first.form)
    assert services.start(quiz_id=course.post.id, enrolment_id=person.id).form is drawing.OTHER[first.form]


def test_session_quiz_with_forms_does_not_follow_the_tests(course: Any) -> None:
    forms_of(course.pre)
    session = quizzes.add_quiz(
        workshop_id=course.workshop.id, kind=QuizKind.SESSION, title="Sesi", questions=questions(4)
    )
    forms_of(session)
    course.open(course.pre, session)
    for _one in range(20):
        person = course.person()
        services.start(quiz_id=course.pre.id, enrolment_id=person.id)
        services.start(quiz_id=session.id, enrolment_id=person.id)
    query = sa.select(Attempt.form, sa.func.count()).where(Attempt.quiz_id == session.id).group_by(Attempt.form)
    assert dict(db.session.execute(query).all()) == {Form.A: 10, Form.B: 10}
