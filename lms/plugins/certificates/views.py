"""Routes for everybody: checking a certificate; and for its holder: seeing and downloading it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.evidence import EvidenceUnavailable
from lms.core.loaders import own_enrolment
from lms.core.people.phones import whatsapp_link
from lms.core.permissions import HOLD_TICKET
from lms.kernel.clock import now
from lms.kernel.downloads import serve
from lms.kernel.installation import settings
from lms.kernel.limits import device_id, throttle
from lms.kernel.permissions import public, requires
from lms.kernel.tokens import CODE_ALPHABET, clean_code
from lms.plugins.certificates import bundle, eligibility, queries, words
from lms.plugins.certificates.content import verify_address
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.loaders import certificate_from_url
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.picture import ensure_picture

bp = Blueprint(
    "certificates",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/certificates/s",
)
WRONG_CODES = "20 per minute"
_LONGEST = 40  # characters of a typed code that are looked at


@bp.get("/v")
@public
def lookup() -> Any:
    """The form for a code; a typed code leads to its page."""
    code = clean_code(request.args.get("kode", ""))[:_LONGEST]
    if code:
        return redirect(url_for("certificates.verify", code=code), 303)
    return _unlisted(render_template("certificates/lookup.html", typed="", hint="", host=official_host()))


@bp.get("/v/<code>")
@public
def verify(code: str) -> Any:
    """Genuine, revoked, replaced or not found. A revoked one answers 200 for ever, an unknown code 404."""
    throttle.peek("certificate-code", device_id(), limit=WRONG_CODES)
    typed = clean_code(code)[:_LONGEST]
    found = queries.by_code(typed)
    if found is None:
        throttle.hit("certificate-code", device_id(), limit=WRONG_CODES)
        page = render_template("certificates/lookup.html", typed=typed, hint=hint_for(typed), host=official_host())
        return _unlisted(page, 404)
    page = render_template(
        "certificates/verify.html", certificate=found, words=words, host=official_host(), moment=now()
    )
    return _unlisted(page)


def hint_for(typed: str) -> str:
    """What is probably wrong with a code that nobody has."""
    foreign = [(at, char) for at, char in enumerate(typed, start=1) if char not in CODE_ALPHABET]
    if foreign:
        at, char = foreign[0]
        return _(
            "Character %(at)s cannot be %(char)s: codes have no O, I, L, 0 or 1. Look at it again.", at=at, char=char
        )
    missing = queries.CODE_LENGTH - len(typed)
    if missing > 0:
        return _("This code has %(count)s characters, it should have 12.", count=len(typed))
    if missing < 0:
        return _("This code is too long: it should have 12 characters.")
    return _("Compare it letter by letter with the one under the QR code.")


def official_host() -> str:
    """The domain that the page names, since fakes copy pages but not addresses."""
    return urlsplit(settings().base_url).netloc


def _unlisted(page: str, status: int = 200) -> Response:
    answer = make_response(page, status)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@bp.get("/tiket/sertifikat")
@requires(HOLD_TICKET, on=own_enrolment)
def own(enrolment: Enrolment) -> str:
    """The holder's certificate, or what is still missing."""
    papers = queries.certificates_of_person(enrolment.id)
    paper = next((row for row in papers if row.is_valid), None)
    facts, problem = ((), "") if paper else _facts(enrolment)
    return render_template(
        "certificates/own.html",
        enrolment=enrolment,
        workshop=enrolment.workshop,
        certificate=paper,
        ended=next((row for row in papers if not row.is_valid), None),
        facts=facts,
        problem=problem,
        share=_share(paper) if paper else "",
    )


def _facts(enrolment: Enrolment) -> tuple[Any, str]:
    if not enrolment.is_confirmed:
        return (), ""
    try:
        facts, _values = eligibility.judge(enrolment.workshop, [enrolment], PaperRole(enrolment.role.value))[
            enrolment.id
        ]
    except EvidenceUnavailable as error:
        return (), str(error)
    return facts, ""


def _share(paper: Certificate) -> str:
    text = _(
        "My certificate %(number)s of %(title)s. Check it here: %(link)s",
        number=paper.number_text,
        title=paper.content["workshop_title"],
        link=verify_address(paper.code),
    )
    return whatsapp_link("", text)


@bp.get("/tiket/sertifikat/<int:certificate_id>.pdf")
@requires(HOLD_TICKET, on=certificate_from_url)
def own_file(certificate: Certificate) -> Response:
    """The holder's PDF, byte for byte as it was issued."""
    return serve_pdf(certificate)


@bp.get("/tiket/sertifikat/<int:certificate_id>.png")
@requires(HOLD_TICKET, on=certificate_from_url)
def own_picture(certificate: Certificate) -> Response:
    """Page one as a picture."""
    if not certificate.storage_key:
        raise CertificateRefused(_("This certificate was removed on request."))
    key = ensure_picture(certificate)
    return serve(key, filename="sertifikat.png", content_type="image/png", inline=True, cache_control="private")


def serve_pdf(certificate: Certificate, *, inline: bool = False) -> Response:
    """The stored PDF under a name for people; refused once the holder's data was erased."""
    if not certificate.storage_key:
        raise CertificateRefused(_("This certificate was removed on request."))
    name = bundle.file_name(certificate.number, certificate.holder)
    return serve(certificate.storage_key, filename=name, content_type="application/pdf", inline=inline)
