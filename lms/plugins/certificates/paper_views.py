"""Routes for staff: the progress of a batch, single papers, and everything in one file."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.limits import throttle
from lms.kernel.permissions import current_actor, requires
from lms.kernel.settings import setting
from lms.kernel.web import wants_json
from lms.plugins.certificates import (
    batches,
    bundle,
    corrections,
    delivery,
    eligibility,
    queries,
    record_queries,
    services,
    words,
)
from lms.plugins.certificates.enums import TallyKind
from lms.plugins.certificates.exports import KINDS
from lms.plugins.certificates.forms import ReasonForm
from lms.plugins.certificates.life_forms import SendForm
from lms.plugins.certificates.loaders import BatchPage, batch_of_workshop, certificate_of_workshop
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.permissions import ISSUE, SEE
from lms.plugins.certificates.record_models import Delivery
from lms.plugins.certificates.staff_views import BASE, asked_role
from lms.plugins.certificates.views import bp, serve_pdf

RESENDS = "5 per hour"
FAILURES = {
    "PaperNotSet": _l("The paper could not be set: look at the pictures of the signatures and of the design."),
    "PaperNotSigned": _l("The paper could not be signed. Try again in a moment; tell the administrator if it stays."),
    "CertificateRefused": _l("The registration or the person's data changed while the batch ran."),
}
USES = {
    TallyKind.VERIFIED: _l("Verified"),
    TallyKind.VIEWED: _l("Viewed by the holder"),
    TallyKind.DOWNLOADED: _l("Downloaded"),
}


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
        failures=batches.failures_of(page.batch) if over and state.failed else [],
        why=FAILURES,
        words=words,
    )


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
    names = bundle.unique_names(rows, bundle.codes_of(workshop.organiser_id))
    files = list(zip(names, (row.storage_key for row in rows), strict=True))
    answer = Response(stream_with_context(bundle.stream_zip(files)), mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"sertifikat-{workshop.slug}.zip")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _paper_page(
    certificate: Certificate, *, revoke_form: Any = None, reissue_form: Any = None, send_form: Any = None
) -> str:
    enrolment, workshop = certificate.enrolment, certificate.enrolment.workshop
    record = record_queries.record_of(certificate)
    return render_template(
        "certificates/show.html",
        workshop=workshop,
        certificate=certificate,
        enrolment=enrolment,
        record=record,
        validity=certificate.validity_at(services.today_at(workshop)).value,
        kind=KINDS[certificate.kind],
        uses=USES,
        delivery_state=delivery.state_of(record.delivery) if record.delivery else None,
        delivery_titles=delivery.TITLES,
        has_suffix=setting("certificates.suffix", workshop_id=workshop.id, organiser_id=workshop.organiser_id),
        waiting=corrections.open_for(certificate.id),
        revoke_form=revoke_form or ReasonForm(formdata=None, prefix="revoke"),
        reissue_form=reissue_form or ReasonForm(formdata=None, prefix="reissue", reason=_("Correction of the name")),
        send_form=send_form or _send_form(certificate, record.delivery),
        has_new_name=certificate.holder != enrolment.person.formal_name,
        words=words,
    )


def _send_form(certificate: Certificate, found: Delivery | None) -> SendForm:
    data = {"seen": found.attempt if found else 0, "email": certificate.enrolment.person.email or ""}
    return SendForm(formdata=None, prefix="send", data=data)


@bp.post(f"{BASE}/<int:certificate_id>/kirim")
@requires(ISSUE, on=certificate_of_workshop)
def send_again(certificate: Certificate) -> Any:
    """Send the e-mail of a certificate once more, to the address that is typed or known."""
    form = SendForm(prefix="send")
    if form.validate_on_submit():
        try:
            throttle("certificate-resend", str(certificate.id), limit=RESENDS)
            with unit_of_work():
                delivery.send_again(
                    certificate_id=certificate.id,
                    seen=form.seen.data or 0,
                    email=form.email.data or "",
                    actor=current_actor(),
                )
            flash(_("The e-mail is on its way. This page shows how it went."), "success")
            return redirect(_back(certificate), 303)
        except RuleViolation as error:
            form.refuse(error)
    return _paper_page(certificate, send_form=form), 422


def _back(certificate: Certificate) -> str:
    if request.form.get("back") == "deliveries":
        return url_for("certificates.deliveries", workshop_id=certificate.workshop_id)
    return url_for("certificates.show", workshop_id=certificate.workshop_id, certificate_id=certificate.id)
