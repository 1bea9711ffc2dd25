"""The numbers of a report against a count of their own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lms.kernel.declarations import Period
from lms.plugins.organisations.enums import Activity
from lms.plugins.reports import figures, findings
from lms.plugins.reports.figures import Figures, Numbers, Row

QUARTER = Period(first=date(2026, 10, 1), last=date(2026, 12, 31))
PONTIANAK, KUBU_RAYA, SAMBAS = "61.71", "61.12", "61.01"


def counted(area: str = "61", period: Period = QUARTER) -> dict[str, Numbers]:
    return {row.code: row.numbers for row in figures.count(area_code=area, period=period).rows}


def test_numbers_equal_a_count_of_what_was_made(add_organisation: Any, attend: Any, factories: Any) -> None:
    town = [add_organisation(f"Panti Kota {number}", PONTIANAK) for number in range(4)]
    country = [add_organisation(f"Panti Kubu {number}", KUBU_RAYA) for number in range(3)]
    add_organisation("Panti Lama", KUBU_RAYA, next(item for item in Activity if item is not Activity.ACTIVE))
    came = [attend(town[0]), attend(town[0]), attend(town[1]), attend(country[2])]
    factories.enrolment(workshop=came[0].workshop, region_code=SAMBAS)  # registered, never came
    found = counted()
    assert set(found) == {PONTIANAK, KUBU_RAYA, SAMBAS}
    for code in found:
        here = [row for row in came if row.region_code == code]
        assert found[code].participants == len(here)
        assert found[code].attended == len({row.affiliation_key for row in here})
    assert [found[code].organisations for code in (PONTIANAK, KUBU_RAYA, SAMBAS)] == [4, 4, 0]
    assert [found[code].active for code in (PONTIANAK, KUBU_RAYA, SAMBAS)] == [4, 3, 0]
    assert (found[PONTIANAK].workshops, found[PONTIANAK].hours) == (1, 6)
    assert found[PONTIANAK].coverage == Decimal("0.50")
    assert found[KUBU_RAYA].coverage == Decimal("0.25")
    assert found[SAMBAS].coverage is None
    total = figures.count(area_code="61", period=QUARTER).total
    assert (total.organisations, total.attended, total.participants) == (8, 3, 4)
    assert total.coverage == Decimal("0.38")


def test_another_period_counts_nobody(attend: Any) -> None:
    attend(region_code=PONTIANAK)
    assert counted()[PONTIANAK].participants == 1
    before = counted(period=Period(first=date(2026, 7, 1), last=date(2026, 9, 30)))[PONTIANAK]
    assert (before.participants, before.workshops) == (0, 0)


def test_an_organiser_of_one_kota_reports_on_that_kota(db_session: Any) -> None:
    assert set(counted(area=PONTIANAK)) == {PONTIANAK}


def test_a_number_without_a_source_is_unknown_and_not_zero(with_metrics: Any) -> None:
    with with_metrics(followup__plans_total=None, organisations__total=None):
        found = figures.count(area_code="61", period=QUARTER)
    assert found.missing == ("followup.plans_total", "organisations.total")
    assert all(row.numbers.plans_total is None and row.numbers.organisations is None for row in found.rows)
    assert found.total.plans_total is None
    assert found.total.coverage is None
    assert found.total.certificates == 0  # offered, and nothing to count: a real zero


def test_the_gain_of_fewer_than_five_people_is_left_out(with_metrics: Any) -> None:
    gains = {PONTIANAK: Decimal("0.5"), KUBU_RAYA: Decimal("0.9"), SAMBAS: Decimal("0.2")}
    people = {PONTIANAK: Decimal(15), KUBU_RAYA: Decimal(4), SAMBAS: Decimal(5)}
    with with_metrics(quiz__mean_gain=gains, checkin__participants_present=people):
        found = figures.count(area_code="61", period=QUARTER)
    rows = {row.code: row.numbers for row in found.rows}
    assert rows[KUBU_RAYA].gain is None
    assert rows[KUBU_RAYA].is_gain_hidden
    assert (rows[PONTIANAK].gain, rows[SAMBAS].gain) == (Decimal("0.5"), Decimal("0.2"))
    assert found.total.gain == (Decimal("0.5") * 15 + Decimal("0.2") * 5) / 20  # the hidden one is in no total either


def test_kept_numbers_read_back_as_they_were(with_metrics: Any) -> None:
    gains, people = {PONTIANAK: Decimal("0.123456")}, {PONTIANAK: Decimal(9)}
    with with_metrics(quiz__mean_gain=gains, checkin__participants_present=people, followup__plans_done=None):
        found = figures.count(area_code="61", period=QUARTER)
    assert figures.from_json(figures.to_json(found)) == found


def test_counting_takes_as_many_statements_for_few_as_for_many(
    add_organisation: Any, attend: Any, count_statements: Any
) -> None:
    attend(add_organisation("Satu", PONTIANAK))
    count_statements()
    figures.count(area_code="61", period=QUARTER)
    few = count_statements()
    for number in range(12):
        attend(add_organisation(f"Lembaga {number}", KUBU_RAYA))
    count_statements()
    figures.count(area_code="61", period=QUARTER)
    assert count_statements() == few


@pytest.mark.parametrize(
    ("attended", "step"), [(0, 1), (19, 1), (20, 2), (39, 2), (40, 3), (60, 4), (79, 4), (80, 5), (100, 5), (120, 5)]
)
def test_coverage_falls_into_fifths(attended: int, step: int) -> None:
    numbers = Numbers(organisations=100, attended=attended)
    assert numbers.step == step
    assert numbers.coverage == min(Decimal(attended) / 100, 1)


def test_findings_are_sentences_with_their_numbers(app: Any, db_session: Any) -> None:
    counts = {"Sambas": (10, 1), "Landak": (10, 0), "Sanggau": (4, 4), "Melawi": (0, 0), "Sekadau": (2, 3),
              "Kubu Raya": (10, 5)}  # fmt: skip
    rows = tuple(
        Row(code=f"61.{n:02}", name=f"Kabupaten {name}", numbers=Numbers(organisations=known, attended=came))
        for n, (name, (known, came)) in enumerate(counts.items(), start=1)
    )
    with app.test_request_context():
        said = findings.sentences(Figures(rows=rows))
    assert said == [
        "Cakupan 36%: 13 dari 36 lembaga hadir.",
        "Cakupan terendah: Landak (0%), Sambas (10%), Kubu Raya (50%).",
        "Cakupan tertinggi: Sekadau (100%), Sanggau (100%), Kubu Raya (50%).",
        "Belum terjangkau: Landak.",
        "Belum ada lembaga terdata di: Melawi.",
        "Lembaga yang hadir lebih banyak daripada yang terdata di: Sekadau. Lengkapi direktori di sana.",
    ]
