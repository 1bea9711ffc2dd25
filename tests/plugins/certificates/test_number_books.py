"""Books of numbers: by year, by workshop, by type; numbers from outside; and what happens when the rules change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.settings import set_setting
from lms.plugins.certificates import number_services, numbering, template_queries, templates
from lms.plugins.certificates.enums import PaperKind, PaperRole
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.models import Series
from lms.plugins.certificates.number_rules import (
    BOOKS_KEY,
    DEFAULT_PATTERN,
    PRESETS,
    WORKSHOP_PATTERN,
    Books,
    NumberRules,
    Reset,
    check_pattern,
    codes_from,
    rules_of,
)
from lms.plugins.certificates.numbering import Taken

DAY = date(2026, 11, 27)
OLD = "{n:03}/SERT/{code}/{month}/{year}"  # as numbers were written before types had codes


def take(workshop: Any, role: PaperRole = PaperRole.PESERTA, kind: PaperKind = PaperKind.CERTIFICATE) -> Taken:
    with unit_of_work():
        return numbering.take(workshop=workshop, role=role, kind=kind, issued_on=DAY)


@pytest.fixture
def rule(workshop: Any) -> Callable[..., NumberRules]:
    """Save rules that differ from the usual ones in what is named; `codes` is the text of the setting."""

    def save(row: Any = workshop, **changes: Any) -> NumberRules:
        codes = codes_from(changes.pop("codes", ""))
        values = {"pattern": DEFAULT_PATTERN, "reset": Reset.YEAR, "books": Books.SHARED, "workshop_code": "LKSA-3"}
        made = NumberRules(**{**values, **changes}, codes=codes)
        with unit_of_work():
            number_services.save_rules(workshop_id=row.id, rules=made, actor=SYSTEM)
        return made

    return save


def books() -> dict[str, int]:
    query = sa.select(Series.book, Series.last_number).where(Series.last_number > 0)
    return {row.book: row.last_number for row in db.session.execute(query)}


def test_c06_all_types_share_one_counter_a_year_unless_told_otherwise(workshop: Any) -> None:
    texts = [take(workshop, role).text for role in PaperRole]
    assert texts == [f"00{number}/SERT/BK3S-KB/XI/2026" for number in range(1, 6)]
    assert books() == {"2026": 5}


def test_each_type_can_have_a_counter_and_a_code_of_its_own(workshop: Any, rule: Any) -> None:
    rule(books=Books.BY_TYPE, codes="narasumber=PIAGAM;moderator=PIAGAM")
    roles = (PaperRole.PESERTA, PaperRole.NARASUMBER, PaperRole.MODERATOR, PaperRole.PANITIA)
    assert [take(workshop, role).text for role in roles] == [
        "001/SERT/BK3S-KB/XI/2026",
        "001/PIAGAM/BK3S-KB/XI/2026",
        "002/PIAGAM/BK3S-KB/XI/2026",
        "002/SERT/BK3S-KB/XI/2026",
    ]
    assert books() == {"2026:SERT": 2, "2026:PIAGAM": 2}


@pytest.mark.parametrize("pattern", [DEFAULT_PATTERN, OLD])
def test_letters_count_for_themselves_whatever_the_pattern(workshop: Any, rule: Any, pattern: str) -> None:
    rule(pattern=pattern)
    taken = [
        take(workshop, PaperRole.NARASUMBER, kind)
        for kind in (PaperKind.CERTIFICATE, PaperKind.LETTER, PaperKind.CERTIFICATE, PaperKind.LETTER)
    ]
    assert [row.text.partition("/BK3S")[0] for row in taken] == ["001/SERT", "001/UTK", "002/SERT", "002/UTK"]
    assert books() == {"2026": 2, "2026:UTK": 2}


def test_a_counter_can_start_anew_with_each_workshop(workshop: Any, rule: Any, factories: Any) -> None:
    other = factories.workshop(organiser=workshop.organiser)
    rule(pattern=WORKSHOP_PATTERN, reset=Reset.WORKSHOP)
    rule(other, pattern=WORKSHOP_PATTERN, reset=Reset.WORKSHOP, workshop_code="LKSA-4")
    assert [take(row).text for row in (workshop, workshop, other)] == [
        "001/SERT/LKSA-3/BK3S-KB/2026",
        "002/SERT/LKSA-3/BK3S-KB/2026",
        "001/SERT/LKSA-4/BK3S-KB/2026",
    ]
    assert books() == {f"w{workshop.id}": 2, f"w{other.id}": 1}


def test_a_counter_of_a_workshop_goes_on_over_new_year(workshop: Any, rule: Any) -> None:
    rule(pattern=WORKSHOP_PATTERN, reset=Reset.WORKSHOP)
    take(workshop)
    with unit_of_work():
        later = numbering.take(
            workshop=workshop, role=PaperRole.PESERTA, kind=PaperKind.CERTIFICATE, issued_on=date(2027, 1, 2)
        )
    assert later.text == "002/SERT/LKSA-3/BK3S-KB/2027"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("pattern", {"pattern": "{type}/{code}/{year}"}),
        ("pattern", {"pattern": "{n:03}/{type}/{code}"}),
        ("pattern", {"pattern": "{n:03}/{type}/{workshop}"}),  # yearly, without the year
        ("pattern", {"reset": Reset.WORKSHOP}),  # per workshop, without the workshop
        ("pattern", {"pattern": OLD, "books": Books.BY_TYPE}),  # by type, without the type
        ("pattern", {"pattern": "{n}{workshop}/{year}"}),  # 1 and 1A would be 11 and A
        ("pattern", {"pattern": "{type}{n}/{year}"}),
        ("type_letter", {"codes": "letter=SERT"}),
        ("type_panitia", {"codes": "panitia=KO DE"}),
        ("type_codes", {"codes": "tamu=X"}),
        ("workshop_code", {"workshop_code": "A/B"}),
        ("workshop_code", {"workshop_code": "L999"}),  # the usual code of another workshop
    ],
)
def test_c08_rules_whose_numbers_could_repeat_are_refused(
    workshop: Any, rule: Any, field: str, changes: dict[str, Any]
) -> None:
    before = rules_of(workshop)
    with pytest.raises(CertificateRefused) as refused:
        rule(**changes)
    assert refused.value.field == field
    assert rules_of(workshop) == before


def test_two_workshops_of_an_organiser_cannot_have_one_code(workshop: Any, rule: Any, factories: Any) -> None:
    rule(workshop_code="LKSA-3")
    with pytest.raises(CertificateRefused) as refused:
        rule(factories.workshop(organiser=workshop.organiser), workshop_code="lksa-3")
    assert refused.value.field == "workshop_code"


def test_every_offered_pattern_is_good(db_session: Any) -> None:
    for pattern in (*PRESETS, OLD):
        check_pattern(pattern)


@pytest.mark.parametrize("value", ["monthly", ""])
def test_no_form_of_the_site_can_store_a_rule_that_is_none(db_session: Any, value: str) -> None:
    with pytest.raises(RuleViolation):
        set_setting(BOOKS_KEY, value)


def test_a_pattern_that_cannot_tell_types_apart_keeps_one_counter(workshop: Any, rule: Any) -> None:
    """An organiser's settings are saved one by one, so they may not fit together; numbers must not repeat even then."""
    rule(pattern=OLD)
    set_setting(BOOKS_KEY, Books.BY_TYPE.value, scope="organiser", scope_id=workshop.organiser_id)
    assert [take(workshop, role).number for role in (PaperRole.PESERTA, PaperRole.NARASUMBER)] == [1, 2]


def test_numbers_go_on_after_those_given_out_under_other_rules(
    add_person: Any, issue: Any, workshop: Any, rule: Any
) -> None:
    people = [add_person(f"Orang {letter}") for letter in "ABCD"]
    speaker = add_person("Maria", Role.NARASUMBER)
    shared = [issue(person).number_text for person in people[:2]]
    rule(books=Books.BY_TYPE, codes="narasumber=PIAGAM")
    apart = [issue(person).number_text for person in (people[2], speaker)]
    rule()
    again = issue(people[3]).number_text
    assert [text[:8] for text in (*shared, *apart, again)] == [
        "001/SERT",
        "002/SERT",
        "003/SERT",
        "001/PIAG",
        "004/SERT",
    ]


def test_the_next_number_of_each_type_is_what_is_given(workshop: Any, rule: Any) -> None:
    rules = rule(books=Books.BY_TYPE, codes="narasumber=PIAGAM")
    papers = [
        (PaperRole.PESERTA, PaperKind.CERTIFICATE),
        (PaperRole.NARASUMBER, PaperKind.CERTIFICATE),
        (PaperRole.NARASUMBER, PaperKind.LETTER),
    ]
    take(workshop)
    expected = numbering.next_numbers(workshop, papers, issued_on=DAY, rules=rules)
    assert [take(workshop, role, kind).text for role, kind in papers] == expected
    assert expected[0].startswith("002/SERT/")


def test_an_outside_number_leaves_the_counter_alone_and_is_never_given_again(
    add_person: Any, issue: Any, workshop: Any
) -> None:
    def outside(text: str) -> Taken:
        with unit_of_work():
            return numbering.take(
                workshop=workshop,
                role=PaperRole.PESERTA,
                kind=PaperKind.CERTIFICATE,
                issued_on=DAY,
                external=text,
            )

    assert outside("045/DIKLAT/2026") == Taken(series_id=None, number=None, text="045/DIKLAT/2026")
    assert take(workshop).number == 1
    made = issue(add_person())
    with pytest.raises(CertificateRefused):
        outside(made.number_text)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), "002/SERT/BK3S-KB/XII/2026"),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "001/SERT/BK3S-KB/I/2027"),
    ],
)
def test_c06_the_year_begins_at_midnight_in_pontianak(
    add_person: Any, issue: Any, moment: datetime, expected: str
) -> None:
    issue(add_person("Orang A"))
    person = add_person("Orang B")
    with freeze(moment):
        assert issue(person).number_text == expected


def test_a_copied_workshop_is_numbered_and_designed_alike_under_a_code_of_its_own(
    workshop: Any, rule: Any, factories: Any
) -> None:
    from lms.core.workshops.services import create_workshop

    rule(pattern=WORKSHOP_PATTERN, reset=Reset.WORKSHOP, codes="narasumber=PIAGAM")
    templates.ensure_ready_made(workshop.organiser_id)
    chosen = template_queries.ready_made_of(workshop.organiser_id, "kalbar")
    assert chosen is not None
    with unit_of_work():
        templates.choose(workshop_id=workshop.id, role=PaperRole.PESERTA, template_id=chosen.id, actor=SYSTEM)
    with unit_of_work():
        copy = create_workshop(
            organiser_id=workshop.organiser_id,
            title="Salinan",
            starts_on=workshop.starts_on,
            region_code="61.71",
            actor=SYSTEM,
            source_id=workshop.id,
        )
    source, copied = rules_of(workshop), rules_of(copy)
    assert (copied.pattern, copied.reset, copied.codes) == (source.pattern, source.reset, source.codes)
    assert (source.workshop_code, copied.workshop_code) == ("LKSA-3", f"L{copy.id}")
    assert template_queries.choices_of(copy.id) == {PaperRole.PESERTA: chosen}
