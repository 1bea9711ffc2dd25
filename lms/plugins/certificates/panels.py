"""What certificates show on pages of the core."""

from __future__ import annotations

from collections.abc import Mapping

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import seats
from lms.core.workshops.models import Workshop
from lms.plugins.certificates import corrections, eligibility, queries
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.services import today_at


def is_over(workshop: Workshop) -> bool:
    """Whether the last day has passed where the workshop is held."""
    return workshop.ends_on < today_at(workshop)


def deed(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The tile on the ticket: later, or issued."""
    paper = queries.newest_certificate(enrolment.id)
    return {"certificate": paper} if paper is not None or enrolment.is_confirmed else None


def kpi(workshop: Workshop) -> Mapping[str, object] | None:
    """Issued of confirmed participants, once there is one or the workshop is over."""
    issued = queries.count_valid(workshop.id, PaperRole.PESERTA)
    if not issued and not is_over(workshop):
        return None
    return {"issued": issued, "people": seats(workshop.id).taken}


def todo(workshop: Workshop) -> Mapping[str, object] | None:
    """After the last day: how many certificates may be issued; done when all who may have theirs."""
    if not is_over(workshop):
        return None
    table = eligibility.table_of(workshop, PaperRole.PESERTA)
    return {"table": table} if table.rows else None


def corrections_todo(workshop: Workshop) -> Mapping[str, object] | None:
    """Requests of holders that wait for an answer."""
    waiting = corrections.waiting_in(workshop.id)
    return {"waiting": waiting} if waiting else None
