"""A workshop on its first morning: two sessions, people, and a door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.services import badge_token
from lms.kernel import clock
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.checkin.devices import grant_device
from lms.plugins.checkin.models import Attendance, Scan
from lms.plugins.schedule.api import Plan, Session, create_session
from tests.plugins.checkin.scanner import Scanner

FIRST_DAY = date(2026, 12, 2)
WIB = ZoneInfo("Asia/Pontianak")
JSON = {"Accept": "application/json"}


def wib(text: str, day: int = 1) -> datetime:
    """08:30 on the first (or another) day of the workshop."""
    return datetime.combine(FIRST_DAY.replace(day=1 + day), time.fromisoformat(text), WIB)


def scans() -> list[Scan]:
    return list(db.session.scalars(sa.select(Scan).order_by(Scan.id).execution_options(populate_existing=True)))


def attendances() -> list[Attendance]:
    query = sa.select(Attendance).order_by(Attendance.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


@pytest.fixture(autouse=True)
def morning(request: pytest.FixtureRequest) -> Iterator[None]:
    """It is 08.20 in Pontianak, ten minutes before the first session."""
    with clock.freeze(wib("08:20")):
        yield


@pytest.fixture
def workshop(factories: Any) -> Any:
    organiser = factories.organiser(name="BK3S Kalimantan Barat", leader_name="Maya Sari", leader_position="Ketua")
    dates = {"starts_on": FIRST_DAY, "ends_on": date(2026, 12, 3)}
    return factories.workshop(title="Tata kelola LKSA", organiser=organiser, **dates)


@pytest.fixture
def add_session(workshop: Any) -> Callable[..., Session]:
    """`add_session("08:30", "10:00", title=…, day=…, kind=…, workshop=…)`, made through the schedule's service."""

    def add(starts: str = "08:30", ends: str = "10:00", **values: Any) -> Session:
        where = values.pop("workshop", workshop)
        plan = Plan(
            **{"title": "Kepemimpinan", "day": 1, "jp": 2, **values},
            starts=time.fromisoformat(starts),
            ends=time.fromisoformat(ends),
        )
        return create_session(workshop_id=where.id, plan=plan, actor=SYSTEM)

    return add


@pytest.fixture
def session(add_session: Any) -> Session:
    """SESI-1 from 08.30 to 10.00."""
    row: Session = add_session()
    return row


@pytest.fixture
def wati(workshop: Any, factories: Any) -> Enrolment:
    person = factories.person(full_name="Wati Lestari", phone_e164="+6281234567890")
    named = {"affiliation": "LKSA Tunas Enggang", "affiliation_key": "name:tunas", "ticket_code": "WATAB2"}
    row: Enrolment = factories.enrolment(workshop=workshop, person=person, **named)
    return row


class Door:
    """The scanner of one member of staff, as its script uses it."""

    numbers = count(1)

    def __init__(self, client: Any, session: Session) -> None:
        self.client, self.session = client, session
        self.base = f"/kelola/lokakarya/{session.workshop_id}/presensi"

    def post(self, path: str, *, page: bool = False, sesi: object = None, **form: Any) -> Any:
        form.setdefault("client_id", f"scan-{next(self.numbers)}")
        where = f"{self.base}/{path}?sesi={sesi or self.session.id}"
        return self.client.post(where, data=form, headers={} if page else JSON)

    def scan(self, code: str | Enrolment, **form: Any) -> Any:
        """The answer to a badge (of an enrolment) or to any text."""
        text = badge_token(code) if isinstance(code, Enrolment) else code
        return self.post("pemindai", code=text, **form)

    def pick(self, enrolment: Any, **form: Any) -> Any:
        return self.post("pilih", enrolment_id=str(getattr(enrolment, "id", enrolment)), **form)

    def walk_in(self, **form: Any) -> Any:
        values = {
            "full_name": "Joko Susilo",
            "phone": "0812 9999 0001",
            "affiliation": "LKSA Baru",
            "gender": "",
            **form,
        }
        return self.post("tamu", **values)

    def undo(self, enrolment: Any, **form: Any) -> Any:
        return self.post(f"{getattr(enrolment, 'id', enrolment)}/batal", **{"reason": "Salah orang", **form})


@pytest.fixture
def door(as_user: Any, workshop: Any, session: Session) -> Door:
    """A petugas at the first session."""
    return Door(as_user.door(workshop), session)


@pytest.fixture
def grant(client: Any, workshop: Any, session: Session) -> Callable[..., Scanner]:
    """`grant("Pintu", only=None, at=None)`: another phone at the door, of one session or of another workshop."""

    def make(name: str = "Pintu depan", *, only: Any = None, at: Any = None) -> Scanner:
        where = at or workshop
        _device, token = grant_device(workshop=where, session=only, name=name, actor=SYSTEM)
        return Scanner(client, token, session.id)

    return make


@pytest.fixture
def phone(grant: Any) -> Scanner:
    scanner: Scanner = grant()
    return scanner
