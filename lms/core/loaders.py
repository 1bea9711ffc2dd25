"""Loaders for `@requires(..., on=...)`: from URL arguments to objects of the core."""

from __future__ import annotations

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolment_by_id
from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import workshop_by_id, workshop_by_slug
from lms.kernel.errors import TicketNeeded
from lms.kernel.permissions import current_actor


def workshop_from_url(workshop_id: int) -> Workshop:
    """Any workshop, by id."""
    return workshop_by_id(workshop_id)


def public_workshop_from_url(slug: str) -> Workshop:
    """A workshop that the public may see, by slug."""
    return workshop_by_slug(slug)


def enrolment_from_url(enrolment_id: int) -> Enrolment:
    """Any enrolment, by id."""
    return enrolment_by_id(enrolment_id)


def own_enrolment() -> Enrolment:
    """The enrolment of the ticket that the visitor holds; raises TicketNeeded."""
    ticket = current_actor().enrolment
    if ticket is None:
        raise TicketNeeded
    return enrolment_by_id(ticket.id)
