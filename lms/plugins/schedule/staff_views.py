"""Routes of the staff: the agenda, its sessions and rooms, and its print."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as Answer
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import current_actor, requires
from lms.plugins.schedule import queries, rooms, services
from lms.plugins.schedule.agenda import agenda_of
from lms.plugins.schedule.forms import MoveForm, RoomForm, SessionForm, values_of
from lms.plugins.schedule.loaders import room_of_workshop, session_of_workshop
from lms.plugins.schedule.models import Room, Session
from lms.plugins.schedule.permissions import EDIT, RUN
from lms.plugins.schedule.printing import agenda_pdf

bp = Blueprint("agenda", __name__, url_prefix="/kelola/lokakarya/<int:workshop_id>")


@bp.get("/agenda")
@requires(RUN, on=workshop_from_url)
def index(workshop: Workshop) -> str:
    """One day as a timetable (`hari=2`), or all as a list (`hari=semua`)."""
    agenda = agenda_of(workshop)
    number = request.args.get("hari", type=int) or 1
    day = next((day for day in agenda.days if day.number == number), agenda.days[0])
    as_list = request.args.get("hari") == "semua"
    return render_template(
        "schedule/agenda.html", workshop=workshop, agenda=agenda, day=day, as_list=as_list, room_form=RoomForm()
    )


@bp.route("/agenda/tambah", methods=["GET", "POST"])
@requires(EDIT, on=workshop_from_url)
def create(workshop: Workshop) -> Any:
    """A new session."""
    form = SessionForm(data={"day": request.args.get("hari", 1, type=int), "counts_attendance": True, "room_id": 0})
    _offer(form, workshop)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                session = services.create_session(workshop_id=workshop.id, plan=form.plan(), actor=current_actor())
        except RuleViolation as error:
            form.refuse(error)
        else:
            flash(_("“%(title)s” is in the agenda.", title=session.title), "success")
            return _to_day(session)
    return render_template("schedule/create.html", workshop=workshop, form=form), _status()


@bp.route("/agenda/<int:session_id>", methods=["GET", "POST"])
@requires(EDIT, on=session_of_workshop)
def edit(session: Session) -> Any:
    """Change everything about a session."""
    form = SessionForm(data=values_of(session))
    _offer(form, session.workshop)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                services.change_session(session_id=session.id, plan=form.plan(), actor=current_actor())
        except RuleViolation as error:
            form.refuse(error)
        else:
            flash(_("The session is saved."), "success")
            return _to_day(session)
    return _session_page(session, form=form)


@bp.post("/agenda/<int:session_id>/pindah")
@requires(EDIT, on=session_of_workshop)
def move(session: Session) -> Any:
    """Another day, start or room."""
    form = MoveForm()
    form.offer(session.workshop, queries.rooms_of(session.workshop_id))
    if form.validate_on_submit():
        try:
            with unit_of_work():
                services.move_session(
                    session_id=session.id,
                    day=form.day.data,
                    starts=form.starts.data,
                    room_id=form.room_id.data or None,
                    actor=current_actor(),
                )
        except RuleViolation as error:
            form.refuse(error)
        else:
            flash(_("The session has moved."), "success")
            return _to_day(session)
    return _session_page(session, move_form=form)


@bp.post("/agenda/<int:session_id>/hapus")
@requires(EDIT, on=session_of_workshop)
def remove(session: Session) -> Response:
    """Take a session out of the agenda."""
    try:
        with unit_of_work():
            services.remove_session(session_id=session.id, actor=current_actor())
    except RuleViolation as error:
        flash(str(error), "error")
    else:
        flash(_("“%(title)s” is no longer in the agenda.", title=session.title), "success")
    return redirect(url_for("agenda.index", workshop_id=session.workshop_id, hari=session.day), 303)


@bp.post("/agenda/<int:session_id>/buka")
@requires(RUN, on=session_of_workshop)
def open_(session: Session) -> Response:
    """Open a session."""
    with unit_of_work():
        services.open_session(session_id=session.id, actor=current_actor())
    flash(_("The session is open."), "success")
    return _to_day(session)


@bp.post("/agenda/<int:session_id>/tutup")
@requires(RUN, on=session_of_workshop)
def close(session: Session) -> Response:
    """Close a session."""
    with unit_of_work():
        services.close_session(session_id=session.id, actor=current_actor())
    flash(_("The session is closed."), "success")
    return _to_day(session)


@bp.post("/agenda/ruang")
@requires(EDIT, on=workshop_from_url)
def add_room(workshop: Workshop) -> Any:
    """One more room, from the form beside the timetable."""
    form = RoomForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                rooms.add_room(
                    workshop_id=workshop.id,
                    name=form.name.data,
                    capacity=form.capacity.data or 0,
                    actor=current_actor(),
                )
        except RuleViolation as error:
            form.refuse(error)
        else:
            flash(_("The room is added."), "success")
            return redirect(url_for("agenda.index", workshop_id=workshop.id), 303)
    agenda = agenda_of(workshop)
    context = {"agenda": agenda, "day": agenda.days[0], "as_list": False, "room_form": form}
    return render_template("schedule/agenda.html", workshop=workshop, **context), 422


@bp.post("/agenda/ruang/<int:room_id>/hapus")
@requires(EDIT, on=room_of_workshop)
def remove_room(room: Room) -> Response:
    """Take a room away; its sessions stay without one."""
    with unit_of_work():
        rooms.remove_room(room_id=room.id, actor=current_actor())
    flash(_("The room is removed. Its sessions have no room now."), "success")
    return redirect(url_for("agenda.index", workshop_id=room.workshop_id), 303)


@bp.get("/agenda.pdf")
@requires(RUN, on=workshop_from_url)
def pdf(workshop: Workshop) -> Answer:
    """The agenda on paper."""
    answer = Answer(agenda_pdf(workshop), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"agenda-{workshop.slug}.pdf")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _session_page(session: Session, *, form: Any = None, move_form: Any = None) -> Any:
    if form is None:
        form = SessionForm(formdata=None, data=values_of(session))
        _offer(form, session.workshop)
    if move_form is None:
        move_form = MoveForm(formdata=None, data=values_of(session))
        move_form.offer(session.workshop, queries.rooms_of(session.workshop_id))
    page = render_template(
        "schedule/session.html", workshop=session.workshop, session=session, form=form, move_form=move_form
    )
    return page, _status()


def _offer(form: SessionForm, workshop: Workshop) -> None:
    form.offer(workshop, queries.rooms_of(workshop.id), queries.speakers_of(workshop.id))


def _to_day(session: Session) -> Response:
    target = url_for("agenda.index", workshop_id=session.workshop_id, hari=session.day)
    return redirect(f"{target}#sesi-{session.id}", 303)


def _status() -> int:
    """A page after a refused post answers 422."""
    return 422 if request.method == "POST" else 200
