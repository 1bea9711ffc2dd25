"""Essays marked by hand, and everybody marked again after a key was corrected."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, marking, quizzes, regrading, services
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import Content, Criterion, Draft, Text
from lms.plugins.quiz.enums import QuestionKind, QuizKind
from lms.plugins.quiz.marking import MarkedByAnother
from lms.plugins.quiz.models import Attempt, Mark, Quiz, Regrade
from tests.plugins.quiz.conftest import given


@pytest.fixture
def written(course: Any) -> tuple[Quiz, Attempt]:
    """A quiz with one single choice and one essay, handed in with the essay answered and the choice right."""
    essay = Content(
        kind=QuestionKind.ESSAY,
        text=Text(source="Apa rencana Anda?"),
        rubric=(Criterion(text="Jelas", points=Decimal(1)),),
        model_answer=Text(source="Rencana bertanggal."),
    )
    rows = [
        bank.add(Draft(content=bank.single_choice("Ibu kota Kalbar?", ["Pontianak", "Sambas"], 1)),
                 organiser_id=course.workshop.organiser_id, actor=SYSTEM),
        bank.add(Draft(content=essay), organiser_id=course.workshop.organiser_id, actor=SYSTEM),
    ]  # fmt: skip
    quiz = quizzes.add_quiz(workshop_id=course.workshop.id, kind=QuizKind.SESSION, title="Kuis sesi", questions=rows)
    quiz.shuffles_questions = quiz.shuffles_options = False
    course.open(quiz)
    attempt = services.start(quiz_id=quiz.id, enrolment_id=course.person().id)
    services.save_answers(attempt_id=attempt.id, answers=[given(1, 1), given(2, "Membuat jadwal piket.")])
    services.submit(attempt_id=attempt.id)
    return quiz, attempt


def give(quiz: Quiz, attempt: Attempt, earned: str, **values: Any) -> Mark:
    return marking.mark(
        quiz=quiz, attempt_id=attempt.id, question_id=attempt.layout[1]["q"], earned=Decimal(earned), actor=SYSTEM,
        **values,
    )  # fmt: skip


def test_q27_essay_waits_and_the_total_is_provisional(written: tuple[Quiz, Attempt]) -> None:
    quiz, attempt = written
    assert (attempt.marks, attempt.is_provisional, attempt.score_ratio) == (["1", None], True, Decimal("0.5"))
    (pile,) = marking.piles_of(quiz)
    assert (pile.waiting, pile.answers[0].text) == (1, "Membuat jadwal piket.")
    give(quiz, attempt, "0.5", comment="Tambahkan tanggal.")
    assert (attempt.marks, attempt.is_provisional, attempt.score_ratio) == (["1", "0.5"], False, Decimal("0.75"))
    assert marking.waiting_count([quiz.id]) == {}


def test_q27_two_graders_never_overwrite_each_other_unseen(written: tuple[Quiz, Attempt]) -> None:
    quiz, attempt = written
    first = give(quiz, attempt, "1")
    assert give(quiz, attempt, "1").revision == 1  # the same once more, as a phone may send it
    with pytest.raises(MarkedByAnother):
        give(quiz, attempt, "0.25")
    assert attempt.marks[1] == "1"
    assert give(quiz, attempt, "0.25", seen_revision=first.revision).revision == 2
    assert attempt.marks[1] == "0.25"


@pytest.mark.parametrize("earned", ["-0.1", "1.1"])
def test_points_beyond_the_question_are_refused(written: tuple[Quiz, Attempt], earned: str) -> None:
    with pytest.raises(RuleViolation):
        give(*written, earned)


def test_an_answer_of_another_quiz_is_not_found(written: tuple[Quiz, Attempt], course: Any) -> None:
    with pytest.raises(NotFound):
        give(course.pre, written[1], "1")


def test_unanswered_essay_needs_nobody(course: Any, written: tuple[Quiz, Attempt]) -> None:
    attempt = services.start(quiz_id=written[0].id, enrolment_id=course.person().id)
    services.submit(attempt_id=attempt.id)
    assert (attempt.marks, attempt.is_provisional) == (["0", "0"], False)


def test_q27_page_shows_no_names_and_keeps_what_was_typed(written: tuple[Quiz, Attempt], as_user: Any) -> None:
    quiz, attempt = written
    staff = as_user.committee(quiz.workshop)
    number = attempt.layout[1]["q"]
    path = f"/kelola/lokakarya/{quiz.workshop_id}/kuis/{quiz.id}/periksa/{number}"
    page = staff.get(path).text
    assert "Membuat jadwal piket." in page
    assert "Rencana bertanggal." in page
    prefix = f"a{attempt.id}-"
    data = {f"{prefix}earned": "0,5", f"{prefix}comment": "Baik", f"{prefix}revision": "0"}
    assert staff.post(f"{path}/{attempt.id}", data={**data, f"{prefix}earned": "7"}).status_code == 422
    assert staff.post(f"{path}/{attempt.id}", data=data).status_code == 303
    clash = staff.post(f"{path}/{attempt.id}", data={**data, f"{prefix}comment": "Kurang"})
    assert clash.status_code == 409
    assert "Kurang" in clash.text
    assert db.session.scalars(sa.select(Mark.comment)).one() == "Baik"


def correct(question_id: int, key: int, *options: str) -> Question:
    content = bank.single_choice("Ibu kota Kalimantan Barat?", list(options), key)
    return bank.change(question_id, Draft(content=content), actor=SYSTEM)


def test_q26_old_attempts_keep_their_wording_and_are_marked_again_when_asked(
    written: tuple[Quiz, Attempt], as_user: Any
) -> None:
    quiz, attempt = written
    question, version = attempt.layout[0]["q"], attempt.layout[0]["v"]
    correct(question, 2, "Pontianak", "Sambas")
    assert (attempt.layout[0]["v"], attempt.marks[0]) == (version, "1")
    seen = regrading.preview(quiz)
    assert [(row.old, row.new, row.is_changed) for row in seen.changes] == [(Decimal("0.5"), Decimal(0), True)]
    assert attempt.score_ratio == Decimal("0.5")
    staff, path = as_user.committee(quiz.workshop), f"/kelola/lokakarya/{quiz.workshop_id}/kuis/{quiz.id}/nilai-ulang"
    assert "50%" in staff.get(path).text
    assert staff.post(path, data={"reason": ""}).status_code == 422
    assert staff.post(path, data={"reason": "Kunci keliru"}).status_code == 303
    db.session.refresh(attempt)
    assert (attempt.score_ratio, attempt.layout[0]["v"]) == (0, version)
    run = db.session.scalars(sa.select(Regrade)).one()
    assert run.rows == [{"attempt": attempt.id, "old": "0.500000", "new": "0.000000"}]
    page = staff.get(path).text
    assert "Kunci keliru" in page
    give(quiz, attempt, "1")  # marking by hand afterwards keeps the corrected key
    assert attempt.marks == ["0", "1"]


def test_q26_a_question_that_became_another_one_keeps_its_old_key(written: tuple[Quiz, Attempt]) -> None:
    quiz, attempt = written
    correct(attempt.layout[0]["q"], 3, "Pontianak", "Sambas", "Singkawang")
    seen = regrading.preview(quiz)
    assert [question.id for question in seen.unlike] == [attempt.layout[0]["q"]]
    assert not any(row.is_changed for row in seen.changes)


def test_marking_again_lists_everybody(course: Any, written: tuple[Quiz, Attempt]) -> None:
    quiz = written[0]
    other = services.start(quiz_id=quiz.id, enrolment_id=course.person().id)
    services.submit(attempt_id=other.id)
    run = regrading.regrade(quiz_id=quiz.id, actor=SYSTEM, reason="Uji")
    assert {row["attempt"] for row in run.rows} == {written[1].id, other.id}
    assert len(regrading.changes_of(run, quiz)) == 2
