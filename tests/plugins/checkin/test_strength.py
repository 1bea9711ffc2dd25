"""How well an attendance is evidenced, and that certificates can ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from lms.core.evidence import collect
from lms.core.presence import signs_of
from lms.kernel import clock
from lms.kernel.db import db
from lms.kernel.declarations import PresenceSign
from lms.kernel.permissions import SYSTEM
from lms.kernel.registry import registry
from lms.plugins.checkin import rules, services
from lms.plugins.checkin.enums import Direction, Flag, Method, Mode, Strength
from lms.plugins.checkin.rules import Rule
from lms.plugins.checkin.services import Circumstances
from lms.plugins.checkin.strength import evidence_of, reaches, strengths_of
from lms.plugins.quiz.enums import AttemptState, QuizKind
from lms.plugins.quiz.models import Attempt, Quiz
from lms.plugins.quiz.presence import handed_in
from tests.plugins.checkin.conftest import wib

FRESH = Circumstances(code_age=20, phone="own")
numbers = iter(range(10**6))
Mark = Callable[..., None]


@pytest.fixture
def mark(app: Any, session: Any, wati: Any) -> Iterator[Mark]:
    """`mark(method, …)` checks Wati in at the session."""

    def run(method: Method, around: Circumstances = FRESH, *, who: Any = None, **more: Any) -> None:
        services.check_in(
            session=more.pop("session", session),
            enrolment=who or wati,
            method=method,
            device="device",
            client_id=f"scan-{next(numbers)}",
            actor=SYSTEM,
            around=around,
            **more,
        )

    with app.test_request_context():
        yield run


def strength(session: Any, wati: Any) -> Strength | None:
    return strengths_of(session.workshop_id, [session.id]).get((wati.id, session.id))


@pytest.mark.parametrize("method", [Method.BADGE, Method.TYPED, Method.SEARCH, Method.WALK_IN])
def test_a_scan_by_staff_is_fair(mark: Mark, session: Any, wati: Any, method: Method) -> None:
    mark(method)
    assert strength(session, wati) is Strength.FAIR


@pytest.mark.parametrize("method", [Method.MANUAL, Method.PAPER])
def test_what_was_entered_by_hand_is_weak(mark: Mark, session: Any, wati: Any, method: Method) -> None:
    mark(method)
    assert strength(session, wati) is Strength.WEAK


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        (Circumstances(code_age=0, phone="own"), Strength.FAIR),
        (Circumstances(code_age=35, phone="own"), Strength.FAIR),
        (Circumstances(code_age=36, phone="own"), Strength.WEAK),
        (Circumstances(code_age=None, phone="own"), Strength.WEAK),
        (Circumstances(code_age=5, phone="own", flags=frozenset({Flag.SENT_LATER})), Strength.WEAK),
    ],
)
def test_a_code_counts_as_fresh_for_35_seconds_and_when_it_is_sent_at_once(
    mark: Mark, session: Any, wati: Any, around: Circumstances, expected: Strength
) -> None:
    mark(Method.VENUE_CODE, around)
    assert strength(session, wati) is expected


def test_the_second_code_and_the_exit_code_each_add_a_point(mark: Mark, session: Any, wati: Any) -> None:
    mark(Method.VENUE_CODE, Circumstances(code_age=50, phone="own"))
    seen = [strength(session, wati)]
    for direction in (Direction.MID, Direction.OUT):
        mark(Method.VENUE_CODE, direction=direction)
        seen.append(strength(session, wati))
    assert seen == [Strength.WEAK, Strength.FAIR, Strength.STRONG]


def test_a_scan_by_staff_afterwards_makes_self_check_in_strong(mark: Mark, session: Any, wati: Any) -> None:
    mark(Method.VENUE_CODE, Circumstances(code_age=50, phone="own"))
    mark(Method.BADGE)
    mark(Method.BADGE)  # once more adds nothing
    assert evidence_of(session.workshop_id, [session.id])[wati.id, session.id].points == 3


def test_a_scan_before_the_attendance_was_taken_back_is_no_evidence(mark: Mark, session: Any, wati: Any) -> None:
    mark(Method.VENUE_CODE)
    mark(Method.BADGE)
    services.undo(session=session, enrolment=wati, reason="Salah orang", actor=SYSTEM)
    assert strength(session, wati) is None
    mark(Method.MANUAL)
    assert strength(session, wati) is Strength.WEAK


def test_one_phone_for_several_people_weighs_less_and_is_told(
    mark: Mark, session: Any, wati: Any, workshop: Any, factories: Any
) -> None:
    others = [factories.enrolment(workshop=workshop) for _ in range(2)]
    for person in (wati, *others):
        mark(Method.VENUE_CODE, Circumstances(code_age=5, phone="shared"), who=person)
    alone = factories.enrolment(workshop=workshop)
    mark(Method.VENUE_CODE, Circumstances(code_age=5, phone="other"), who=alone)
    found = evidence_of(session.workshop_id, [session.id])
    assert [found[person.id, session.id].sharers for person in (wati, *others, alone)] == [3, 3, 3, 0]
    assert found[wati.id, session.id].strength is Strength.WEAK
    assert found[alone.id, session.id].strength is Strength.FAIR


def test_scans_by_staff_with_one_phone_are_no_sharing(
    mark: Mark, session: Any, wati: Any, workshop: Any, factories: Any
) -> None:
    for person in (wati, factories.enrolment(workshop=workshop)):
        mark(Method.BADGE, Circumstances(), who=person)
    assert evidence_of(session.workshop_id, [session.id])[wati.id, session.id].sharers == 0


def test_a_check_in_for_the_whole_day_is_evidence_at_its_other_sessions(
    mark: Mark, session: Any, wati: Any, add_session: Any, workshop: Any, factories: Any
) -> None:
    later = add_session("10:15", "12:00", title="Keuangan", counts_attendance=True)
    rules.save(session=session, rule=Rule(mode=Mode.DAY), actor=SYSTEM)
    mark(Method.VENUE_CODE, Circumstances(code_age=5, phone="shared"))
    assert strength(later, wati) is Strength.FAIR
    mark(Method.VENUE_CODE, Circumstances(code_age=5, phone="shared"), who=factories.enrolment(workshop=workshop))
    assert strength(later, wati) is Strength.WEAK


@pytest.fixture
def quiz(app: Any, workshop: Any, wati: Any) -> Callable[..., None]:
    """`quiz(moment, state)`: an attempt of Wati that ended then."""

    def end(moment: Any, state: AttemptState = AttemptState.SUBMITTED) -> None:
        row = Quiz(workshop_id=workshop.id, kind=QuizKind.SESSION, title="Kuis sesi")
        db.session.add(row)
        db.session.flush()
        started = moment - timedelta(minutes=5)
        values = {"layout": [], "started_at": started, "submitted_at": moment, "state": state}
        db.session.add(Attempt(quiz_id=row.id, enrolment_id=wati.id, **values))
        db.session.flush()

    return end


def test_a_quiz_handed_in_during_the_session_is_a_sign(
    mark: Mark, session: Any, wati: Any, quiz: Callable[..., None]
) -> None:
    mark(Method.BADGE)
    assert strength(session, wati) is Strength.FAIR
    quiz(wib("09:10"))
    assert strength(session, wati) is Strength.STRONG


@pytest.mark.parametrize(
    ("time", "state"),
    [("08:29", AttemptState.SUBMITTED), ("10:01", AttemptState.SUBMITTED), ("09:10", AttemptState.AUTO_CLOSED)],
)
def test_a_quiz_before_or_after_or_closed_by_the_clock_is_none(
    mark: Mark, session: Any, wati: Any, quiz: Callable[..., None], time: str, state: AttemptState
) -> None:
    mark(Method.BADGE)
    quiz(wib(time), state)
    assert strength(session, wati) is Strength.FAIR


def test_a_sign_without_check_in_makes_nobody_present(app: Any, session: Any, wati: Any, quiz: Any) -> None:
    quiz(wib("09:10"))
    spans = [(session.id, session.starts_at, session.ends_at)]
    assert handed_in(workshop_id=session.workshop_id, sessions=spans) == {(wati.id, session.id)}
    assert handed_in(workshop_id=session.workshop_id, sessions=[]) == set()
    assert strengths_of(session.workshop_id, [session.id]) == {}


def test_signs_come_from_every_plugin_that_is_on(app: Any, monkeypatch: Any) -> None:
    signs = {
        name: PresenceSign(key=name, label="", collect=lambda number=number, **_asked: {(number, 1)})
        for number, name in enumerate(("ratings.given", "off.seen"))
    }
    fake = SimpleNamespace(presence_signs=signs, is_off=lambda owner, _workshop: owner == "off")
    monkeypatch.setattr("lms.core.presence.registry", lambda: fake)
    assert signs_of(workshop_id=1, sessions=[]) == {(0, 1)}


def test_the_quiz_declares_its_sign(app: Any) -> None:
    with app.app_context():
        assert registry().presence_signs["quiz.handed_in"].collect is handed_in


@pytest.mark.parametrize(
    ("found", "required", "enough"),
    [
        (Strength.WEAK, None, True), (None, None, True), (None, Strength.FAIR, False),
        (Strength.WEAK, Strength.FAIR, False), (Strength.FAIR, Strength.FAIR, True),
        (Strength.FAIR, Strength.STRONG, False), (Strength.STRONG, Strength.STRONG, True),
    ],
)  # fmt: skip
def test_what_is_enough(found: Strength | None, required: Strength | None, enough: bool) -> None:
    assert reaches(found, required) is enough


def ratio(wati: Any) -> Decimal:
    """What a rule of a certificate reads."""
    key = "checkin.attendance_ratio"
    facts = collect(keys=[key], workshop_id=wati.workshop_id, enrolment_ids=[wati.id])
    return facts[wati.id][key]


def test_a_certificate_counts_a_session_only_when_its_evidence_reaches_what_the_session_asks(
    mark: Mark, session: Any, wati: Any, add_session: Any
) -> None:
    other = add_session("10:15", "12:00", title="Keuangan", counts_attendance=True)
    mark(Method.MANUAL)
    mark(Method.MANUAL, session=other)
    assert ratio(wati) == 1
    rules.save(session=session, rule=Rule(required=Strength.FAIR), actor=SYSTEM)
    assert ratio(wati) == Decimal("0.5")
    mark(Method.BADGE)  # seen by the committee in the end
    assert ratio(wati) == 1
    rules.save(session=session, rule=Rule(required=Strength.STRONG), actor=SYSTEM)
    with clock.freeze(wib("10:00")):
        assert ratio(wati) == 1  # 1 by hand and 2 by staff
    rules.save(session=other, rule=Rule(required=Strength.STRONG), actor=SYSTEM)
    assert ratio(wati) == Decimal("0.5")


def test_evidence_costs_the_same_statements_however_many_people(
    mark: Mark, session: Any, wati: Any, workshop: Any, factories: Any, count_statements: Any
) -> None:
    costs = []
    for _ in range(2):
        for _more in range(4):
            mark(Method.VENUE_CODE, who=factories.enrolment(workshop=workshop))
        count_statements()
        evidence_of(session.workshop_id, [session.id])
        costs.append(count_statements())
    assert costs[0] == costs[1] <= 5
