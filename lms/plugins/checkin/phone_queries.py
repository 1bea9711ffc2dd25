"""Reads of self check-in: whom a phone has marked present, and whose number and name somebody typed."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.core.people.names import search_key
from lms.kernel.db import db
from lms.plugins.checkin.enums import Verdict
from lms.plugins.checkin.models import Scan

_TELLING = 3  # letters of a word that tells one name from another


def people_on_phone(session_id: int, phone: str) -> set[int]:
    """Enrolments that this browser has marked present at the session, whichever way."""
    if not phone:
        return set()
    found = db.session.scalars(_people_on_phone(), {"session": session_id, "phone": phone})
    return {number for number in found if number is not None}


@cache
def _people_on_phone() -> sa.Select[int | None]:
    """Made once: every self check-in asks for it."""
    return sa.select(Scan.enrolment_id).where(
        Scan.session_id == sa.bindparam("session", type_=sa.Integer),
        Scan.phone == sa.bindparam("phone", type_=sa.String),
        Scan.verdict.in_((Verdict.PRESENT, Verdict.ALREADY)),
    )


def confirmed_by_phone(workshop_id: int, phone_e164: str, typed_name: str) -> Enrolment | None:
    """The one confirmed person of the workshop with this number whose name has every word that was typed."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .where(
            Enrolment.workshop_id == workshop_id,
            Enrolment.status == EnrolmentStatus.CONFIRMED,
            Person.phone_e164 == phone_e164,
            Person.erased_at.is_(None),
        )
    )
    found = [row for row in db.session.scalars(query) if _is_name_of(typed_name, row.person)]
    return found[0] if len(found) == 1 else None


def _is_name_of(typed: str, person: Person) -> bool:
    """Titles and initials may be left out or added; at least one whole word must be there, and none of another name."""
    titles = _words(f"{person.title_front} {person.title_back}")
    name, given = _words(person.full_name), _words(typed) - titles
    short = {word[0] for word in name}
    foreign = {word for word in given - name if not (len(word) == 1 and word in short)}
    return not foreign and any(len(word) >= _TELLING or word == search_key(person.full_name) for word in given & name)


def _words(text: str) -> set[str]:
    return {key for key in (search_key(word) for word in text.replace(".", " ").replace(",", " ").split()) if key}
