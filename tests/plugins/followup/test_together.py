"""Two colleagues and one plan: nobody overwrites the other, and reports stay with their activity."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.clock import freeze, now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.followup import services
from lms.plugins.followup.enums import RowState
from lms.plugins.followup.models import Plan, ProgressUpdate
from tests.plugins.followup.conftest import EMPTY

PAGE = "/tiket/rencana"


def the_plan() -> Plan:
    return db.session.scalars(sa.select(Plan)).one()


def reports() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(ProgressUpdate)) or 0


def rows_of(plan: Plan, plan_form: Any, *changes: dict[str, str], **extra: str) -> dict[str, str]:
    """The form as a page of this plan sends it."""
    sent = [{"activity": row.activity, "id": str(row.id)} for row in plan.rows]
    for number, change in enumerate(changes):
        sent[number] |= change
    form: dict[str, str] = plan_form(*sent, version=str(plan.version), **extra)
    return form


def test_a_stale_page_shows_both_and_loses_nothing(as_user: Any, person: Any, plan_form: Any) -> None:
    first, second = as_user.ticket(person()), as_user.ticket(person())
    assert first.post(PAGE, data=plan_form({"activity": "Punya pertama"}, save="1")).status_code == 303
    answer = second.post(PAGE, data=plan_form({"activity": "Punya kedua"}, save="1"))
    assert answer.status_code == 409
    assert "Punya pertama" in answer.text
    assert 'value="Punya kedua"' in answer.text
    assert [row.activity for row in the_plan().rows] == ["Punya pertama"]


def test_sending_the_same_again_does_not_disturb_a_colleague(as_user: Any, person: Any, plan_form: Any) -> None:
    first, second = as_user.ticket(person()), as_user.ticket(person())
    first.post(PAGE, data=plan_form({}, save="1"))
    seen = rows_of(the_plan(), plan_form, {"activity": "Tambahan rekan"}, save="1")
    first.post(PAGE, data=plan_form({}, save="1"))
    assert second.post(PAGE, data=seen).status_code == 303


def test_reports_stay_with_their_activity_when_an_earlier_row_goes(
    app: Any, as_user: Any, person: Any, add_plan: Any, plan_form: Any
) -> None:
    enrolment = person()
    plan = add_plan(3, enrolment=enrolment)
    with app.test_request_context():
        services.report(row=plan.rows[1], state=RowState.DONE, note="Selesai", actor=SYSTEM)
    form = rows_of(plan, plan_form, EMPTY, save="1")
    assert as_user.ticket(enrolment).post(PAGE, data=form).status_code == 303
    db.session.expire_all()
    states = {row.activity: row.state for row in the_plan().rows}
    assert states == {"Kegiatan 2": RowState.DONE, "Kegiatan 3": RowState.PLANNED}


def test_an_activity_with_reports_is_not_removed(
    app: Any, as_user: Any, person: Any, add_plan: Any, plan_form: Any
) -> None:
    enrolment = person()
    plan = add_plan(2, enrolment=enrolment)
    with app.test_request_context():
        services.report(row=plan.rows[1], state=RowState.RUNNING, note="Mulai", actor=SYSTEM)
    answer = as_user.ticket(enrolment).post(PAGE, data=rows_of(plan, plan_form, {}, EMPTY, save="1"))
    assert answer.status_code == 422
    assert reports() == 1


def test_progress_is_added_and_never_replaced(as_user: Any, person: Any, add_plan: Any) -> None:
    enrolment = person()
    row = add_plan(enrolment=enrolment).rows[0]
    phone, url = as_user.ticket(enrolment), f"{PAGE}/{row.id}"
    for _again in range(2):
        assert phone.post(url, data={"state": "running", "note": "Baru mulai"}).status_code == 303
    assert reports() == 1
    with freeze(now() + timedelta(hours=1)):
        assert phone.post(url, data={"state": "done", "note": "Selesai"}).status_code == 303
    db.session.expire_all()
    assert [update.note for update in row.updates] == ["Selesai", "Baru mulai"]
    assert row.state is RowState.DONE
    assert row.updates[0].enrolment_id == enrolment.id


def test_progress_waits_for_the_submission(as_user: Any, person: Any, add_plan: Any) -> None:
    enrolment = person()
    row = add_plan(enrolment=enrolment, submit=False).rows[0]
    assert as_user.ticket(enrolment).post(f"{PAGE}/{row.id}", data={"state": "done"}).status_code == 404
    assert reports() == 0


BAD: tuple[dict[str, str], ...] = (
    {},
    {"state": "beres"},
    {"state": "stuck", "note": " "},
    {"state": "done", "note": "x" * 501},
)


@pytest.mark.parametrize("form", BAD)
def test_bad_progress_is_refused(as_user: Any, person: Any, add_plan: Any, form: dict[str, str]) -> None:
    enrolment = person()
    row = add_plan(enrolment=enrolment).rows[0]
    assert as_user.ticket(enrolment).post(f"{PAGE}/{row.id}", data=form).status_code == 422
    assert reports() == 0
