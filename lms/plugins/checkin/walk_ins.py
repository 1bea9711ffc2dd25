"""People who come without registration: enrolled and marked present in one step."""

from __future__ import annotations

from datetime import datetime

from lms.core.enrolments import services as enrolments
from lms.core.enrolments.enums import Source
from lms.core.people.enums import Gender
from lms.core.people.services import find_or_create
from lms.kernel import audit
from lms.kernel.permissions import Actor, Role
from lms.plugins.checkin import queries, services
from lms.plugins.checkin.enums import Method
from lms.plugins.checkin.services import PLAIN, Circumstances, Outcome
from lms.plugins.schedule.api import Session


def admit(
    *,
    workshop_id: int,
    session: Session,
    full_name: str,
    phone: str,
    affiliation: str,
    position: str,
    gender: Gender | None,
    device: str,
    client_id: str,
    actor: Actor,
    at: datetime | None = None,
    around: Circumstances = PLAIN,
) -> Outcome:
    """Enrol and mark present, `at` an earlier time where the form was filled in without signal.

    The same form sent twice, or a person registered already, leads to one person.

    Staff may exceed the quota: the person stands at the door. Whoever is registered keeps that registration as it is;
    a cancelled or waiting one is refused like at every other door. Raises RuleViolation for a bad name or number.
    """
    enrolments.lock_workshop(workshop_id)  # a form sent twice at once: the second waits here
    person = find_or_create(full_name=full_name, phone=phone, gender=gender)
    enrolment = queries.participant(workshop_id, person.id)
    if enrolment is None:
        enrolment = enrolments.enrol(
            workshop=session.workshop,
            person=person,
            role=Role.PESERTA,
            affiliation=affiliation,
            position=position,
            source=Source.WALK_IN,
        )
        audit.record(action="checkin.walk_in", subject=enrolment, workshop_id=workshop_id, actor=actor)
    return services.check_in(
        session=session,
        enrolment=enrolment,
        method=Method.WALK_IN,
        device=device,
        client_id=_scan_id(client_id, enrolment.id),
        actor=actor,
        at=at,
        around=around,
    )


def _scan_id(form_id: str, enrolment_id: int) -> str:
    """One for each person: the browser's way back may fill the same form in for somebody else."""
    return f"{form_id[:50]}-{enrolment_id}"
