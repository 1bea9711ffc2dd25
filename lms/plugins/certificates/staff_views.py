"""Routes for staff: who may get a certificate, issuing, single papers, and everything in one file."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _

from lms.core.enrolments.queries import enrolment_by_id
from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import current_actor, requires
from lms.kernel.web import wants_json
from lms.plugins.certificates import batches, bundle, eligibility, preview, queries, services, words
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.forms import ReasonForm
from lms.plugins.certificates.loaders import BatchPage, batch_of_workshop, certificate_of_workshop
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.permissions import ISSUE, SEE
from lms.plugins.certificates.views import bp, serve_pdf

BASE = "/kelola/lokakarya/<int:workshop_id>/sertifikat"


def asked_role() -> PaperRole:
    """The role named in the address or the form, participants by default."""
    typed = request.values.get("peran", PaperRole.PESERTA.value)
    if typed not in {role.value for role in words.ROLES}:
        abort(404)
    return PaperRole(typed)


@bp.get(BASE)
@requires(SEE, on=workshop_from_url)
def index(workshop: Workshop) -> str:
    """Everybody of one role: issued, may be issued, or what is missing."""
    table = eligibility.table_of(workshop, asked_role())
    return render_template("certificates/index.html", workshop=workshop, table=table, words=words)


@bp.post(f"{BASE}/terbitkan")
@requires(ISSUE, on=workshop_from_url)
def issue_all(workshop: Workshop) -> Any:
    """Start issuing to everybody of one role who may; the page of its progress answers."""
    with unit_of_work():
        batch = batches.start(workshop_id=workshop.id, role=asked_role(), actor=current_actor())
    return redirect(url_for("certificates.progress", workshop_id=workshop.id, batch_id=batch.id), 303)


@bp.get(f"{BASE}/terbitan/<int:batch_id>")
@requires(SEE, on=batch_of_workshop)
def progress(page: BatchPage) -> Any:
    """How far a batch is; JSON for the script that moves the bar."""
    state = batches.progress_of(page.batch)
    if wants_json():
        return jsonify(done=state.done, total=state.total, over=state.is_over)
    over = state.is_over and not state.has_failed
    table = eligibility.table_of(page.workshop, page.batch.role) if over else None
    return render_template(
        "certificates/progress.html",
        workshop=page.workshop,
        batch=page.batch,
        state=state,
        lacking=table.lacking if table else [],
        words=words,
    )


@bp.post(f"{BASE}/terbitkan/<int:enrolment_id>")
@requires(ISSUE, on=workshop_from_url)
def issue_one(workshop: Workshop, enrolment_id: int) -> Any:
    """One person's certificate."""
    enrolment = enrolment_by_id(enrolment_id)
    if enrolment.workshop_id != workshop.id or PaperRole.of(enrolment.role) is None:
        raise NotFound
    try:
        with unit_of_work():
            made = services.issue(enrolment_id=enrolment.id, actor=current_actor())
    except RuleViolation as error:
        flash(f"{enrolment.person.formal_name}: {error}", "error")
        return redirect(url_for("certificates.index", workshop_id=workshop.id, peran=enrolment.role.value), 303)
    flash(_("Certificate %(number)s is issued.", number=made.number_text), "success")
    return redirect(url_for("certificates.show", workshop_id=workshop.id, certificate_id=made.id), 303)


@bp.get(f"{BASE}/pratinjau.pdf")
@requires(SEE, on=workshop_from_url)
def preview_pdf(workshop: Workshop) -> Response:
    """A paper with the longest name of the role, marked as a preview; nothing is stored."""
    answer = Response(preview.preview_pdf(workshop, asked_role()), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename="pratinjau.pdf")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get(f"{BASE}/<int:certificate_id>")
@requires(SEE, on=certificate_of_workshop)
def show(certificate: Certificate) -> str:
    """One certificate with everything that happened to it."""
    return _paper_page(certificate)


@bp.get(f"{BASE}/<int:certificate_id>.pdf")
@requires(SEE, on=certificate_of_workshop)
def file(certificate: Certificate) -> Response:
    """The PDF as it was issued, revoked or not."""
    return serve_pdf(certificate, inline=True)


@bp.post(f"{BASE}/<int:certificate_id>/cabut")
@requires(ISSUE, on=certificate_of_workshop)
def revoke(certificate: Certificate) -> Any:
    """Take a certificate back for ever, with a public reason."""
    form = ReasonForm(prefix="revoke")
    if not form.validate_on_submit():
        return _paper_page(certificate, revoke_form=form), 422
    with unit_of_work():
        services.revoke(certificate_id=certificate.id, reason=form.reason.data, actor=current_actor())
    flash(_("Certificate %(number)s is revoked.", number=certificate.number_text), "success")
    return redirect(
        url_for("certificates.show", workshop_id=certificate.workshop_id, certificate_id=certificate.id), 303
    )


@bp.post(f"{BASE}/<int:certificate_id>/terbit-ulang")
@requires(ISSUE, on=certificate_of_workshop)
def reissue(certificate: Certificate) -> Any:
    """A new paper after a name was corrected."""
    form = ReasonForm(prefix="reissue")
    if not form.validate_on_submit():
        return _paper_page(certificate, reissue_form=form), 422
    try:
        with unit_of_work():
            made = services.reissue(certificate_id=certificate.id, reason=form.reason.data, actor=current_actor())
    except RuleViolation as error:
        form.refuse(error)
        return _paper_page(certificate, reissue_form=form), 422
    flash(_("%(old)s is replaced by %(new)s.", old=certificate.number_text, new=made.number_text), "success")
    return redirect(url_for("certificates.show", workshop_id=made.workshop_id, certificate_id=made.id), 303)


@bp.get(f"{BASE}/semua.zip")
@requires(SEE, on=workshop_from_url)
def all_files(workshop: Workshop) -> Response:
    """Every valid certificate of the workshop, or of one role."""
    role = asked_role() if "peran" in request.args else None
    rows = queries.files_of(workshop.id, role)
    if not rows:
        raise NotFound
    with unit_of_work():
        services.record_bundle(workshop_id=workshop.id, actor=current_actor())
    files = [(bundle.file_name(row.number, row.holder), row.storage_key) for row in rows]
    answer = Response(stream_with_context(bundle.stream_zip(files)), mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"sertifikat-{workshop.slug}.zip")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _paper_page(certificate: Certificate, *, revoke_form: Any = None, reissue_form: Any = None) -> str:
    enrolment = certificate.enrolment
    return render_template(
        "certificates/show.html",
        workshop=enrolment.workshop,
        certificate=certificate,
        enrolment=enrolment,
        revoke_form=revoke_form or ReasonForm(formdata=None, prefix="revoke"),
        reissue_form=reissue_form or ReasonForm(formdata=None, prefix="reissue", reason=_("Correction of the name")),
        has_new_name=certificate.holder != enrolment.person.formal_name,
        words=words,
    )
