"""A person's own data: a copy from the core and every plugin, and what happens when consent is withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.core.people.services import erase_person
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.kernel.registry import registry

ERASURE = "enrolments.erasure_requested"


def collect(person_id: int) -> dict[str, Mapping[str, object]]:
    """`{source: data}` of everything kept about the person (UU 27/2022 Pasal 32)."""
    return {source.key: source.export(person_id) for source in registry().personal_data}


def is_known_elsewhere(enrolment: Enrolment) -> bool:
    """Whether its person has other registrations.

    A name and a number are no proof of who holds this ticket, so then it reaches no further than itself: the rest is
    the committee's to give and to change.
    """
    others = sa.select(Enrolment.id).where(Enrolment.person_id == enrolment.person_id, Enrolment.id != enrolment.id)
    return db.session.scalars(others.limit(1)).first() is not None


def collect_for_ticket(enrolment: Enrolment) -> dict[str, Mapping[str, object]]:
    """Everything, when the person is registered here only; else what this registration itself says."""
    if not is_known_elsewhere(enrolment):
        return collect(enrolment.person_id)
    return {"core": {"name": enrolment.person.formal_name, "registrations": [_registration(enrolment)]}}


def export(person_id: int) -> Mapping[str, object]:
    """What the core knows: the person and the registrations."""
    person = db.session.get_one(Person, person_id)
    rows = db.session.scalars(sa.select(Enrolment).where(Enrolment.person_id == person_id))
    return {
        "name": person.formal_name,
        "gender": person.gender.value if person.gender else None,
        "phone": person.phone_e164,
        "email": person.email,
        "registrations": [_registration(row) for row in rows],
    }


def _registration(row: Enrolment) -> dict[str, object]:
    return {
        "workshop": row.workshop.title,
        "role": row.role.value,
        "status": row.status.value,
        "organisation": row.affiliation,
        "position": row.position,
        "registered_at": row.registered_at.isoformat(),
        "consent_text": row.consent_text,
        "consent_at": row.consent_at.isoformat() if row.consent_at else None,
        "may_photograph": row.may_photograph,
        "may_contact": row.may_contact,
    }


def erase(person_id: int) -> None:
    """Registrations stay as counts: positions and consents go, and no link works any more."""
    db.session.execute(
        sa.update(Enrolment)
        .where(Enrolment.person_id == person_id)
        .values(position="", may_photograph=False, may_contact=False, link_version=Enrolment.link_version + 1)
    )


def withdraw_consents(*, enrolment_id: int, actor: Actor) -> None:
    """Withdraw the optional consents; the workshop itself goes on."""
    row = _without_consents(enrolment_id)
    audit.record(
        action="enrolments.consent_withdrawn",
        subject=row,
        workshop_id=row.workshop_id,
        actor=actor,
        fields=("may_photograph", "may_contact"),
    )


def request_erasure(*, enrolment_id: int, reason: str, actor: Actor) -> None:
    """Note that a person wants the data erased, and withdraw the optional consents at once."""
    row = _without_consents(enrolment_id)
    audit.record(action=ERASURE, subject=row, workshop_id=row.workshop_id, actor=actor, reason=reason)


def erase_for(*, enrolment_id: int, reason: str, actor: Actor) -> None:
    """Erase the person of an enrolment everywhere, and say why in the trail of its workshop."""
    row = db.session.get_one(Enrolment, enrolment_id)
    erase_person(person_id=row.person_id, actor=actor)
    audit.record(action="enrolments.erased", subject=row, workshop_id=row.workshop_id, actor=actor, reason=reason)


def erasure_requests(workshop_id: int) -> Sequence[Enrolment]:
    """Enrolments whose holder asked for erasure and was not erased yet."""
    asked = sa.select(audit.AuditEntry.subject_id).where(
        audit.AuditEntry.workshop_id == workshop_id, audit.AuditEntry.action == ERASURE
    )
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .where(Enrolment.workshop_id == workshop_id, Enrolment.id.in_(asked), Person.erased_at.is_(None))
        .order_by(Enrolment.id)
    )
    return list(db.session.scalars(query))


def _without_consents(enrolment_id: int) -> Enrolment:
    row = db.session.get_one(Enrolment, enrolment_id)
    row.may_photograph = row.may_contact = False
    db.session.flush()
    return row
