"""Routes for the holder of a certificate: seeing, downloading and sharing it, and all of them by year."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.evidence import EvidenceUnavailable
from lms.core.loaders import own_enrolment
from lms.core.people.phones import whatsapp_link
from lms.core.permissions import HOLD_TICKET
from lms.kernel.downloads import serve
from lms.kernel.permissions import requires
from lms.plugins.certificates import corrections, eligibility, queries, record_queries, tallies, words
from lms.plugins.certificates.content import verify_address
from lms.plugins.certificates.enums import PaperKind, PaperRole, TallyKind
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.loaders import certificate_from_url
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.picture import ensure_picture
from lms.plugins.certificates.services import today_at
from lms.plugins.certificates.views import bp, serve_pdf


@bp.get("/tiket/sertifikat")
@requires(HOLD_TICKET, on=own_enrolment)
def own(enrolment: Enrolment) -> str:
    """The holder's certificates in every role and the letters that go with them, or what is still missing."""
    papers = queries.certificates_of_person(enrolment.id)
    valid = [row for row in papers if row.is_valid]
    certificates = [row for row in reversed(valid) if row.kind is PaperKind.CERTIFICATE]
    facts, problem = ((), "") if certificates else _facts(enrolment)
    page = render_template(
        "certificates/own.html",
        enrolment=enrolment,
        workshop=enrolment.workshop,
        certificates=certificates,
        letters={row.role: row for row in valid if row.kind is PaperKind.LETTER},
        replaced={row.replaced_by_id: row for row in papers if row.replaced_by_id},
        revoked=[row for row in papers if not row.is_valid and row.replaced_by_id is None],
        requests=corrections.newest_by_paper(enrolment.id),
        statuses=corrections.TITLES,
        shares={row.id: _share(row) for row in certificates},
        today=today_at(enrolment.workshop),
        facts=facts,
        problem=problem,
        words=words,
    )
    for row in certificates:
        tallies.count(row.id, TallyKind.VIEWED)
    return page


def _facts(enrolment: Enrolment) -> tuple[Any, str]:
    role = PaperRole.of(enrolment.role)
    if not enrolment.is_confirmed or role is None:
        return (), ""
    try:
        facts, _values = eligibility.judge(enrolment.workshop, [enrolment], role)[enrolment.id]
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


@bp.get("/tiket/sertifikat/semua")
@requires(HOLD_TICKET, on=own_enrolment)
def own_all(enrolment: Enrolment) -> str:
    """Certificates and JP by year, of every workshop of the same person.

    A name and a number are no proof of who holds a ticket. So other workshops are shown only where the organiser has
    issued a certificate to this very ticket; before that it reaches no further than itself.
    """
    is_proven = queries.has_certificate(enrolment.id)
    years = record_queries.years_of_person(enrolment, everywhere=is_proven)
    return render_template(
        "certificates/own_all.html",
        enrolment=enrolment,
        workshop=enrolment.workshop,
        years=years,
        is_proven=is_proven,
        today=today_at(enrolment.workshop),
        words=words,
    )


@bp.get("/tiket/sertifikat/<int:certificate_id>.pdf")
@requires(HOLD_TICKET, on=certificate_from_url)
def own_file(certificate: Certificate) -> Response:
    """The holder's PDF, byte for byte as it was issued."""
    answer = serve_pdf(certificate)
    tallies.count(certificate.id, TallyKind.DOWNLOADED)
    return answer


@bp.get("/tiket/sertifikat/<int:certificate_id>.png")
@requires(HOLD_TICKET, on=certificate_from_url)
def own_picture(certificate: Certificate) -> Response:
    """Page one as a picture."""
    if not certificate.storage_key:
        raise CertificateRefused(_("This certificate was removed on request."))
    key = ensure_picture(certificate)
    return serve(key, filename="sertifikat.png", content_type="image/png", inline=True, cache_control="private")
