"""The list: search without spaces, filters, pages, odd addresses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lms.plugins.organisations.enums import Activity, DocumentKind, OrganisationKind

LIST = "/kelola/lembaga"


def names(browser: Any, **query: str) -> str:
    answer = browser.get(LIST, query_string=query)
    assert answer.status_code == 200
    return answer.text.split("</form>", 1)[1]


def test_search_forgives_spaces_and_capitals(add_organisation: Any, as_user: Any) -> None:
    add_organisation("LKSA Rumah Belajar Sungai Jawi")
    add_organisation("LKSA Cahaya Ambawang")
    page = names(as_user.admin(), q="SUNGAIJAWI")
    assert "Sungai Jawi" in page
    assert "Ambawang" not in page


def test_text_without_a_letter_finds_nothing(add_organisation: Any, as_user: Any) -> None:
    add_organisation("LKSA Enggang")
    assert "LKSA Enggang" not in names(as_user.admin(), q="!!!")


def test_filters_narrow_the_list(add_organisation: Any, as_user: Any) -> None:
    add_organisation("LKSA Satu")
    add_organisation("LKS Senja", kind=OrganisationKind.LKS_LU, region_code="61.12", activity=Activity.UNREACHABLE)
    browser = as_user.admin()
    for query in ({"wilayah": "61.12"}, {"jenis": "LKS-LU"}, {"keadaan": "tidak_dapat_dihubungi"}):
        page = names(browser, **query)
        assert "LKS Senja" in page
        assert "LKSA Satu" not in page


def test_every_filter_can_be_chosen_on_the_page(as_user: Any) -> None:
    page = as_user.admin().get(LIST).text
    for name in ("q", "wilayah", "jenis", "keadaan", "izin"):
        assert f'name="{name}"' in page


@pytest.mark.parametrize(("days", "shown"), [(-1, True), (0, True), (90, True), (91, False)])
def test_licence_that_ends_within_90_days(
    add_organisation: Any, add_licence: Any, as_user: Any, today: Any, days: int, shown: bool
) -> None:
    add_licence(add_organisation("LKSA Enggang"), today + timedelta(days=days))
    assert ("LKSA Enggang" in names(as_user.admin(), izin="90")) is shown


def test_a_renewed_licence_counts_and_not_the_old_one(
    add_organisation: Any, add_licence: Any, as_user: Any, today: Any
) -> None:
    organisation = add_organisation("LKSA Enggang")
    add_licence(organisation, today - timedelta(days=1))
    add_licence(organisation, today + timedelta(days=700))
    browser = as_user.admin()
    assert "LKSA Enggang" not in names(browser, izin="90")
    assert "badge-bad" not in names(browser)


def test_another_document_that_ends_is_not_the_licence(
    add_organisation: Any, add_licence: Any, as_user: Any, today: Any
) -> None:
    organisation = add_organisation("LKSA Enggang")
    add_licence(organisation, today + timedelta(days=700))
    add_licence(organisation, today - timedelta(days=5), DocumentKind.DOMICILE)
    assert "LKSA Enggang" not in names(as_user.admin(), izin="90")


def test_download_has_the_filters_of_the_page(
    add_organisation: Any, add_licence: Any, as_user: Any, today: Any
) -> None:
    add_licence(add_organisation("LKSA Enggang"), today + timedelta(days=30))
    add_organisation("LKSA Lain")
    table = as_user.admin().get("/kelola/unduh/organisations.list.csv?izin=90").text
    assert "LKSA Enggang" in table
    assert "503/12" in table
    assert "LKSA Lain" not in table


@pytest.mark.parametrize(
    "query",
    ["page=99999999999999999999", "page=-3", "page=x", "wilayah=%00", "q=%00", "jenis=x", "keadaan=%F0%9F%8C%B3"],
)
def test_odd_addresses_are_answered(add_organisation: Any, as_user: Any, query: str) -> None:
    add_organisation("LKSA Enggang")
    assert as_user.admin().get(f"{LIST}?{query}").status_code == 200


def test_list_takes_the_same_statements_for_3_and_30(
    add_organisation: Any, add_licence: Any, as_user: Any, count_statements: Any, today: Any
) -> None:
    browser = as_user.admin()
    for number in range(3):
        add_licence(add_organisation(f"LKSA {number}"), today)
    browser.get(LIST)
    count_statements()
    assert browser.get(LIST).text.count("badge-warn") == 3
    few = count_statements()
    for number in range(3, 30):
        add_licence(add_organisation(f"LKSA {number}"), today)
    browser.get("/kelola/lembaga?q=zzz")
    count_statements()
    assert browser.get(LIST).text.count("badge-warn") == 30
    assert count_statements() == few
