"""Regions in the database: loading, the tree, labels and search."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.regions import queries, services
from lms.core.regions.errors import UnknownProvince
from lms.core.regions.models import Region
from lms.kernel.errors import NotFound
from lms.kernel.permissions import SYSTEM


@pytest.fixture
def kalbar(db_session: Any) -> Any:
    services.load_regions(province_code="61", actor=SYSTEM)
    db_session.flush()
    return db_session


def names(rows: list[Region]) -> list[str]:
    return [row.name for row in rows]


def test_loading_a_province_takes_less_than_a_second(db_session: Any) -> None:
    start = time.perf_counter()
    services.load_regions(province_code="61", actor=SYSTEM)
    db_session.flush()
    assert time.perf_counter() - start < 1
    count = db_session.scalar(sa.select(sa.func.count(Region.code)).where(Region.code.startswith("61")))
    assert count == 2334


def test_loading_twice_changes_nothing(kalbar: Any) -> None:
    again = services.load_regions(province_code="61", actor=SYSTEM)
    assert (again.added, again.changed, again.unchanged, again.kept) == (0, 0, 2334, 0)


def test_a_renamed_region_gets_its_new_name_and_the_day_it_is_valid_from(kalbar: Any) -> None:
    kalbar.execute(sa.update(Region).where(Region.code == "61.02").values(name="Kabupaten Pontianak"))
    result = services.load_regions(province_code="61", actor=SYSTEM, valid_from=date(2014, 7, 21))
    region = queries.region_by_code("61.02")
    assert (result.added, result.changed) == (0, 1)
    assert (region.name, region.valid_from) == ("Kabupaten Mempawah", date(2014, 7, 21))
    assert queries.region_by_code("61.01").valid_from is None


def test_a_code_that_the_data_lost_is_kept(kalbar: Any) -> None:
    kalbar.add(
        Region(code="61.99", name="Kabupaten Lama", kind="kabupaten", parent_code="61", search_name="kabupatenlama")
    )
    kalbar.flush()
    assert services.load_regions(province_code="61", actor=SYSTEM).kept == 1
    assert queries.region_by_code("61.99").name == "Kabupaten Lama"


def test_another_province_can_be_loaded_beside(kalbar: Any) -> None:
    result = services.load_regions(province_code="94", actor=SYSTEM)
    assert result.added > 100
    assert queries.region_by_code("94").timezone == "Asia/Jayapura"
    assert names(queries.provinces()) == ["Kalimantan Barat", "Papua Tengah"]


@pytest.mark.parametrize("code", ["99", "", "61.71", "%"])
def test_an_unknown_province_is_refused(db_session: Any, code: str) -> None:
    with pytest.raises(UnknownProvince):
        services.load_regions(province_code=code, actor=SYSTEM)


def test_the_tree_is_walked_down_and_up(kalbar: Any) -> None:
    assert len(queries.regencies("61")) == 14
    assert len(queries.children_of("61.12")) == 9
    assert queries.children_of("61.12.01")[0].parent_code == "61.12.01"
    assert queries.path_of("61.12.01") == ("Kalimantan Barat", "Kabupaten Kubu Raya", "Sungai Raya")
    assert queries.path_of("99.99") == ()


def test_labels_tell_places_of_one_name_apart(kalbar: Any) -> None:
    assert queries.label_of("61.12.01") == "Sungai Raya, Kab. Kubu Raya"
    assert queries.label_of("61.71") == "Kota Pontianak"
    assert queries.label_of("61.12") == "Kab. Kubu Raya"
    assert queries.label_of("61") == "Kalimantan Barat"
    assert queries.label_of("99.99.99") == "99.99.99"
    village = queries.children_of("61.12.01")[0]
    assert queries.label_of(village.code) == f"{village.name}, Kec. Sungai Raya, Kab. Kubu Raya"


def test_many_labels_cost_one_statement(kalbar: Any, count_statements: Callable[[], int]) -> None:
    codes = [row.code for row in queries.children_of("61.12.01")]
    count_statements()
    labels = queries.labels_of(codes)
    assert len(labels) == len(codes)
    assert count_statements() == 1


def test_search_finds_names_typed_with_other_spaces(kalbar: Any) -> None:
    assert "Sungaijawi" in {name.replace(" ", "") for name in names(queries.search("sungai jawi"))}
    assert names(queries.search("SUNGAI JAWI")) == names(queries.search("sungaijawi"))


def test_search_shows_the_widest_exact_match_first(kalbar: Any) -> None:
    assert queries.search("kubu raya")[0].code == "61.12"
    assert queries.search("kab. sambas")[0].code == "61.01"
    assert {row.code for row in queries.search("sungai raya")[:2]} == {"61.07.01", "61.12.01"}


def test_a_second_name_after_a_comma_narrows_the_search(kalbar: Any) -> None:
    found = queries.search("sungai raya, kab. kubu raya")
    assert found[0].code == "61.12.01"
    assert all(row.code.startswith("61.12.") for row in found)


def test_search_keeps_within_a_region_and_a_limit(kalbar: Any) -> None:
    assert all(row.code.startswith("61.71") for row in queries.search("pontianak", within="61.71"))
    assert len(queries.search("sungai", limit=3)) == 3


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "...", "kab."])
def test_search_for_nothing_finds_nothing(kalbar: Any, text: str) -> None:
    assert queries.search(text) == []


def test_choices_are_the_levels_asked_for(kalbar: Any) -> None:
    choices = queries.region_choices(levels=(1, 2))
    assert choices[0] == ("61", "Kalimantan Barat")
    assert choices[1] == ("61.01", "Kab. Sambas")
    assert len(choices) == 15
    assert len(queries.region_choices(levels=(3,), within="61.12")) == 9


def test_an_unknown_region_is_not_found(db_session: Any) -> None:
    with pytest.raises(NotFound):
        queries.region_by_code("99")
