"""Routes of the review: walk-ins that wait, and scans of phones that were revoked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import current_actor, requires
from lms.plugins.checkin import devices, quarantine
from lms.plugins.checkin import review as reviews
from lms.plugins.checkin.device_forms import QuarantineForm, WalkInDecisionForm
from lms.plugins.checkin.models import WalkIn
from lms.plugins.checkin.permissions import MANAGE
from lms.plugins.checkin.staff_views import bp


@bp.get("/tinjauan")
@requires(MANAGE, on=workshop_from_url)
def review(workshop: Workshop) -> str:
    """Everything that waits for a decision."""
    return _page(workshop)


@bp.post("/tinjauan/tamu/<int:walk_in_id>")
@requires(MANAGE, on=workshop_from_url)
def decide_walk_in(workshop: Workshop, walk_in_id: int) -> Any:
    """Accept a walk-in, say who it is, or dismiss it. A second decision changes nothing."""
    row, form = reviews.walk_in(workshop.id, walk_in_id), WalkInDecisionForm()
    try:
        if not form.validate_on_submit():
            raise RuleViolation(_("Choose what to do, then try again."))
        with unit_of_work():
            is_done = _decide(workshop, row, form)
    except RuleViolation as error:
        return _page(workshop, failed=walk_in_id, message=str(error)), error.status
    name = row.full_name
    flash(_("%(name)s is settled.", name=name) if is_done else _("%(name)s was settled before.", name=name), "success")
    return redirect(url_for("door.review", workshop_id=workshop.id), 303)


@bp.post("/tinjauan/perangkat/<int:device_id>")
@requires(MANAGE, on=workshop_from_url)
def decide_scans(workshop: Workshop, device_id: int) -> Any:
    """Let the kept scans of a phone count, or dismiss them."""
    device, form = devices.device_by_id(device_id), QuarantineForm()
    if device.workshop_id != workshop.id:
        raise NotFound
    try:
        if not form.validate_on_submit():
            raise RuleViolation(_("Choose what to do, then try again."))
        before = _moment(workshop, form.before.data or "")
        act = quarantine.accept if form.deed.data == "accept" else quarantine.dismiss
        with unit_of_work():
            count = act(device=device, before=before, actor=current_actor())
    except RuleViolation as error:
        return _page(workshop, message=str(error)), error.status
    flash(ngettext("%(num)s scan is settled.", "%(num)s scans are settled.", count), "success")
    return redirect(url_for("door.review", workshop_id=workshop.id), 303)


def _decide(workshop: Workshop, row: WalkIn, form: WalkInDecisionForm) -> bool:
    actor = current_actor()
    if form.deed.data == "dismiss":
        return reviews.dismiss(row=row, actor=actor)
    if form.deed.data == "same":
        enrolment = reviews.person_meant(workshop.id, form.code.data or form.same.data or "")
        return reviews.same_person(row=row, enrolment=enrolment, actor=actor)
    accepted = reviews.accept(row=row, full_name=form.full_name.data or "", phone=form.phone.data or "", actor=actor)
    return accepted is not None


def _moment(workshop: Workshop, text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=ZoneInfo(workshop.zone)) if moment.tzinfo is None else moment
    except ValueError:
        raise RuleViolation(_("Write the moment as day and time."), "before") from None


def _page(workshop: Workshop, *, failed: int = 0, message: str = "") -> str:
    return render_template(
        "checkin/review.html",
        workshop=workshop,
        groups=reviews.waiting(workshop.id),
        held=quarantine.held(workshop.id),
        failed=failed,
        message=message,
        local=ZoneInfo(workshop.zone),
    )
