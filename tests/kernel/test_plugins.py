"""The start with plugins: the order of what they declare, the switch per workshop, and faults told in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lms import create_app
from lms.core import evidence, metrics
from lms.core.people import services as people
from lms.kernel.declarations import Event, Period, PersonalData, Subscription
from lms.kernel.errors import ConfigurationError
from lms.kernel.events import publish
from lms.kernel.permissions import SYSTEM
from lms.kernel.registry import Registry, registry
from lms.testing.plugin import SECRET, make_settings

MANIFEST = """
from lms.sdk import *
from flask import Blueprint
PLUGIN = PluginInfo(name="broken", title="Broken", version="1")
"""
FAULTS = {
    "raises": ("@hookimpl\ndef lms_settings():\n    return 1 / 0", "plugin broken fails in lms_settings: ZeroDivision"),
    "answers something else": (
        "@hookimpl\ndef lms_jobs():\n    return ['sweep']",
        "plugin broken fails in lms_jobs: TypeError: answers str, not Job",
    ),
    "takes a key": (
        "@hookimpl\ndef lms_settings():\n    return [Setting(key='core.site_name', type=str, default='', label='')]",
        "plugin broken: lms_settings: 'core.site_name' is declared twice",
    ),
    "misspells a hook": ("@hookimpl\ndef lms_setings():\n    return []", "plugin broken has an unknown hook"),
    "wants an argument": ("@hookimpl\ndef lms_settings(shop):\n    return []", "plugin broken fails in its hooks"),
    "cannot be set up": (
        "@hookimpl\ndef lms_extensions(app):\n    raise ValueError('two\\nlines')",
        "plugin broken fails in lms_extensions: ValueError: two lines",
    ),
    "takes a blueprint": (
        "@hookimpl\ndef lms_blueprints():\n    return [Blueprint('quiz', __name__)]",
        "plugin broken fails in lms_blueprints: ValueError",
    ),
    "links elsewhere": (
        "@hookimpl\ndef lms_nav_items():\n    return [NavItem(label='', endpoint='x', place='ticket.deeds')]",
        "links for unknown places: ticket.deeds",
    ),
}


@pytest.fixture
def install(tmp_path: Path) -> Callable[[str], Path]:
    """A folder with the installed third-party plugin `broken`, whose hooks are given."""

    def make(hooks: str) -> Path:
        folder = tmp_path / "site"
        about = folder / "broken-1.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
        (about / "entry_points.txt").write_text("[lms.plugins]\nbroken = broken_plugin\n")
        (folder / "broken_plugin.py").write_text(MANIFEST + hooks + "\n")
        return folder

    return make


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_hook_stops_the_start_and_names_its_plugin(
    install: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    hooks, expected = FAULTS[fault]
    monkeypatch.syspath_prepend(str(install(hooks)))
    monkeypatch.delitem(sys.modules, "broken_plugin", raising=False)
    with pytest.raises(ConfigurationError) as caught:
        create_app(make_settings(tmp_path / "data"))
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_command_line_tells_the_fault_in_one_line(install: Any, tmp_path: Path) -> None:
    folder = install(FAULTS["raises"][0])
    surroundings = {"PYTHONPATH": str(folder), "LMS_SECRET_KEY": SECRET, "LMS_ENV": "development"}
    done = subprocess.run(
        [sys.executable, "-c", "from lms.kernel.cli import main; main()", "--data", str(tmp_path), "db", "current"],
        env={**os.environ, **surroundings}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    line = done.stderr.strip().splitlines()[-1]
    assert line.startswith(
        "lms: plugin broken fails in lms_settings: ZeroDivisionError: division by zero (broken_plugi"
    )
    assert "Traceback" not in done.stderr


def test_what_the_core_declares_comes_first(app: Flask) -> None:
    found: Registry = app.extensions["lms_registry"]
    sources = [source.key for source in found.search_sources]
    assert sources[:2] == ["core.workshops", "core.people"]
    assert next(iter(found.settings)).startswith("core.")
    assert found.personal_data[0].key == "core"
    assert [data.key for data in found.personal_data].index("schedule") < len(found.personal_data) - 1


@pytest.fixture
def changed(app: Flask, db_session: Any) -> Iterator[Callable[..., None]]:
    """`changed(personal_data=…)` changes the registry until the end of the test."""
    before = app.extensions["lms_registry"]

    def change(**values: Any) -> None:
        app.extensions["lms_registry"] = replace(app.extensions["lms_registry"], **values)

    yield change
    app.extensions["lms_registry"] = before


def test_personal_data_of_plugins_are_erased_before_those_of_the_core(changed: Any, factories: Any) -> None:
    told: list[str] = []
    watched = tuple(
        PersonalData(key=data.key, export=data.export, erase=lambda _id, key=data.key: told.append(key))
        for data in registry().personal_data
    )
    changed(personal_data=watched)
    people.erase_person(person_id=factories.person().id, actor=SYSTEM)
    assert told[-1] == "core"
    assert told.index("checkin") < told.index("schedule")  # check-in requires the schedule


@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    """Something in a workshop."""

    workshop_id: int


def test_a_plugin_that_is_off_hears_nothing_of_the_workshop(changed: Any, factories: Any) -> None:
    heard: list[str] = []

    def listener(owner: str, **values: Any) -> Subscription:
        return Subscription(event=Happened, handler=lambda _event: heard.append(owner), owner=owner, **values)

    everybody = (
        listener("quiz"), listener("followup", even_when_off=True), listener("schedule"), listener("certificates")
    )  # fmt: skip
    changed(subscriptions={Happened: everybody})
    workshop = factories.workshop(disabled_features="followup,quiz,schedule")  # the schedule cannot be switched off
    publish(Happened(workshop_id=workshop.id))
    assert heard == ["followup", "schedule", "certificates"]


def test_subscriptions_know_their_plugin(app: Flask) -> None:
    found: Registry = app.extensions["lms_registry"]
    for subscriptions in found.subscriptions.values():
        for subscription in subscriptions:
            assert subscription.handler.__module__.startswith(f"lms.plugins.{subscription.owner}.")


def test_evidence_of_a_plugin_that_is_off_is_not_available(app: Flask, factories: Any) -> None:
    workshop = factories.workshop(disabled_features="followup")
    with app.test_request_context():
        assert evidence.collect(keys=["quiz.posttest_score"], workshop_id=workshop.id, enrolment_ids=[]) == {}
        with pytest.raises(evidence.EvidenceUnavailable):
            evidence.collect(keys=["followup.plan_submitted"], workshop_id=workshop.id, enrolment_ids=[])


def test_metrics_leave_out_workshops_where_the_plugin_is_off(changed: Any, factories: Any, db_session: Any) -> None:
    infos = registry().infos
    changed(infos={**infos, "schedule": replace(infos["schedule"], per_workshop=True)})
    first = factories.workshop(starts_in=-9, status="closed")
    factories.workshop(
        starts_on=first.starts_on, ends_on=first.ends_on, status="closed", disabled_features="quiz,xschedule"
    )
    factories.workshop(
        starts_on=first.starts_on, ends_on=first.ends_on, status="closed", disabled_features="quiz,schedule"
    )
    period = Period(first=first.starts_on, last=first.starts_on)
    found = metrics.collect("schedule.workshops_held", period=period, region_codes=["61.71"])
    assert found == {"61.71": Decimal(2)}
    changed(infos=infos)
    again = metrics.collect("schedule.workshops_held", period=period, region_codes=["61.71"])
    assert again == {"61.71": Decimal(3)}
