"""Routes for staff at the door: scanner, search, walk-in and undo."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolment_by_id
from lms.core.loaders import workshop_from_url
from lms.core.people.enums import Gender
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.forms import Form
from lms.kernel.limits import device_id
from lms.kernel.permissions import current_actor, requires
from lms.kernel.web import wants_json
from lms.plugins.checkin import board, counters, queries, services, walk_ins
from lms.plugins.checkin.enums import Method, Reason, Verdict
from lms.plugins.checkin.forms import PickForm, ScanForm, UndoForm, WalkInForm
from lms.plugins.checkin.permissions import SCAN
from lms.plugins.checkin.services import Outcome
from lms.plugins.checkin.verdicts import Words, words_for_input, words_for_staff
from lms.plugins.schedule.api import Session

bp = Blueprint("door", __name__, template_folder="templates", url_prefix="/kelola/lokakarya/<int:workshop_id>/presensi")


def chosen_session(workshop: Workshop) -> Session | None:
    """The session named in the address, else the one that runs now. Raises NotFound for what is no session here."""
    wanted = request.values.get("sesi", "").strip()
    if not wanted:
        return board.default_session(workshop.id)
    session = queries.session(_number(wanted))
    if session.workshop_id != workshop.id:
        raise NotFound
    return session


def _number(text: str) -> int:
    """A positive number in ASCII digits. Raises NotFound."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 12):
        raise NotFound
    return int(text)


def _person_here(workshop: Workshop, enrolment_id: int) -> Enrolment:
    """Raises NotFound: a number of another workshop answers exactly as one that nobody has."""
    enrolment = enrolment_by_id(enrolment_id)
    if enrolment.workshop_id != workshop.id:
        raise NotFound
    return enrolment


@bp.get("/pemindai")
@requires(SCAN, on=workshop_from_url)
def scanner(workshop: Workshop) -> Any:
    """The scanner: camera, typed code, name search and walk-in as equal ways in."""
    session = chosen_session(workshop)
    if session is None:
        return _no_agenda(workshop)
    return _scanner_page(workshop, session)


@bp.post("/pemindai")
@requires(SCAN, on=workshop_from_url)
def scan(workshop: Workshop) -> Any:
    """One badge or typed code; JSON for the camera, a page without JavaScript."""
    session = chosen_session(workshop)
    form = ScanForm()
    if session is None or not form.validate_on_submit():
        return _refuse_form(workshop, session, form)
    enrolment, method, refusal = _read(form.code.data)
    with unit_of_work():
        outcome = services.check_in(
            session=session,
            enrolment=enrolment,
            method=method,
            device=device_id(),
            client_id=form.client_id.data,
            actor=current_actor(),
            refusal=refusal,
        )
    return _answer(workshop, session, outcome)


def _read(code: str) -> tuple[Any, Method, Reason | None]:
    enrolment, is_current = queries.enrolment_of_badge(code)
    if enrolment is not None:
        return enrolment, Method.BADGE, None if is_current else Reason.REVOKED_BADGE
    return queries.enrolment_of_code(code), Method.TYPED, None


@bp.get("/cari")
@requires(SCAN, on=workshop_from_url)
def find(workshop: Workshop) -> Any:
    """People by three letters of name or organisation."""
    session = chosen_session(workshop)
    text = request.args.get("q", "").strip()[:60]
    hits = queries.search(workshop.id, text) if session else []
    return render_template(
        "checkin/find.html", workshop=workshop, session=session, text=text, hits=hits, client_id=_fresh_id()
    )


@bp.post("/pilih")
@requires(SCAN, on=workshop_from_url)
def pick(workshop: Workshop) -> Any:
    """Mark a person found by name."""
    session, form = chosen_session(workshop), PickForm()
    if session is None or not form.validate_on_submit():
        return _refuse_form(workshop, session, form)
    enrolment = _person_here(workshop, _number(form.enrolment_id.data))
    with unit_of_work():
        outcome = services.check_in(
            session=session,
            enrolment=enrolment,
            method=Method.SEARCH,
            device=device_id(),
            client_id=form.client_id.data,
            actor=current_actor(),
        )
    return _answer(workshop, session, outcome)


@bp.route("/tamu", methods=["GET", "POST"])
@requires(SCAN, on=workshop_from_url)
def walk_in(workshop: Workshop) -> Any:
    """Register somebody who came without registration, and mark them present."""
    session, form = chosen_session(workshop), WalkInForm()
    if session is None:
        return _no_agenda(workshop)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                outcome = walk_ins.admit(
                    workshop_id=workshop.id,
                    session=session,
                    full_name=form.full_name.data,
                    phone=form.phone.data,
                    affiliation=form.affiliation.data,
                    position=form.position.data or "",
                    gender=Gender(form.gender.data) if form.gender.data else None,
                    device=device_id(),
                    client_id=form.client_id.data,
                    actor=current_actor(),
                )
            return _answer(workshop, session, outcome)
        except RuleViolation as error:
            form.refuse(error)
    elif not form.is_submitted():
        form.client_id.data = _fresh_id()
    status = 422 if form.is_submitted() else 200
    return render_template("checkin/walk_in.html", workshop=workshop, session=session, form=form), status


@bp.post("/<int:enrolment_id>/batal")
@requires(SCAN, on=workshop_from_url)
def undo(workshop: Workshop, enrolment_id: int) -> Response:
    """Take an attendance back, with a reason."""
    session = taken_back(workshop, enrolment_id)
    target = url_for("door.scanner", workshop_id=workshop.id, sesi=session.id)
    return redirect(target, 303)  # type: ignore[return-value]


def taken_back(workshop: Workshop, enrolment_id: int) -> Session:
    """Take back what the form names, and say so; returns its session. Raises as `reasoned` does."""
    session, enrolment, reason = reasoned(workshop, enrolment_id)
    with unit_of_work():
        is_undone = services.undo(session=session, enrolment=enrolment, reason=reason, actor=current_actor())
    if is_undone:
        flash(_("The attendance of %(name)s is taken back.", name=enrolment.person.formal_name), "success")
    else:
        flash(_("%(name)s was not marked present.", name=enrolment.person.formal_name), "warning")
    return session


def reasoned(workshop: Workshop, enrolment_id: int) -> tuple[Session, Enrolment, str]:
    """Session, person and reason of a correction. Raises NotFound, or RuleViolation without a fit reason."""
    session, form = chosen_session(workshop), UndoForm()
    enrolment = _person_here(workshop, enrolment_id)
    if session is None:
        raise NotFound
    if not form.validate_on_submit():
        raise RuleViolation(_first_error(form), "reason")
    return session, enrolment, form.reason.data


def _no_agenda(workshop: Workshop) -> Any:
    flash(_("Make the agenda first: people are checked in at a session."), "warning")
    return redirect(url_for("attendance.index", workshop_id=workshop.id), 303)


def _scanner_page(
    workshop: Workshop, session: Session, outcome: Outcome | None = None, words: Words | None = None
) -> str:
    return render_template(
        "checkin/scanner.html",
        workshop=workshop,
        session=session,
        sessions=board.choices(workshop.id),
        counter=queries.counter(workshop.id, session.id),
        outcome=outcome,
        shown=_shown(workshop, outcome) if outcome else None,
        words=words,
        client_id=_fresh_id(),
        undo_form=UndoForm(formdata=None),
    )


def _answer(workshop: Workshop, session: Session, outcome: Outcome) -> Any:
    """The verdict in one round trip; refusals are answers with status 200 for JSON, 409 for a page."""
    words = words_for_staff(outcome)
    if not wants_json():
        status = 409 if outcome.verdict is Verdict.REFUSED else 200
        return _scanner_page(workshop, session, outcome, words), status
    shown = _shown(workshop, outcome)
    counter = counters.counter(workshop.id, session.id)
    return jsonify(
        **asdict(words),
        verdict=outcome.verdict,
        reason=outcome.reason,
        affiliation=shown.affiliation if shown else "",
        enrolment_id=shown.id if shown else None,
        present=counter.present,
        expected=counter.expected,
    )


def _shown(workshop: Workshop, outcome: Outcome) -> Enrolment | None:
    """Whom the answer may tell of: people of other workshops are none of this door's business."""
    person = outcome.enrolment
    return person if person is not None and person.workshop_id == workshop.id else None


def _refuse_form(workshop: Workshop, session: Session | None, form: Form) -> Any:
    """422 with the field and the reason: a script of ours never sends this, a person or a stranger's script may."""
    if session is None:
        raise NotFound
    words = words_for_input(_first_error(form))
    if wants_json():
        return jsonify(**asdict(words), verdict=Verdict.REFUSED, reason=None, errors=form.errors), 422
    return _scanner_page(workshop, session, words=words), 422


def _first_error(form: Form) -> str:
    for name, errors in form.errors.items():
        if errors:
            label = getattr(form[name], "label", None) if name else None
            return f"{label.text}: {errors[0]}" if label is not None and label.text else str(errors[0])
    return _("Try again.")


def _fresh_id() -> str:
    return secrets.token_hex(8)
