"""Routes of the designer: its page, saving a version, real prints, pictures and ornaments."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, get_args

from flask import Response, abort, jsonify, render_template, request
from flask_babel import gettext as _
from pydantic import ValidationError

from lms.core.workshops.models import Organiser
from lms.kernel.db import unit_of_work
from lms.kernel.downloads import name_file, serve
from lms.kernel.errors import RuleViolation
from lms.kernel.headers import max_body
from lms.kernel.permissions import current_actor, login_only, requires
from lms.plugins.certificates import designer_data, designer_queries, ornament_pictures, template_pictures, templates
from lms.plugins.certificates import template_queries as queries
from lms.plugins.certificates.design import pictures
from lms.plugins.certificates.design.facts import TOKENS
from lms.plugins.certificates.design.model import Ornament
from lms.plugins.certificates.design_models import Asset, Template
from lms.plugins.certificates.permissions import DESIGN
from lms.plugins.certificates.template_forms import FaultyDesign, design_from
from lms.plugins.certificates.template_loaders import asset_from_url, organiser_from_url, template_from_url
from lms.plugins.certificates.template_views import LIST, ONE
from lms.plugins.certificates.views import bp

_ROOM = 100_000  # bytes of a form around a file


@bp.get(ONE)
@requires(DESIGN, on=template_from_url)
def designer(template: Template) -> str:
    """The designer, with an older version for `?versi=`; of a ready-made design, and without scripts, its picture."""
    version = queries.newest_version(template.id)
    number = request.args.get("versi", version.number, type=int)
    shown = queries.version_by_number(template.id, number) if 0 < number < version.number else version
    design = templates.design_of(shown)
    return render_template(
        "certificates/designer.html",
        template=template,
        organiser=template.organiser,
        version=version,
        has_back=design.back is not None,
        shown=shown,
        data=designer_data.data_of(version, design) if not template.ready_made else None,
        versions=queries.versions_of(template.id),
        workshops=designer_queries.recent_workshops(template.organiser_id),
        kinds=designer_data.KINDS,
        ornaments=designer_data.ORNAMENTS,
        tokens=TOKENS,
    )


@bp.post(f"{ONE}/simpan")
@requires(DESIGN, on=template_from_url)
def save_template(template: Template) -> Any:
    """Keep the design as a new version. 409 when somebody saved meanwhile, 422 with what is wrong and where."""
    sent = _sent()
    seen = sent.get("seen")
    if not isinstance(seen, int):
        abort(400)
    try:
        design = design_from(sent.get("design"))
        with unit_of_work():
            made = templates.save_version(
                template_id=template.id, design=design, seen_number=seen, actor=current_actor()
            )
    except FaultyDesign as error:
        return _faulty(error)
    except RuleViolation as error:
        newest = queries.newest_version(template.id).number
        return jsonify(message=str(error), number=newest), 409 if newest != seen else 422
    return jsonify(number=made.number)


@bp.post(f"{ONE}/cetak")
@requires(DESIGN, on=template_from_url)
def print_template(template: Template) -> Any:
    """One side of the design that was sent, as it will be printed: PNG."""
    sent = _sent()
    side, workshop_id = sent.get("side"), sent.get("workshop")
    if side not in template_pictures.SIDES or not isinstance(workshop_id, int | None):
        abort(400)
    owner = template.organiser_id
    try:
        design = design_from(sent.get("design"))
        workshop = designer_queries.workshop_of(owner, workshop_id) if workshop_id else None
        facts = template_pictures.facts_for(workshop)
        png = template_pictures.print_of(design, facts, organiser_id=owner, side=side)
    except FaultyDesign as error:
        return _faulty(error)
    except RuleViolation as error:
        return jsonify(message=str(error)), 422
    return _private(Response(png, mimetype="image/png"))


@bp.get(f"{ONE}/contoh.pdf")
@requires(DESIGN, on=template_from_url)
def template_pdf(template: Template) -> Response:
    """The newest version with sample data, or with the longest name of a workshop, as PDF."""
    workshop_id = request.args.get("lokakarya", type=int)
    workshop = designer_queries.workshop_of(template.organiser_id, workshop_id) if workshop_id else None
    design = templates.design_of(queries.newest_version(template.id))
    facts = template_pictures.facts_for(workshop)
    pdf = template_pictures.pdf_of(design, facts, organiser_id=template.organiser_id)
    answer = _private(Response(pdf, mimetype="application/pdf"))
    name_file(answer, "contoh.pdf", inline=True)
    return answer


@bp.post(f"{LIST}/gambar")
@requires(DESIGN, on=organiser_from_url)
@max_body(pictures.MAX_BYTES + _ROOM)
def upload_asset(organiser: Organiser) -> Any:
    """A picture for designs, out of a PNG, JPG, SVG or PDF file; JSON."""
    file = request.files.get("file")
    if file is None:
        return jsonify(message=_("Choose a file first.")), 422
    data = file.read(pictures.MAX_BYTES + 1)
    try:
        with unit_of_work():
            asset = templates.add_asset(
                organiser_id=organiser.id, data=data, filename=file.filename or "", actor=current_actor()
            )
    except RuleViolation as error:
        return jsonify(message=str(error)), 422
    return jsonify(asset=designer_data.asset_values(asset))


@bp.get(f"{LIST}/gambar/<asset>")
@requires(DESIGN, on=asset_from_url)
def asset_file(asset: Asset) -> Response:
    """A picture of the organiser; its address names its content, so it is kept."""
    return serve(
        asset.storage_key,
        filename=asset.name or "gambar",
        content_type=asset.media_type,
        inline=True,
        cache_control="private, max-age=31536000, immutable",
    )


@bp.get("/kelola/rancangan/hiasan/<ornament>.svg")
@login_only
def ornament_picture(ornament: str) -> Response:
    """An ornament of the house in any size and colour, exactly as it will be printed."""
    if ornament not in get_args(Ornament):
        abort(404)
    try:
        data = ornament_pictures.drawn(ornament, request.args)
    except ValidationError:
        abort(400)
    answer = Response(data, mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


def _sent() -> dict[str, Any]:
    body = request.get_json()
    if not isinstance(body, dict):
        abort(400)
    return body


def _faulty(error: FaultyDesign) -> Any:
    return jsonify(message=str(error), faults=[asdict(fault) for fault in error.faults]), 422


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
