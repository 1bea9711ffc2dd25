"""Two kabupaten with organisations, a workshop, people who attended, and a report about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from lms.kernel.clock import freeze, now
from lms.kernel.db import db, unit_of_work
from lms.kernel.declarations import Metric, Period
from lms.kernel.permissions import SYSTEM
from lms.kernel.registry import registry
from lms.plugins.checkin.enums import Method
from lms.plugins.checkin.models import Attendance
from lms.plugins.organisations.enums import Accreditation, Activity, LegalForm, OrganisationKind
from lms.plugins.organisations.services import save_organisation
from lms.plugins.reports import services
from lms.plugins.reports.models import Report
from lms.plugins.schedule import services as schedule
from lms.plugins.schedule.api import Plan

QUARTER = Period(first=date(2026, 10, 1), last=date(2026, 12, 31))
PONTIANAK, KUBU_RAYA, SAMBAS = "61.71", "61.12", "61.01"


@pytest.fixture(autouse=True)
def late_november() -> Iterator[None]:
    """27 November 2026, 10.00 in Pontianak."""
    with freeze(datetime(2026, 11, 27, 3, tzinfo=UTC)):
        yield


@pytest.fixture
def workshop(factories: Any) -> Any:
    """Two days in Pontianak, 24 and 25 November 2026."""
    return factories.workshop(starts_on=date(2026, 11, 24), ends_on=date(2026, 11, 25))


@pytest.fixture
def session(workshop: Any) -> Any:
    plan = Plan(title="Kepemimpinan", day=1, jp=6, starts=time(8), ends=time(12), speaker_ids=(), room_id=None)
    return schedule.create_session(workshop_id=workshop.id, plan=plan, actor=SYSTEM)


@pytest.fixture
def add_organisation(db_session: Any) -> Callable[..., Any]:
    """A registered organisation of a kabupaten/kota."""

    def add(name: str, region_code: str, activity: Activity = Activity.ACTIVE) -> Any:
        return save_organisation(
            organisation_id=None, name=name, kind=next(iter(OrganisationKind)), legal_form=next(iter(LegalForm)),
            region_code=region_code, activity=activity, accreditation=Accreditation.NONE, actor=SYSTEM,
        )  # fmt: skip

    return add


@pytest.fixture
def attend(factories: Any, session: Any) -> Callable[..., Any]:
    """A participant of `organisation` (or of nobody registered) who was there."""

    def come(organisation: Any = None, *, region_code: str = "", **values: Any) -> Any:
        if organisation is not None:
            values |= {"affiliation_key": organisation.key, "affiliation": organisation.name}
            region_code = organisation.region_code
        where = values.pop("workshop", session.workshop)
        row = factories.enrolment(workshop=where, region_code=region_code, **values)
        db.session.add(
            Attendance(workshop_id=where.id, session_id=session.id, enrolment_id=row.id, at=now(), method=Method.MANUAL)
        )
        db.session.flush()
        return row

    return come


@pytest.fixture
def begin(workshop: Any) -> Callable[..., Report]:
    """A draft of the organiser of `workshop` about the last quarter of 2026."""

    def make(**values: Any) -> Report:
        with unit_of_work():
            return services.begin(
                **{"organiser_id": workshop.organiser_id, "title": "Laporan uji", "period": QUARTER, "actor": SYSTEM,
                   **values}
            )  # fmt: skip

    return make


@pytest.fixture
def locked(begin: Callable[..., Report]) -> Report:
    """A locked report without any numbers."""
    with unit_of_work():
        return services.freeze(report=begin(), actor=SYSTEM)


@contextmanager
def metrics_of(app: Flask, **changes: dict[str, Decimal] | None) -> Iterator[None]:
    """The app with other sources of numbers: `plugin__key={code: value}` offers one, None takes it away."""
    before = registry()
    offered = dict(before.metrics)
    for name, values in changes.items():
        key = name.replace("__", ".")
        offered.pop(key, None)
        if values is not None:
            offered[key] = Metric(key=key, label=key, unit="", collect=_answering(values))
    slot = next(name for name, value in app.extensions.items() if value is before)
    app.extensions[slot] = replace(before, metrics=offered)
    try:
        yield
    finally:
        app.extensions[slot] = before


def _answering(values: dict[str, Decimal]) -> Callable[..., dict[str, Decimal]]:
    def collect(*, period: Period, region_codes: list[str]) -> dict[str, Decimal]:
        return {code: value for code, value in values.items() if code in region_codes}

    return collect


@pytest.fixture
def with_metrics(app: Flask, db_session: Any) -> Callable[..., Any]:
    """`with with_metrics(quiz__mean_gain={…}, followup__plans_total=None):` changes what plugins offer."""

    def change(**changes: dict[str, Decimal] | None) -> Any:
        return metrics_of(app, **changes)

    return change
