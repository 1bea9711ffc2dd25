"""Routes for everybody: the page that says whether a paper is genuine, and the search by code or number."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.kernel.clock import now
from lms.kernel.limits import device_id, throttle
from lms.kernel.permissions import public
from lms.kernel.tokens import clean_code
from lms.plugins.certificates import keys, lookup, tallies, words
from lms.plugins.certificates.content import verify_address
from lms.plugins.certificates.enums import PaperKind, TallyKind, Validity
from lms.plugins.certificates.lookup import Checked
from lms.plugins.certificates.views import WRONG_CODES, bp, official_host, unlisted

NUMBERS_ASKED = "60 per minute"
LINKEDIN = "https://www.linkedin.com/profile/add"
PAPERS = {PaperKind.CERTIFICATE: _l("certificate"), PaperKind.LETTER: _l("letter of thanks")}
STATES = {
    Validity.VALID: _l("valid"),
    Validity.EXPIRED: _l("expired"),
    Validity.REVOKED: _l("revoked"),
    Validity.REPLACED: _l("replaced"),
}


@bp.get("/v", endpoint="lookup")
@bp.get("/V", endpoint="lookup_scanned")
@public
def lookup_page() -> Any:
    """One field for a code or a number. A code leads to its page; a number, which has a "/", to masked names."""
    typed = request.args.get("kode", "")[: lookup.LONGEST_NUMBER].strip()
    if "/" in typed:
        return _numbers(typed)
    code = clean_code(typed)[: lookup.LONGEST]
    if code:
        return redirect(url_for("certificates.verify", code=code), 303)
    return _form()


@bp.get("/v/<code>")
@bp.get("/V/<code>", endpoint="verify_capitals")
@public
def verify(code: str) -> Any:
    """Genuine, revoked, replaced, expired or not found. A revoked one answers 200 for ever, an unknown code 404."""
    return _verified(code, payload="")


@bp.get("/v/<code>/<payload>")
@bp.get("/V/<code>/<payload>", endpoint="verify_scanned_capitals")
@public
def verify_scanned(code: str, payload: str) -> Any:
    """The same page, from a QR code that also carries signed data; only the scanner without a network reads those."""
    return _verified(code, payload=payload)


def _verified(code: str, *, payload: str) -> Response:
    throttle.peek("certificate-code", device_id(), limit=WRONG_CODES)
    found = lookup.checked(code)
    if found is None:
        throttle.hit("certificate-code", device_id(), limit=WRONG_CODES)
        typed = clean_code(code)[: lookup.LONGEST]
        return _form(typed=typed, hint=lookup.hint_for(typed), status=404)
    paper = found.certificate
    page = render_template(
        "certificates/verify.html",
        found=found,
        certificate=paper,
        content=paper.content,
        state=STATES[found.validity],
        paper_word=PAPERS[paper.kind],
        words=words,
        address=verify_address(paper.code),
        linkedin=linkedin_address(found),
        payload=payload,
        moment=now(),
        host=official_host(),
        fingerprint=fingerprint_words(found.key.fingerprint if found.key else ""),
    )
    tallies.count(paper.id, TallyKind.VERIFIED)
    return unlisted(page)


def _numbers(typed: str) -> Response:
    throttle("certificate-number", device_id(), limit=NUMBERS_ASKED)
    throttle.peek("certificate-code", device_id(), limit=WRONG_CODES)
    found = lookup.by_number(typed)
    if found:
        return _form(typed=typed, numbers=found)
    throttle.hit("certificate-code", device_id(), limit=WRONG_CODES)
    hint = _("Compare it sign by sign with the number on the paper, or type the code under the QR code.")
    return _form(typed=typed, hint=hint, status=404)


def _form(*, typed: str = "", hint: str = "", numbers: Any = (), status: int = 200) -> Response:
    active = keys.active_key()
    page = render_template(
        "certificates/lookup.html",
        typed=typed,
        hint=hint,
        numbers=numbers,
        states=STATES,
        host=official_host(),
        fingerprint=fingerprint_words(active.fingerprint if active else ""),
    )
    return unlisted(page, status)


def fingerprint_words(fingerprint: str) -> str:
    """ "8f21 c07a 5be9 4d10": the first 16 of the 64 digits, which people can compare; "" where there is no key."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, min(16, len(fingerprint)), 4))


def linkedin_address(found: Checked) -> str:
    """The form of LinkedIn that adds a certificate to the visitor's profile, filled; "" for what is not valid."""
    paper = found.certificate
    if found.validity is not Validity.VALID or paper.kind is not PaperKind.CERTIFICATE:
        return ""
    filled = {
        "startTask": "CERTIFICATION_NAME",
        "name": paper.content["workshop_title"],
        "organizationName": paper.content["issuer"],
        "issueYear": paper.issued_on.year,
        "issueMonth": paper.issued_on.month,
        "certUrl": verify_address(paper.code),
        "certId": paper.number_text,
    }
    if paper.expires_on is not None:
        filled |= {"expirationYear": paper.expires_on.year, "expirationMonth": paper.expires_on.month}
    return f"{LINKEDIN}?{urlencode(filled)}"
