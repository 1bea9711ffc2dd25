"""Routes of the staff: the narasumber of a workshop."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms.core.enrolments import services as enrolments
from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import current_actor, requires
from lms.plugins.schedule import queries, speakers
from lms.plugins.schedule.forms import SpeakerForm
from lms.plugins.schedule.invitations import invitations_of
from lms.plugins.schedule.permissions import EDIT

bp = Blueprint("speakers", __name__, url_prefix="/kelola/lokakarya/<int:workshop_id>")


@bp.route("/narasumber", methods=["GET", "POST"])
@requires(EDIT, on=workshop_from_url)
def index(workshop: Workshop) -> Any:
    """The narasumber with their sessions and personal links, and the form for one more."""
    form = SpeakerForm()
    form.offer(workshop, queries.sessions_of(workshop.id))
    if form.validate_on_submit():
        try:
            with unit_of_work():
                added = speakers.add_speaker(workshop_id=workshop.id, actor=current_actor(), **_typed(form))
        except RuleViolation as error:
            form.refuse(error)
        else:
            flash(_("%(name)s is a speaker now. Send the personal link.", name=added.person.formal_name), "success")
            return redirect(f"{url_for('speakers.index', workshop_id=workshop.id)}#orang-{added.id}", 303)
    page = render_template("schedule/speakers.html", workshop=workshop, form=form, rows=invitations_of(workshop))
    return page, 422 if request.method == "POST" else 200


@bp.post("/narasumber/<int:enrolment_id>/batal")
@requires(EDIT, on=workshop_from_url)
def cancel(workshop: Workshop, enrolment_id: int) -> Response:
    """A narasumber who cannot come; their sessions show the label again."""
    if enrolment_id not in {speaker.id for speaker in queries.speakers_of(workshop.id)}:
        raise NotFound
    with unit_of_work():
        enrolments.cancel(enrolment_id=enrolment_id, actor=current_actor())
    flash(_("The speaker is no longer in this workshop."), "success")
    return redirect(url_for("speakers.index", workshop_id=workshop.id), 303)


def _typed(form: SpeakerForm) -> dict[str, Any]:
    names = ("full_name", "title_front", "title_back", "organisation", "position", "phone")
    typed: dict[str, Any] = {name: form[name].data or "" for name in names}
    return {**typed, "session_ids": form.session_ids.data or ()}
