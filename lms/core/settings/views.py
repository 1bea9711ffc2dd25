"""Routes of the site's administration: settings, organisers, plugins, change history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.permissions import SITE_ADMIN
from lms.core.regions.queries import region_choices
from lms.core.settings import services, trail
from lms.core.settings.forms import OrganiserForm, field_name, of_field, settings_form
from lms.core.workshops.queries import BIGGEST_ID, organiser_by_id
from lms.core.workshops.queries import organisers as organiser_rows
from lms.kernel.audit import entries
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.forms import choices
from lms.kernel.permissions import current_actor, requires
from lms.kernel.registry import registry
from lms.kernel.settings import setting

bp = Blueprint("settings", __name__, url_prefix="/kelola")


@bp.route("/pengaturan", methods=["GET", "POST"])
@requires(SITE_ADMIN)
def site() -> Any:
    """Settings of the whole site."""
    declared = [item for item in registry().settings.values() if item.scope == "site"]
    form = settings_form(declared, {item.key: setting(item.key) for item in declared})
    if form.validate_on_submit():
        values = {item.key: form[field_name(item.key)].data for item in declared}
        try:
            with unit_of_work():
                services.save_settings(values=values, scope="site", scope_id=0, actor=current_actor())
            flash(_("The settings are saved."), "success")
            return redirect(url_for("settings.site"), 303)
        except RuleViolation as error:
            form.refuse(of_field(error))
    return render_template("settings/site.html", form=form), 422 if form.is_submitted() else 200


@bp.get("/penyelenggara")
@requires(SITE_ADMIN)
def organisers() -> str:
    """The bodies that own workshops here."""
    rows = organiser_rows(visible_to=current_actor(), permission=SITE_ADMIN)
    return render_template("settings/organisers.html", rows=rows)


@bp.route("/penyelenggara/baru", methods=["GET", "POST"])
@requires(SITE_ADMIN)
def new_organiser() -> Any:
    """Add a body that owns workshops."""
    return _organiser_form(None)


@bp.route("/penyelenggara/<int:organiser_id>", methods=["GET", "POST"])
@requires(SITE_ADMIN)
def organiser(organiser_id: int) -> Any:
    """Change a body that owns workshops."""
    return _organiser_form(organiser_id)


def _organiser_form(organiser_id: int | None) -> Any:
    row = organiser_by_id(organiser_id) if organiser_id is not None else None
    form = OrganiserForm(obj=row)
    form.region_code.choices = choices(region_choices(levels=(1, 2)))
    if form.validate_on_submit():
        with unit_of_work():
            services.save_organiser(
                organiser_id=organiser_id,
                name=form.name.data,
                short_name=form.short_name.data,
                number_code=form.number_code.data,
                region_code=form.region_code.data,
                city=form.city.data,
                address=form.address.data or "",
                contact=form.contact.data or "",
                leader_name=form.leader_name.data or "",
                leader_position=form.leader_position.data or "",
                actor=current_actor(),
            )
        flash(_("The organiser is saved."), "success")
        return redirect(url_for("settings.organisers"), 303)
    return render_template("settings/organiser.html", form=form, row=row), 422 if form.is_submitted() else 200


@bp.get("/plugin")
@requires(SITE_ADMIN)
def plugins() -> str:
    """What is installed, what could not be loaded and why."""
    return render_template("settings/plugins.html", infos=registry().infos, failed=registry().failed)


@bp.get("/riwayat")
@requires(SITE_ADMIN)
def audit() -> str:
    """Who changed what, newest first."""
    workshop_id = request.args.get("workshop", type=int)
    if workshop_id is not None and not 0 < workshop_id < BIGGEST_ID:
        raise NotFound
    lines = trail.lines_of(entries(workshop_id=workshop_id, limit=200))
    return render_template("settings/audit.html", lines=lines)
