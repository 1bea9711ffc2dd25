"""Routes of absences: excused, sick, represented."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolment_by_id
from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.forms import choices
from lms.kernel.permissions import Role, current_actor, requires
from lms.kernel.web import safe_next
from lms.plugins.checkin import absence_queries, absences, board, queries
from lms.plugins.checkin.absences import Told
from lms.plugins.checkin.enums import AbsenceKind
from lms.plugins.checkin.forms import AbsenceForm
from lms.plugins.checkin.models import Absence
from lms.plugins.checkin.pages import bp
from lms.plugins.checkin.permissions import MANAGE
from lms.plugins.checkin.staff_views import chosen_session
from lms.plugins.schedule.api import Session

NEW = "new"


@bp.get("/izin")
@requires(MANAGE, on=workshop_from_url)
def absence_list(workshop: Workshop) -> str:
    """Everybody who is excused, by session; `surat=belum` leaves those whose letter is still to come."""
    session = chosen_session(workshop) if request.args.get("sesi") else None
    without_letter = request.args.get("surat") == "belum"
    page = absence_queries.lines(
        workshop.id,
        session_id=session.id if session else None,
        without_letter=without_letter,
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "checkin/absences.html",
        workshop=workshop,
        session=session,
        sessions=board.choices(workshop.id),
        page=page,
        without_letter=without_letter,
    )


@bp.route("/<int:enrolment_id>/izin", methods=["GET", "POST"])
@requires(MANAGE, on=workshop_from_url)
def absence(workshop: Workshop, enrolment_id: int) -> Any:
    """Record or change why one person does not come."""
    session, enrolment = _asked(workshop, enrolment_id)
    known, day = absence_queries.absence_of(enrolment.id, session.id), _day_of(session)
    form = AbsenceForm(obj=known)
    _offer(form, enrolment, known, day)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                told = _told(form, enrolment)
                sessions = day if form.reach.data == "day" else [session]
                absences.record(sessions=sessions, enrolment=enrolment, told=told, actor=current_actor())
            flash(_("The absence of %(name)s is recorded.", name=enrolment.person.formal_name), "success")
            return _back(workshop, session)
        except RuleViolation as error:
            form.refuse(error)
    context = {"workshop": workshop, "session": session, "enrolment": enrolment, "known": known, "form": form}
    attendance = queries.attendance(enrolment.id, session.id)
    status = 422 if form.is_submitted() else 200
    return render_template("checkin/absence.html", attendance=attendance, day=day, next=_next(), **context), status


@bp.post("/<int:enrolment_id>/izin/tarik")
@requires(MANAGE, on=workshop_from_url)
def take_absence_back(workshop: Workshop, enrolment_id: int) -> Any:
    """The person comes after all, or it was a mistake."""
    session, enrolment = _asked(workshop, enrolment_id)
    sessions = _day_of(session) if request.form.get("reach") == "day" else [session]
    with unit_of_work():
        count = absences.take_back(sessions=sessions, enrolment=enrolment, actor=current_actor())
    if count:
        flash(_("The absence of %(name)s is taken back.", name=enrolment.person.formal_name), "success")
    else:
        flash(_("Nothing was recorded for %(name)s.", name=enrolment.person.formal_name), "warning")
    return _back(workshop, session)


def _asked(workshop: Workshop, enrolment_id: int) -> tuple[Session, Enrolment]:
    """Raises NotFound for people and sessions of other workshops, and where there is no agenda."""
    session, enrolment = chosen_session(workshop), enrolment_by_id(enrolment_id)
    if session is None or enrolment.workshop_id != workshop.id or enrolment.role is not Role.PESERTA:
        raise NotFound
    return session, enrolment


def _day_of(session: Session) -> list[Session]:
    """The sessions of that day whose attendance counts, with this one."""
    rows = board.choices(session.workshop_id)
    return [row for row in rows if row.day == session.day and (row.counts_attendance or row.id == session.id)]


def _offer(form: AbsenceForm, enrolment: Enrolment, known: Absence | None, day: list[Session]) -> None:
    """The words of this very choice: colleagues first, whoever was chosen before, or somebody new."""
    labels = {"session": _("Only this session"), "day": _("All %(count)s sessions of the day", count=len(day))}
    form.reach.choices = choices(labels.items())
    people = {row.id: row for row in absence_queries.colleagues(enrolment)}
    if known is not None and known.substitute_id is not None and known.substitute_id not in people:
        people[known.substitute_id] = enrolment_by_id(known.substitute_id)
    named = [(str(number), f"{row.person.formal_name}, {row.affiliation}") for number, row in people.items()]
    form.substitute.choices = choices([("", _("Nobody yet")), *named, (NEW, _("Somebody else, written below"))])
    if not form.is_submitted() and known is not None:
        form.substitute.data = str(known.substitute_id or "")


def _told(form: AbsenceForm, enrolment: Enrolment) -> Told:
    kind, chosen = AbsenceKind(form.kind.data), form.substitute.data or ""
    number = int(chosen) if chosen.isdecimal() else None
    is_new = chosen == NEW or (not chosen and bool(form.full_name.data))
    if kind is AbsenceKind.SUBSTITUTED and is_new:
        number = absences.substitute_of(
            enrolment=enrolment,
            full_name=form.full_name.data or "",
            phone=form.phone.data or "",
            position=form.position.data or "",
            actor=current_actor(),
        ).id
    return Told(kind=kind, note=form.note.data or "", letter=form.letter.data or "", substitute_id=number)


def _next() -> str:
    return safe_next(request.values.get("next"), "")


def _back(workshop: Workshop, session: Session) -> Any:
    to_board = url_for("attendance.index", workshop_id=workshop.id, sesi=session.id)
    return redirect(_next() or to_board, 303)
