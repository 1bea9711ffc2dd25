"""A paper to look at before anything is issued."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.core.workshops.models import Workshop
from lms.plugins.certificates import content as paper
from lms.plugins.certificates import eligibility
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.numbering import number_text
from lms.plugins.certificates.services import today_at


def preview_pdf(workshop: Workshop, role: PaperRole) -> bytes:
    """The paper of the person with the longest name, with number 0, a mark across it, and a code that never verifies.

    Raises CertificateRefused while nobody has the role, or when the paper cannot be set.
    """
    people = [row.enrolment for row in eligibility.table_of(workshop, role).rows]
    if not people:
        raise CertificateRefused(_("Nobody is confirmed in this role yet, so there is no name to try."))
    longest = max(people, key=lambda row: len(row.person.formal_name))
    today = today_at(workshop)
    basis = paper.basis_of(workshop)
    number = number_text(basis.pattern, number=0, organiser_code=workshop.organiser.number_code, issued_on=today)
    content = paper.content_of(basis, longest, issued_on=today)
    return paper.render(content, number_text=number, code=paper.PREVIEW_CODE, is_preview=True)
