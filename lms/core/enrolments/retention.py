"""The period of contact data: phone numbers and e-mail addresses go when a person's last workshop is long over."""

from __future__ import annotations

from datetime import UTC, datetime, time

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.clock import months_ago
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.kernel.settings import setting

BATCH = 500


def erase_old_contacts(*, batch: int = BATCH) -> int:
    """Erase the contacts of at most `batch` people whose period is over; how many. Running it again is harmless.

    The period counts from the end of the last workshop, or from being entered for somebody without one. The trail gets
    the number of people and nobody's id.
    """
    overdue = sa.select(Person.id).where(*_overdue()).order_by(Person.id).limit(batch)
    change = sa.update(Person).where(Person.id.in_(overdue)).values(phone_e164=None, email=None)
    changed = db.session.execute(change.execution_options(synchronize_session="fetch"))
    count = int(getattr(changed, "rowcount", 0))
    if count:
        fields = ("phone_e164", "email")
        audit.record(action="people.contacts_expired", actor=SYSTEM, fields=fields, reason=str(count))
        db.session.flush()
    return count


def _overdue() -> tuple[sa.ColumnElement[bool], ...]:
    first = months_ago(setting("core.contact_months"))
    lately = (
        sa.select(Enrolment.id)
        .join(Workshop, Workshop.id == Enrolment.workshop_id)
        .where(Enrolment.person_id == Person.id, Workshop.ends_on >= first)
    )
    has_contact = sa.or_(Person.phone_e164.is_not(None), Person.email.is_not(None))
    return has_contact, Person.created_at < datetime.combine(first, time(), UTC), ~lately.exists()
