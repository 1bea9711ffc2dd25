"""Routes for programs: badges, status lists and public keys. Anybody may read them, from any site."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from lms.kernel.clock import now
from lms.kernel.limits import device_id, throttle
from lms.kernel.permissions import public
from lms.kernel.storage import FileMissing, storage
from lms.plugins.certificates import badge_documents, queries, services, tallies
from lms.plugins.certificates.badges.baked import bake
from lms.plugins.certificates.enums import TallyKind, Validity
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.picture import ensure_picture
from lms.plugins.certificates.views import WRONG_CODES, bp

CREDENTIAL_TYPES = ("application/ld+json", "application/vc", "application/json")
_SOON, _LATER = 300, 3600  # seconds for which an answer may be kept


@bp.get("/v/<code>.json")
@public
def badge_json(code: str) -> Response:
    """The Open Badge of a certificate, also of a revoked one: its status list says so."""
    certificate = _find(code)
    if certificate is None:
        return _missing()
    document = badge_documents.unsigned_badge(certificate)
    mark = _mark(badge_documents.compact_json(document), badge_documents.statement_signer().key.fingerprint)
    if mark in request.if_none_match:
        return _open(Response(status=304), mark=mark, seconds=_SOON)
    return _credential(badge_documents.badge_of(certificate), mark=mark)


@bp.get("/v/status/<int:number>.json")
@public
def status_list(number: int) -> Response:
    """One bit for each certificate of a list: set when it was revoked or replaced."""
    document = badge_documents.list_of(number)
    if document is None:
        return _missing()
    return _credential(document, mark=_mark(badge_documents.compact_json(document)))


@bp.get("/.well-known/did.json")
@public
def did_json() -> Response:
    """The site's public keys, as did:web looks for them."""
    text = badge_documents.compact_json(badge_documents.did_document())
    answer = Response(text, mimetype="application/did+json")
    return _open(answer, mark=_mark(text), seconds=_LATER)


@bp.get("/v/<code>/lencana.png")
@public
def baked_badge(code: str) -> Response:
    """Page one as a picture that carries the badge; only of a paper that is not taken back."""
    certificate = _find(code)
    if certificate is None or not certificate.is_valid or not certificate.storage_key:
        return _missing()
    try:
        picture = storage().read(ensure_picture(certificate))
    except FileMissing:
        return _missing()
    png = bake(picture, badge_documents.compact_json(badge_documents.badge_of(certificate)))
    answer = Response(png, mimetype="image/png")
    answer.headers["Content-Disposition"] = f'inline; filename="lencana-{certificate.code}.png"'
    mark = hashlib.sha256(png).hexdigest()[:32]
    return _open(answer, mark=mark, seconds=_SOON)


@bp.get("/v/<code>/status.json")
@public
def badge_state(code: str) -> Response:
    """What holds now, for the scanner that has checked the signature itself."""
    certificate = _find(code)
    if certificate is None:
        return _missing()
    moment = now()
    state = certificate.validity_at(services.today_at(certificate.enrolment.workshop))
    answer: dict[str, Any] = {"status": state.value, "checked_at": moment.isoformat(timespec="seconds")}
    if state is Validity.EXPIRED and certificate.expires_on:
        answer["day"] = certificate.expires_on.isoformat()
    elif certificate.revoked_on:
        answer |= {"day": certificate.revoked_on.isoformat(), "reason": certificate.revoke_reason}
    if certificate.replaced_by is not None:
        answer["replaced_by"] = certificate.replaced_by.number_text
    tallies.count(certificate.id, TallyKind.VERIFIED)
    return _json(answer)


def _find(code: str) -> Certificate | None:
    """The certificate of a code; wrong ones count as they do on the page for people."""
    throttle.peek("certificate-code", device_id(), limit=WRONG_CODES)
    found = queries.by_code(code)
    if found is None:
        throttle.hit("certificate-code", device_id(), limit=WRONG_CODES)
    return found


def _credential(document: Mapping[str, Any], *, mark: str) -> Response:
    kind = request.accept_mimetypes.best_match(CREDENTIAL_TYPES, default=CREDENTIAL_TYPES[0])
    answer = Response(badge_documents.compact_json(document), mimetype=kind)
    answer.vary.add("Accept")
    return _open(answer, mark=mark, seconds=_SOON)


def _mark(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _open(answer: Response, *, mark: str = "", seconds: int = 0) -> Response:
    """Let programs on other sites read the answer."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Cache-Control"] = f"public, max-age={seconds}" if seconds else "no-store"
    if mark:
        answer.set_etag(mark)
        answer.make_conditional(request)
    return answer


def _json(value: Mapping[str, Any], status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False)
    return _open(Response(text, status=status, mimetype="application/json"))


def _missing() -> Response:
    detail = _("There is no such certificate here. Compare the address with the one on the paper.")
    return _json({"status": 404, "title": _("Not found"), "detail": str(detail)}, status=404)
