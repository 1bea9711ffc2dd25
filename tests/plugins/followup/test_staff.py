"""Plans for the committee, observers and boards: who sees which, overdue marks, downloads, statements."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.workshops.models import Workshop
from lms.kernel.db import db
from lms.plugins.followup.models import ProgressUpdate

OWN = "/kelola/rencana"


@pytest.fixture
def two(add_plan: Any) -> tuple[Any, Any]:
    """Plans of two organisations in Pontianak and Kubu Raya, of one workshop in Pontianak."""
    near = add_plan(2, due=-3, affiliation="LKSA Enggang", affiliation_key="organisations:1", region_code="61.71")
    far = add_plan(affiliation="LKSA Ambawang", affiliation_key="organisations:2", region_code="61.12")
    return near, far


def of_workshop(workshop: Any) -> str:
    return f"/kelola/lokakarya/{workshop.id}/rencana"


def test_committee_sees_all_plans_and_who_has_none(two: Any, as_user: Any, workshop: Any, person: Any) -> None:
    person(affiliation="LKSA Tanpa Rencana", affiliation_key="name:tanpa")
    page = as_user.committee(workshop).get(of_workshop(workshop)).text
    for name in ("LKSA Enggang", "LKSA Ambawang", "LKSA Tanpa Rencana"):
        assert name in page
    assert page.count("badge-bad") == 2


def test_committee_of_another_workshop_sees_nothing(two: Any, as_user: Any, factories: Any, workshop: Any) -> None:
    browser = as_user.committee(factories.workshop())
    assert browser.get(of_workshop(workshop)).status_code == 404
    assert browser.get(f"{OWN}/{two[0].id}").status_code == 404
    row = two[0].rows[0]
    assert browser.post(f"{OWN}/baris/{row.id}", data={"state": "done", "note": "x"}).status_code == 404


def test_observer_sees_organisations_of_the_own_region_only(two: Any, as_user: Any, workshop: Any, person: Any) -> None:
    person(affiliation="LKSA Jauh Tanpa Rencana", affiliation_key="name:jauh", region_code="61.12")
    near, far = two
    browser = as_user.observer("61.71")
    for path in (of_workshop(workshop), OWN):
        page = browser.get(path)
        assert page.status_code == 200
        assert "LKSA Enggang" in page.text
        assert "LKSA Ambawang" not in page.text
        assert "LKSA Jauh" not in page.text
    assert browser.get(f"{OWN}/{near.id}").status_code == 200
    assert browser.get(f"{OWN}/{far.id}").status_code == 404
    table = browser.get(f"/kelola/unduh/followup.plans.csv?workshop_id={workshop.id}").text
    assert "LKSA Enggang" in table
    assert "LKSA Ambawang" not in table


def test_observer_of_another_region_sees_its_own_organisation(two: Any, as_user: Any, workshop: Any) -> None:
    browser = as_user.observer("61.12")
    page = browser.get(OWN).text
    assert "LKSA Ambawang" in page
    assert "LKSA Enggang" not in page
    assert browser.get(of_workshop(workshop)).status_code == 404


def test_observer_reports_nothing_and_reads_no_draft(two: Any, as_user: Any, workshop: Any, add_plan: Any) -> None:
    draft = add_plan(submit=False, affiliation="LKSA Konsep", affiliation_key="name:konsep", region_code="61.71")
    browser = as_user.observer("61.71")
    row = two[0].rows[0]
    assert browser.post(f"{OWN}/baris/{row.id}", data={"state": "done", "note": "x"}).status_code == 404
    assert browser.get(f"{OWN}/{draft.id}").status_code == 404
    for path in (of_workshop(workshop), OWN):
        assert f"{OWN}/{draft.id}" not in browser.get(path).text


def test_board_sees_and_updates_the_own_plans_only(two: Any, as_user: Any, workshop: Any) -> None:
    near, far = two
    browser = as_user.board_of("organisations:1")
    page = browser.get(OWN).text
    assert "LKSA Enggang" in page
    assert "LKSA Ambawang" not in page
    assert browser.get(of_workshop(workshop)).status_code == 404
    assert browser.get(f"{OWN}/{far.id}").status_code == 404
    foreign = browser.post(f"{OWN}/baris/{far.rows[0].id}", data={"state": "done", "note": "x"})
    assert foreign.status_code == 404
    answer = browser.post(f"{OWN}/baris/{near.rows[0].id}", data={"state": "done", "note": "Selesai"})
    assert answer.status_code == 303
    update = db.session.scalars(sa.select(ProgressUpdate)).one()
    assert update.account_id is not None
    assert update.enrolment_id is None


def test_menu_offers_own_plans_to_those_who_have_some(two: Any, as_user: Any, workshop: Any) -> None:
    assert f'href="{OWN}"' in as_user.board_of("organisations:1").get("/kelola").text
    assert f'href="{OWN}"' not in as_user.committee(workshop).get("/kelola").text


@pytest.mark.parametrize("number", ["999999", "2147483648", "99999999999999999999999"])
def test_a_number_of_nobody_is_not_found(as_user: Any, person: Any, number: str) -> None:
    for path in (f"{OWN}/{number}", f"{OWN}/baris/{number}"):
        assert as_user.admin().get(path).status_code == 404
    assert as_user.ticket(person()).get(f"/tiket/rencana/{number}").status_code == 404


def test_an_undated_draft_can_be_opened(add_plan: Any, as_user: Any) -> None:
    plan = add_plan(submit=False)
    plan.rows[0].due_on = None
    db.session.flush()
    assert as_user.admin().get(f"{OWN}/{plan.id}").status_code == 200


def test_overview_counts_plans_and_what_is_overdue(two: Any, as_user: Any, workshop: Any, person: Any) -> None:
    person(affiliation_key="name:tanpa")
    page = as_user.committee(workshop).get(f"/kelola/lokakarya/{workshop.id}").text
    assert "2 <small>dari 3</small>" in page
    assert "2 kegiatan" in page


@pytest.mark.parametrize("path", ["list", "own"])
def test_pages_take_the_same_statements_for_3_and_30(
    add_plan: Any, as_user: Any, workshop: Any, count_statements: Any, path: str
) -> None:
    url = of_workshop(workshop) if path == "list" else OWN
    browser, number_of_workshop = as_user.observer("61.71"), workshop.id

    def add(numbers: range) -> None:
        here = db.session.get(Workshop, number_of_workshop)
        for number in numbers:
            add_plan(2, workshop=here, affiliation=f"LKSA {number:02}", affiliation_key=f"name:lksa{number}")

    def measured(plans: int) -> int:
        db.session.expunge_all()  # as a new request finds it
        count_statements()
        assert browser.get(url).text.count("<article") == plans
        return int(count_statements())

    add(range(3))
    browser.get(url)
    few = measured(3)
    add(range(3, 30))
    assert measured(30) == few
