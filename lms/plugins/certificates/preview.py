"""A paper to look at before anything is issued."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.core.workshops.models import Workshop
from lms.plugins.certificates import content as paper
from lms.plugins.certificates import eligibility, templates
from lms.plugins.certificates.design.facts import Facts
from lms.plugins.certificates.enums import PaperKind, PaperRole
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.number_rules import number_text
from lms.plugins.certificates.services import today_at


def preview_pdf(workshop: Workshop, role: PaperRole) -> bytes:
    """The paper of the person with the longest name; raises CertificateRefused, also when it cannot be set."""
    design = templates.design_for(workshop, role, PaperKind.CERTIFICATE)
    return paper.render(design, longest_facts(workshop, role), read_asset=templates.asset_reader(workshop.organiser_id))


def longest_facts(workshop: Workshop, role: PaperRole) -> Facts:
    """What the person with the longest name would get, with number 0, a preview's mark, and a code that never verifies.

    Raises CertificateRefused while nobody has the role.
    """
    rows = eligibility.table_of(workshop, role).rows
    if not rows:
        raise CertificateRefused(_("Nobody is confirmed in this role yet, so there is no name to try."))
    longest = max(rows, key=lambda row: len(row.enrolment.person.formal_name))
    today = today_at(workshop)
    premises = paper.premises_of(workshop, role)
    number = number_text(
        premises.rules.pattern, number=0, organiser_code=workshop.organiser.number_code, issued_on=today,
        type_code=premises.rules.type_code(role, PaperKind.CERTIFICATE), workshop_code=premises.rules.workshop_code,
    )  # fmt: skip
    content = paper.content_of(premises, longest.enrolment, issued_on=today, detail=longest.detail)
    return paper.facts_of(content, number_text=number, code=paper.PREVIEW_CODE, is_preview=True)
