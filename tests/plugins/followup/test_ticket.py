"""The plan on a participant's ticket: draft, submission, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.audit import AuditEntry
from lms.kernel.db import db
from lms.kernel.permissions import Role
from lms.plugins.followup.enums import PlanStatus
from lms.plugins.followup.models import Plan
from tests.plugins.followup.conftest import EMPTY, KEY

PAGE = "/tiket/rencana"


def the_plan() -> Plan:
    return db.session.scalars(sa.select(Plan)).one()


def test_three_rows_show_at_first_and_a_button_adds_one(as_user: Any, person: Any, plan_form: Any) -> None:
    phone = as_user.ticket(person())
    assert phone.get(PAGE).text.count('<fieldset class="card stack"') == 3
    answer = phone.post(PAGE, data=plan_form({}, EMPTY, EMPTY, add="1"))
    assert answer.status_code == 200
    assert answer.text.count('<fieldset class="card stack"') == 4
    assert "Menata berkas" in answer.text


def test_what_a_submission_needs_is_not_called_optional(as_user: Any, person: Any) -> None:
    page = as_user.ticket(person()).get(PAGE).text
    labels = {name: page.split(f'<label for="rows-0-{name}">', 1)[1].split("</label>", 1)[0] for name in EMPTY}
    optional = {name for name, label in labels.items() if "boleh dikosongkan" in label}
    assert optional == {"problem", "target", "cost"}


def test_eleventh_row_is_not_added(as_user: Any, person: Any, plan_form: Any) -> None:
    answer = as_user.ticket(person()).post(PAGE, data=plan_form(*[{}] * 10, add="1"))
    assert answer.status_code == 200
    assert answer.text.count('<fieldset class="card stack"') == 10


def test_draft_is_kept_and_shown_to_a_colleague(as_user: Any, person: Any, plan_form: Any) -> None:
    first, colleague = person(), person()
    assert as_user.ticket(first).post(PAGE, data=plan_form({}, EMPTY, EMPTY, save="1")).status_code == 303
    assert (the_plan().status, len(the_plan().rows)) == (PlanStatus.DRAFT, 1)
    page = as_user.ticket(colleague).get(PAGE).text
    assert "Menata berkas" in page
    assert "34 anak asuh" in page


def test_a_draft_may_be_half_full(as_user: Any, person: Any, plan_form: Any) -> None:
    form = plan_form({**EMPTY, "activity": "Menata berkas"}, save="1")
    assert as_user.ticket(person()).post(PAGE, data=form).status_code == 303


def test_submitting_again_is_the_same_plan(as_user: Any, person: Any, plan_form: Any) -> None:
    phone, form = as_user.ticket(person()), plan_form({}, submit_plan="1")
    for _again in range(3):
        assert phone.post(PAGE, data=form).status_code == 303
    plan = the_plan()
    assert (plan.status, len(plan.rows), plan.version) == (PlanStatus.SUBMITTED, 1, 1)
    count = sa.select(sa.func.count()).select_from(AuditEntry).filter_by(action="followup.submitted")
    assert db.session.scalar(count) == 1


def test_an_empty_plan_is_not_submitted(as_user: Any, person: Any, plan_form: Any) -> None:
    answer = as_user.ticket(person()).post(PAGE, data=plan_form(EMPTY, EMPTY, EMPTY, submit_plan="1"))
    assert answer.status_code == 422


def test_each_row_says_what_it_lacks(as_user: Any, person: Any, plan_form: Any) -> None:
    form = plan_form({}, {"person": "", "due_on": ""}, EMPTY, submit_plan="1")
    answer = as_user.ticket(person()).post(PAGE, data=form)
    assert answer.status_code == 422
    for name in ("rows-1-person", "rows-1-due_on"):
        assert f'id="{name}-error"' in answer.text
    assert answer.text.count('class="error"') == 2
    assert db.session.scalar(sa.select(Plan)) is None or the_plan().status is PlanStatus.DRAFT


def test_a_submitted_plan_stays_complete(as_user: Any, person: Any, plan_form: Any) -> None:
    phone = as_user.ticket(person())
    phone.post(PAGE, data=plan_form({}, submit_plan="1"))
    number = str(the_plan().rows[0].id)
    for changes in ({"due_on": "", "id": number}, {**EMPTY, "id": number}):
        assert phone.post(PAGE, data=plan_form(changes, version="1", save="1")).status_code == 422


@pytest.mark.parametrize(
    "changes",
    [{"due_on": "besok"}, {"due_on": "0000-00-00"}, {"activity": "x" * 301}, {"person": "x" * 151}],
)
def test_bad_input_is_shown_again(as_user: Any, person: Any, plan_form: Any, changes: dict[str, str]) -> None:
    answer = as_user.ticket(person()).post(PAGE, data=plan_form(changes, save="1"))
    assert answer.status_code == 422
    assert "Berkas tercecer" in answer.text
    assert "Not a valid" not in answer.text


@pytest.mark.parametrize("version", ["", "x", "²", "-1", "9" * 30])
def test_odd_versions_are_answered(as_user: Any, person: Any, plan_form: Any, version: str) -> None:
    answer = as_user.ticket(person()).post(PAGE, data=plan_form({}, version=version, save="1"))
    assert answer.status_code in {303, 409}


@pytest.mark.parametrize("number", ["x", "²", "9" * 30, "-1"])
def test_odd_row_numbers_are_answered(as_user: Any, person: Any, plan_form: Any, number: str) -> None:
    answer = as_user.ticket(person()).post(PAGE, data=plan_form({"id": number}, save="1"))
    assert answer.status_code in {303, 422}


def test_control_characters_do_not_break_the_form(as_user: Any, person: Any, plan_form: Any) -> None:
    assert as_user.ticket(person()).post(PAGE, data=plan_form({"activity": "Me\x00nata"}, save="1")).status_code == 303


def test_narasumber_and_the_waiting_list_have_no_plan(as_user: Any, person: Any) -> None:
    for enrolment in (person(role=Role.NARASUMBER), person(status="waitlisted"), person(affiliation_key="")):
        assert as_user.ticket(enrolment).get(PAGE).status_code == 404


def test_row_of_another_organisation_cannot_be_taken(as_user: Any, person: Any, add_plan: Any, plan_form: Any) -> None:
    other = add_plan(affiliation="LKSA Lain", affiliation_key="name:lain")
    phone = as_user.ticket(person())
    phone.post(PAGE, data=plan_form({"id": str(other.rows[0].id), "activity": "Dicuri"}, save="1"))
    assert [row.activity for row in other.rows] == ["Kegiatan 1"]
    assert phone.get(f"{PAGE}/{other.rows[0].id}").status_code == 404
    assert phone.post(f"{PAGE}/{other.rows[0].id}", data={"state": "done"}).status_code == 404


def test_tile_on_the_ticket_counts_rows(as_user: Any, person: Any, plan_form: Any) -> None:
    phone = as_user.ticket(person())
    assert "0 dari 3" in phone.get("/tiket").text
    phone.post(PAGE, data=plan_form({}, save="1"))
    assert "1 dari 3" in phone.get("/tiket").text


def test_plan_prints(as_user: Any, person: Any, add_plan: Any) -> None:
    enrolment = person()
    phone = as_user.ticket(enrolment)
    assert phone.get(f"{PAGE}/cetak").status_code == 404
    add_plan(enrolment=enrolment)
    page = phone.get(f"{PAGE}/cetak")
    assert page.status_code == 200
    assert "Kegiatan 1" in page.text
    assert KEY not in page.text
