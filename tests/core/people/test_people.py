"""People in the database: recognised by name and number, changed, erased."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.people import queries, services
from lms.core.people.emails import clean_email
from lms.core.people.enums import Gender
from lms.core.people.errors import EmailRefused, NameMissing, PhoneTooShort
from lms.core.people.models import Person
from lms.kernel.audit import AuditEntry
from lms.kernel.errors import NotFound
from lms.kernel.permissions import SYSTEM

EVERYBODY = sa.true()


def audited(db_session: Any, action: str) -> list[str]:
    return list(db_session.scalars(sa.select(AuditEntry.fields).where(AuditEntry.action == action)))


def test_a_new_person_is_stored_clean(db_session: Any) -> None:
    person = services.create_person(
        full_name=" Ratna  Wulandari\u202e",
        title_front="Dra. Hj.",
        title_back=", M.Si.",
        gender=Gender.P,
        phone="0812 3456 7890",
    )
    db_session.expire(person)
    assert person.formal_name == "Dra. Hj. Ratna Wulandari, M.Si."
    assert person.initials == "RW"
    assert (person.phone_e164, person.search_name, person.gender) == ("+6281234567890", "ratnawulandari", Gender.P)


def test_a_refused_value_stores_nobody(db_session: Any) -> None:
    before = db_session.scalar(sa.select(sa.func.count(Person.id)))
    with pytest.raises(NameMissing):
        services.create_person(full_name="123")
    with pytest.raises(PhoneTooShort):
        services.create_person(full_name="Wati", phone="0812")
    assert db_session.scalar(sa.select(sa.func.count(Person.id))) == before


def test_the_same_name_at_the_same_number_is_the_same_person(db_session: Any) -> None:
    first = services.find_or_create(full_name="Nur'aini Sari", phone="081234567890")
    again = services.find_or_create(full_name="NURAINI  SARI", phone="+62 812-3456-7890")
    assert again.id == first.id
    assert again.full_name == "Nur'aini Sari"


def test_two_people_may_share_a_number(db_session: Any) -> None:
    first = services.find_or_create(full_name="Wati", phone="081234567890")
    other = services.find_or_create(full_name="Budi", phone="081234567890")
    assert other.id != first.id


def test_a_namesake_with_another_number_is_somebody_else(db_session: Any) -> None:
    first = services.find_or_create(full_name="Wati", phone="081234567890")
    other = services.find_or_create(full_name="Wati", phone="081234567891")
    assert other.id != first.id


def test_without_a_number_nobody_is_recognised(db_session: Any) -> None:
    first = services.find_or_create(full_name="Wati", phone="")
    other = services.find_or_create(full_name="Wati", phone=None)
    assert other.id != first.id


def test_registering_again_fills_gaps_and_overwrites_nothing(db_session: Any) -> None:
    services.find_or_create(full_name="Wati", phone="081234567890", title_front="Dra.")
    again = services.find_or_create(
        full_name="Wati", phone="081234567890", title_front="Dr.", title_back="M.Si.", gender=Gender.P
    )
    assert (again.title_front, again.title_back, again.gender) == ("Dra.", "M.Si.", Gender.P)


def test_a_change_is_noted_by_column_and_no_change_is_not(db_session: Any) -> None:
    person = services.create_person(full_name="Wati", phone="081234567890")
    services.update_person(person_id=person.id, full_name="Wati Lestari", phone="081234567890", actor=SYSTEM)
    services.update_person(person_id=person.id, full_name="Wati Lestari", phone="081234567890", actor=SYSTEM)
    db_session.flush()
    assert person.search_name == "watilestari"
    assert audited(db_session, "people.changed") == ["full_name"]


def test_search_ignores_spaces_and_keeps_to_what_is_visible(db_session: Any) -> None:
    wati = services.create_person(full_name="Siti Nurhaliza")
    services.create_person(full_name="Siti Nur Haliza", phone="081234567890")
    assert [person.full_name for person in queries.search_people("nur HALIZA", visible=EVERYBODY)] == [
        "Siti Nurhaliza",
        "Siti Nur Haliza",
    ]
    assert queries.search_people("nurhaliza", visible=Person.id == wati.id) == [wati]
    assert queries.search_people("nurhaliza", visible=sa.false()) == []


@pytest.mark.parametrize("text", ["%", "_", "", "  "])
def test_wildcards_find_nobody(db_session: Any, text: str) -> None:
    services.create_person(full_name="Wati")
    assert queries.search_people(text, visible=EVERYBODY) == []


def test_an_erased_person_leaves_an_empty_row(db_session: Any) -> None:
    person = services.create_person(
        full_name="Wati", title_back="S.Sos.", gender=Gender.P, phone="081234567890", email="wati@contoh.id"
    )
    services.erase_person(person_id=person.id, actor=SYSTEM)
    services.erase_person(person_id=person.id, actor=SYSTEM)
    db_session.flush()
    db_session.expire(person)
    assert person.formal_name == services.ERASED_NAME
    assert (person.phone_e164, person.email, person.gender, person.search_name) == (None, None, None, "")
    assert person.erased_at is not None
    assert len(audited(db_session, "people.erased")) == 1
    assert queries.search_people("wati", visible=Person.id == person.id) == []


def test_an_erased_person_is_not_recognised_again(db_session: Any) -> None:
    person = services.create_person(full_name="Wati", phone="081234567890")
    services.erase_person(person_id=person.id, actor=SYSTEM)
    assert services.find_or_create(full_name="Wati", phone="081234567890").id != person.id


def test_an_unknown_person_is_not_found(db_session: Any) -> None:
    with pytest.raises(NotFound):
        queries.person_by_id(999_999_999)


@pytest.mark.parametrize(
    "typed",
    [
        "wati",
        "wati@",
        "@contoh.id",
        "wati@contoh",
        "a b@contoh.id",
        "x@y.id,z@y.id",
        "wati\u202e@contoh.id",
        "a" * 250 + "@b.id",
    ],
)
def test_what_no_mail_can_reach_is_refused(typed: str) -> None:
    with pytest.raises(EmailRefused):
        clean_email(typed)


def test_addresses_are_kept_in_small_letters() -> None:
    assert clean_email(" Wati@Contoh.ID ") == "wati@contoh.id"
