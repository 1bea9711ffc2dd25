"""Routes for signed paper lists: choose the list, tick or type its rows, look, and mark."""

from __future__ import annotations

import re
import secrets
from typing import Any

from flask import Response, redirect, render_template, request, url_for

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.headers import max_body
from lms.kernel.permissions import Role, current_actor, requires
from lms.kernel.tokens import clean_code
from lms.plugins.checkin import board, paper_lists, paper_queries
from lms.plugins.checkin.documents import GROUPS, days_of
from lms.plugins.checkin.pages import bp
from lms.plugins.checkin.paper_models import PrintedSheet
from lms.plugins.checkin.paper_views import group_here, part_here, session_here
from lms.plugins.checkin.permissions import MANAGE
from lms.plugins.checkin.sheet_rows import SheetKey
from lms.plugins.checkin.verdicts import words_for_staff

_BATCH = re.compile(r"[0-9a-f]{16}")
_LARGEST = 200_000  # bytes of a form with some thousand ticks
_TICKS = 5_000


@bp.get("/daftar-kertas")
@requires(MANAGE, on=workshop_from_url)
def paper_list(workshop: Workshop) -> str:
    """Choose day or session and group, or type the code of the sheet; then tick or type the rows."""
    typed = clean_code(request.args.get("lembar", ""))[:16]
    sheet = _sheet(workshop, typed)
    is_chosen = bool(sheet or "bagian" in request.args)
    key = _key(workshop, sheet) if is_chosen else None
    return render_template(
        "checkin/paper_list.html",
        workshop=workshop,
        days=days_of(workshop),
        sessions=board.choices(workshop.id),
        groups=GROUPS,
        typed=typed,
        sheet=sheet,
        is_unknown=bool(typed) and sheet is None,
        paper=paper_lists.list_of(key, sheet) if key else None,
    )


@bp.post("/daftar-kertas")
@max_body(_LARGEST, parts=_TICKS)
@requires(MANAGE, on=workshop_from_url)
def paper_preview(workshop: Workshop) -> Any:
    """Who will be marked; nothing is written yet."""
    sheet = _sheet(workshop, clean_code(request.args.get("lembar", ""))[:16])
    paper = paper_lists.list_of(_key(workshop, sheet), sheet)
    chosen = paper_lists.choose(
        paper,
        ticked=[int(text) for text in request.form.getlist("orang")[:_TICKS] if _is_number(text)],
        typed=request.form.get("baris", ""),
        all_but=request.form.get("cara") == "kecuali",
    )
    page = render_template(
        "checkin/paper_preview.html",
        workshop=workshop,
        paper=paper,
        sheet=sheet,
        people=sorted(chosen.people.values(), key=lambda row: row.person.search_name),
        numbers={row.enrolment.id: row.number for row in paper.rows},
        present={row.enrolment.id for row in paper.rows if row.is_present},
        problems=chosen.problems,
        batch=secrets.token_hex(8),
    )
    return page, 200 if chosen.people else 422


@bp.post("/daftar-kertas/catat")
@max_body(_LARGEST)
@requires(MANAGE, on=workshop_from_url)
def paper_mark(workshop: Workshop) -> Response:
    """Mark them all, once however often it is sent, and show what it led to."""
    sheet = _sheet(workshop, clean_code(request.args.get("lembar", ""))[:16])
    key, batch = _key(workshop, sheet), _batch(request.form.get("kiriman", ""))
    wanted = {int(text) for text in request.form.get("orang", "").split(",")[:_TICKS] if _is_number(text)}
    people = [row for row in paper_queries.enrolments_by_id(wanted).values() if row.workshop_id == workshop.id]
    with unit_of_work():
        paper_lists.mark(key=key, people=people, batch=batch, sheet=sheet, actor=current_actor())
    target = url_for("attendance.paper_result", workshop_id=workshop.id, kiriman=batch)
    return redirect(target, 303)  # type: ignore[return-value]


@bp.get("/daftar-kertas/hasil")
@requires(MANAGE, on=workshop_from_url)
def paper_result(workshop: Workshop) -> Any:
    """What a list led to, person by person; it can be opened again."""
    sent = request.args.get("kiriman", "")
    results = paper_lists.results_of(workshop, sent) if _BATCH.fullmatch(sent) else ()
    if not results:
        return redirect(url_for("attendance.paper_list", workshop_id=workshop.id), 303)
    told = [(result, words_for_staff(result.outcome)) for result in results]
    return render_template("checkin/paper_result.html", workshop=workshop, told=told)


def _sheet(workshop: Workshop, code: str) -> PrintedSheet | None:
    """The print with this code, of this workshop."""
    found = paper_queries.print_by_code(code)
    return found if found is not None and found.workshop_id == workshop.id else None


def _key(workshop: Workshop, sheet: PrintedSheet | None) -> SheetKey:
    """Which list: the one that was printed, else the chosen one. Raises NotFound."""
    if sheet is not None:
        session = session_here(workshop, str(sheet.session_ref) if sheet.session_ref else "")
        return SheetKey(workshop=workshop, day=sheet.day, role=sheet.role, session=session)
    role = group_here(request.args.get("kelompok", Role.PESERTA.value))
    return part_here(workshop, request.args.get("bagian", ""), role)


def _batch(text: str) -> str:
    """Raises NotFound for what our own form never sends."""
    if not _BATCH.fullmatch(text):
        raise NotFound
    return text


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
