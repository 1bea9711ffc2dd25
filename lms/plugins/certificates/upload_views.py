"""Routes for everybody: a file is uploaded and answered with the five facts about it; the public keys."""

from __future__ import annotations

from typing import Any

from flask import Response, g, render_template, request
from flask_babel import lazy_gettext as _l

from lms.kernel.clock import now
from lms.kernel.errors import NotFound
from lms.kernel.headers import max_body
from lms.kernel.limits import device_id, throttle
from lms.kernel.permissions import public
from lms.plugins.certificates import keys, tallies, upload_check
from lms.plugins.certificates.enums import TallyKind
from lms.plugins.certificates.upload_check import UploadResult, UploadVerdict
from lms.plugins.certificates.verify_views import STATES, fingerprint_words
from lms.plugins.certificates.views import bp, official_host, unlisted

UPLOADS = "20 per minute"
# More than what is looked at, so that a file that is too large gets an answer that says so.
_BODY_LIMIT = 3 * upload_check.MAX_SIZE
_STATUS = {UploadVerdict.EMPTY: 422, UploadVerdict.TOO_LARGE: 413}
PURPOSES = {
    keys.PDF: _l("Signs the PDF files"),
    keys.STATEMENT: _l("Signs digital badges and the transparency log"),
    keys.COMPACT: _l("Signs the QR codes that can be checked without internet"),
}


@bp.get("/v/unggah", endpoint="upload_form")
@public
def upload_form() -> Response:
    """The form alone, for whoever opens the address of the answer."""
    return _page(None)


@bp.post("/v/unggah", endpoint="upload")
@max_body(_BODY_LIMIT)
@public
def upload() -> Response:
    """What an uploaded file is. It is read once, in memory or a file without a name, and kept nowhere."""
    throttle("certificate-upload", device_id(), limit=UPLOADS)
    file = request.files.get("berkas")
    result = upload_check.check(file.stream.read(upload_check.MAX_SIZE + 1) if file else b"")
    if result.paper is not None:
        g.lms_zone = result.paper.zone
        if result.verdict is UploadVerdict.GENUINE:
            tallies.count(result.paper.certificate.id, TallyKind.VERIFIED)
    return _page(result)


@bp.get("/v/kunci", endpoint="keys")
@public
def public_keys() -> Response:
    """Fingerprints of all keys that ever signed, the root certificates, and how to trust one in a PDF reader."""
    found = keys.public_keys()
    current = next((key for key in found if key.purpose == keys.PDF and not key.retired_at), None)
    page = render_template(
        "certificates/keys.html",
        found=found,
        current=current,
        roots=keys.roots_of(found),
        purposes=PURPOSES,
        host=official_host(),
        fingerprint=fingerprint_words(current.fingerprint if current else ""),
    )
    return unlisted(page)


@bp.get("/v/kunci/<fingerprint>.pem", endpoint="key_file")
@public
def public_key_file(fingerprint: str) -> Response:
    """A root certificate, or the public half of a key (with its certificates), as PEM."""
    pem = keys.pem_of(fingerprint.lower())
    if pem is None:
        raise NotFound
    answer = Response(pem, content_type="application/x-pem-file")
    # Adobe Reader lists certificates under this ending only.
    answer.headers["Content-Disposition"] = f'attachment; filename="{fingerprint.lower()[:16]}.cer"'
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _page(result: UploadResult | None) -> Response:
    active: Any = keys.active_key()
    page = render_template(
        "certificates/upload.html",
        result=result,
        states=STATES,
        moment=now(),
        host=official_host(),
        fingerprint=fingerprint_words(active.fingerprint if active else ""),
    )
    return unlisted(page, _STATUS.get(result.verdict, 200) if result else 200)
