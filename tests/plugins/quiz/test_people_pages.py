"""The facilitator's pages: who is where, more time for one person, late answers, and one person's sheet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.clock import freeze, now
from lms.kernel.db import db
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import allowances, hours, late, people_queries, services, taking
from lms.plugins.quiz.enums import AttemptState
from lms.plugins.quiz.errors import QuizNotOpen
from lms.plugins.quiz.models import Allowance, Answer
from lms.plugins.quiz.people_queries import Standing
from tests.plugins.quiz.conftest import given, places_of

LIMIT = 10


@pytest.fixture
def timed(course: Any) -> Any:
    """A pre-test of ten minutes, open."""
    course.pre.time_limit = LIMIT
    course.open(course.pre)
    return course


def allow(course: Any, person: Any, **values: Any) -> Allowance | None:
    return allowances.allow(quiz=course.pre, enrolment_id=person.id, actor=SYSTEM, **values)


def test_q24_extra_minutes_are_for_one_person_alone(timed: Any) -> None:
    slow, other = timed.person(), timed.person()
    start = now()
    with freeze(start):
        attempts = {who.id: services.start(quiz_id=timed.pre.id, enrolment_id=who.id) for who in (slow, other)}
        allow(timed, slow, extra_minutes=15, reason="Penglihatan")
    with freeze(start + timedelta(minutes=20)):
        results = {
            who.id: services.save_answers(attempt_id=attempts[who.id].id, answers=[given(1, 1, seq=5)])
            for who in (slow, other)
        }
        assert results[slow.id].late == ()
        assert results[other.id].late == (5,)
        assert services.close_overdue() == 1
    assert attempts[slow.id].state is AttemptState.IN_PROGRESS
    with freeze(start + timedelta(minutes=26, seconds=1)):
        assert services.close_overdue() == 1


def test_q24_late_opening_lets_one_person_in_after_the_others(course: Any) -> None:
    sick, other = course.person(), course.person()
    course.open(course.pre)
    course.close(course.pre)
    tomorrow = now() + timedelta(days=1)
    allow(course, sick, opens_at=tomorrow, closes_at=tomorrow + timedelta(hours=1), reason="Sakit")
    with pytest.raises(QuizNotOpen):
        services.start(quiz_id=course.pre.id, enrolment_id=sick.id)
    with freeze(tomorrow + timedelta(minutes=1)):
        attempt = services.start(quiz_id=course.pre.id, enrolment_id=sick.id)
        assert services.save_answers(attempt_id=attempt.id, answers=[given(1, 1, seq=1)]).late == ()
        with pytest.raises(QuizNotOpen):
            services.start(quiz_id=course.pre.id, enrolment_id=other.id)
        assert taking.may_see(course.pre, sick, hours.allowance_of(course.pre.id, sick.id))
    with freeze(tomorrow + timedelta(hours=2)):
        assert services.close_overdue() == 1
    assert attempt.state is AttemptState.AUTO_CLOSED


def test_more_time_gives_back_an_attempt_that_the_clock_ended(timed: Any) -> None:
    person, start = timed.person(), now()
    with freeze(start):
        attempt = services.start(quiz_id=timed.pre.id, enrolment_id=person.id)
    with freeze(start + timedelta(minutes=12)):
        services.close_overdue()
        assert attempt.state is AttemptState.AUTO_CLOSED
        allow(timed, person, extra_minutes=10)
        assert (attempt.state, attempt.marks, attempt.score_ratio) == (AttemptState.IN_PROGRESS, [], None)


def test_one_more_attempt_is_for_one_person_alone(course: Any) -> None:
    course.open(course.pre)
    again, once = course.person(), course.person()
    for person in (again, once):
        course.take(course.pre, person, right=1)
    allow(course, again, more_attempts=1)
    numbers = [services.start(quiz_id=course.pre.id, enrolment_id=who.id).number for who in (again, once)]
    assert numbers == [2, 1]


def test_nothing_takes_the_allowance_back(timed: Any) -> None:
    person = timed.person()
    allow(timed, person, extra_minutes=5)
    assert allow(timed, person) is None
    assert db.session.scalars(sa.select(Allowance)).all() == []


@pytest.mark.parametrize("values", [{"extra_minutes": -1}, {"extra_minutes": 601}, {"more_attempts": 11}])
def test_impossible_allowances_are_refused(timed: Any, values: dict[str, int]) -> None:
    with pytest.raises(RuleViolation):
        allow(timed, timed.person(), **values)


def test_somebody_of_another_workshop_is_not_found(timed: Any, factories: Any) -> None:
    with pytest.raises(NotFound):
        allow(timed, factories.enrolment(), extra_minutes=5)


def overdue(timed: Any, *, ages: tuple[int, int]) -> Any:
    """An attempt closed by the clock; two right answers arrive 30 minutes later, given `ages` seconds before."""
    person, start = timed.person(), now()
    with freeze(start):
        attempt = services.start(quiz_id=timed.pre.id, enrolment_id=person.id)
    with freeze(start + timedelta(minutes=12)):
        services.close_overdue()
    with freeze(start + timedelta(minutes=40)):
        answers = [
            given(number, places_of(attempt)[number - 1][0], seq=100 + number, age=age * 1000)
            for number, age in enumerate(ages, start=1)
        ]
        assert len(services.save_answers(attempt_id=attempt.id, answers=answers).late) == 2
    return attempt


def test_q19_late_answers_are_shown_and_counted_only_when_given_before_the_end(timed: Any) -> None:
    attempt = overdue(timed, ages=(35 * 60, 5 * 60))
    (entry,) = late.late_of(timed.pre).values()
    assert (entry.total, entry.in_time, attempt.mark) == (2, 1, 0)
    assert late.count_in(attempt_id=attempt.id, actor=SYSTEM, reason="Tanpa sinyal") == 1
    assert (attempt.mark, attempt.late_answers) == (1, 1)
    assert late.count_in(attempt_id=attempt.id, actor=SYSTEM, reason="Tanpa sinyal") == 0
    (entry,) = late.late_of(timed.pre).values()
    assert (entry.total, entry.in_time) == (1, 0)


def test_q20_vanished_people_are_closed_graded_and_seen(timed: Any, as_user: Any) -> None:
    person, start = timed.person(), now()
    with freeze(start):
        attempt = timed.take(timed.pre, person, right=6, hand_in=False)
    with freeze(start + timedelta(minutes=12)):
        services.close_overdue()
        page = as_user.committee(timed.workshop).get(f"{address(timed)}/peserta").text
    assert attempt.score_ratio * 15 == 6
    assert "Tertutup otomatis" in page


def address(course: Any) -> str:
    return f"/kelola/lokakarya/{course.workshop.id}/kuis/{course.pre.id}"


def test_list_says_where_everybody_is_in_as_many_statements(timed: Any, count_statements: Any) -> None:
    timed.take(timed.pre, right=1)
    timed.take(timed.pre, right=1, hand_in=False)
    timed.person()
    count_statements()
    rows = people_queries.people_of(timed.pre)
    few = count_statements()
    assert {row.standing for row in rows} == {Standing.DONE, Standing.RUNNING, Standing.NOT_BEGUN}
    assert len(rows) == 3
    for _number in range(4):
        timed.take(timed.pre, right=2, hand_in=False)
    count_statements()
    people_queries.people_of(timed.pre)
    assert count_statements() == few


def test_allowance_form_saves_in_the_zone_of_the_workshop(timed: Any, as_user: Any) -> None:
    person, staff = timed.person(), as_user.committee(timed.workshop)
    path = f"{address(timed)}/peserta/{person.id}/kelonggaran"
    data = {"extra_minutes": "15", "opens_at": "2026-12-01T08:00", "closes_at": "2026-12-01T09:00", "reason": "Sakit"}
    assert staff.post(path, data=data).status_code == 303
    row = db.session.scalars(sa.select(Allowance)).one()
    assert (row.extra_minutes, row.opens_at.isoformat()) == (15, "2026-12-01T01:00:00+00:00")
    page = staff.get(path).text
    assert 'value="2026-12-01T08:00"' in page
    bad = staff.post(path, data={**data, "closes_at": "2026-12-01T07:00"})
    assert bad.status_code == 422
    assert "2026-12-01T07:00" in bad.text


def test_sheet_shows_answers_history_and_late_ones(timed: Any, as_user: Any) -> None:
    attempt = overdue(timed, ages=(35 * 60, 5 * 60))
    staff, path = as_user.committee(timed.workshop), f"{address(timed)}/peserta/{attempt.enrolment_id}"
    page = staff.get(path).text
    assert "terlambat, tidak dihitung" in page
    assert staff.post(f"{path}/terlambat", data={"reason": ""}).status_code == 303
    assert db.session.scalars(sa.select(Answer)).all() == []
    assert staff.post(f"{path}/terlambat", data={"reason": "Tanpa sinyal"}).status_code == 303
    assert len(db.session.scalars(sa.select(Answer)).all()) == 1


def test_pages_are_for_the_committee_of_the_workshop(timed: Any, as_user: Any, factories: Any) -> None:
    attempt = timed.take(timed.pre, right=1)
    person, other = attempt.enrolment_id, factories.workshop()
    for path in ("peserta", f"peserta/{person}", f"peserta/{person}/kelonggaran", "nilai-ulang", "periksa"):
        assert as_user.committee(timed.workshop).get(f"{address(timed)}/{path}").status_code == 200, path
        assert as_user.committee(other).get(f"{address(timed)}/{path}").status_code == 404, path
        assert as_user.observer("61").get(f"{address(timed)}/{path}").status_code in {403, 404}, path
