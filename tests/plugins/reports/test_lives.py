"""A report's life: draft, lock, next version, and the words that go with it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lms.kernel.db import db
from lms.kernel.declarations import Period
from lms.kernel.permissions import SYSTEM
from lms.plugins.reports import queries, recommendations, services
from lms.plugins.reports.enums import RecommendationStatus
from lms.plugins.reports.errors import ReportRefused
from lms.plugins.reports.models import Report

PONTIANAK = "61.71"


def participants(report: Any) -> int | None:
    return queries.figures_of(report).total.participants


def test_a_draft_counts_anew_and_a_locked_report_does_not(begin: Any, attend: Any) -> None:
    report = begin()
    attend(region_code=PONTIANAK)
    assert participants(report) == 1
    services.freeze(report=report, actor=SYSTEM)
    kept = dict(report.content)
    attend(region_code=PONTIANAK)
    report.organiser.name = "Nama Baru"
    db.session.flush()
    db.session.expire(report)
    assert participants(report) == 1
    assert report.content == kept
    assert report.content["issuer"]["name"] != "Nama Baru"
    assert participants(services.next_version(report=report, actor=SYSTEM)) == 2


def test_locking_twice_keeps_the_first_lock(begin: Any, attend: Any) -> None:
    report = services.freeze(report=begin(), actor=SYSTEM)
    code, moment = report.verify_code, report.frozen_at
    attend(region_code=PONTIANAK)
    services.freeze(report=report, actor=SYSTEM)
    assert (report.verify_code, report.frozen_at, participants(report)) == (code, moment, 0)
    assert code is not None
    assert len(code) == 10


def test_the_words_of_a_locked_report_stay(begin: Any) -> None:
    report = begin()
    item = services.recommend(report=report, text="Lokakarya keliling", evidence="", owner="", actor=SYSTEM)
    services.freeze(report=report, actor=SYSTEM)
    refused = (
        lambda: services.write(report=report, title="Lain", narrative="", actor=SYSTEM),
        lambda: services.recommend(report=report, text="Lagi", evidence="", owner="", actor=SYSTEM),
        lambda: services.change_recommendation(recommendation=item, text="x", evidence="", owner="", actor=SYSTEM),
        lambda: services.drop_recommendation(recommendation=item, actor=SYSTEM),
        lambda: services.remove(report=report, actor=SYSTEM),
    )
    for attempt in refused:
        with pytest.raises(ReportRefused):
            attempt()
    assert (report.title, [row.text for row in report.recommendations]) == ("Laporan uji", ["Lokakarya keliling"])


def test_an_answer_comes_after_the_lock_and_can_be_taken_back(begin: Any) -> None:
    report = begin()
    item = services.recommend(report=report, text="Lokakarya keliling", evidence="", owner="", actor=SYSTEM)
    services.freeze(report=report, actor=SYSTEM)
    recommendations.answer(recommendation=item, reply=" Disetujui. ", actor=SYSTEM)
    assert (item.reply, item.status) == ("Disetujui.", RecommendationStatus.ANSWERED)
    recommendations.answer(recommendation=item, reply="", actor=SYSTEM)
    assert item.status is RecommendationStatus.OPEN


def test_a_new_version_copies_the_words_and_there_is_one_draft_at_most(begin: Any) -> None:
    report = begin()
    services.write(report=report, title="Judul", narrative="Catatan", actor=SYSTEM)
    services.recommend(report=report, text="Usul", evidence="Data", owner="Dinas", region_code=PONTIANAK, actor=SYSTEM)
    with pytest.raises(ReportRefused):
        services.next_version(report=report, actor=SYSTEM)
    services.freeze(report=report, actor=SYSTEM)
    new = services.next_version(report=report, actor=SYSTEM)
    assert (new.version, new.title, new.narrative, new.is_frozen, new.verify_code) == (
        2, "Judul", "Catatan", False, None,
    )  # fmt: skip
    copied = new.recommendations[0]
    assert (copied.text, copied.evidence, copied.owner, copied.region_code) == ("Usul", "Data", "Dinas", PONTIANAK)
    services.drop_recommendation(recommendation=copied, actor=SYSTEM)
    assert len(report.recommendations) == 1
    with pytest.raises(ReportRefused):
        services.next_version(report=report, actor=SYSTEM)


def test_one_period_has_one_report(begin: Any) -> None:
    begin()
    with pytest.raises(ReportRefused) as refusal:
        begin()
    assert refusal.value.field == "period"


def test_the_unique_key_refuses_what_two_people_begin_at_once(begin: Any) -> None:
    mine = begin()
    names = ("organiser", "province_code", "first_day", "last_day", "version", "title", "status", "created_at")
    theirs = Report(**{name: getattr(mine, name) for name in names}, recommendations=[])
    with pytest.raises(ReportRefused):
        services._insert(theirs)
    assert queries.versions_of(mine.organiser_id, mine.period) == [mine]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 10, 2), date(2026, 10, 1), "last"),
        (date(2026, 11, 28), date(2026, 12, 31), "first"),
        (date(1999, 12, 31), date(2000, 1, 1), "first"),
        (date(2020, 1, 1), date(2026, 1, 1), "last"),
    ],
)
def test_impossible_periods_are_refused(begin: Any, first: date, last: date, field: str) -> None:
    with pytest.raises(ReportRefused) as refusal:
        begin(period=Period(first=first, last=last))
    assert refusal.value.field == field


def test_a_recommendation_belongs_to_the_province_of_its_report(begin: Any) -> None:
    report = begin()
    for code in ("61", "31.71", "61.71.05"):
        with pytest.raises(ReportRefused) as refusal:
            services.recommend(report=report, text="Usul", evidence="", owner="", region_code=code, actor=SYSTEM)
        assert refusal.value.field == "region_code"
    assert report.recommendations == []
