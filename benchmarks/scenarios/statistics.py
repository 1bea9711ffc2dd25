"""Item analysis of a big quiz: everything that the page computes, from the database on, in the seeding process."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from statistics import median
from typing import Any

import sqlalchemy as sa

from benchmarks.hall import Hall
from benchmarks.run import Run
from benchmarks.statements import client, counted
from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.kernel.memory import init_memory
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import analysis, bank, grading
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import Content, Draft
from lms.plugins.quiz.enums import AttemptState, QuestionKind, QuizKind
from lms.plugins.quiz.models import Answer, Attempt, Quiz
from lms.plugins.quiz.quizzes import add_quiz, close_quiz, open_quiz
from lms.plugins.quiz.taking import questions_of

PEOPLE, SLOTS, REPEATS = 1000, 40, 5
SECONDS = 0.5  # of the whole computation
_OPTIONS = 4


def measure(run: Run) -> None:
    """The page's whole computation several times; the first time also reads the questions, as a process does once."""
    quiz_id, path = _quiz(run.hall)
    cpu, wall = [], []
    init_memory(run.hall.app)
    for _repeat in range(REPEATS):
        with run.hall.app.app_context(), run.hall.app.test_request_context():
            started, began = time.process_time(), time.perf_counter()
            found = analysis.analysis_of(db.session.get_one(Quiz, quiz_id))
            cpu.append(time.process_time() - started)
            wall.append(time.perf_counter() - began)
            db.session.remove()
    if found.people != PEOPLE or len(found.items) != SLOTS or found.totals[0].figures.cic is None:
        raise RuntimeError(f"the analysis is about {found.people} people and {len(found.items)} questions")
    add, name = run.report.add, f"{PEOPLE} attempts x {SLOTS} questions"
    add("statistics", f"{name}, the first time: CPU", cpu[0], "s", SECONDS)
    add("statistics", f"{name}: CPU", median(cpu), "s", SECONDS)
    add("statistics", f"{name}: wall time", median(wall), "s", SECONDS)
    _page(run, path)


def _page(run: Run, path: str) -> None:
    """The second visit: template and queries are compiled then."""
    visitor, times = client(run.hall, run.hall.staff_cookie()), []
    for _visit in range(2):
        with counted() as seen:
            started = time.process_time()
            answer = visitor.get(path, base_url="http://127.0.0.1", headers={"Accept-Language": "id"})
            times.append(time.process_time() - started)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answers {answer.status_code}")
    run.report.add("statistics", "the page with all of it: CPU", times[-1], "s", SECONDS)
    run.report.add("statistics", "the page: statements", len(seen), "")


def _quiz(hall: Hall) -> tuple[int, str]:
    """A closed quiz that PEOPLE have taken; its number and the address of its analysis."""
    with hall.app.app_context(), hall.app.test_request_context():
        with unit_of_work():
            quiz = add_quiz(
                workshop_id=hall.gate.workshop_id, kind=QuizKind.SESSION, title="Kuis besar", questions=_questions()
            )
            open_quiz(quiz_id=quiz.id, actor=SYSTEM)
            _take(quiz, hall.gate.people[:PEOPLE])
            close_quiz(quiz_id=quiz.id, actor=SYSTEM)
            found = quiz.id, f"/kelola/lokakarya/{hall.gate.workshop_id}/kuis/{quiz.id}/analisis"
        db.session.remove()
    return found


def _questions() -> list[Question]:
    """The shared choice questions, and copies of them under other words until there are enough."""
    shared = list(db.session.scalars(sa.select(Question).filter_by(kind=QuestionKind.SINGLE).order_by(Question.code)))
    contents = grading.contents_of({row.version_id for row in shared})
    found = shared[:SLOTS]
    for number in range(SLOTS - len(found)):
        draft = Draft(content=_copy(contents[shared[number % len(shared)].version_id], number))
        found.append(bank.add(draft, organiser_id=None, actor=SYSTEM))
    return found


def _copy(content: Content, number: int) -> Content:
    text = replace(content.text, source=f"{content.text.source} ({number + 1})")
    return replace(content, text=text)


def _take(quiz: Quiz, people: list[int]) -> None:
    """Attempts and answers as they are stored, in bulk; who is abler gets more right."""
    chance = random.Random(4)
    questions = [(row.id, row.version_id) for row in questions_of(quiz.id)]
    contents = grading.contents_of({version for _question, version in questions})
    right = {
        question: next(place for place, option in enumerate(contents[version].options) if option.fraction == 1)
        for question, version in questions
    }
    attempts, given = [], []
    for person in people:
        ability = chance.betavariate(4, 2)
        chosen = {q: right[q] if chance.random() < ability else chance.randrange(_OPTIONS) for q, _v in questions}
        given.append(chosen)
        attempts.append(_attempt(quiz, person, [int(chosen[q] == right[q]) for q, _v in questions], questions, chance))
    db.session.execute(sa.insert(Attempt), attempts)
    ids = db.session.scalars(sa.select(Attempt.id).filter_by(quiz_id=quiz.id).order_by(Attempt.id)).all()
    answers = [
        {"attempt_id": attempt, "question_id": question, "value": value, "client_seq": seq}
        for attempt, chosen in zip(ids, given, strict=True)
        for seq, (question, value) in enumerate(chosen.items(), start=1)
    ]
    db.session.execute(sa.insert(Answer), answers)


def _attempt(
    quiz: Quiz, person: int, marks: list[int], questions: list[tuple[int, int]], chance: random.Random
) -> dict[str, Any]:
    layout = []
    for question, version in questions:
        order = list(range(_OPTIONS))
        chance.shuffle(order)
        layout.append({"q": question, "v": version, "m": "1", "o": order})
    return {
        "quiz_id": quiz.id,
        "enrolment_id": person,
        "layout": layout,
        "state": AttemptState.SUBMITTED,
        "started_at": now() - timedelta(minutes=20),
        "submitted_at": now(),
        "marks": [str(mark) for mark in marks],
        "mark": Decimal(sum(marks)),
        "max_mark": Decimal(SLOTS),
        "score_ratio": (Decimal(sum(marks)) / SLOTS).quantize(Decimal("0.000001")),
    }
