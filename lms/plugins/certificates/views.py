"""Routes of certificates for the public and for their holders."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.loaders import own_enrolment
from lms.core.people.phones import whatsapp_link
from lms.core.permissions import HOLD_TICKET
from lms.kernel.clock import now
from lms.kernel.downloads import serve
from lms.kernel.errors import NotFound
from lms.kernel.limits import device_id, throttle
from lms.kernel.permissions import current_actor, public, requires
from lms.kernel.tokens import CODE_ALPHABET, clean_code
from lms.plugins.certificates import pictures, queries
from lms.plugins.certificates.enums import CertificateStatus
from lms.plugins.certificates.forms import LookupForm
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.permissions import SEE

bp = Blueprint("certificates", __name__, template_folder="templates")
WRONG = "20 per minute"


@bp.route("/v", methods=["GET", "POST"])
@public
def lookup() -> Any:
    """Type a code; the answer has an address of its own."""
    form = LookupForm()
    if form.validate_on_submit():
        code = clean_code(form.code.data)
        if code:
            return redirect(url_for("certificates.verify", code=code), 303)
        form.code.errors = [_("Type the twelve letters and digits below the QR code.")]
    return render_template("certificates/lookup.html", form=form), 422 if form.is_submitted() else 200


@bp.get("/v/<code>")
@public
def verify(code: str) -> Any:
    """Whether a certificate is genuine and valid; a revoked one says so for ever."""
    throttle.peek("certificate-code", device_id(), limit=WRONG)
    certificate = queries.by_code(code)
    if certificate is None:
        throttle.hit("certificate-code", device_id(), limit=WRONG)
        odd = sorted({letter for letter in clean_code(code) if letter not in CODE_ALPHABET})
        page = render_template("certificates/not_found.html", code=code[:40], odd=odd)
        return _quiet(Response(page, 404))
    page = render_template(
        "certificates/verify.html",
        certificate=certificate,
        content=certificate.content,
        moment=now(),
        is_valid=certificate.status is CertificateStatus.VALID,
    )
    return _quiet(Response(page))


def _quiet(response: Response) -> Response:
    """Search engines are asked to leave people's certificates alone."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/tiket/sertifikat")
@requires(HOLD_TICKET, on=own_enrolment)
def mine(enrolment: Enrolment) -> str:
    """What this ticket's holder was given in this workshop."""
    rows = queries.certificates_of_person(enrolment.person_id, enrolment.workshop_id)
    return render_template("certificates/mine.html", enrolment=enrolment, certificates=rows, share=_share)


def _share(certificate: Certificate) -> str:
    text = _(
        "My certificate: %(title)s, number %(number)s. Check it here: %(link)s",
        title=certificate.content["workshop_title"],
        number=certificate.number_text,
        link=url_for("certificates.verify", code=certificate.code, _external=True),
    )
    return whatsapp_link("", text)


@bp.get("/sertifikat/<int:certificate_id>.<ending>")
@public
def download(certificate_id: int, ending: str) -> Response:
    """The paper as PDF, or a picture of its front; for its holder and for staff, as if absent for others."""
    certificate = queries.certificate_by_id(certificate_id)
    actor = current_actor()
    ticket = actor.enrolment
    is_holder = ticket is not None and ticket.person_id == certificate.enrolment.person_id
    if ending not in {"pdf", "png"} or not (is_holder or actor.can(SEE, certificate.access)):
        raise NotFound
    if ending == "png":
        return serve(pictures.front_of(certificate), filename="sertifikat.png", content_type="image/png", inline=True)
    name = certificate.number_text.replace("/", "_")
    return serve(
        certificate.storage_key,
        filename=f"{name}_{certificate.content['holder']}.pdf",
        content_type="application/pdf",
        inline=request.args.get("lihat") == "1",
    )
