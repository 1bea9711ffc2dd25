"""Pages of ticket holders for staff without a ticket, and the ways out that error pages offer."""

from __future__ import annotations

import re
from typing import Any

import pytest


@pytest.fixture
def staff(as_user: Any, factories: Any) -> list[Any]:
    """Browsers of every role of staff, none with a ticket."""
    workshop = factories.workshop()
    return [
        as_user.admin(), as_user.organiser(workshop), as_user.committee(workshop), as_user.door(workshop),
        as_user.observer("61.71"), as_user.board_of("name:x"),
    ]  # fmt: skip


@pytest.mark.parametrize("page", ["/tiket", "/tiket/nama", "/tiket/kuis"])
def test_staff_without_a_ticket_are_asked_for_its_code(staff: list[Any], page: str) -> None:
    for browser in staff:
        answer = browser.get(page)
        assert (answer.status_code, answer.location) == (302, f"/tiket/masuk?next={page}")
        assert browser.get(answer.location).status_code == 200


def test_what_staff_without_a_ticket_send_goes_nowhere(staff: list[Any]) -> None:
    for browser in staff:
        assert browser.post("/tiket/nama", data={"full_name": "Wati"}).status_code == 404
        assert browser.get("/tiket", headers={"HX-Request": "true"}).status_code == 404


def test_staff_with_a_code_go_on_to_the_page_they_wanted(as_user: Any, factories: Any) -> None:
    enrolment = factories.enrolment(ticket_code="K7M4PQ")
    browser = as_user.organiser(enrolment.workshop)
    answer = browser.post("/tiket/masuk", data={"code": "K7M4PQ", "next": "/tiket/nama"})
    assert answer.location == "/tiket/nama"
    assert browser.get("/tiket/nama").status_code == 200
    assert browser.get("/kelola").status_code == 200


def test_the_page_for_nothing_found_leads_each_visitor_on(
    client: Any, staff: list[Any], as_user: Any, factories: Any
) -> None:
    holder = as_user.ticket(factories.enrolment())
    for browser, ways in ((client, {"/", "/tiket"}), (holder, {"/", "/tiket"}), (staff[0], {"/", "/kelola"})):
        page = browser.get("/tidak-ada")
        assert page.status_code == 404
        section = page.text.partition("<main")[2].partition("</main>")[0]
        found = set(re.findall(r'<a [^>]*href="([^"]*)"', section))
        assert found == ways
        for way in ways:
            assert browser.get(way, follow_redirects=True).status_code == 200
