"""Routes of workshops: the public page, creating, the overview, details and state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.enrolments import own_data
from lms.core.enrolments.queries import organisation_count, seats
from lms.core.enrolments.services import lock_workshop, promote_waiting, registration_state
from lms.core.loaders import public_workshop_from_url, workshop_from_url
from lms.core.people.phones import parse_phone
from lms.core.permissions import CREATE_WORKSHOP, EDIT_WORKSHOP, SEE_WORKSHOP
from lms.core.regions.queries import region_choices
from lms.core.workshops import queries, services
from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.errors import WorkshopRefused
from lms.core.workshops.forms import CancelForm, CreateForm, EditForm
from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.forms import choices
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import current_actor, load_or_404, public, requires
from lms.kernel.registry import registry

bp = Blueprint("workshops", __name__)


@bp.get("/lokakarya/<slug>", endpoint="public")
@public
def public_page(slug: str) -> str:
    """The page that people reach from an invitation."""
    workshop: Any = load_or_404(public_workshop_from_url, {"slug": slug})
    taken = seats(workshop.id)
    return render_template(
        "workshops/public.html", workshop=workshop, seats=taken, state=registration_state(workshop, taken)
    )


@bp.route("/kelola/lokakarya/baru", methods=["GET", "POST"])
@requires(CREATE_WORKSHOP)
def create() -> Any:
    """A new workshop from a template or an earlier one."""
    form = CreateForm()
    actor = current_actor()
    own = queries.organisers(visible_to=actor, permission=CREATE_WORKSHOP)
    form.organiser_id.choices = choices([(row.id, row.name) for row in own])
    form.region_code.choices = choices(_regencies({row.region_code for row in own}))
    form.start.choices = choices(_starts())
    if form.validate_on_submit():
        try:
            with unit_of_work():
                workshop = _create(form)
            flash(_("The draft is there. Check the agenda, then publish it."), "success")
            return redirect(url_for("workshops.show", workshop_id=workshop.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    status = 422 if form.is_submitted() else 200
    return render_template("workshops/create.html", form=form, organisers=own), status


def _regencies(codes: set[str]) -> list[tuple[str, str]]:
    """The kabupaten and kota of the provinces that hold these regions."""
    provinces = sorted({code[:2] for code in codes})
    return [choice for province in provinces for choice in region_choices(levels=(2,), within=province)]


def _starts() -> list[tuple[str, str]]:
    templates = [(f"template:{t.key}", str(t.label)) for t in registry().workshop_templates.values()]
    mine = queries.workshops(visible_to=current_actor(), permission=EDIT_WORKSHOP, per_page=20)
    copies = [(f"copy:{row.id}", _("Copy of: %(title)s", title=row.title)) for row in mine.items]
    return [*templates, *copies, ("template:", _("Empty"))]


def _create(form: CreateForm) -> Workshop:
    kind, _colon, key = form.start.data.partition(":")
    return services.create_workshop(
        organiser_id=form.organiser_id.data,
        title=form.title.data,
        starts_on=form.starts_on.data,
        region_code=form.region_code.data,
        actor=current_actor(),
        template=key if kind == "template" else "",
        source_id=int(key) if kind == "copy" else None,
        venue_name=form.venue_name.data or "",
        capacity=form.capacity.data,
        closes_on=form.closes_on.data,
    )


@bp.get("/kelola/lokakarya/<int:workshop_id>")
@requires(SEE_WORKSHOP, on=workshop_from_url)
def show(workshop: Workshop) -> str:
    """The overview: where the workshop stands and what is missing."""
    return _overview(workshop, CancelForm(formdata=None))


def _overview(workshop: Workshop, cancel_form: CancelForm) -> str:
    today = now().astimezone(page_zone(workshop.zone)).date()
    return render_template(
        "workshops/show.html",
        workshop=workshop,
        seats=seats(workshop.id),
        organisations=organisation_count(workshop.id),
        days_left=(workshop.starts_on - today).days,
        is_over=today > workshop.ends_on,
        history=audit.entries(workshop_id=workshop.id, limit=8),
        erasures=own_data.erasure_requests(workshop.id),
        cancel_form=cancel_form,
    )


@bp.route("/kelola/lokakarya/<int:workshop_id>/ubah", methods=["GET", "POST"])
@requires(EDIT_WORKSHOP, on=workshop_from_url)
def edit(workshop: Workshop) -> Any:
    """All details."""
    form = EditForm(obj=workshop, data=None if request.method == "POST" else _dates(workshop))
    form.region_code.choices = choices(_regencies({workshop.region_code}))
    if form.validate_on_submit():
        try:
            with unit_of_work():
                _update(workshop, form)
                promoted = promote_waiting(workshop=lock_workshop(workshop.id))
            flash(_("The details are saved."), "success")
            if promoted:
                names = ", ".join(row.person.formal_name for row in promoted)
                flash(_("There is room now. These people move up from the waiting list: %(names)s.", names=names), "ok")
            return redirect(url_for("workshops.show", workshop_id=workshop.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return render_template("workshops/edit.html", workshop=workshop, form=form), 422 if form.is_submitted() else 200


def _dates(workshop: Workshop) -> dict[str, Any]:
    def local(moment: datetime | None) -> Any:
        return moment.astimezone(page_zone(workshop.zone)).date() if moment else None

    names = EditForm().data
    known = {name: getattr(workshop, name) for name in names if hasattr(workshop, name)}
    return {
        **known,
        "opens_on": local(workshop.registration_opens_at),
        "closes_on": local(workshop.registration_closes_at),
    }


def _update(workshop: Workshop, form: EditForm) -> None:
    services.update_workshop(
        workshop_id=workshop.id,
        title=form.title.data,
        summary=form.summary.data or "",
        outcomes=form.outcomes.data or "",
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        region_code=form.region_code.data,
        venue_name=form.venue_name.data or "",
        venue_address=form.venue_address.data or "",
        capacity=form.capacity.data,
        has_waiting_list=form.has_waiting_list.data,
        opens_on=form.opens_on.data,
        closes_on=form.closes_on.data,
        contact_phone=parse_phone(form.contact_phone.data, field="contact_phone") if form.contact_phone.data else "",
        actor=current_actor(),
    )


def _set(workshop: Workshop, status: WorkshopStatus, message: str, reason: str = "") -> Response:
    try:
        if status is WorkshopStatus.DRAFT and (seats(workshop.id).taken or seats(workshop.id).waiting):
            raise WorkshopRefused(_("People are registered. Call the workshop off instead, so that they learn of it."))
        with unit_of_work():
            services.set_status(workshop_id=workshop.id, status=status, actor=current_actor(), reason=reason)
        flash(message, "success")
    except RuleViolation as error:
        flash(str(error), "error")
    return redirect(url_for("workshops.show", workshop_id=workshop.id), 303)  # type: ignore[return-value]


@bp.post("/kelola/lokakarya/<int:workshop_id>/terbitkan")
@requires(EDIT_WORKSHOP, on=workshop_from_url)
def publish(workshop: Workshop) -> Response:
    """Show the workshop to the public."""
    return _set(workshop, WorkshopStatus.PUBLISHED, _("The workshop is public now."))


@bp.post("/kelola/lokakarya/<int:workshop_id>/buka-lagi")
@requires(EDIT_WORKSHOP, on=workshop_from_url)
def reopen(workshop: Workshop) -> Response:
    """Take back that the workshop was closed or called off."""
    return _set(workshop, WorkshopStatus.PUBLISHED, _("The workshop is open again."))


@bp.post("/kelola/lokakarya/<int:workshop_id>/tarik")
@requires(EDIT_WORKSHOP, on=workshop_from_url)
def unpublish(workshop: Workshop) -> Response:
    """Back to draft, as long as nobody is registered."""
    return _set(workshop, WorkshopStatus.DRAFT, _("The workshop is a draft again; the public no longer sees it."))


@bp.post("/kelola/lokakarya/<int:workshop_id>/tutup")
@requires(EDIT_WORKSHOP, on=workshop_from_url)
def close(workshop: Workshop) -> Response:
    """The workshop is over."""
    return _set(workshop, WorkshopStatus.CLOSED, _("The workshop is closed."))


@bp.post("/kelola/lokakarya/<int:workshop_id>/batalkan")
@requires(EDIT_WORKSHOP, on=workshop_from_url)
def cancel(workshop: Workshop) -> Any:
    """Call the workshop off, with a reason."""
    form = CancelForm()
    if not form.validate_on_submit():
        return _overview(workshop, form), 422
    return _set(workshop, WorkshopStatus.CANCELLED, _("The workshop is called off."), form.reason.data)
