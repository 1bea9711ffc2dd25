"""Routes for staff: the designs of an organiser, and which one each role of a workshop has."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Organiser, Workshop
from lms.core.workshops.queries import organisers
from lms.kernel.db import unit_of_work
from lms.kernel.downloads import name_file, serve
from lms.kernel.errors import RuleViolation
from lms.kernel.headers import max_body
from lms.kernel.permissions import current_actor, requires
from lms.plugins.certificates import template_queries as queries
from lms.plugins.certificates import templates, words
from lms.plugins.certificates.design import exchange, ready_made, starter
from lms.plugins.certificates.design_models import Template
from lms.plugins.certificates.enums import PaperKind, PaperRole
from lms.plugins.certificates.permissions import DESIGN
from lms.plugins.certificates.staff_views import BASE, asked_role
from lms.plugins.certificates.template_forms import ChoiceForm, ImportForm, NameForm, choice_form
from lms.plugins.certificates.template_loaders import organiser_from_url, template_from_url
from lms.plugins.certificates.template_pictures import ensure_card
from lms.plugins.certificates.template_queries import Listed
from lms.plugins.certificates.views import bp

LIST = "/kelola/penyelenggara/<int:organiser_id>/rancangan"
ONE = "/kelola/rancangan/<int:template_id>"
_ARCHIVED = "certificates_archived_template"  # in the browser's session: what the next list offers to bring back
_ROOM = 100_000  # bytes of a form around a file


@bp.get("/kelola/rancangan")
@requires(DESIGN)
def designs() -> Any:
    """The way to one's designs; whoever designs for several organisers chooses first."""
    owners = organisers(visible_to=current_actor(), permission=DESIGN)
    if len(owners) == 1:
        return redirect(url_for("certificates.template_list", organiser_id=owners[0].id), 303)
    return render_template("certificates/designs.html", owners=owners)


@bp.get(LIST)
@requires(DESIGN, on=organiser_from_url)
def template_list(organiser: Organiser) -> str:
    """The ready-made designs and the organiser's own, with what can be done with each."""
    return _list(organiser)


@bp.post(LIST)
@requires(DESIGN, on=organiser_from_url)
def new_template(organiser: Organiser) -> Any:
    """An empty design to begin with; the designer answers."""
    form = NameForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                made = templates.create(
                    organiser_id=organiser.id, name=form.name.data, design=starter.empty(), actor=current_actor()
                )
        except RuleViolation as error:
            form.refuse(error)
        else:
            return redirect(url_for("certificates.designer", template_id=made.id), 303)
    return _list(organiser, name_form=form), 422


@bp.post(f"{LIST}/impor")
@requires(DESIGN, on=organiser_from_url)
@max_body(exchange.MAX_BYTES + _ROOM)
def import_template(organiser: Organiser) -> Any:
    """A design out of a file that was exported here or elsewhere."""
    form = ImportForm()
    if form.validate_on_submit():
        try:
            data = form.file.data.read(exchange.MAX_BYTES + 1) if form.file.data else b""
            with unit_of_work():
                made = templates.import_zip(organiser_id=organiser.id, data=data, actor=current_actor())
        except RuleViolation as error:
            form.refuse(error)
        else:
            flash(_("“%(name)s” is imported.", name=made.name), "success")
            return redirect(url_for("certificates.designer", template_id=made.id), 303)
    return _list(organiser, import_form=form), 422


@bp.post(f"{ONE}/salin")
@requires(DESIGN, on=template_from_url)
def copy_template(template: Template) -> Any:
    """Begin a design of one's own with this one; the designer answers."""
    name = _("%(name)s (copy)", name=template.name)[: templates.NAME_LENGTH]
    with unit_of_work():
        made = templates.copy(template_id=template.id, name=name, actor=current_actor())
    return redirect(url_for("certificates.designer", template_id=made.id), 303)


@bp.post(f"{ONE}/nama")
@requires(DESIGN, on=template_from_url)
def rename_template(template: Template) -> Any:
    """Call it otherwise."""
    form = NameForm(prefix=f"r{template.id}")
    if form.validate_on_submit():
        try:
            with unit_of_work():
                templates.rename(template_id=template.id, name=form.name.data, actor=current_actor())
        except RuleViolation as error:
            form.refuse(error)
        else:
            return _back(template)
    return _list(template.organiser, rename_form=form), 422


@bp.post(f"{ONE}/arsip")
@requires(DESIGN, on=template_from_url)
def archive_template(template: Template) -> Any:
    """Take it out of the list; the list then offers to bring it back."""
    with unit_of_work():
        templates.archive(template_id=template.id, actor=current_actor())
    session[_ARCHIVED] = template.id
    return _back(template)


@bp.post(f"{ONE}/pulihkan")
@requires(DESIGN, on=template_from_url)
def restore_template(template: Template) -> Any:
    """Bring it back into the list."""
    with unit_of_work():
        templates.archive(template_id=template.id, actor=current_actor(), is_archived=False)
    flash(_("“%(name)s” is back in the list.", name=template.name), "success")
    return _back(template)


@bp.get(f"{ONE}.zip")
@requires(DESIGN, on=template_from_url)
def export_template(template: Template) -> Response:
    """The newest version and its pictures as one file."""
    version = queries.newest_version(template.id)
    answer = Response(templates.export_zip(version), mimetype="application/zip")
    name_file(answer, f"{template.name}.zip")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get(f"{ONE}/gambar/<side>.png")
@requires(DESIGN, on=template_from_url)
def template_picture(template: Template, side: str) -> Response:
    """One side of the newest version, as lists show it."""
    key = ensure_card(queries.newest_version(template.id), side)
    return serve(
        key, filename="rancangan.png", content_type="image/png", inline=True, cache_control="private, max-age=60"
    )


@bp.get(f"{BASE}/rancangan")
@requires(DESIGN, on=workshop_from_url)
def choose_templates(workshop: Workshop) -> str:
    """Which design each role has, with pictures to choose from."""
    return _choices(workshop)


@bp.post(f"{BASE}/rancangan")
@requires(DESIGN, on=workshop_from_url)
def save_choice(workshop: Workshop) -> Any:
    """Print the certificates of one role with another design from now on."""
    role = asked_role()
    chosen = _chosen(workshop)[role]
    form = choice_form(_offered(workshop, chosen), chosen)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                templates.choose(
                    workshop_id=workshop.id, role=role, template_id=form.template_id.data, actor=current_actor()
                )
        except RuleViolation as error:
            form.refuse(error)
        else:
            flash(_("%(role)s: the design is chosen.", role=words.ROLES[role]), "success")
            return redirect(url_for("certificates.choose_templates", workshop_id=workshop.id, peran=role.value), 303)
    return _choices(workshop, form=form), 422


def _back(template: Template) -> Any:
    return redirect(url_for("certificates.template_list", organiser_id=template.organiser_id), 303)


def _list(organiser: Organiser, **forms: Any) -> str:
    templates.ensure_ready_made(organiser.id)
    rows = queries.templates_of(organiser.id, with_archived=True)
    gone = session.pop(_ARCHIVED, None)
    shown = [row for row in rows if row.template.archived_at is None]
    return render_template(
        "certificates/templates.html",
        organiser=organiser,
        ready=[row for row in shown if row.template.ready_made],
        own=[row for row in shown if not row.template.ready_made],
        defaults={ready_made.default_for(role, kind) for role in PaperRole for kind in PaperKind},
        archived=[row for row in rows if row.template.archived_at is not None],
        just_archived=next((row.template for row in rows if row.template.id == gone), None),
        name_form=forms.get("name_form") or NameForm(formdata=None),
        import_form=forms.get("import_form") or ImportForm(formdata=None),
        rename_form=forms.get("rename_form"),
    )


def _choices(workshop: Workshop, form: ChoiceForm | None = None) -> str:
    chosen, role = _chosen(workshop), asked_role()
    rows = _offered(workshop, chosen[role])
    return render_template(
        "certificates/template_choices.html",
        workshop=workshop,
        role=role,
        rows={row.template.id: row for row in rows},
        chosen=chosen,
        form=form or choice_form(rows, chosen[role]),
        letter=queries.ready_made_of(workshop.organiser_id, ready_made.default_for(role, PaperKind.LETTER)),
        words=words,
        has_letter=role in {PaperRole.NARASUMBER, PaperRole.MODERATOR, PaperRole.FASILITATOR},
    )


def _offered(workshop: Workshop, chosen: int) -> list[Listed]:
    """What a role may have; one that was put away since stays for those who use it."""
    letter = ready_made.default_for(PaperRole.NARASUMBER, PaperKind.LETTER)
    rows = queries.templates_of(workshop.organiser_id, with_archived=True)
    return [
        row
        for row in rows
        if row.template.ready_made != letter and (row.template.archived_at is None or row.template.id == chosen)
    ]


def _chosen(workshop: Workshop) -> dict[PaperRole, int]:
    """`{role: id of the template in use}`."""
    templates.ensure_ready_made(workshop.organiser_id)
    own = queries.choices_of(workshop.id)
    found = {}
    for role in words.ROLES:
        template = own.get(role) or queries.ready_made_of(
            workshop.organiser_id, ready_made.default_for(role, PaperKind.CERTIFICATE)
        )
        found[role] = template.id if template else 0
    return found
