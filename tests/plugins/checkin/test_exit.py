"""The exit code: who left when, and what opens with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.evidence import collect
from lms.core.workshops.events import WorkshopCopied, WorkshopCreated
from lms.kernel import clock
from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import SYSTEM
from lms.plugins.checkin import venue
from lms.plugins.checkin.enums import Direction
from lms.plugins.quiz import evaluations, quizzes, services
from lms.plugins.quiz.enums import QuizKind
from lms.plugins.quiz.errors import QuizCannotChange
from lms.plugins.quiz.models import Quiz
from lms.plugins.schedule.api import close_session
from tests.plugins.checkin.conftest import attendances, wib
from tests.plugins.checkin.test_self_check_in import claim_on, scanned, tap


def leave(app: Any, client: Any, session: Any) -> Any:
    """The page after the exit code of this moment."""
    with app.test_request_context():
        code = venue.venue_code(session.id, direction=Direction.OUT)
    page = client.get(f"/h/{session.id}/{code}")
    return tap(client, claim_on(page)) if page.status_code == 200 else page


@pytest.fixture
def quiz_of(workshop: Any) -> Callable[[QuizKind], Quiz]:
    """The quizzes that every workshop has, opened by the committee."""
    quizzes.on_workshop_created(WorkshopCreated(workshop_id=workshop.id, template=""))

    def find(kind: QuizKind) -> Quiz:
        row = db.session.scalars(sa.select(Quiz).filter_by(workshop_id=workshop.id, kind=kind)).one()
        return quizzes.open_quiz(quiz_id=row.id, actor=SYSTEM)

    return find


def after_exit(quiz: Quiz) -> Quiz:
    return quizzes.choose_exit(quiz_id=quiz.id, opens_with_exit=True, actor=SYSTEM)


def test_leaving_is_recorded_beside_the_arrival(app: Any, as_user: Any, session: Any, wati: Any) -> None:
    phone = as_user.ticket(wati)
    tap(phone, scanned(app, phone, session))
    with clock.freeze(wib("09:58")):
        page = leave(app, phone, session)
    assert page.status_code == 200
    assert "Anda tercatat pulang" in page.text
    assert [(row.direction, row.at) for row in attendances()] == [
        (Direction.IN, wib("08:20")),
        (Direction.OUT, wib("09:58")),
    ]
    facts = collect(keys=["checkin.exits"], workshop_id=wati.workshop_id, enrolment_ids=[wati.id])
    assert facts[wati.id]["checkin.exits"] == 1


def test_leaving_again_keeps_the_first_time(app: Any, as_user: Any, session: Any, wati: Any) -> None:
    phone = as_user.ticket(wati)
    for time in ("09:40", "09:58"):
        with clock.freeze(wib(time)):
            page = leave(app, phone, session)
    assert "Anda sudah tercatat pulang" in page.text
    assert "09.40 WIB" in page.text
    assert len(attendances()) == 1


@pytest.mark.parametrize(("time", "status"), [("08:29", 409), ("08:30", 200), ("10:59", 200), ("11:01", 409)])
def test_the_exit_code_counts_from_the_start_to_an_hour_after_the_end(
    app: Any, as_user: Any, session: Any, wati: Any, time: str, status: int
) -> None:
    with clock.freeze(wib(time)):
        page = leave(app, as_user.ticket(wati), session)
    assert page.status_code == status
    assert ("Kode pulang" in page.text) is (status == 409)


def test_people_can_leave_a_session_that_the_committee_has_closed(
    app: Any, as_user: Any, session: Any, wati: Any
) -> None:
    with app.test_request_context(), clock.freeze(wib("09:30")):
        close_session(session_id=session.id, actor=SYSTEM)
    with clock.freeze(wib("09:40")):
        assert leave(app, as_user.ticket(wati), session).status_code == 200


def test_the_second_code_is_a_fact_of_its_own(app: Any, as_user: Any, session: Any, wati: Any) -> None:
    with clock.freeze(wib("09:00")), app.test_request_context():
        code = venue.venue_code(session.id, direction=Direction.MID)
    with clock.freeze(wib("09:00")):
        phone = as_user.ticket(wati)
        page = phone.get(f"/h/{session.id}/{code}")
        assert "Saya masih di sini" in page.text
        assert "Kode kedua tercatat" in tap(phone, claim_on(page)).text
    assert [row.direction for row in attendances()] == [Direction.MID]


@pytest.mark.parametrize("kind", [QuizKind.POST, QuizKind.EVALUATION])
def test_a_quiz_opens_with_the_exit_code_for_who_gave_it_and_nobody_else(
    app: Any, as_user: Any, session: Any, wati: Any, factories: Any, quiz_of: Any, kind: QuizKind
) -> None:
    quiz = after_exit(quiz_of(kind))
    stays, leaves = as_user.ticket(wati), as_user.ticket(factories.enrolment(workshop=wati.workshop))
    address = f"/tiket/kuis/{quiz.id}"
    with clock.freeze(wib("09:50")):
        assert "Dibuka dengan kode pulang" in leaves.get("/tiket").text
        assert [phone.get(address).status_code for phone in (stays, leaves)] == [404, 404]
        page = leave(app, leaves, session)
        assert f'href="{address}"' in page.text
        assert leaves.get(address).status_code in {200, 302}
        assert stays.get(address).status_code == 404
        assert f'href="{address}"' not in stays.get("/tiket").text


def test_a_quiz_that_needs_an_exit_cannot_be_begun_around_its_page(session: Any, wati: Any, quiz_of: Any) -> None:
    post, evaluation = (after_exit(quiz_of(kind)) for kind in (QuizKind.POST, QuizKind.EVALUATION))
    with pytest.raises(RuleViolation, match="kode pulang"):
        services.start(quiz_id=post.id, enrolment_id=wati.id)
    with pytest.raises(RuleViolation, match="kode pulang"):
        evaluations.hand_in(quiz_id=evaluation.id, enrolment_id=wati.id, ratings={}, remarks={})


def test_other_quizzes_stay_open_without_an_exit(as_user: Any, session: Any, wati: Any, quiz_of: Any) -> None:
    after_exit(quiz_of(QuizKind.POST))
    pre = quiz_of(QuizKind.PRE)
    assert as_user.ticket(wati).get(f"/tiket/kuis/{pre.id}").status_code == 200


def test_who_has_begun_goes_on_when_the_exit_code_is_asked_for_later(
    as_user: Any, session: Any, wati: Any, quiz_of: Any
) -> None:
    quiz = quiz_of(QuizKind.POST)
    services.start(quiz_id=quiz.id, enrolment_id=wati.id)
    after_exit(quiz)
    assert as_user.ticket(wati).get(f"/tiket/kuis/{quiz.id}/1").status_code == 200


def test_the_committee_chooses_it_on_the_page_of_quizzes(
    as_user: Any, workshop: Any, session: Any, quiz_of: Any
) -> None:
    post, pre = quiz_of(QuizKind.POST), quiz_of(QuizKind.PRE)
    committee, base = as_user.committee(workshop), f"/kelola/lokakarya/{workshop.id}/kuis"
    assert committee.get(base).text.count("Buka dengan kode pulang") == 2  # post-test and evaluation
    for _ in "12":
        answer = committee.post(f"{base}/{post.id}/kode-pulang", data={"pakai": "ya"})
        assert (answer.status_code, post.opens_with_exit) == (303, True)
    assert "Buka tanpa kode pulang" in committee.get(base).text
    committee.post(f"{base}/{post.id}/kode-pulang")
    assert post.opens_with_exit is False
    assert committee.post(f"{base}/{pre.id}/kode-pulang", data={"pakai": "ya"}).status_code == 409
    with pytest.raises(QuizCannotChange):
        after_exit(pre)


def test_a_copied_workshop_keeps_the_choice(workshop: Any, quiz_of: Any, factories: Any) -> None:
    after_exit(quiz_of(QuizKind.EVALUATION))
    copy = factories.workshop(title="Salinan")
    quizzes.on_workshop_copied(WorkshopCopied(workshop_id=copy.id, source_id=workshop.id, days=30))
    rows = db.session.scalars(sa.select(Quiz).filter_by(workshop_id=copy.id)).all()
    assert {row.kind for row in rows if row.opens_with_exit} == {QuizKind.EVALUATION}
