"""The blueprint of certificates, and what its modules of routes share."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response
from flask_babel import gettext as _

from lms.kernel.downloads import serve
from lms.kernel.installation import settings
from lms.plugins.certificates import bundle
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.models import Certificate

bp = Blueprint(
    "certificates",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/certificates/s",
)
WRONG_CODES = "20 per minute"


def official_host() -> str:
    """The domain that the page names, since fakes copy pages but not addresses."""
    return urlsplit(settings().base_url).netloc


def unlisted(page: str, status: int = 200) -> Response:
    """An answer that search engines neither list nor follow."""
    answer = make_response(page, status)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def serve_pdf(certificate: Certificate, *, inline: bool = False) -> Response:
    """The stored PDF under a name for people; refused once the holder's data was erased."""
    if not certificate.storage_key:
        raise CertificateRefused(_("This certificate was removed on request."))
    name = bundle.file_name(certificate, bundle.codes_of(certificate.organiser_id))
    return serve(certificate.storage_key, filename=name, content_type="application/pdf", inline=inline)
