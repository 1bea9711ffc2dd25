"""Numbers: how they are written, which month and year they carry, and where they begin again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from lms.kernel.clock import freeze
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import SYSTEM
from lms.kernel.settings import set_setting
from lms.plugins.certificates import criteria, number_services
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.number_rules import DEFAULT_PATTERN, PATTERN_KEY, check_pattern, number_text, rules_of


@pytest.mark.parametrize(("month", "roman"), [(1, "I"), (4, "IV"), (9, "IX"), (11, "XI"), (12, "XII")])
def test_the_month_is_roman(db_session: Any, month: int, roman: str) -> None:
    text = number_text(DEFAULT_PATTERN, number=7, organiser_code="BK3S-KB", issued_on=date(2026, month, 3))
    assert text == f"007/SERT/BK3S-KB/{roman}/2026"


def test_numbers_run_on_within_an_organiser(add_person: Any, issue: Any) -> None:
    texts = [issue(add_person(f"Orang {letter}")).number_text for letter in "ABC"]
    assert texts == [f"00{number}/SERT/BK3S-KB/XI/2026" for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 30, 16, 59, tzinfo=UTC), "XI/2026"),
        (datetime(2026, 11, 30, 17, 0, tzinfo=UTC), "XII/2026"),
        (datetime(2026, 12, 31, 16, 30, tzinfo=UTC), "XII/2026"),  # 31 December, 23.30 WIB
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "I/2027"),
    ],
)
def test_month_and_year_follow_the_date_in_pontianak(
    add_person: Any, issue: Any, moment: datetime, expected: str
) -> None:
    enrolment = add_person()
    with freeze(moment):
        assert issue(enrolment).number_text == f"001/SERT/BK3S-KB/{expected}"


def test_the_month_follows_the_zone_of_the_workshop(add_person: Any, issue: Any, workshop: Any, factories: Any) -> None:
    from lms.core.regions.models import Region
    from lms.kernel.db import db

    if db.session.get(Region, "91") is None:
        db.session.add(Region(code="91", name="Papua", kind="provinsi", parent_code=None, search_name="papua"))
        db.session.flush()
    workshop.region_code = "91"
    enrolment = add_person()
    with freeze(datetime(2026, 11, 30, 15, 30, tzinfo=UTC)):  # 00.30 WIT, the next day
        assert "/XII/" in issue(enrolment).number_text


def test_the_counter_starts_again_in_january(add_person: Any, issue: Any) -> None:
    people = [add_person(f"Orang {letter}") for letter in "ABC"]
    with freeze(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)):
        old = [issue(person) for person in people[:2]]
    with freeze(datetime(2026, 12, 31, 17, 30, tzinfo=UTC)):
        new = issue(people[2])
    assert [row.number for row in old] == [1, 2]
    assert (new.number, new.number_text) == (1, "001/SERT/BK3S-KB/I/2027")


def test_each_organiser_counts_for_itself(add_person: Any, issue: Any, factories: Any) -> None:
    other = factories.workshop()
    criteria.save_criteria(workshop_id=other.id, thresholds=dict.fromkeys(criteria.DEFAULTS, Decimal(0)), actor=SYSTEM)
    assert issue(add_person()).number == 1
    assert issue(factories.enrolment(workshop=other)).number == 1


@pytest.mark.parametrize(
    "pattern",
    [
        "SERT/{code}/{month}/{year}",
        "{n:03}/SERT/{code}",
        "{n:03}/{year}/{secret}",
        "{n.real}/{year}",
        "{n!r}/{year}",
        "{n:>99999}/{year}",
        "{n:03/{year}",
        "{n:03}/{year}/" + "x" * 90,
        "",
    ],
)
def test_a_pattern_that_cannot_number_is_refused(db_session: Any, pattern: str) -> None:
    with pytest.raises(CertificateRefused) as refused:
        check_pattern(pattern)
    assert refused.value.field == "pattern"


def test_no_form_of_the_site_can_store_a_pattern_without_counter(db_session: Any) -> None:
    with pytest.raises(RuleViolation):
        set_setting(PATTERN_KEY, "SERT/{year}")


def test_a_pattern_counts_for_its_workshop_from_then_on(add_person: Any, issue: Any, workshop: Any) -> None:
    before = issue(add_person("Orang A"))
    rules = replace(rules_of(workshop), pattern="{year}-{n:04}-{code}")
    number_services.save_rules(workshop_id=workshop.id, rules=rules, actor=SYSTEM)
    assert issue(add_person("Orang B")).number_text == "2026-0002-BK3S-KB"
    assert before.number_text == "001/SERT/BK3S-KB/XI/2026"
