"""Routes of the attendance pages: the board, the call list, and corrections by hand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.loaders import workshop_from_url
from lms.core.permissions import SEE_PARTICIPANTS
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import can, current_actor, requires
from lms.kernel.web import safe_next, typed_search
from lms.plugins.checkin import board, calls, live, queries, services
from lms.plugins.checkin.board import Sight
from lms.plugins.checkin.forms import UndoForm
from lms.plugins.checkin.live import View
from lms.plugins.checkin.permissions import MANAGE, SCAN, SEE_ATTENDANCE
from lms.plugins.checkin.staff_views import chosen_session, reasoned, taken_back
from lms.plugins.schedule.api import Session

bp = Blueprint(
    "attendance", __name__, template_folder="templates", url_prefix="/kelola/lokakarya/<int:workshop_id>/kehadiran"
)


@bp.get("")
@requires(SEE_ATTENDANCE, on=workshop_from_url)
def index(workshop: Workshop) -> str:
    """Who is here and who is missing, by organisation; the part that changes asks for itself (`refresh`)."""
    session = chosen_session(workshop)
    if session is None:
        return render_template("checkin/board.html", workshop=workshop, session=None)
    view = _view(workshop, session)
    tag = live.tag_of(view, fresh=True)
    return render_template(
        "checkin/board.html",
        workshop=workshop,
        session=session,
        view=view,
        sight=view.sight,
        tag=tag,
        board=live.board_of(view),
        sessions=board.choices(workshop.id),
        moment=_clock(),
    )


@bp.get("/langsung")
@requires(SEE_ATTENDANCE, on=workshop_from_url)
def refresh(workshop: Workshop) -> Any:
    """For board.js: the part of the board that changes, 304 while it looks as the visitor has it."""
    session = chosen_session(workshop)
    if session is None:
        raise NotFound
    view = _view(workshop, session)
    if not request.if_none_match:  # somebody opened this address as a page
        to_board = url_for("attendance.index", workshop_id=workshop.id, sesi=session.id, hanya=view.only)
        return redirect(to_board, 303)
    tag = live.tag_of(view, fresh=False)
    if request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
    else:
        answer = Response(live.part_of(view, tag), mimetype="text/html")
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Board-Time"] = _clock()
    return answer


def _view(workshop: Workshop, session: Session) -> View:
    may_contact, only = can(SEE_PARTICIPANTS, workshop), request.args.get("hanya", "")
    sight = Sight(names=may_contact or can(SCAN, workshop), contacts=may_contact, manages=can(MANAGE, workshop))
    return View(
        workshop=workshop,
        session=session,
        sight=sight,
        only=only if only in board.FILTERS else board.FILTERS[0],
        page=_page(),
    )


def _page() -> int:
    return max(request.args.get("page", 1, type=int), 1)


def _clock() -> str:
    return now().astimezone(page_zone()).strftime("%H.%M.%S")


@bp.get("/hubungi")
@requires(SEE_PARTICIPANTS, on=workshop_from_url)
def call_list(workshop: Workshop) -> Any:
    """Who is missing at a session, with a message to send; for printing as well."""
    session = chosen_session(workshop)
    if session is None:
        return redirect(url_for("attendance.index", workshop_id=workshop.id), 303)
    shown = calls.call_list(session, page=_page())
    sessions = board.choices(workshop.id)
    return render_template("checkin/calls.html", workshop=workshop, session=session, shown=shown, sessions=sessions)


@bp.get("/perbaiki")
@requires(SCAN, on=workshop_from_url)
def correct(workshop: Workshop) -> Any:
    """Find people by name to enter their attendance by hand or to take it back."""
    session = chosen_session(workshop)
    if session is None:
        return redirect(url_for("attendance.index", workshop_id=workshop.id), 303)
    text = typed_search(limit=60)
    hits = [(person, queries.attendance(person.id, session.id)) for person in queries.search(workshop.id, text)]
    return render_template(
        "checkin/correct.html",
        workshop=workshop,
        session=session,
        sessions=board.choices(workshop.id),
        text=text,
        hits=hits,
        form=UndoForm(formdata=None),
    )


@bp.post("/<int:enrolment_id>/catat")
@requires(SCAN, on=workshop_from_url)
def enter(workshop: Workshop, enrolment_id: int) -> Any:
    """Enter an attendance by hand, with a reason; documents show it with an asterisk."""
    session, enrolment, reason = reasoned(workshop, enrolment_id)
    at = min(now(), session.starts_at)  # a signature on paper says that somebody came, not when
    with unit_of_work():
        services.correct(session=session, enrolment=enrolment, at=at, reason=reason, actor=current_actor())
    flash(_("The attendance of %(name)s is entered.", name=enrolment.person.formal_name), "success")
    return _back(workshop, session)


@bp.post("/<int:enrolment_id>/tarik")
@requires(SCAN, on=workshop_from_url)
def take_back(workshop: Workshop, enrolment_id: int) -> Any:
    """Take an attendance back, with a reason, whichever device scanned it."""
    return _back(workshop, taken_back(workshop, enrolment_id))


def _back(workshop: Workshop, session: Session) -> Any:
    """To the page that the form was on, else to the board."""
    to_board = url_for("attendance.index", workshop_id=workshop.id, sesi=session.id)
    return redirect(safe_next(request.form.get("next"), to_board), 303)
