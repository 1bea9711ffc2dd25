"""What others read of plans: evidence, metrics, events, personal data, the organisation's page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from lms.core import evidence
from lms.core.metrics import collect
from lms.kernel.clock import freeze, now
from lms.kernel.declarations import Period
from lms.kernel.permissions import SYSTEM
from lms.kernel.registry import registry
from lms.plugins.followup import jobs, services
from lms.plugins.followup.enums import RowState
from lms.plugins.followup.events import PlanDue, PlanSubmitted

KEY = "followup.plan_submitted"


class Handle:
    def progress(self, done: int, total: int, message: str) -> None:
        self.done = done


@pytest.fixture
def heard(app: Any) -> Iterator[list[Any]]:
    """Every event of plans that is published, in order."""
    from lms.kernel.declarations import Subscription

    events: list[Any] = []
    listeners = {kind: (Subscription(event=kind, handler=events.append),) for kind in (PlanSubmitted, PlanDue)}
    with app.app_context():
        subscriptions = registry().subscriptions
        object.__setattr__(registry(), "subscriptions", {**subscriptions, **listeners})
        yield events
        object.__setattr__(registry(), "subscriptions", subscriptions)


def test_everybody_of_the_organisation_has_the_evidence(add_plan: Any, person: Any, workshop: Any) -> None:
    first, colleague = person(), person()
    other, drafting = person(affiliation_key="name:lain"), person(affiliation_key="name:konsep")
    add_plan(enrolment=first)
    add_plan(enrolment=drafting, submit=False)
    people = [first.id, colleague.id, other.id, drafting.id]
    facts = evidence.collect(keys=[KEY], workshop_id=workshop.id, enrolment_ids=people)
    assert [facts[number][KEY] for number in people] == [Decimal(1), Decimal(1), Decimal(0), Decimal(0)]


def test_metrics_count_rows_of_submitted_plans(app: Any, add_plan: Any, person: Any, workshop: Any) -> None:
    plan = add_plan(3)
    add_plan(2, affiliation_key="name:dua", region_code="61.12")
    add_plan(4, affiliation_key="name:tiga", region_code="61.12", submit=False)
    with app.test_request_context():
        services.report(row=plan.rows[0], state=RowState.DONE, note="", actor=SYSTEM)
    codes = ["61.71", "61.12", "61.01"]
    period = Period(first=workshop.starts_on, last=workshop.starts_on)
    assert collect("followup.plans_total", period=period, region_codes=codes) == {"61.71": 3, "61.12": 2}
    assert collect("followup.plans_done", period=period, region_codes=codes) == {"61.71": 1}
    before = Period(first=workshop.starts_on - timedelta(9), last=workshop.starts_on - timedelta(1))
    assert collect("followup.plans_total", period=before, region_codes=codes) == {}


def test_submission_is_told_once(heard: list[Any], app: Any, add_plan: Any, workshop: Any) -> None:
    plan = add_plan()
    with app.test_request_context():
        rows = [
            services.RowInput(id=row.id, activity="Lain", indicator="x", person="y", due_on=workshop.ends_on)
            for row in plan.rows
        ]
        services.save_plan(plan=plan, rows=rows, version=plan.version, submit=True, actor=SYSTEM)
    assert heard == [PlanSubmitted(plan_id=plan.id, workshop_id=workshop.id)]


def test_a_due_activity_is_told_once_and_again_after_it_moves(
    heard: list[Any], app: Any, add_plan: Any, workshop: Any, today: Any
) -> None:
    plan = add_plan(2, due=-1)
    add_plan(affiliation_key="name:nanti", due=5)
    add_plan(affiliation_key="name:konsep", due=-5, submit=False)
    with app.test_request_context():
        services.report(row=plan.rows[1], state=RowState.DONE, note="", actor=SYSTEM)
        heard.clear()
        handle = Handle()
        jobs.mark_due(job=handle)
        jobs.mark_due(job=handle)
        told = PlanDue(row_id=plan.rows[0].id, plan_id=plan.id, workshop_id=workshop.id, due_on=today - timedelta(1))
        assert heard == [told]
        plan.rows[0].due_on = today + timedelta(days=2)
        with freeze(now() + timedelta(days=4)):
            jobs.mark_due(job=handle)
        assert [event.due_on for event in heard] == [today - timedelta(1), today + timedelta(2)]


def test_own_reports_are_exported_and_unlinked(app: Any, as_user: Any, person: Any, add_plan: Any) -> None:
    enrolment = person()
    row = add_plan(enrolment=enrolment).rows[0]
    as_user.ticket(enrolment).post(f"/tiket/rencana/{row.id}", data={"state": "running", "note": "Mulai"})
    port = next(port for port in registry().personal_data if port.key == "followup")
    given: Any = port.export(enrolment.person_id)
    assert [line["note"] for line in given["progress"]] == ["Mulai"]
    port.erase(enrolment.person_id)
    assert port.export(enrolment.person_id)["progress"] == []


def test_download_has_labels_and_the_last_note(as_user: Any, add_plan: Any, workshop: Any, app: Any) -> None:
    plan = add_plan()
    with app.test_request_context():
        services.report(row=plan.rows[0], state=RowState.STUCK, note="Sungai surut", actor=SYSTEM)
    table = as_user.admin().get(f"/kelola/unduh/followup.plans.csv?workshop_id={workshop.id}").text
    assert "Sungai surut" in table
    assert "stuck" not in table


def test_organisation_page_shows_its_plans(app: Any, as_user: Any, add_plan: Any) -> None:
    if "organisations" not in app.blueprints:
        pytest.skip("the registry is switched off")
    from lms.plugins.organisations import services as registry_services

    with app.test_request_context():
        organisation = registry_services.upsert_organisation(
            code="T-1", name="LKSA Enggang", kind="LKSA", legal_form="yayasan", region_code="61.71", actor=SYSTEM
        )
    add_plan(due=-4, affiliation_key=organisation.key)
    page = as_user.observer("61.71").get(f"/kelola/lembaga/{organisation.id}").text
    assert "Kegiatan 1" in page
    assert "badge-bad" in page
