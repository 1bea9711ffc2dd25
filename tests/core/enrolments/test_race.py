"""Many phones at once: seats are given once each, on both databases, and only thanks to the lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import create_app
from lms.core.enrolments import services
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel import migrations
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.testing import factories
from lms.testing.plugin import make_settings
from lms.testing.services_plugin import fresh_database

PHONES = 60
SEATS = 10
LETTERS = "ABCDEFGHIJ"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app with a database of its own: what is tested here is what gets committed."""
    url = ""
    if request.param == "postgresql":
        worker = request.getfixturevalue("worker_id")
        url = fresh_database(request.getfixturevalue("postgres_base"), f"lms_race_{worker}")
    folder = tmp_path_factory.mktemp(f"race-{request.param}")
    app = create_app(make_settings(folder, url), TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        migrations.upgrade()
        factories.load_test_regions()
    yield app
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def new_workshop(app: Flask, **values: Any) -> tuple[int, str]:
    with app.app_context(), unit_of_work():
        row = factories.workshop(**{"capacity": SEATS, **values})
        return row.id, row.slug


def all_at_once(app: Flask, task: Callable[[int], int], count: int = PHONES) -> list[int]:
    """Run `task(number)` in `count` threads that start together."""
    gate = threading.Barrier(count)

    def run(number: int) -> int:
        gate.wait(timeout=30)
        return task(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def send(app: Flask, slug: str, *, nonce: str | None = None) -> Callable[[int], int]:
    def one(number: int) -> int:
        name = "Orang " + "".join(LETTERS[int(digit)] for digit in f"{number:03d}")
        form = {
            "nonce": nonce or f"{slug}-{number}",
            "full_name": "Ratna Wulandari" if nonce else name,
            "affiliation": "LKSA Mutiara",
            "position": "Pengasuh",
            "gender": "P",
            "phone": "081234567890" if nonce else f"08125550{number:04d}",
            "consent": "y",
        }
        return app.test_client().post(f"/lokakarya/{slug}/daftar", data=form).status_code

    return one


def count(app: Flask, workshop_id: int, status: EnrolmentStatus) -> int:
    with app.app_context():
        query = sa.select(sa.func.count()).where(Enrolment.workshop_id == workshop_id, Enrolment.status == status)
        return db.session.scalar(query) or 0


def test_a49_sixty_phones_for_ten_seats_give_ten_seats_and_fifty_waiting(hall) -> None:
    workshop_id, slug = new_workshop(hall)
    assert all_at_once(hall, send(hall, slug)) == [303] * PHONES
    assert count(hall, workshop_id, EnrolmentStatus.CONFIRMED) == SEATS
    assert count(hall, workshop_id, EnrolmentStatus.WAITLISTED) == PHONES - SEATS


def test_sixty_phones_without_a_waiting_list_give_ten_tickets_and_fifty_refusals(hall) -> None:
    workshop_id, slug = new_workshop(hall, has_waiting_list=False)
    answers = all_at_once(hall, send(hall, slug))
    assert sorted(answers) == [303] * SEATS + [422] * (PHONES - SEATS)
    assert count(hall, workshop_id, EnrolmentStatus.CONFIRMED) == SEATS


def test_without_the_lock_postgresql_oversells_and_sqlite_turns_phones_away(hall, monkeypatch) -> None:
    """The control: the tests above can fail."""
    workshop_id, slug = new_workshop(hall)
    monkeypatch.setattr(services, "lock_workshop", lambda number: db.session.get_one(Workshop, number))
    is_sqlite = hall.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    if is_sqlite:
        # Without BEGIN IMMEDIATE a registration that counted seats first cannot write when another one was quicker.
        monkeypatch.setattr("lms.core.enrolments.views.unit_of_work", deferred_unit)
    answers = all_at_once(hall, send(hall, slug))
    if is_sqlite:
        assert 503 in answers
    else:
        assert count(hall, workshop_id, EnrolmentStatus.CONFIRMED) > SEATS


class deferred_unit:
    """A unit of work whose transaction takes no lock at its start."""

    def __enter__(self) -> None:
        if db.session().in_transaction():
            db.session.commit()

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is None:
            db.session.commit()
        else:
            db.session.rollback()


def test_one_form_sent_by_twenty_retries_makes_one_ticket(hall) -> None:
    workshop_id, slug = new_workshop(hall)
    answers = all_at_once(hall, send(hall, slug, nonce=f"{slug}-again"), count=20)
    assert answers == [303] * 20
    assert count(hall, workshop_id, EnrolmentStatus.CONFIRMED) == 1


def test_a48_seats_freed_at_once_promote_exactly_as_many(hall) -> None:
    workshop_id, slug = new_workshop(hall)
    assert all_at_once(hall, send(hall, slug), count=25) == [303] * 25
    with hall.app_context():
        query = sa.select(Enrolment.id).where(
            Enrolment.workshop_id == workshop_id, Enrolment.status == EnrolmentStatus.CONFIRMED
        )
        leaving = list(db.session.scalars(query))[:6]

    def leave(number: int) -> int:
        with hall.app_context(), unit_of_work():
            promoted = services.cancel(enrolment_id=leaving[number], actor=SYSTEM)
            return promoted.id if promoted else 0

    promoted = all_at_once(hall, leave, count=len(leaving))
    assert len(set(promoted)) == len(leaving)
    assert 0 not in promoted
    assert count(hall, workshop_id, EnrolmentStatus.CONFIRMED) == SEATS
    assert count(hall, workshop_id, EnrolmentStatus.WAITLISTED) == 25 - SEATS - len(leaving)
