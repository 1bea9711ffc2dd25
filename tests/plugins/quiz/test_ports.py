"""What quizzes tell the rest of the house: evidence, metric, export, personal data, copies and panels."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.core import evidence, metrics
from lms.core.workshops.events import WorkshopCopied, WorkshopCreated
from lms.kernel.db import db
from lms.kernel.declarations import Period
from lms.kernel.events import publish
from lms.kernel.registry import registry
from lms.plugins.quiz import queries, taking
from lms.plugins.quiz.enums import QuizKind, QuizState
from lms.plugins.quiz.models import Answer, AnswerLog, Attempt

KEYS = ("quiz.posttest_submitted", "quiz.posttest_score", "quiz.pretest_score")


def test_new_workshop_gets_three_drafts(app: Flask, factories: Any) -> None:
    workshop = factories.workshop()
    with app.test_request_context():
        publish(WorkshopCreated(workshop_id=workshop.id, template=""))
    rows = queries.rows_of(workshop.id)
    assert [(row.quiz.kind, row.items, row.quiz.state) for row in rows] == [
        (QuizKind.PRE, 15, QuizState.DRAFT),
        (QuizKind.POST, 15, QuizState.DRAFT),
        (QuizKind.EVALUATION, 10, QuizState.DRAFT),
    ]


def test_copy_carries_quizzes_and_no_attempts(app: Flask, course: Any, factories: Any) -> None:
    course.pre.time_limit = 20
    course.open(course.pre)
    course.take(course.pre, right=3)
    target = factories.workshop()
    with app.test_request_context():
        publish(WorkshopCopied(workshop_id=target.id, source_id=course.workshop.id, days=365))
    rows = queries.rows_of(target.id)
    assert [(row.quiz.kind, row.items, row.quiz.state, row.is_begun) for row in rows] == [
        (QuizKind.PRE, 15, QuizState.DRAFT, False),
        (QuizKind.POST, 15, QuizState.DRAFT, False),
        (QuizKind.EVALUATION, 10, QuizState.DRAFT, False),
    ]
    assert rows[0].quiz.time_limit == 20
    assert taking.questions_of(rows[0].quiz.id) == taking.questions_of(course.pre.id)


def test_evidence_knows_finished_attempts_only(course: Any) -> None:
    course.open(course.pre, course.post)
    done, running, nobody = course.person(), course.person(), course.person()
    course.take(course.pre, done, right=3)
    course.take(course.post, done, right=12)
    course.take(course.post, running, right=12, hand_in=False)
    ids = [done.id, running.id, nobody.id]
    facts = evidence.collect(keys=KEYS, workshop_id=course.workshop.id, enrolment_ids=ids)
    assert facts[done.id] == dict(zip(KEYS, (Decimal(1), Decimal("0.8"), Decimal("0.2")), strict=True))
    assert facts[running.id] == {}
    assert facts[nobody.id] == {}


def test_metric_is_the_gain_by_kabupaten(make_course: Any) -> None:
    course = make_course(starts_in=1)
    course.open(course.pre, course.post)
    for region, before, after in (("61.71", 6, 12), ("61.71", 9, 12), ("61.12", 15, 15), ("61.01", 3, 9)):
        person = course.person(region_code=region)
        course.take(course.pre, person, right=before)
        course.take(course.post, person, right=after)
    course.take(course.pre, course.person(region_code="61.71"), right=15)
    period = Period(first=date(2020, 1, 1), last=date(2100, 1, 1))
    found = metrics.collect("quiz.mean_gain", period=period, region_codes=["61.71", "61.12"])
    assert {code: round(ratio, 6) for code, ratio in found.items()} == {"61.71": Decimal("0.6")}
    past = Period(first=date(2020, 1, 1), last=date(2020, 12, 31))
    assert metrics.collect("quiz.mean_gain", period=past, region_codes=["61.71"]) == {}


def test_export_holds_one_row_a_person_and_is_for_the_committee(course: Any, as_user: Any) -> None:
    course.open(course.pre, course.post)
    person = course.person(person=course.factories.person(full_name="=HYPERLINK(1)"))
    course.take(course.pre, person, right=3)
    course.take(course.post, person, right=9)
    url = f"/kelola/unduh/quiz.results.csv?workshop_id={course.workshop.id}"
    rows = list(csv.reader(io.StringIO(as_user.committee(course.workshop).get(url).text.lstrip("\ufeff"))))
    assert len(rows) == 2
    assert rows[1][0].startswith("'=")
    assert [Decimal(cell) for cell in rows[1][3:]] == [Decimal("0.2"), Decimal("0.6"), Decimal("0.5")]
    assert as_user.observer("61").get(url).status_code == 404


def test_personal_data_can_be_taken_and_erased(course: Any) -> None:
    course.open(course.pre)
    person = course.person()
    attempt = course.take(course.pre, person, right=15)
    (data,) = [item for item in registry().personal_data if item.key == "quiz"]
    found = data.export(person.person_id)["attempts"]
    assert len(found) == 1
    assert len(found[0]["answers"]) == 15
    data.erase(person.person_id)
    assert db.session.scalars(sa.select(AnswerLog).filter_by(attempt_id=attempt.id)).all() == []
    assert len(db.session.scalars(sa.select(Answer.value).where(Answer.value.is_not(None))).all()) == 15  # choices
    assert db.session.scalars(sa.select(Attempt)).one().score_ratio == 1


def test_ticket_shows_the_quiz_that_is_open(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    page = as_user.ticket(course.person()).get("/tiket").text
    assert f'href="/tiket/kuis/{course.pre.id}"' in page
    assert "Dibuka" in page


def test_overview_and_person_show_results(course: Any, as_user: Any) -> None:
    course.open(course.pre, course.post)
    person = course.person()
    course.take(course.pre, person, right=6)
    course.take(course.post, person, right=12)
    staff = as_user.committee(course.workshop)
    overview = staff.get(f"/kelola/lokakarya/{course.workshop.id}").text
    assert "<dd>0,67</dd>" in overview
    assert "c-link" in overview
    detail = staff.get(f"/kelola/lokakarya/{course.workshop.id}/peserta/{person.id}")
    assert "80%" in detail.text


def test_feature_switched_off_hides_everything(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    client, staff = as_user.ticket(course.person()), as_user.committee(course.workshop)
    course.workshop.disabled_features = "quiz"
    db.session.flush()
    assert client.get(f"/tiket/kuis/{course.pre.id}").status_code == 404
    assert staff.get(f"/kelola/lokakarya/{course.workshop.id}/kuis").status_code == 404
