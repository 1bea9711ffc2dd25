"""Routes of the paper of attendance: sheets as PDF and XLSX, and badges."""

from __future__ import annotations

from flask import Response, render_template, request

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Role, current_actor, requires
from lms.plugins.checkin import board, documents, paper_queries, queries
from lms.plugins.checkin.pages import bp
from lms.plugins.checkin.permissions import PRINT_SHEETS
from lms.plugins.checkin.sheet_rows import SheetKey
from lms.plugins.schedule.api import Session

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/daftar-hadir")
@requires(PRINT_SHEETS, on=workshop_from_url)
def sheets(workshop: Workshop) -> str:
    """Sheets of a day or a session, badges, and what was printed so far."""
    sessions = board.choices(workshop.id)
    return render_template(
        "checkin/sheets.html",
        workshop=workshop,
        days=documents.days_of(workshop),
        sessions=sessions,
        titles={session.id: session.title for session in sessions},
        groups=documents.GROUPS,
        chosen=part_here(workshop, request.args.get("bagian", "hari-1"), Role.PESERTA),
        prints=paper_queries.prints_of(workshop.id),
    )


@bp.get("/daftar-hadir.pdf")
@requires(PRINT_SHEETS, on=workshop_from_url)
def sheet_pdf(workshop: Workshop) -> Response:
    """The sheet of a day or session and group: blank for signatures, or filled from the scans.

    It writes down that these facts were printed; asking again for the same facts gives the same file.
    """
    key = _asked(workshop)
    mode = "blank" if request.args.get("isi") == "kosong" else "filled"
    body = documents.sheet_pdf(key, mode=mode, actor=current_actor())
    return file_answer(body, "application/pdf", documents.file_name(key, "pdf"))


@bp.get("/daftar-hadir.xlsx")
@requires(PRINT_SHEETS, on=workshop_from_url)
def sheet_xlsx(workshop: Workshop) -> Response:
    """The same sheet as a spreadsheet."""
    key = _asked(workshop)
    return file_answer(documents.sheet_xlsx(key), XLSX, documents.file_name(key, "xlsx"))


def _asked(workshop: Workshop) -> SheetKey:
    """Day, session and group of the address. Raises NotFound for what this workshop does not have."""
    session = session_here(workshop, request.args.get("sesi", ""))
    day = session.day if session else request.args.get("hari", 1, type=int)
    role = group_here(request.args.get("kelompok", Role.PESERTA.value))
    if not 1 <= day <= workshop.day_count:
        raise NotFound
    return SheetKey(workshop=workshop, day=day, role=role, session=session)


def part_here(workshop: Workshop, wanted: str, role: Role) -> SheetKey:
    """ "hari-2" or the number of a session, as the lists to choose from send it. Raises NotFound."""
    if wanted.startswith("hari-"):
        day = next((row.number for row in documents.days_of(workshop) if wanted == f"hari-{row.number}"), None)
        if day is None:
            raise NotFound
        return SheetKey(workshop=workshop, day=day, role=role)
    session = session_here(workshop, wanted)
    if session is None:
        raise NotFound
    return SheetKey(workshop=workshop, day=session.day, role=role, session=session)


def session_here(workshop: Workshop, wanted: str) -> Session | None:
    """The session with this number, None for an empty text. Raises NotFound for what is no session here."""
    if not wanted:
        return None
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) <= 12):
        raise NotFound
    session = queries.session(int(wanted))
    if session.workshop_id != workshop.id:
        raise NotFound
    return session


def group_here(wanted: str) -> Role:
    """One of the groups that have sheets. Raises NotFound."""
    found = next((role for role in documents.GROUPS if role.value == wanted), None)
    if found is None:
        raise NotFound
    return found


def file_answer(body: bytes, content_type: str, filename: str) -> Response:
    """A download with a name for people."""
    response = Response(body, mimetype=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
