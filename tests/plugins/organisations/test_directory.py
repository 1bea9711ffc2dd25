"""The registry as a directory: registration finds an organisation however its kind is written."""

from __future__ import annotations

from typing import Any

import pytest

from lms.core.enrolments import affiliations
from lms.core.metrics import collect
from lms.kernel.declarations import Period
from lms.plugins.organisations import directory
from lms.plugins.organisations.enums import Activity


@pytest.mark.parametrize(
    "typed",
    [
        "LKSA Tunas Enggang",
        "lksa tunasenggang",
        "Tunas Enggang",
        "Panti Asuhan Tunas Enggang",
        "PA. Tunas Enggang",
        "Yayasan Tunas Enggang",
    ],
)
def test_a_name_is_found_however_it_is_written(add_organisation: Any, app: Any, typed: str) -> None:
    organisation = add_organisation("LKSA Tunas Enggang", region_code="61.12")
    found = affiliations.resolve(typed)
    assert (found.key, found.name, found.region_code) == (organisation.key, "LKSA Tunas Enggang", "61.12")


def test_two_that_differ_by_kind_only_are_not_guessed(add_organisation: Any) -> None:
    first, second = add_organisation("LKSA Melati Jaya"), add_organisation("Panti Asuhan Melati Jaya")
    assert affiliations.resolve("LKSA Melati Jaya").key == first.key
    assert affiliations.resolve("Panti Asuhan Melati Jaya").key == second.key
    assert affiliations.resolve("Yayasan Melati Jaya").key == "name:yayasanmelatijaya"


@pytest.mark.parametrize("typed", ["LKSA", "Panti", "Yayasan Panti Asuhan", "Lembaga Lain"])
def test_a_kind_alone_names_nobody(add_organisation: Any, typed: str) -> None:
    add_organisation("LKSA Tunas Enggang")
    assert directory.resolve(typed) is None


NOBODY = ("", "name:x", "organisations:", "organisations:x", "organisations:²", "organisations:9999999999999999999999")


@pytest.mark.parametrize("key", NOBODY)
def test_a_key_of_nobody(db_session: Any, key: str) -> None:
    assert directory.by_key(key) is None


def test_suggestions_carry_the_place(add_organisation: Any) -> None:
    add_organisation("LKSA Ambawang", region_code="61.12")
    hits = directory.search("ambawang", limit=5)
    assert [(hit.name, hit.place, hit.region_code) for hit in hits] == [("LKSA Ambawang", "Kab. Kubu Raya", "61.12")]
    assert directory.search("!!!", limit=5) == []


def test_metrics_count_by_kabupaten(add_organisation: Any, today: Any) -> None:
    add_organisation("LKSA Satu")
    add_organisation("LKSA Dua", activity=Activity.CLOSED)
    add_organisation("LKSA Tiga", region_code="61.12")
    period, codes = Period(first=today, last=today), ["61.71", "61.12", "61.01"]
    assert collect("organisations.total", period=period, region_codes=codes) == {"61.71": 2, "61.12": 1}
    assert collect("organisations.active", period=period, region_codes=codes) == {"61.71": 1, "61.12": 1}
