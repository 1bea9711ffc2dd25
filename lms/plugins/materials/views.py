"""Routes of materials: participants download, speakers upload by their link, staff manage."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.loaders import own_enrolment, workshop_from_url
from lms.core.permissions import HOLD_TICKET
from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import BIGGEST_ID
from lms.kernel.db import unit_of_work
from lms.kernel.downloads import serve
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.headers import max_body
from lms.kernel.permissions import current_actor, requires
from lms.plugins.materials import queries, services
from lms.plugins.materials.enums import CONTENT_TYPES, Opens
from lms.plugins.materials.forms import OPENS_LABELS, ChangeForm, UploadForm, VersionForm
from lms.plugins.materials.intake import received
from lms.plugins.materials.models import Material
from lms.plugins.materials.permissions import MANAGE, READ, UPLOAD_OWN
from lms.plugins.schedule.api import Session, session_by_id, sessions_of, sessions_of_speaker

bp = Blueprint("materials", __name__, template_folder="templates")
BODY_LIMIT = 210_000_000  # the workshop's own limit is checked exactly, with its own message


def session_from_url(session_id: int) -> Session:
    """Any session, by id."""
    if session_id >= BIGGEST_ID:
        raise NotFound
    return session_by_id(session_id)


def material_from_url(material_id: int) -> Material:
    """Any material, by id."""
    return queries.material_by_id(material_id)


@bp.get("/tiket/materi")
@requires(HOLD_TICKET, on=own_enrolment)
def mine(enrolment: Enrolment) -> str:
    """What this ticket's holder can download, and what opens later; a speaker's own sessions with upload."""
    if not enrolment.is_confirmed:
        raise NotFound
    own = {session.id for session in sessions_of_speaker(enrolment.id)}
    materials = queries.shown_to(queries.materials_of(enrolment.workshop_id), own)
    return render_template(
        "materials/mine.html",
        enrolment=enrolment,
        sessions=_with_files(enrolment.workshop_id, own.union(number for number, rows in materials.items() if rows)),
        own=own,
        materials=materials,
        is_open=queries.is_open,
    )


@bp.get("/materi/<int:material_id>/<path:filename>")
@requires(READ, on=material_from_url)
def download(material: Material, filename: str) -> Response:
    """The newest version, or the one of `?versi=`; before the session opens it, as if it did not exist."""
    if not queries.may_read(current_actor(), material):
        raise NotFound
    version = queries.version_of(material, request.args.get("versi", type=int))
    if request.method == "GET" and "Range" not in request.headers and "If-None-Match" not in request.headers:
        with unit_of_work():
            services.count_download(version_id=version.id)
    return serve(
        version.storage_key,
        filename=version.filename,
        content_type=CONTENT_TYPES[version.kind],
        etag=version.sha256,
    )


@bp.route("/tiket/materi/<int:session_id>/unggah", methods=["GET", "POST"])
@max_body(BODY_LIMIT)
@requires(UPLOAD_OWN, on=session_from_url)
def upload_own(session: Session) -> Any:
    """A speaker uploads for an own session, by the personal link."""
    return _upload(session, "materials/upload_own.html", url_for("materials.mine"))


@bp.route("/tiket/materi/berkas/<int:material_id>/versi", methods=["GET", "POST"])
@max_body(BODY_LIMIT)
@requires(UPLOAD_OWN, on=material_from_url)
def version_own(material: Material) -> Any:
    """A speaker uploads the next version of an own material."""
    return _new_version(material, "materials/version_own.html", url_for("materials.mine"))


@bp.get("/kelola/lokakarya/<int:workshop_id>/materi")
@requires(MANAGE, on=workshop_from_url)
def index(workshop: Workshop) -> str:
    """All materials by session, and which sessions lack them."""
    materials = queries.materials_of(workshop.id)
    return render_template(
        "materials/index.html",
        workshop=workshop,
        sessions=_with_files(workshop.id, materials.keys()),
        materials=materials,
        is_open=queries.is_open,
        opens_labels=OPENS_LABELS,
    )


@bp.route("/kelola/materi/sesi/<int:session_id>/unggah", methods=["GET", "POST"])
@max_body(BODY_LIMIT)
@requires(MANAGE, on=session_from_url)
def upload(session: Session) -> Any:
    """Staff uploads for a session."""
    target = url_for("materials.index", workshop_id=session.workshop_id)
    return _upload(session, "materials/upload.html", target)


@bp.route("/kelola/materi/<int:material_id>", methods=["GET", "POST"])
@requires(MANAGE, on=material_from_url)
def edit(material: Material) -> Any:
    """Title, opening, versions of one material."""
    form = ChangeForm(obj=material)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                services.change(
                    material=material, title=form.title.data, opens=Opens(form.opens.data), actor=current_actor()
                )
            flash(_("Saved."), "success")
            return redirect(url_for("materials.index", workshop_id=material.workshop_id), 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template("materials/edit.html", material=material, workshop=material.session.workshop, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/kelola/materi/<int:material_id>/versi", methods=["GET", "POST"])
@max_body(BODY_LIMIT)
@requires(MANAGE, on=material_from_url)
def version(material: Material) -> Any:
    """Staff uploads the next version."""
    return _new_version(material, "materials/version.html", url_for("materials.edit", material_id=material.id))


@bp.post("/kelola/materi/<int:material_id>/hapus")
@requires(MANAGE, on=material_from_url)
def remove(material: Material) -> Response:
    """Delete a material."""
    target = url_for("materials.index", workshop_id=material.workshop_id)
    with unit_of_work():
        services.remove(material=material, actor=current_actor())
    flash(_("The material is deleted."), "success")
    return redirect(target, 303)  # type: ignore[return-value]


def _upload(session: Session, template: str, target: str) -> Any:
    form = UploadForm()
    if form.validate_on_submit():
        try:
            with received(workshop_id=session.workshop_id, file=form.file.data.stream) as arrived, unit_of_work():
                services.upload(
                    session=session,
                    title=form.title.data or "",
                    filename=form.file.data.filename or "",
                    file=arrived,
                    actor=current_actor(),
                    opens=Opens(form.opens.data),
                    may_be_shared=form.may_be_shared.data,
                )
            flash(_("The material is stored. Participants see it when it opens."), "success")
            return redirect(target, 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template(template, session=session, workshop=session.workshop, form=form, back=target)
    return page, 422 if form.is_submitted() else 200


def _new_version(material: Material, template: str, target: str) -> Any:
    form = VersionForm()
    if form.validate_on_submit():
        try:
            with received(workshop_id=material.workshop_id, file=form.file.data.stream) as arrived, unit_of_work():
                services.upload(
                    session=material.session,
                    title=material.title,
                    filename=form.file.data.filename or "",
                    file=arrived,
                    actor=current_actor(),
                    material=material,
                    note=form.note.data or "",
                )
            flash(_("The new version is stored. The old ones stay available."), "success")
            return redirect(target, 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template(template, material=material, workshop=material.session.workshop, form=form, back=target)
    return page, 422 if form.is_submitted() else 200


def _with_files(workshop_id: int, others: Collection[int]) -> list[Session]:
    """The taught sessions, and of the others those that hold files or may get some."""
    return [session for session in sessions_of(workshop_id) if session.is_taught or session.id in others]
