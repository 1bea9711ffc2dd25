"""Many phones of one organisation at once, against real commits: one of them saves, the others are told."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import create_app
from lms.core.enrolments.models import Enrolment
from lms.kernel import migrations
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.followup import queries, services
from lms.plugins.followup.errors import PlanChangedMeanwhile
from lms.plugins.followup.models import Plan
from lms.testing import factories
from lms.testing.plugin import make_settings
from lms.testing.services_plugin import fresh_database

PHONES = 8
pytestmark = pytest.mark.integration


@pytest.fixture(params=["sqlite", "postgresql"])
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, int]]:
    """`(app, enrolment id)`, committed."""
    url = request.getfixturevalue("postgres_base") if request.param == "postgresql" else ""
    url = fresh_database(url, f"plans_{uuid.uuid4().hex[:12]}") if url else ""
    app = create_app(make_settings(tmp_path, url), TESTING=True, WTF_CSRF_ENABLED=False)
    with app.test_request_context():
        migrations.upgrade()
        factories.load_test_regions()
        with unit_of_work():
            number = factories.enrolment().id
    yield app, number
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def test_of_eight_phones_with_the_same_page_one_saves(live: tuple[Flask, int]) -> None:
    app, enrolment_id = live
    barrier, results = threading.Barrier(PHONES), [""] * PHONES

    def phone(number: int) -> None:
        with app.test_request_context():
            enrolment = db.session.get_one(Enrolment, enrolment_id)
            key = enrolment.affiliation_key
            queries.plan_for(workshop_id=enrolment.workshop_id, affiliation_key=key)  # as the page does
            barrier.wait(timeout=30)
            try:
                with unit_of_work():
                    plan = services.open_plan(enrolment=enrolment)
                    rows = [services.RowInput(activity=f"Dari ponsel {number}")]
                    services.save_plan(plan=plan, rows=rows, version=0, submit=False, actor=SYSTEM)
                results[number] = "saved"
            except PlanChangedMeanwhile:
                results[number] = "told"
            finally:
                db.session.remove()

    threads = [threading.Thread(target=phone, args=(number,)) for number in range(PHONES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(results) == ["saved"] + ["told"] * (PHONES - 1)
    with app.app_context():
        plan: Any = db.session.scalars(sa.select(Plan)).one()
        assert [row.activity for row in plan.rows] == [f"Dari ponsel {results.index('saved')}"]


def test_a_page_read_before_a_colleague_saved_does_not_overwrite(live: tuple[Flask, int]) -> None:
    app, enrolment_id = live

    def save(text: str, version: int) -> None:
        enrolment = db.session.get_one(Enrolment, enrolment_id)
        with unit_of_work():
            plan = services.open_plan(enrolment=enrolment)
            rows: Any = [services.RowInput(activity=text)]
            services.save_plan(plan=plan, rows=rows, version=version, submit=False, actor=SYSTEM)

    def colleague() -> None:
        with app.test_request_context():
            save("Punya rekan", 1)
            db.session.remove()

    with app.test_request_context():
        save("Awal", 0)
        enrolment = db.session.get_one(Enrolment, enrolment_id)
        queries.plan_for(workshop_id=enrolment.workshop_id, affiliation_key=enrolment.affiliation_key)
        db.session.commit()
        thread = threading.Thread(target=colleague)
        thread.start()
        thread.join(timeout=30)
        with pytest.raises(PlanChangedMeanwhile):
            save("Punya saya", 1)
        db.session.remove()
