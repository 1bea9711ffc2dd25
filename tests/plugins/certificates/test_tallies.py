"""Counts of uses: exact under parallel looks, without programs, and never in the way of a page."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.enrolments.queries import enrolment_by_id
from lms.kernel.clock import freeze, now
from lms.kernel.db import db, unit_of_work
from lms.kernel.engine import sqlite_module
from lms.plugins.certificates import statistics, tallies
from lms.plugins.certificates.enums import TallyKind
from lms.plugins.certificates.record_models import UseCount
from lms.testing.live import at_once, committed
from tests.plugins.certificates.log_tools import add_paper, add_papers

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def _moment() -> Any:
    with freeze(datetime(2026, 11, 27, 3, tzinfo=UTC)):
        yield


def look(app: Any, paper: Any, **values: Any) -> int:
    """Count one use as a request would; how many there are then."""
    values = {"method": "GET", "headers": {"User-Agent": PHONE}, **values}
    with app.test_request_context("/v/X", **values):
        tallies.count(paper.id, TallyKind.VERIFIED)
    return tallies.of_certificate(paper.id)[TallyKind.VERIFIED]


def test_each_kind_is_counted_apart(app: Any, factories: Any) -> None:
    first, second = add_papers(2)
    assert [look(app, first), look(app, first), look(app, second)] == [1, 2, 1]
    tallies.count(first.id, TallyKind.DOWNLOADED)
    assert tallies.of_certificate(first.id) == {
        TallyKind.VERIFIED: 2,
        TallyKind.VIEWED: 0,
        TallyKind.DOWNLOADED: 1,
    }
    whole = statistics.statistics_of(first.workshop_id).whole
    assert (whole.verified, whole.viewed, whole.downloaded) == (3, 0, 1)


def test_c37_counts_are_given_by_kabupaten(app: Any, factories: Any) -> None:
    workshop = factories.workshop()
    papers = [
        add_paper(factories.enrolment(workshop=workshop, region_code=code), f"{at}/X/2026")
        for at, code in enumerate(("61.71", "61.71", "61.01", None))
    ]
    for paper in papers:
        look(app, paper)
    found = statistics.statistics_of(workshop.id).by_region
    assert {label: uses.verified for label, uses in found} == {
        "Kota Pontianak": 2,
        "Kab. Sambas": 1,
        "tidak diketahui": 1,
    }


@pytest.mark.parametrize(
    "values",
    [
        {"method": "HEAD"},
        {"headers": {"User-Agent": PHONE, "Sec-Purpose": "prefetch;prerender"}},
        {"headers": {"User-Agent": PHONE, "Purpose": "prefetch"}},
        {"headers": {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}},
        {"headers": {"User-Agent": "WhatsApp/2.24.1 A"}},
        {"headers": {"User-Agent": "curl/8.5"}},
        {"headers": {"User-Agent": ""}},
    ],
)
def test_programs_and_prefetching_are_not_counted(app: Any, factories: Any, values: Any) -> None:
    (paper,) = add_papers(1)
    assert look(app, paper, **values) == 0


def test_parallel_looks_are_all_counted(live_app: Any, crowd: Callable[[int], list[int]]) -> None:
    paper_id = add_paper(enrolment_by_id(crowd(1)[0]), "1/X/2026").id
    db.session.remove()
    values = {"certificate_id": paper_id, "kind": TallyKind.VERIFIED, "count": 1, "last_at": now()}

    def count(_at: int) -> None:
        with unit_of_work():  # as `count` does it, but waiting for its turn
            db.session.execute(tallies._counted(is_postgresql()), values)

    at_once(live_app, count, count=10)
    assert [row.count for row in committed(live_app, UseCount)] == [10]


def is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"


@pytest.mark.parametrize("live_settings", ["sqlite"], indirect=True)  # PostgreSQL lets others write meanwhile
def test_a_busy_database_neither_fails_nor_delays_the_page(live_app: Any, crowd: Callable[[int], list[int]]) -> None:
    paper = add_paper(enrolment_by_id(crowd(1)[0]), "1/X/2026")
    paper_id, code = paper.id, paper.code
    db.session.remove()
    other = sqlite_module().connect(db.engine.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    browser = live_app.test_client()
    browser.get(f"/v/{code}")
    began = time.monotonic()
    answer = browser.get(f"/v/{code}")
    assert (answer.status_code, time.monotonic() - began < 1) == (200, True)
    other.execute("ROLLBACK")
    other.close()
    assert tallies.of_certificate(paper_id)[TallyKind.VERIFIED] == 0
    browser.get(f"/v/{code}")
    assert tallies.of_certificate(paper_id)[TallyKind.VERIFIED] == 1
    # The deadline of ordinary writes is what it was.
    assert db.session.execute(sa.text("PRAGMA busy_timeout")).scalar() == 5000
