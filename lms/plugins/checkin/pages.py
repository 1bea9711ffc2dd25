"""Routes of the attendance pages: board, corrections and the attendance sheet on paper and in XLSX."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Role, current_actor, requires
from lms.plugins.checkin import board, documents, services
from lms.plugins.checkin.forms import UndoForm
from lms.plugins.checkin.permissions import PRINT_SHEETS, SCAN, SEE_ATTENDANCE
from lms.plugins.checkin.staff_views import chosen_session, reasoned

bp = Blueprint(
    "attendance", __name__, template_folder="templates", url_prefix="/kelola/lokakarya/<int:workshop_id>/kehadiran"
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@requires(SEE_ATTENDANCE, on=workshop_from_url)
def index(workshop: Workshop) -> str:
    """Who is here and who is missing, by organisation; the part that changes is also served alone."""
    session = chosen_session(workshop)
    shown = board.board_of(session) if session else None
    is_refresh = shown is not None and request.headers.get("HX-Request")
    template = "checkin/_board.html" if is_refresh else "checkin/board.html"
    return render_template(
        template,
        workshop=workshop,
        board=shown,
        sessions=board.choices(workshop.id),
        moment=now(),
        only=request.args.get("hanya", "semua"),
        form=UndoForm(formdata=None),
    )


@bp.post("/<int:enrolment_id>/catat")
@requires(SCAN, on=workshop_from_url)
def enter(workshop: Workshop, enrolment_id: int) -> Response:
    """Enter an attendance by hand, with a reason; documents show it with an asterisk."""
    session, enrolment, reason = reasoned(workshop, enrolment_id)
    at = min(now(), session.starts_at)  # a signature on paper says that somebody came, not when
    with unit_of_work():
        services.correct(session=session, enrolment=enrolment, at=at, reason=reason, actor=current_actor())
    flash(_("The attendance of %(name)s is entered.", name=enrolment.person.formal_name), "success")
    target = url_for("attendance.index", workshop_id=workshop.id, sesi=session.id)
    return redirect(target, 303)  # type: ignore[return-value]


@bp.get("/daftar-hadir")
@requires(PRINT_SHEETS, on=workshop_from_url)
def sheets(workshop: Workshop) -> str:
    """Which sheets can be printed."""
    return render_template(
        "checkin/sheets.html", workshop=workshop, days=documents.days_of(workshop), groups=documents.GROUPS
    )


@bp.get("/daftar-hadir.pdf")
@requires(PRINT_SHEETS, on=workshop_from_url)
def sheet_pdf(workshop: Workshop) -> Response:
    """The attendance sheet of one day and group: blank for signatures, or filled from the scans."""
    day, role = _asked(workshop)
    mode = "blank" if request.args.get("isi") == "kosong" else "filled"
    body = documents.sheet_pdf(workshop=workshop, day=day, role=role, mode=mode)
    return _file(body, "application/pdf", f"daftar-hadir-hari-{day}-{role.value}.pdf")


@bp.get("/daftar-hadir.xlsx")
@requires(PRINT_SHEETS, on=workshop_from_url)
def sheet_xlsx(workshop: Workshop) -> Response:
    """The same sheet as a spreadsheet."""
    day, role = _asked(workshop)
    body = documents.sheet_xlsx(workshop=workshop, day=day, role=role)
    return _file(body, XLSX, f"daftar-hadir-hari-{day}-{role.value}.xlsx")


def _asked(workshop: Workshop) -> tuple[int, Role]:
    day = request.args.get("hari", 1, type=int)
    try:
        role = Role(request.args.get("kelompok", Role.PESERTA.value))
    except ValueError:
        raise NotFound from None
    if role not in documents.GROUPS or not 1 <= day <= workshop.day_count:
        raise NotFound
    return day, role


def _file(body: bytes, content_type: str, filename: str) -> Response:
    response = Response(body, mimetype=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
