"""Designs as pictures: cards in lists, drawn once per version, and the print beside the designer, drawn every time."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from lms.core.workshops.models import Workshop
from lms.kernel.errors import NotFound
from lms.kernel.installation import settings
from lms.kernel.storage import FileMissing
from lms.plugins.certificates import content, preview, templates
from lms.plugins.certificates import template_queries as queries
from lms.plugins.certificates.design import engine
from lms.plugins.certificates.design.facts import Facts
from lms.plugins.certificates.design.model import Design
from lms.plugins.certificates.design.samples import sample_facts
from lms.plugins.certificates.design_models import TemplateVersion
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.picture import kept

SIDES = {"front": 1, "back": 2}
_CARD, _PRINT = 720, 1400  # pixels across
_LOOK = 1  # raise it when the engine or the sample changes what cards show
_LOCALE = "id"


def ensure_card(version: TemplateVersion, side: str = "front") -> str:
    """The storage key of the picture of a version, which is drawn when it is not there. Raises NotFound."""
    if side not in SIDES or (side == "back" and templates.design_of(version).back is None):
        raise NotFound
    key = f"certificates/cards/{version.template.organiser_id}/{version.sha256}-{side}-{_LOOK}.png"
    organiser_id, design = version.template.organiser_id, templates.design_of(version)
    return kept(key, lambda: _drawn(design, sample(), organiser_id=organiser_id, side=side, width=_CARD))


def print_of(design: Design, facts: Facts, *, organiser_id: int, side: str) -> bytes:
    """One side as it will be printed, as PNG. Raises CertificateRefused when it cannot be set."""
    return _drawn(design, facts, organiser_id=organiser_id, side=side, width=_PRINT)


def pdf_of(design: Design, facts: Facts, *, organiser_id: int) -> bytes:
    """The paper with these facts. Raises CertificateRefused when it cannot be set."""
    try:
        return content.render(design, facts, read_asset=templates.asset_reader(organiser_id))
    except (RuntimeError, FileMissing, NotFound) as error:
        raise CertificateRefused(_cannot_be_set()) from error


def sample() -> Facts:
    """The sample facts, with this site's address of the verification page."""
    return sample_facts(address=f"{settings().base_url}/v")


def _drawn(design: Design, facts: Facts, *, organiser_id: int, side: str, width: int) -> bytes:
    # Asked here too: a press that is kept for the same design of another organiser has its pictures already.
    wanted = set(design.assets())
    if wanted - queries.assets_by_sha(organiser_id, wanted).keys():
        raise CertificateRefused(_cannot_be_set())
    reader = templates.asset_reader(organiser_id)
    with force_locale(_LOCALE):
        try:
            return engine.picture(design, facts, read_asset=reader, page=SIDES[side], width=width)
        except (RuntimeError, ValueError, FileMissing, NotFound) as error:
            raise CertificateRefused(_cannot_be_set()) from error


def _cannot_be_set() -> str:
    return _(
        "The paper cannot be set: a picture is damaged, or a font lacks one of the letters. Change what you added last."
    )


def facts_for(workshop: Workshop | None) -> Facts:
    """What a print shows: the participant of the workshop with the longest name, else the sample."""
    if workshop is None:
        return sample()
    with force_locale(_LOCALE):
        return preview.longest_facts(workshop, PaperRole.PESERTA)
