"""A workshop with taught sessions, its people, and apps of their own for tests that need real commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lms import create_app
from lms.core.workshops.models import Workshop
from lms.kernel import migrations
from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.kernel.installation import settings
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.certificates import criteria, services
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.signing.keys import local_identity
from lms.plugins.certificates.signing.signer import issuer_of
from lms.plugins.checkin.enums import Method
from lms.plugins.checkin.models import Attendance
from lms.plugins.schedule import services as schedule
from lms.plugins.schedule.api import Plan, Session
from lms.testing import factories as factory_module
from lms.testing.plugin import make_settings
from lms.testing.services_plugin import fresh_database

FIRST_DAY = date(2026, 11, 24)
ISSUED_AT = datetime(2026, 11, 27, 3, tzinfo=UTC)
NOTHING = {"checkin.attendance_ratio": Decimal(0), "quiz.posttest_submitted": Decimal(0)}


@pytest.fixture(autouse=True)
def keys_of_january(request: pytest.FixtureRequest) -> None:
    """Keys older than any frozen day: programs outside know the real date and would find them not valid yet."""
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        with app.app_context(), freeze(datetime(2026, 1, 2, tzinfo=UTC)):
            local_identity(settings().keys, issuer_of(settings(), None))


@pytest.fixture
def issue_day() -> Iterator[None]:
    """27 November 2026, 10.00 in Pontianak, two days after the workshop."""
    with freeze(ISSUED_AT):
        yield


def make_workshop(**values: Any) -> Workshop:
    defaults = {"starts_on": FIRST_DAY, "ends_on": date(2026, 11, 25), "title": "Tata Kelola LKSA"}
    row: Workshop = factory_module.workshop(**{**defaults, **values})
    row.organiser.leader_name, row.organiser.leader_position = "Drs. Petrus Lungkang, M.Si.", "Ketua"
    db.session.flush()
    return row


def ask_nothing(workshop: Workshop) -> None:
    criteria.save_criteria(workshop_id=workshop.id, thresholds=NOTHING, actor=SYSTEM)


@pytest.fixture
def workshop(factories: Any, issue_day: None) -> Workshop:
    """Two days in Pontianak, 24 and 25 November 2026, that ask nothing for a certificate."""
    row = make_workshop()
    ask_nothing(row)
    return row


@pytest.fixture
def strict_workshop(factories: Any, issue_day: None) -> Workshop:
    """The same with the conditions that every workshop starts with."""
    return make_workshop()


@pytest.fixture
def add_session() -> Callable[..., Session]:
    def add(workshop: Workshop, hour: int, *, jp: int = 2, title: str = "Kepemimpinan", speakers: Any = ()) -> Session:
        plan = Plan(
            title=title,
            day=1,
            jp=jp,
            starts=time(hour),
            ends=time(hour, 45),
            counts_attendance=True,
            speaker_ids=tuple(speaker.id for speaker in speakers),
        )
        return schedule.create_session(workshop_id=workshop.id, plan=plan, actor=SYSTEM)

    return add


@pytest.fixture
def attend() -> Callable[..., None]:
    """Mark a person present at sessions."""

    def mark(enrolment: Any, sessions: list[Session]) -> None:
        for session in sessions:
            db.session.add(
                Attendance(
                    workshop_id=enrolment.workshop_id,
                    session_id=session.id,
                    enrolment_id=enrolment.id,
                    at=session.starts_at,
                    method=Method.MANUAL,
                )
            )
        db.session.flush()

    return mark


@pytest.fixture
def add_person(factories: Any, workshop: Workshop) -> Callable[..., Any]:
    """A confirmed person of the workshop, a participant unless told otherwise."""

    def add(name: str = "Yohana Lestari", role: Role = Role.PESERTA, **values: Any) -> Any:
        titles = {key: values.pop(key) for key in ("title_front", "title_back") if key in values}
        person = values.pop("person", None) or factories.person(full_name=name, **titles)
        return factories.enrolment(**{"workshop": workshop, "person": person, "role": role, **values})

    return add


@pytest.fixture
def issue() -> Callable[..., Certificate]:
    """Issue through the service, in a unit of work of its own."""

    def run(enrolment: Any) -> Certificate:
        with unit_of_work():
            return services.issue(enrolment_id=enrolment.id, actor=SYSTEM)

    return run


@pytest.fixture(params=["sqlite", "postgresql"])
def live_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Settings of an installation of its own whose transactions really commit."""
    url = ""
    if request.param == "postgresql":
        worker = request.getfixturevalue("worker_id")
        url = fresh_database(request.getfixturevalue("postgres_base"), f"lms_crt_{worker}")
    return make_settings(tmp_path, url)


@pytest.fixture
def live_app(live_settings: Any) -> Iterator[Flask]:
    """The app of `live_settings`, migrated, with a few regions."""
    app = create_app(live_settings, TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        migrations.upgrade()
        factory_module.load_test_regions()
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def crowd(live_app: Flask) -> Callable[[int], list[int]]:
    """`crowd(50)` commits a workshop that asks nothing and so many participants; their enrolment ids."""

    def make(count: int) -> list[int]:
        with unit_of_work():
            workshop = make_workshop()
            ask_nothing(workshop)
            return [factory_module.enrolment(workshop=workshop).id for _ in range(count)]

    return make
