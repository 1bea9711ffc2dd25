"""Several doors at once, against real commits: one person, one session, one attendance."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.checkin import queries, services, walk_ins
from lms.plugins.checkin.enums import Direction, Method, Verdict
from lms.plugins.checkin.models import Attendance, Scan
from lms.plugins.schedule.api import Plan, create_session, session_by_id
from lms.testing import factories
from lms.testing.live import at_once, committed, live_app
from lms.testing.services_plugin import fresh_database

DOORS = 4
ROUNDS = 6
pytestmark = pytest.mark.integration


@pytest.fixture(params=["sqlite", "postgresql"])
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, int, list[int]]]:
    """`(app, session id, enrolment ids)`, committed; one person for each round."""
    url = request.getfixturevalue("postgres_base") if request.param == "postgresql" else ""
    url = fresh_database(url, f"checkin_{uuid.uuid4().hex[:12]}") if url else ""
    with live_app(tmp_path, url) as app:
        with app.test_request_context(), unit_of_work():
            workshop = factories.workshop()
            people = [factories.enrolment(workshop=workshop) for _ in range(ROUNDS)]
            plan = Plan(title="Satu", day=1, jp=2, starts=time(8, 30), ends=time(10, 0))
            session = create_session(workshop_id=workshop.id, plan=plan, actor=SYSTEM)
            ids = session.id, [person.id for person in people]
        yield app, *ids


def at_every_door(app: Flask, work: Callable[[int], Any]) -> list[Any]:
    """What every door got, each in a unit of work of its own."""

    def committed_work(number: int) -> Any:
        with unit_of_work():
            return work(number)

    return at_once(app, committed_work, count=DOORS)


def scan(session_id: int, enrolment_id: int, device: str, client_id: str) -> Verdict:
    outcome = services.check_in(
        session=session_by_id(session_id),
        enrolment=db.session.get_one(Enrolment, enrolment_id),
        method=Method.BADGE,
        device=device,
        client_id=client_id,
        actor=SYSTEM,
    )
    return outcome.verdict


def test_four_doors_scanning_one_person_make_one_attendance(live: Any) -> None:
    app, session_id, people = live
    for person in people:
        results = at_every_door(app, lambda door, who=person: scan(session_id, who, f"door-{door}", f"scan-{who}"))
        assert sorted(results) == ["already"] * (DOORS - 1) + ["present"], results
    assert [row.enrolment_id for row in committed(app, Attendance)] == people
    assert len(committed(app, Scan)) == DOORS * ROUNDS  # every scan is in the log


def test_a24_twenty_requests_at_once_for_one_person_make_one_attendance(live: Any) -> None:
    app, session_id, people = live

    def work(number: int) -> Verdict:
        with unit_of_work():
            return scan(session_id, people[0], f"door-{number % 5}", f"scan-{number}")

    results = at_once(app, work, count=20)
    assert sorted(results) == ["already"] * 19 + ["present"]
    assert len(committed(app, Attendance)) == 1
    assert len(committed(app, Scan)) == 20


def test_one_scan_sent_four_times_at_once_is_one_scan(live: Any) -> None:
    app, session_id, people = live
    for person in people:
        results = at_every_door(app, lambda _door, who=person: scan(session_id, who, "door", f"scan-{who}"))
        assert results == ["present"] * DOORS
    assert len(committed(app, Attendance)) == len(committed(app, Scan)) == ROUNDS


def test_control_looking_before_writing_marks_a_person_twice_without_the_unique_key(live: Any) -> None:
    """The same race without the key: were this to give one row each, the tests above would prove nothing."""
    app, _session_id, people = live
    with app.app_context():
        table = sa.Table(
            "checkin_control", sa.MetaData(), *(sa.Column(name, sa.Integer) for name in ("person", "door"))
        )
        table.create(db.engine)
    together = threading.Barrier(DOORS)

    def naive(door: int, person: int) -> None:
        with db.engine.connect() as connection:
            seen = connection.scalar(sa.select(table.c.door).where(table.c.person == person))
            connection.rollback()
            together.wait(timeout=30)
            if seen is None:
                connection.execute(sa.insert(table).values(person=person, door=door))
                connection.commit()

    def run(door: int) -> None:
        with app.app_context():
            naive(door, people[0])

    threads = [threading.Thread(target=run, args=(door,)) for door in range(DOORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with app.app_context(), db.engine.connect() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(table))
    assert count is not None
    assert count > 1


def test_the_database_itself_refuses_a_second_attendance(live: Any) -> None:
    app, session_id, people = live
    with app.test_request_context():
        with unit_of_work():
            scan(session_id, people[0], "door", "1")
        workshop_id = session_by_id(session_id).workshop_id
        twin = sa.insert(Attendance).values(
            workshop_id=workshop_id,
            session_id=session_id,
            enrolment_id=people[0],
            direction=Direction.IN,
            at=factories.now(),
            late_minutes=0,
            method=Method.BADGE,
            is_corrected=False,
            correction="",
        )
        with pytest.raises(sa.exc.IntegrityError), unit_of_work():
            db.session.execute(twin)


def test_four_devices_undoing_at_once_take_back_once(live: Any) -> None:
    app, session_id, people = live
    for person in people:
        with app.test_request_context(), unit_of_work():
            scan(session_id, person, "door", f"scan-{person}")

        def undo(_door: int, who: int = person) -> bool:
            enrolment = db.session.get_one(Enrolment, who)
            return services.undo(session=session_by_id(session_id), enrolment=enrolment, reason="uji", actor=SYSTEM)

        assert sorted(at_every_door(app, undo)) == [False] * (DOORS - 1) + [True]
    assert committed(app, Attendance) == []
    assert [row.verdict for row in committed(app, Scan)] == [Verdict.PRESENT, Verdict.UNDONE] * ROUNDS


def test_a_walk_in_sent_four_times_at_once_is_one_person(live: Any) -> None:
    app, session_id, people = live

    def admit(_door: int) -> Verdict:
        session = session_by_id(session_id)
        outcome = walk_ins.admit(
            workshop_id=session.workshop_id,
            session=session,
            full_name="Joko Susilo",
            phone="081299990001",
            affiliation="LKSA Baru",
            position="",
            gender=None,
            device="door",
            client_id="form",
            actor=SYSTEM,
        )
        return outcome.verdict

    assert at_every_door(app, admit) == ["present"] * DOORS
    with app.app_context():
        query = sa.select(sa.func.count()).select_from(Person).where(Person.full_name == "Joko Susilo")
        assert db.session.scalar(query) == 1
        db.session.remove()
    assert len(committed(app, Enrolment)) == len(people) + 1
    assert len(committed(app, Attendance)) == 1


def test_scanning_and_undoing_at_once_ends_in_one_of_the_two(live: Any) -> None:
    app, session_id, people = live
    for person in people:

        def act(door: int, who: int = person) -> Any:
            if door:
                return scan(session_id, who, f"door-{door}", f"scan-{who}").value
            enrolment = db.session.get_one(Enrolment, who)
            return services.undo(session=session_by_id(session_id), enrolment=enrolment, reason="uji", actor=SYSTEM)

        results = at_every_door(app, act)
        assert not [result for result in results if isinstance(result, Exception)], results
        with app.app_context():
            found = queries.attendance(person, session_id)
            present = [row for row in committed(app, Attendance) if row.enrolment_id == person]
            assert len(present) == (found is not None)
