"""Routes of the badges: sheets of eight and single ones for staff, and the own one for its holder."""

from __future__ import annotations

from flask import Blueprint, Response, request

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolment_by_id
from lms.core.loaders import own_enrolment, workshop_from_url
from lms.core.permissions import HOLD_TICKET
from lms.core.workshops.models import Workshop
from lms.kernel.errors import NotFound
from lms.kernel.permissions import requires
from lms.plugins.checkin import badges
from lms.plugins.checkin.documents import GROUPS
from lms.plugins.checkin.paper_views import file_answer, group_here
from lms.plugins.checkin.permissions import PRINT_SHEETS

bp = Blueprint("badges", __name__)


@bp.get("/kelola/lokakarya/<int:workshop_id>/kehadiran/kartu.pdf")
@requires(PRINT_SHEETS, on=workshop_from_url)
def sheet(workshop: Workshop) -> Response:
    """The badges of a group, or of all, eight on a page."""
    wanted = request.args.get("kelompok", "")
    roles = [group_here(wanted)] if wanted else list(GROUPS)
    body = badges.sheet_of_badges(workshop, roles=roles)
    return file_answer(body, "application/pdf", f"kartu-{wanted or 'semua'}.pdf")


@bp.get("/kelola/lokakarya/<int:workshop_id>/kehadiran/<int:enrolment_id>/kartu.pdf")
@requires(PRINT_SHEETS, on=workshop_from_url)
def single(workshop: Workshop, enrolment_id: int) -> Response:
    """The badge of one person of this workshop."""
    enrolment = enrolment_by_id(enrolment_id)
    if enrolment.workshop_id != workshop.id:
        raise NotFound
    return file_answer(badges.single_badge(enrolment), "application/pdf", f"kartu-{enrolment.ticket_code.lower()}.pdf")


@bp.get("/tiket/kartu.pdf")
@requires(HOLD_TICKET, on=own_enrolment)
def own(enrolment: Enrolment) -> Response:
    """The holder's own badge, to print at home."""
    return file_answer(badges.single_badge(enrolment), "application/pdf", "kartu-peserta.pdf")
