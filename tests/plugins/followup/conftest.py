"""A workshop whose organisations make plans, and what their phones send."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from lms.kernel.clock import now
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import SYSTEM
from lms.plugins.followup import services
from lms.plugins.followup.models import Plan
from lms.plugins.followup.services import RowInput

KEY = "name:enggang"


@pytest.fixture
def today() -> date:
    return now().astimezone(page_zone()).date()


@pytest.fixture
def workshop(factories: Any) -> Any:
    return factories.workshop(starts_in=-2, region_code="61.71")


@pytest.fixture
def person(factories: Any, workshop: Any) -> Callable[..., Any]:
    """A participant of LKSA Enggang; keyword arguments make it another one."""

    def make(**values: Any) -> Any:
        defaults = {"workshop": workshop, "affiliation": "LKSA Enggang", "affiliation_key": KEY}
        return factories.enrolment(**{**defaults, **values})

    return make


@pytest.fixture
def add_plan(app: Any, person: Any, today: Any) -> Callable[..., Plan]:
    """`add_plan(2, due=-3)`: a submitted plan of two activities that were due three days ago."""

    def add(count: int = 1, *, due: int = 30, submit: bool = True, **values: Any) -> Plan:
        rows = [
            RowInput(activity=f"Kegiatan {number}", indicator="Selesai", person="Agnes", due_on=today + timedelta(due))
            for number in range(1, count + 1)
        ]
        with app.test_request_context():
            plan = services.open_plan(enrolment=values.pop("enrolment", None) or person(**values))
            return services.save_plan(plan=plan, rows=rows, version=plan.version, submit=submit, actor=SYSTEM)

    return add


@pytest.fixture
def plan_form(today: Any) -> Callable[..., dict[str, str]]:
    """What a phone sends: `plan_form({"activity": "…"}, {}, version="1", submit_plan="1")`; {} is a good row."""

    def form(*rows: dict[str, str], **extra: str) -> dict[str, str]:
        good = {
            "problem": "Berkas tercecer",
            "activity": "Menata berkas",
            "indicator": "34 berkas lengkap",
            "target": "34 anak asuh",
            "person": "Agnes Mayang",
            "due_on": (today + timedelta(days=30)).isoformat(),
            "cost": "Tanpa biaya",
        }
        sent = {"version": "0", **extra}
        for number, changes in enumerate(rows):
            sent |= {f"rows-{number}-{name}": value for name, value in {**good, **changes}.items()}
        return sent

    return form


EMPTY = dict.fromkeys(("problem", "activity", "indicator", "target", "person", "due_on", "cost"), "")
