"""What paper adds to pages of the core: signing on the ticket, and the badge to print."""

from __future__ import annotations

from collections.abc import Mapping

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.plugins.checkin import paper_queries, signatures
from lms.plugins.checkin.panels import running


def sign(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The tile for signing, once the holder is marked present at the running session."""
    if not enrolment.is_confirmed:
        return None
    session, attendance = running(workshop, enrolment)
    if session is None or attendance is None or now() >= signatures.ends_at(session):
        return None
    return {"session": session, "signature": paper_queries.signature(enrolment.id, session.id)}


def badge(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The badge of somebody who has a confirmed place."""
    return {} if enrolment.is_confirmed else None
