"""Routes for everybody: the calendar feed, and the narasumber's own sessions on the ticket."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from lms.core.workshops.queries import workshop_by_slug
from lms.kernel.db import unit_of_work
from lms.kernel.permissions import current_actor, public, requires
from lms.plugins.schedule import services
from lms.plugins.schedule.ical import calendar_of
from lms.plugins.schedule.loaders import session_from_url
from lms.plugins.schedule.models import Session
from lms.plugins.schedule.permissions import RUN_OWN

bp = Blueprint("schedule", __name__, template_folder="templates")


@bp.get("/lokakarya/<slug>/agenda.ics")
@public
def calendar(slug: str) -> Response:
    """The feed that calendars subscribe to or import."""
    workshop = workshop_by_slug(slug)
    url = url_for("workshops.public", slug=slug, _external=True)
    response = Response(calendar_of(workshop, url=url), mimetype="text/calendar")
    response.headers.set("Content-Disposition", "inline", filename=f"{workshop.slug}.ics")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@bp.post("/tiket/sesi/<int:session_id>/buka")
@requires(RUN_OWN, on=session_from_url)
def open_own(session: Session) -> Redirect:
    """A narasumber opens a session of their own."""
    with unit_of_work():
        services.open_session(session_id=session.id, actor=current_actor())
    flash(_("The session is open."), "success")
    return redirect(url_for("enrolments.ticket"), 303)


@bp.post("/tiket/sesi/<int:session_id>/tutup")
@requires(RUN_OWN, on=session_from_url)
def close_own(session: Session) -> Redirect:
    """A narasumber closes a session of their own."""
    with unit_of_work():
        services.close_session(session_id=session.id, actor=current_actor())
    flash(_("The session is closed."), "success")
    return redirect(url_for("enrolments.ticket"), 303)
