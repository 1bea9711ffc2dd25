"""What a key may read, as plain values for the API: nothing outside its scope exists for it."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.core.workshops.models import Workshop
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.plugins.quiz import queries, results
from lms.plugins.quiz.analysis import FormTotal, Item, analysis_of
from lms.plugins.quiz.api_keys import Caller
from lms.plugins.quiz.cli_statistics import SLOT_KEYS, gain_json
from lms.plugins.quiz.enums import FINISHED
from lms.plugins.quiz.gain import STORED_NOISE, paired_gain
from lms.plugins.quiz.models import Attempt, Quiz
from lms.plugins.quiz.queries import QuizRow
from lms.plugins.quiz.sheets import CONFIRMED

PAGE = 200  # attempts a page
FEATURE = "quiz"
Row = dict[str, Any]


def workshops_in(caller: Caller) -> list[Workshop]:
    """The workshops of the key's scope where quizzes are switched on, the newest first."""
    query = sa.select(Workshop).where(Workshop.organiser_id == caller.organiser_id)
    if caller.workshop_id is not None:
        query = query.where(Workshop.id == caller.workshop_id)
    rows = db.session.scalars(query.order_by(Workshop.starts_on.desc(), Workshop.id.desc()))
    return [row for row in rows if FEATURE not in row.access.disabled]


def workshop_in(caller: Caller, workshop_id: int) -> Workshop:
    """A workshop of the key's scope. Raises NotFound for every other, there or not."""
    workshop = db.session.get(Workshop, workshop_id)
    if workshop is None or workshop.organiser_id != caller.organiser_id:
        raise NotFound
    if caller.workshop_id not in {None, workshop.id} or FEATURE in workshop.access.disabled:
        raise NotFound
    return workshop


def quiz_in(caller: Caller, quiz_id: int) -> Quiz:
    """A quiz of a workshop of the key's scope. Raises NotFound for every other, there or not."""
    quiz = db.session.get(Quiz, quiz_id)
    if quiz is None:
        raise NotFound
    workshop_in(caller, quiz.workshop_id)
    return quiz


def workshop_row(workshop: Workshop) -> Row:
    """A workshop as the API tells it."""
    return {
        "id": workshop.id,
        "title": workshop.title,
        "status": workshop.status.value,
        "starts_on": workshop.starts_on.isoformat(),
        "ends_on": workshop.ends_on.isoformat(),
        "zone": workshop.zone,
    }


def quiz_rows(workshop_id: int) -> list[Row]:
    """The quizzes of a workshop with how far people are."""
    return [_quiz_row(row) for row in queries.rows_of(workshop_id)]


def _quiz_row(row: QuizRow) -> Row:
    quiz = row.quiz
    moments = {name: getattr(quiz, name) for name in ("opens_at", "closes_at", "closed_at")}
    return {
        "id": quiz.id,
        "kind": quiz.kind.value,
        "title": quiz.title,
        "state": quiz.state.value,
        "questions": row.items,
        "running": row.running,
        "finished": row.finished,
        "pass_ratio": None if quiz.is_evaluation else float(quiz.pass_ratio),
        "is_erased": quiz.answers_erased_at is not None,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }


def results_page(quiz_id: int, *, after: int = 0, has_names: bool = False) -> tuple[list[Row], int | None]:
    """Finished attempts of confirmed participants in the order in which they began, and where the next page begins."""
    query = (
        sa.select(Attempt, Enrolment.affiliation, Person)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Attempt.quiz_id == quiz_id, Attempt.state.in_(FINISHED), Attempt.id > after, *CONFIRMED)
        .order_by(Attempt.id)
        .limit(PAGE + 1)
    )
    found = db.session.execute(query).all()
    rows = [
        {
            **_result(attempt),
            "name": person.formal_name if has_names else None,
            "organisation": affiliation if has_names else None,
        }
        for attempt, affiliation, person in found[:PAGE]
    ]
    return rows, rows[-1]["attempt"] if len(found) > PAGE else None


def _result(attempt: Attempt) -> Row:
    return {
        "attempt": attempt.id,
        "enrolment": attempt.enrolment_id,
        "number": attempt.number,
        "form": attempt.form.value,
        "state": attempt.state.value,
        "score_ratio": _float(attempt.score_ratio),
        "mark": _float(attempt.mark),
        "max_mark": _float(attempt.max_mark),
        "provisional": attempt.is_provisional,
        "started_at": attempt.started_at.isoformat(),
        "submitted_at": attempt.submitted_at.isoformat() if attempt.submitted_at else None,
    }


def statistics_row(quiz: Quiz) -> Row:
    """The item statistics by the names of `lms quiz stats --json`, with the questions named."""
    found = analysis_of(quiz)
    return {
        "people": found.people,
        "running": found.running,
        "waiting": found.waiting,
        "slots": [_slot(item) for item in found.items],
        "total": asdict(found.totals[0].figures) if len(found.totals) == 1 else None,
        "forms": [_form(total) for total in found.totals],
    }


def _slot(item: Item) -> Row:
    column = item.column
    return {
        "number": column.number,
        "question": column.question_id,
        "code": column.code,
        "form": column.form.value,
        "people": item.people,
        **{key: getattr(item.slot, key) for key in SLOT_KEYS},
    }


def _form(total: FormTotal) -> Row:
    return {
        "form": total.form.value,
        "max_mark": float(total.most),
        "is_percent": total.is_percent,
        "has_draws": total.has_draws,
        "total": asdict(total.figures),
    }


def gain_row(workshop_id: int) -> Row:
    """The gain from the first to the last test by the names of `lms quiz gain --json`."""
    people = results.results_of(workshop_id).people
    return gain_json(paired_gain([(row.pre, row.post) for row in people], noise=STORED_NOISE))


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
