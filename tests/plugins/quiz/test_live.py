"""Live rounds: one step a press, one answer a person, in time."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.audit import AuditEntry
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, live_figures, live_queries, personal_data, quizzes, retention, versions
from lms.plugins.quiz.enums import QuizKind, QuizState
from lms.plugins.quiz.errors import QuizCannotChange, QuizNotOpen, UnreadableAnswer
from lms.plugins.quiz.live import Step
from lms.plugins.quiz.live_models import Live
from lms.plugins.quiz.live_queries import Phase
from tests.plugins.quiz.live_game import CHOICE, Game, Watch
from tests.plugins.quiz.samples import ESSAY, RATING, SAMPLES, short


@pytest.fixture(autouse=True)
def impatient(monkeypatch: Any) -> None:
    """Every question goes to the database: tests change things faster than a second."""
    monkeypatch.setattr(live_queries, "KEPT_SECONDS", 0)


def test_a_round_of_a_quiz_is_made_once(app: Any, quiz_with: Any) -> None:
    with app.test_request_context():
        quiz = quiz_with(CHOICE)
        assert Game(quiz).id == Game(quiz).id
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Live)) == 1


def test_types_that_make_no_picture_are_left_out(app: Any, quiz_with: Any, course: Any, as_user: Any) -> None:
    with app.test_request_context():
        quiz = quiz_with(*SAMPLES.values())
        played = Game(quiz)
        kinds = {versions.versions_of([slot["v"]])[slot["v"]].kind for slot in played.now.layout}
        assert kinds == {"choice", "multichoice", "truefalse", "shortanswer", "numerical", "likert"}
        with pytest.raises(QuizCannotChange, match="masih berjalan"):
            Game(quiz_with(CHOICE))
        played.step(Step.END)
        with pytest.raises(QuizCannotChange, match="cocok"):
            Game(quiz_with(ESSAY))
    page = as_user.committee(course.workshop).get(f"/kelola/lokakarya/{course.workshop.id}/kuis/{quiz.id}/langsung")
    assert "5 soal tidak cocok untuk kuis langsung" in page.text


def test_what_people_answer_on_their_own_is_not_asked_live(app: Any, course: Any, quiz_with: Any) -> None:
    with app.test_request_context():
        for quiz in (course.pre, course.post):
            quizzes.open_quiz(quiz_id=quiz.id, actor=SYSTEM)
        other = quiz_with(CHOICE)
        questions = bank.collection("pre_post")[:1]
        same = quizzes.add_quiz(
            workshop_id=course.workshop.id, kind=QuizKind.PRACTICE, title="Latihan", questions=questions
        )
        for quiz in (course.pre, course.post, course.evaluation, same):
            with pytest.raises(QuizCannotChange):
                Game(quiz)
        Game(other)
        course.pre.state = course.post.state = QuizState.CLOSED
        db.session.flush()
        with pytest.raises(QuizCannotChange, match="Kuis sesi"):
            Game(same)


def test_the_next_button_pressed_twice_takes_one_step(game: Game) -> None:
    assert game.now.position == 1
    assert not game.step(Step.NEXT, 0)
    assert not game.step(Step.NEXT)  # the open question is not over
    assert game.step(Step.SHOW)
    assert not game.step(Step.SHOW)
    assert [game.step(Step.NEXT, 1), game.step(Step.NEXT, 1)] == [True, False]
    assert (game.now.position, game.now.state.value) == (2, "question")
    assert not game.step(Step.SHOW, 1)  # a press that was on its way for the question before
    game.step(Step.SHOW)
    assert not game.step(Step.NEXT, 1)
    assert (game.now.position, game.now.state.value) == (2, "shown")
    assert not game.step(Step.NEXT)  # there is no third question
    assert [game.step(Step.END), game.step(Step.END)] == [True, False]


def test_every_step_is_in_the_trail_once(game: Game) -> None:
    for step in (Step.SHOW, Step.SHOW, Step.NEXT, Step.SHOW, Step.END, Step.END):
        game.step(step)
    query = sa.select(AuditEntry.action).where(AuditEntry.action.like("quiz.live%")).order_by(AuditEntry.id)
    assert list(db.session.scalars(query)) == [
        "quiz.live_made", "quiz.live_opened", "quiz.live_shown", "quiz.live_opened", "quiz.live_shown",
        "quiz.live_ended",
    ]  # fmt: skip


def test_the_first_answer_counts_and_a_retry_says_the_same(game: Game, course: Any) -> None:
    who = course.person()
    assert [game.answer(who, 1), game.answer(who, 1), game.answer(who, 2)] == [0, 0, 0]
    assert [(row.value, row.fraction) for row in game.rows] == [(0, 1)]


def test_the_time_limit_has_two_seconds_of_grace_and_no_more(game: Game, course: Any, watch: Watch) -> None:
    early, late = course.person(), course.person()
    watch.on(31.9)
    assert game.now.phase(watch.at) is Phase.CLOSED
    assert game.answer(early, 1) == 0
    watch.on(0.2)
    with pytest.raises(QuizNotOpen, match="terlambat"):
        game.answer(late, 1)
    assert game.answer(early, 2) == 0  # a retry of what was stored
    assert len(game.rows) == 1


def test_showing_the_answers_waits_for_those_on_their_way(game: Game, course: Any, watch: Watch) -> None:
    game.step(Step.SHOW)
    watch.on(1.9)
    assert game.now.phase(watch.at) is Phase.CLOSED
    game.answer(course.person(), 2)
    watch.on(0.1)
    assert game.now.phase(watch.at) is Phase.SHOWN
    with pytest.raises(QuizNotOpen, match="terlambat"):
        game.answer(course.person(), 2)
    game.step(Step.NEXT)
    with pytest.raises(QuizNotOpen, match="terlambat"):
        game.answer(course.person(), 2, position=1)
    assert len(game.rows) == 1


def test_what_no_page_could_send_is_refused(game: Game, course: Any) -> None:
    who = course.person()
    for place, position, error in ((1, 2, QuizNotOpen), (1, 3, UnreadableAnswer), (9, 1, UnreadableAnswer)):
        with pytest.raises(error):
            game.answer(who, place, position)
    with pytest.raises(UnreadableAnswer):
        game.answer(who, "")
    assert game.rows == []


def test_bars_and_phones_follow_the_order_that_was_drawn(
    app: Any, quiz_with: Any, course: Any, monkeypatch: Any
) -> None:
    with app.test_request_context():
        quiz = quiz_with(CHOICE)
        quiz.shuffles_options = True
        monkeypatch.setattr("lms.plugins.quiz.kinds.choice.dice.shuffle", lambda rows: rows.reverse())
        played = Game(quiz)
        played.step(Step.NEXT)
        assert live_queries.asked_of(played.now, 1).shown["options"] == ["Tetangga", "Wartawan", "Pendamping"]
        assert played.answer(course.person(), 3) == 0
        bars = live_figures.bars_of(played.now, 1).bars
        assert [(bar.label, bar.count, bar.is_right) for bar in bars] == [
            ("Tetangga", 0, False), ("Wartawan", 0, False), ("Pendamping", 1, True),
        ]  # fmt: skip


def test_typed_answers_are_grouped_and_ratings_have_no_key(app: Any, quiz_with: Any, course: Any) -> None:
    with app.test_request_context():
        played = Game(quiz_with(short("aman"), RATING))
        played.step(Step.NEXT)
        for word in ("Aman", "aman", "AMAN ", "cepat", *(f"lain {n}" for n in range(6))):
            played.answer(course.person(), word)
        result = live_figures.bars_of(played.now, 1)
        assert [(bar.label, bar.count, bar.is_right) for bar in result.bars[:2]] == [
            ("Aman", 3, True), ("cepat", 1, False),
        ]  # fmt: skip
        assert (len(result.bars), result.others, result.answered, result.solution) == (6, 2, 10, "aman")
        played.step(Step.SHOW)
        played.step(Step.NEXT)
        played.answer(course.person(), 4)
        bars = live_figures.bars_of(played.now, 2).bars
        assert [(bar.count, bar.is_right) for bar in bars] == [(0, False), (0, False), (0, False), (1, False)]


def test_live_answers_go_with_their_person_and_with_the_period(game: Game, course: Any) -> None:
    first, second = course.person(), course.person()
    for who in (first, second):
        game.answer(who, 1)
    told = personal_data.export(first.person_id)["live_answers"]
    assert told == [{"quiz": "Kuis sesi", "question": "Siapa yang dihubungi lebih dulu?", "answer": "Pendamping"}]
    personal_data.erase(first.person_id)
    assert [row.enrolment_id for row in game.rows] == [second.id]
    retention.erase_answers(quiz_id=game.now.quiz_id)
    assert game.rows == []
