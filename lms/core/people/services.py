"""Writes on people: create, change, recognise, erase."""

from __future__ import annotations

from lms.core.people import names, queries
from lms.core.people.emails import clean_email
from lms.core.people.enums import Gender
from lms.core.people.models import Person
from lms.core.people.phones import parse_phone
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.kernel.registry import registry

# Stored, so it is in the language of the documents; screens that can do better look at `erased_at`.
ERASED_NAME = "Data pribadi dihapus"


def create_person(
    *,
    full_name: str,
    title_front: str = "",
    title_back: str = "",
    gender: Gender | None = None,
    phone: str | None = None,
    email: str | None = None,
    account_id: int | None = None,
    is_demo: bool = False,
) -> Person:
    """Add a person, whoever else has the same name or number. Raises NameRefused, PhoneRefused or EmailRefused."""
    person = Person(account_id=account_id, is_demo=is_demo, created_at=now())
    _fill(
        person,
        full_name=full_name,
        title_front=title_front,
        title_back=title_back,
        gender=gender,
        phone=phone,
        email=email,
    )
    db.session.add(person)
    db.session.flush()
    return person


def update_person(
    *,
    person_id: int,
    full_name: str,
    title_front: str = "",
    title_back: str = "",
    gender: Gender | None = None,
    phone: str | None = None,
    email: str | None = None,
    actor: Actor,
) -> Person:
    """Replace what is known of a person; saving the same again leaves no trace in the audit trail."""
    person = queries.person_by_id(person_id)
    changed = _fill(
        person,
        full_name=full_name,
        title_front=title_front,
        title_back=title_back,
        gender=gender,
        phone=phone,
        email=email,
    )
    if changed:
        db.session.flush()
        audit.record(action="people.changed", subject=person, actor=actor, fields=changed)
    return person


def find_or_create(
    *,
    full_name: str,
    phone: str | None,
    gender: Gender | None = None,
    title_front: str = "",
    title_back: str = "",
    is_demo: bool = False,
) -> Person:
    """The person of this name (spaces, case and accents aside) at this number, else a new one.

    A known person's gender and titles are filled in where they were empty and never overwritten: whoever knows name
    and number is not yet known to be that person. Without a number the person is always new.
    """
    known = None
    if phone:
        key = names.search_key(names.clean_name(full_name))
        known = queries.same_person(search_name=key, phone_e164=parse_phone(phone))
    if known is None:
        return create_person(
            full_name=full_name,
            title_front=title_front,
            title_back=title_back,
            gender=gender,
            phone=phone,
            is_demo=is_demo,
        )
    front, back = _titles(title_front, title_back)
    known.gender = known.gender or gender
    known.title_front = known.title_front or front
    known.title_back = known.title_back or back
    db.session.flush()
    return known


def erase_person(*, person_id: int, actor: Actor) -> Person:
    """Remove what identifies a person, here and in every plugin that declared personal data (UU 27/2022).

    The row stays, because counts and issued documents refer to it. Erasing twice changes nothing.
    """
    person = queries.person_by_id(person_id)
    if person.erased_at is not None:
        return person
    person.erased_at = now()
    for source in reversed(registry().personal_data):  # plugins before those they require, the core last
        source.erase(person.id)
    person.full_name, person.search_name = ERASED_NAME, ""
    person.title_front = person.title_back = ""
    person.gender = person.phone_e164 = person.email = person.account_id = None
    db.session.flush()
    audit.record(action="people.erased", subject=person, actor=actor)
    return person


def _titles(front: str, back: str) -> tuple[str, str]:
    return (
        names.clean_title(front, limit=names.FRONT_LENGTH, field="title_front"),
        names.clean_title(back, limit=names.BACK_LENGTH, field="title_back"),
    )


def _fill(
    person: Person,
    *,
    full_name: str,
    title_front: str,
    title_back: str,
    gender: Gender | None,
    phone: str | None,
    email: str | None,
) -> list[str]:
    """Write the cleaned values; the names of the columns whose value changed."""
    front, back = _titles(title_front, title_back)
    name = names.clean_name(full_name)
    values = {
        "full_name": name,
        "title_front": front,
        "title_back": back,
        "gender": gender,
        "phone_e164": parse_phone(phone) if phone else None,
        "email": clean_email(email) if email else None,
    }
    changed = [column for column, value in values.items() if getattr(person, column) != value]
    for column in changed:
        setattr(person, column, values[column])
    person.search_name = names.search_key(name)
    return changed
