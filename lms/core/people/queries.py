"""Reads on people."""

from __future__ import annotations

import sqlalchemy as sa

from lms.core.people.models import Person
from lms.core.people.names import search_key
from lms.kernel.db import db
from lms.kernel.errors import NotFound


def person_by_id(person_id: int) -> Person:
    """Raises NotFound; an erased person is still found, since documents refer to the row."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def search_people(text: str, *, visible: sa.ColumnElement[bool], limit: int = 20) -> list[Person]:
    """People whose name contains `text`, spaces and case aside, by name.

    `visible` is the caller's condition on Person: people belong to nobody, so who may see them is known by what links
    them to a workshop. Text without a letter or digit finds nobody.
    """
    key = search_key(text)
    if not key:
        return []
    query = (
        sa.select(Person)
        .where(visible, Person.erased_at.is_(None), Person.search_name.contains(key, autoescape=True))
        .order_by(Person.search_name, Person.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def same_person(*, search_name: str, phone_e164: str) -> Person | None:
    """The oldest person of this name at this number who was not erased."""
    query = (
        sa.select(Person)
        .filter_by(search_name=search_name, phone_e164=phone_e164, erased_at=None)
        .order_by(Person.id)
        .limit(1)
    )
    return db.session.scalar(query)
