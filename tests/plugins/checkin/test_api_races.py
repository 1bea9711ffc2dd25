"""Two phones come back at once: overlapping queues, each sent twice, against real commits."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.enrolments import services as enrolments
from lms.core.enrolments.models import Enrolment
from lms.kernel import clock
from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.checkin.devices import grant_device
from lms.plugins.checkin.models import Attendance, Scan
from lms.plugins.schedule.api import Plan, create_session
from lms.testing import factories as make
from lms.testing.live import at_once, committed, live_app
from lms.testing.services_plugin import fresh_database

pytestmark = pytest.mark.integration
EACH, SHARED = 60, 30


@pytest.fixture(params=["sqlite", "postgresql"])
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, Any]]:
    """An app with two phones, and the queues of both: half of the people stand in each."""
    url = request.getfixturevalue("postgres_base") if request.param == "postgresql" else ""
    url = fresh_database(url, f"batch_{uuid.uuid4().hex[:12]}") if url else ""
    with live_app(tmp_path, url) as app:
        with app.test_request_context(), unit_of_work():
            workshop = make.workshop(starts_in=0)
            people = [make.enrolment(workshop=workshop) for _ in range(2 * EACH - SHARED)]
            plan = Plan(title="Satu", day=1, jp=2, starts=time(8, 30), ends=time(10, 0))
            session = create_session(workshop_id=workshop.id, plan=plan, actor=SYSTEM)
            tokens = [grant_device(workshop=workshop, session=None, name=n, actor=SYSTEM)[1] for n in ("A", "B")]
            queues = [_queue(people[start : start + EACH], session.id, start) for start in (0, EACH - SHARED)]
        yield app, (tokens, queues, [person.id for person in people])


def _queue(people: list[Enrolment], session_id: int, seed: int) -> list[dict[str, Any]]:
    dice = random.Random(seed)
    items = [
        {"id": f"{seed}-{person.id}", "session": session_id, "code": enrolments.badge_token(person)}
        for person in people
    ]
    dice.shuffle(items)
    began = now() - timedelta(hours=1)
    return [{**item, "at": (began + timedelta(seconds=place)).isoformat()} for place, item in enumerate(items)]


def send(app: Flask, token: str, scans: list[dict[str, Any]]) -> Any:
    body = {"device_time": datetime.now(clock.UTC).isoformat(), "scans": scans}
    answer = app.test_client().post("/api/v1/scans/batch", json=body, headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, [result["outcome"] for result in (answer.get_json() or {}).get("results", [])]


def test_two_phones_with_overlapping_queues_each_sent_twice_at_once_are_the_exact_union(live: Any) -> None:
    app, (tokens, queues, people) = live
    answers = at_once(app, lambda caller: send(app, tokens[caller % 2], queues[caller % 2]), count=4)
    assert [status for status, _outcomes in answers] == [200] * 4, answers
    assert {outcome for _status, found in answers for outcome in found} <= {"new", "already"}
    assert answers[0][1] == answers[2][1] and answers[1][1] == answers[3][1]  # each sending got the same answers
    assert sorted(row.enrolment_id for row in committed(app, Attendance)) == people
    assert len(committed(app, Scan)) == 2 * EACH
    first = {row.enrolment_id: row.at for row in committed(app, Attendance)}
    for scan in committed(app, Scan):
        assert first[scan.enrolment_id] <= scan.at  # the earliest time of both phones counts
    assert set(first.values()) <= {scan.at for scan in committed(app, Scan)}


def test_control_without_the_unique_key_the_same_race_marks_people_twice(live: Any) -> None:
    """Were the plain look-then-insert to give the exact union too, the test above would prove nothing."""
    app, (_tokens, queues, people) = live
    table = sa.Table("checkin_control", sa.MetaData(), sa.Column("person", sa.Integer), sa.Column("device", sa.Integer))
    with app.app_context():
        table.create(db.engine)
        barrier_people = [int(item["id"].partition("-")[2]) for item in queues[0]]

    def naive(caller: int) -> None:
        with db.engine.connect() as connection:
            seen = set(connection.scalars(sa.select(table.c.person)))
            connection.rollback()
            ready.wait(timeout=30)
            rows = [{"person": person, "device": caller} for person in barrier_people if person not in seen]
            connection.execute(sa.insert(table), rows)
            connection.commit()

    ready = threading.Barrier(2)
    at_once(app, naive, count=2)
    with app.app_context(), db.engine.connect() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(table))
    assert count == 2 * EACH > len(set(barrier_people))
    assert len(people) == 2 * EACH - SHARED
