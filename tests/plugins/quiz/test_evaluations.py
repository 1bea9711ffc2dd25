"""Evaluations: anonymous, one a person, and summed up only from five forms on."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, evaluations, taking
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import Content, Draft, Option, Text
from lms.plugins.quiz.evaluation_models import Receipt, Response, ResponseAnswer

RATINGS = {f"q{number}": "3" for number in range(1, 9)}


def url(course: Any) -> str:
    return f"/tiket/kuis/{course.evaluation.id}/evaluasi"


def hand_in(course: Any, as_user: Any, **changes: str) -> Any:
    return as_user.ticket(course.person()).post(url(course), data={**RATINGS, **changes})


def counts() -> tuple[int, int, int]:
    tables = (Receipt, Response, ResponseAnswer)
    found = [db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables]
    return found[0], found[1], found[2]


def test_form_is_stored_once_and_apart_from_the_person(course: Any, as_user: Any) -> None:
    course.open(course.evaluation)
    person = course.person()
    client = as_user.ticket(person)
    assert client.get(url(course)).text.count('type="radio"') == 32
    for _time in range(2):
        answer = client.post(url(course), data={**RATINGS, "q9": "Ruang lebih sejuk"}, follow_redirects=True)
        assert answer.status_code == 200
    assert counts() == (1, 1, 9)
    assert "tanpa nama" in client.get(url(course)).text


def test_nothing_leads_from_a_response_to_a_person() -> None:
    for table in (Response, ResponseAnswer):
        targets = {key.column.table.name for key in table.__table__.foreign_keys}
        assert not targets & {"core_enrolment", "core_person", "quiz_receipt", "core_account"}
    for table in (Receipt, Response, ResponseAnswer):
        assert isinstance(table.__table__.c.id.type, sa.String)
        assert not [column for column in table.__table__.c if "DATETIME" in str(column.type).upper()]


def test_rows_are_not_in_the_order_of_handing_in(course: Any, as_user: Any) -> None:
    course.open(course.evaluation)
    for number in range(8):
        hand_in(course, as_user, q9=f"saran {number}")
    assert "WITHOUT ROWID" in str(
        sa.schema.CreateTable(Response.__table__).compile(dialect=sa.dialects.sqlite.dialect())
    )
    remarks = evaluations.summary_of(course.workshop.id).remarks[0][1]
    assert sorted(remarks) == [f"saran {number}" for number in range(8)]
    assert list(remarks) != sorted(remarks)  # by a random id: in order once in 40,320 runs


def test_missing_rating_keeps_what_was_typed(course: Any, as_user: Any) -> None:
    course.open(course.evaluation)
    answer = hand_in(course, as_user, q1="", q9="Ruang lebih sejuk")
    assert answer.status_code == 422
    assert "Ruang lebih sejuk" in answer.text
    assert counts() == (0, 0, 0)
    assert hand_in(course, as_user, q2="5").status_code == 422


def test_closed_evaluation_takes_nothing(course: Any, as_user: Any) -> None:
    course.open(course.evaluation)
    client = as_user.ticket(course.person())
    course.close(course.evaluation)
    assert client.post(url(course), data=RATINGS).status_code == 422
    assert counts() == (0, 0, 0)


def test_summary_is_silent_below_five_forms(course: Any, as_user: Any) -> None:
    course.open(course.evaluation)
    staff, page = as_user.committee(course.workshop), f"/kelola/lokakarya/{course.workshop.id}/kuis/hasil"
    for _one in range(4):
        hand_in(course, as_user, q9="Ruang lebih sejuk")
    assert "Ruang lebih sejuk" not in staff.get(page).text
    assert evaluations.summary_of(course.workshop.id) == evaluations.Summary(responses=4)
    hand_in(course, as_user, q1="4")
    summary = evaluations.summary_of(course.workshop.id)
    assert (summary.responses, summary.ratings[0].counts, summary.ratings[1].counts) == (5, (0, 0, 4, 1), (0, 0, 5, 0))
    assert str(summary.ratings[0].mean) == "3.2"
    assert "Ruang lebih sejuk" in staff.get(page).text
    assert "Ruang lebih sejuk" not in as_user.observer("61").get(page).text


def own_steps(course: Any) -> Question:
    """The evaluation's first rating becomes one with three steps of its own."""
    rating = next(row for row in taking.questions_of(course.evaluation.id) if row.kind == "likert")
    steps = tuple(Option(text=Text(source=step)) for step in ("Kurang", "Cukup lama", "Terlalu lama"))
    content = Content(kind="likert", text=Text(source="Lama acara"), options=steps)
    return bank.change(rating.id, Draft(content=content), actor=SYSTEM)


def test_ratings_use_the_steps_of_their_question_and_store_the_place_of_the_step(course: Any, as_user: Any) -> None:
    own_steps(course)
    course.open(course.evaluation)
    page = as_user.ticket(course.person()).get(url(course)).text
    assert page.count('type="radio"') == 31
    assert page.index("Kurang") < page.index("Cukup lama") < page.index("Terlalu lama")
    assert hand_in(course, as_user, q1="4").status_code == 422  # it has three steps
    for step in ("3", "3", "1", "3", "2"):
        assert hand_in(course, as_user, q1=step).status_code == 303
    numbers = db.session.scalars(
        sa.select(ResponseAnswer.number)
        .join(Question, Question.id == ResponseAnswer.question_id)
        .where(Question.text == "Lama acara")
    )
    assert sorted(numbers) == [1, 2, 3, 3, 3]
    summary = evaluations.summary_of(course.workshop.id)
    rated = next(row for row in summary.ratings if row.text == "Lama acara")
    assert (rated.counts, str(rated.mean)) == ((1, 1, 3), "2.4")
    assert [[label for _place, label in choices] for choices, _rows in summary.tables] == [
        ["Kurang", "Cukup lama", "Terlalu lama"],
        ["Kurang", "Cukup", "Baik", "Sangat baik"],
    ]
    staff = as_user.committee(course.workshop).get(f"/kelola/lokakarya/{course.workshop.id}/kuis/hasil").text
    assert "Rata-rata dari 3" in staff
    assert "Rata-rata dari 4" in staff


def test_a_step_that_a_later_wording_lacks_is_still_counted(course: Any, as_user: Any) -> None:
    course.open(course.evaluation)
    for step in "44321":
        hand_in(course, as_user, q1=step)
    own_steps(course)
    rated = next(row for row in evaluations.summary_of(course.workshop.id).ratings if row.text == "Lama acara")
    assert (rated.counts, [label for _place, label in rated.choices]) == (
        (1, 1, 1, 2),
        ["Kurang", "Cukup lama", "Terlalu lama", "4"],
    )
