"""Who sees which organisation: everything, one region, or the own one; a foreign one does not exist."""

from __future__ import annotations

from typing import Any

import pytest

LIST = "/kelola/lembaga"


@pytest.fixture
def two(add_organisation: Any) -> tuple[Any, Any]:
    """One in Pontianak and one in Kubu Raya."""
    return add_organisation("LKSA Enggang", region_code="61.71"), add_organisation("LKSA Ambawang", region_code="61.12")


def test_anonymous_is_asked_to_sign_in(client: Any) -> None:
    answer = client.get(LIST)
    assert answer.status_code == 302
    assert "/masuk" in answer.headers["Location"]


def test_observer_sees_the_own_region_only(two: Any, as_user: Any) -> None:
    near, far = two
    browser = as_user.observer("61.71")
    page = browser.get(LIST).text
    assert "LKSA Enggang" in page
    assert "LKSA Ambawang" not in page
    assert browser.get(f"{LIST}/{near.id}").status_code == 200
    assert browser.get(f"{LIST}/{far.id}").status_code == 404


def test_observer_of_the_province_sees_all_of_it(two: Any, as_user: Any) -> None:
    page = as_user.observer("61").get(LIST).text
    assert "LKSA Enggang" in page
    assert "LKSA Ambawang" in page


def test_a_region_is_not_a_prefix_of_letters(two: Any, as_user: Any) -> None:
    assert "LKSA Enggang" not in as_user.observer("61.7").get(LIST).text


def test_observer_changes_nothing(two: Any, as_user: Any, organisation_form: Any) -> None:
    browser = as_user.observer("61.71")
    for path in ("ubah", "dokumen", "jumlah"):
        assert browser.get(f"{LIST}/{two[0].id}/{path}").status_code == 404
        assert browser.post(f"{LIST}/{two[0].id}/{path}", data=organisation_form()).status_code == 404
    assert browser.get(f"{LIST}/baru").status_code == 403


def test_board_sees_and_changes_the_own_organisation_only(two: Any, as_user: Any, organisation_form: Any) -> None:
    own, other = two
    browser = as_user.board_of(own.key)
    page = browser.get(LIST).text
    assert "LKSA Enggang" in page
    assert "LKSA Ambawang" not in page
    assert browser.get(f"{LIST}/{other.id}").status_code == 404
    assert browser.post(f"{LIST}/{other.id}/ubah", data=organisation_form()).status_code == 404
    assert browser.get(f"{LIST}/baru").status_code == 403
    assert browser.post(f"{LIST}/{own.id}/ubah", data=organisation_form(name="LKSA Enggang Jaya")).status_code == 303
    assert own.name == "LKSA Enggang Jaya"


def test_every_organiser_sees_the_whole_registry(two: Any, as_user: Any, factories: Any) -> None:
    page = as_user.organiser(factories.workshop()).get(LIST).text
    assert "LKSA Enggang" in page
    assert "LKSA Ambawang" in page


def test_committee_and_ticket_have_no_business_here(two: Any, as_user: Any, factories: Any) -> None:
    enrolment = factories.enrolment(affiliation_key=two[0].key)
    for browser in (as_user.committee(enrolment.workshop), as_user.ticket(enrolment)):
        assert browser.get(LIST).status_code == 403
        assert browser.get(f"{LIST}/{two[0].id}").status_code == 404


@pytest.mark.parametrize("number", ["999999", "2147483648", "99999999999999999999999"])
def test_a_number_of_nobody_is_not_found(as_user: Any, number: str) -> None:
    assert as_user.admin().get(f"{LIST}/{number}").status_code == 404


def test_search_and_download_reach_as_far_as_the_list(two: Any, as_user: Any) -> None:
    browser = as_user.observer("61.12")
    table = browser.get("/kelola/unduh/organisations.list.csv").text
    assert "LKSA Ambawang" in table
    assert "LKSA Enggang" not in table
    found = browser.get("/kelola/cari?q=lksa").text
    assert "LKSA Enggang" not in found


def test_board_lands_on_the_own_organisation(two: Any, as_user: Any) -> None:
    own, other = two
    page = as_user.board_of(own.key).get("/kelola").text
    assert f'href="/kelola/lembaga/{own.id}"' in page
    assert other.name not in page
    assert "Belum ada lokakarya" not in page
    assert "Semua lokakarya" not in page


def test_who_keeps_the_registry_does_not_get_it_under_the_workshops(two: Any, as_user: Any, factories: Any) -> None:
    workshop = factories.workshop()
    for browser in (as_user.admin(), as_user.organiser(workshop), as_user.committee(workshop)):
        assert two[0].name not in browser.get("/kelola").text
