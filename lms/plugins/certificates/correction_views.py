"""Routes for corrections: the holder asks, the organiser decides."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.core.loaders import workshop_from_url
from lms.core.permissions import HOLD_TICKET
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.limits import throttle
from lms.kernel.permissions import current_actor, requires
from lms.plugins.certificates import corrections, words
from lms.plugins.certificates.enums import CorrectionStatus
from lms.plugins.certificates.life_forms import AcceptForm, CorrectionForm, DeclineForm
from lms.plugins.certificates.loaders import certificate_from_url, correction_from_url, correction_of_workshop
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.permissions import ISSUE
from lms.plugins.certificates.record_models import Correction
from lms.plugins.certificates.staff_views import BASE
from lms.plugins.certificates.views import bp

REQUESTS = "10 per day"


@bp.route("/tiket/sertifikat/<int:certificate_id>/perbaikan", methods=["GET", "POST"])
@requires(HOLD_TICKET, on=certificate_from_url)
def correct(certificate: Certificate) -> Any:
    """Ask for a correction; while one waits the page says so."""
    if not certificate.holder:
        raise NotFound
    if not certificate.is_valid:  # the answer to a request may be the new paper
        return redirect(url_for("certificates.own"), 303)
    form = CorrectionForm(data={"name": certificate.holder, "organisation": certificate.content["organisation"]})
    if form.validate_on_submit():
        try:
            _ask(certificate, form)
            flash(_("Your request is sent. The answer appears on the page of your certificate."), "success")
            return redirect(url_for("certificates.correct", certificate_id=certificate.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template(
        "certificates/correct.html",
        certificate=certificate,
        workshop=certificate.enrolment.workshop,
        form=form,
        waiting=corrections.open_for(certificate.id),
    )
    return page, 422 if form.is_submitted() else 200


def _ask(certificate: Certificate, form: CorrectionForm) -> None:
    if corrections.open_for(certificate.id) is None:
        throttle("certificate-correction", str(certificate.enrolment_id), limit=REQUESTS)
    with unit_of_work():
        corrections.ask(
            certificate_id=certificate.id,
            name=form.name.data,
            organisation=form.organisation.data or "",
            note=form.note.data or "",
            actor=current_actor(),
        )


@bp.post("/tiket/sertifikat/perbaikan/<int:correction_id>/batal")
@requires(HOLD_TICKET, on=correction_from_url)
def withdraw_correction(correction: Correction) -> Any:
    """Take the own request back."""
    with unit_of_work():
        corrections.withdraw(correction_id=correction.id, actor=current_actor())
    flash(_("Your request is taken back."), "success")
    return redirect(url_for("certificates.own"), 303)


@bp.get(f"{BASE}/perbaikan", endpoint="corrections")
@requires(ISSUE, on=workshop_from_url)
def corrections_page(workshop: Workshop) -> str:
    """What holders ask for, old and wanted side by side; those that wait come first."""
    return _page(workshop)


@bp.post(f"{BASE}/perbaikan/<int:correction_id>/terima")
@requires(ISSUE, on=correction_of_workshop)
def accept_correction(correction: Correction) -> Any:
    """Correct the person's data and issue the certificate again."""
    form = AcceptForm(prefix=_prefix(correction, "a"))
    workshop = correction.certificate.enrolment.workshop
    if form.validate_on_submit():
        try:
            with unit_of_work():
                made = corrections.accept(correction_id=correction.id, wanted=_wanted(form), actor=current_actor())
            flash(_("Certificate %(number)s is issued with the correction.", number=made.number_text), "success")
            return redirect(url_for("certificates.corrections", workshop_id=workshop.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return _page(workshop, accept={correction.id: form}), 422


def _wanted(form: AcceptForm) -> corrections.Wanted:
    return corrections.Wanted(
        title_front=form.title_front.data or "",
        full_name=form.full_name.data,
        title_back=form.title_back.data or "",
        organisation=form.organisation.data or "",
    )


@bp.post(f"{BASE}/perbaikan/<int:correction_id>/tolak")
@requires(ISSUE, on=correction_of_workshop)
def decline_correction(correction: Correction) -> Any:
    """Refuse with an answer that the holder reads."""
    form = DeclineForm(prefix=_prefix(correction, "d"))
    workshop = correction.certificate.enrolment.workshop
    if not form.validate_on_submit():
        return _page(workshop, decline={correction.id: form}), 422
    with unit_of_work():
        corrections.decline(correction_id=correction.id, answer=form.answer.data, actor=current_actor())
    flash(_("The holder reads your answer on the own certificate page."), "success")
    return redirect(url_for("certificates.corrections", workshop_id=workshop.id), 303)


def _prefix(correction: Correction, part: str) -> str:
    """Several forms stand on one page, and no two fields share an id."""
    return f"{part}{correction.id}"


def _page(workshop: Workshop, *, accept: Any = None, decline: Any = None) -> str:
    rows = corrections.of_workshop(workshop.id)
    waiting = [row for row in rows if row.status is CorrectionStatus.OPEN]
    return render_template(
        "certificates/corrections.html",
        workshop=workshop,
        waiting=waiting,
        decided=[row for row in reversed(rows) if row.status is not CorrectionStatus.OPEN],
        accept={row.id: _accept_form(row) for row in waiting} | (accept or {}),
        decline={row.id: DeclineForm(formdata=None, prefix=_prefix(row, "d")) for row in waiting} | (decline or {}),
        statuses=corrections.TITLES,
        words=words,
    )


def _accept_form(row: Correction) -> AcceptForm:
    front, name, back = corrections.split_name(row.wanted_name)
    data = {"title_front": front, "full_name": name, "title_back": back, "organisation": row.wanted_organisation}
    return AcceptForm(formdata=None, prefix=_prefix(row, "a"), data=data)
