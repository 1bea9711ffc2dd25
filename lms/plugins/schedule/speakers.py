"""Writes on narasumber: a person, an enrolment, and the sessions they speak in."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.services import enrol, lock_workshop
from lms.core.people.api import find_or_create
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor, Role
from lms.plugins.schedule import queries
from lms.plugins.schedule.errors import PlanRefused
from lms.plugins.schedule.services import assign

ORGANISATION_LENGTH = 200
POSITION_LENGTH = 100


def add_speaker(
    *,
    workshop_id: int,
    full_name: str,
    title_front: str = "",
    title_back: str = "",
    organisation: str = "",
    position: str = "",
    phone: str = "",
    session_ids: Sequence[int] = (),
    actor: Actor,
) -> Enrolment:
    """Enrol a narasumber and put them into sessions beside who is there; adding the same person again changes nothing.

    Raises NameRefused, PhoneRefused or PlanRefused. The organisation is looked up in the directories of plugins.
    """
    workshop = lock_workshop(workshop_id)
    if len(organisation) > ORGANISATION_LENGTH:
        raise PlanRefused(_("Shorten this to %(count)s letters.", count=ORGANISATION_LENGTH), "organisation")
    if len(position) > POSITION_LENGTH:
        raise PlanRefused(_("Shorten this to %(count)s letters.", count=POSITION_LENGTH), "position")
    person = find_or_create(full_name=full_name, phone=phone or None, title_front=title_front, title_back=title_back)
    speaker = enrol(workshop=workshop, person=person, role=Role.NARASUMBER, affiliation=organisation, position=position)
    by_id = {session.id: session for session in queries.sessions_of(workshop_id)}
    for number in session_ids:
        if number not in by_id:
            raise PlanRefused(_("Choose from the sessions of this workshop."), "session_ids")
        session = by_id[number]
        assign(session=session, speaker_ids=[*(row.id for row in session.speakers), speaker.id])
    db.session.flush()
    audit.record(action="schedule.speaker_added", subject=speaker, workshop_id=workshop_id, actor=actor)
    return speaker
