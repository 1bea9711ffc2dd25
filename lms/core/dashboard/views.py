"""Routes of the two homes: the public one, and that of staff; plain pages and the pattern page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from lms.core.enrolments.queries import seats_of
from lms.core.enrolments.services import registration_state
from lms.core.permissions import CREATE_WORKSHOP, SEE_WORKSHOP, USE_DASHBOARD
from lms.core.regions.queries import labels_of
from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.queries import public_workshops, workshops
from lms.kernel.clock import now
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import can, current_actor, login_only, public, requires
from lms.kernel.settings import setting

bp = Blueprint("dashboard", __name__)
PAGES = ("bantuan", "privasi", "aksesibilitas")


@bp.get("/")
@public
def home() -> str:
    """Workshops that people can register for, and those that are over."""
    rows = public_workshops()
    today = now().astimezone(page_zone()).date()
    past = [row for row in rows if row.status is WorkshopStatus.CLOSED or row.ends_on < today]
    coming = [row for row in reversed(rows) if row not in past]
    seats = seats_of([row.id for row in coming])
    states = {row.id: registration_state(row, seats[row.id]) for row in coming}
    return render_template("dashboard/home.html", coming=coming, past=past, seats=seats, states=states)


@bp.get("/halaman/<name>")
@public
def page(name: str) -> str:
    """Help, privacy notice and accessibility statement."""
    if name not in PAGES:
        abort(404)
    months = setting("core.contact_months")
    return render_template(f"pages/{name}.html", contact=setting("core.privacy_contact"), contact_months=months)


@bp.get("/kelola")
@requires(USE_DASHBOARD)
def manage() -> Any:
    """Every workshop that this account works on."""
    actor = current_actor()
    listed = workshops(visible_to=actor, permission=SEE_WORKSHOP, page=request.args.get("page", 1, type=int))
    return render_template(
        "dashboard/manage.html",
        page=listed,
        seats=seats_of([row.id for row in listed.items]),
        labels=labels_of({row.region_code for row in listed.items}),
        may_create=can(CREATE_WORKSHOP),
    )


@bp.get("/_patterns")
@login_only
def patterns() -> str:
    """The living page of every component."""
    return render_template("patterns.html")
