"""What the designer's scripts must know when the page opens, as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.kernel.qr import qr_drawing_for
from lms.plugins.certificates import template_queries as queries
from lms.plugins.certificates.design import starter
from lms.plugins.certificates.design.facts import TOKENS
from lms.plugins.certificates.design.model import MAX_ELEMENTS, Design, Ornament, canonical, digest
from lms.plugins.certificates.design_models import TemplateVersion
from lms.plugins.certificates.designer_files import faces, families
from lms.plugins.certificates.template_pictures import sample

KINDS: Mapping[str, object] = {
    "text": _l("Text"),
    "name": _l("Name"),
    "picture": _l("Picture"),
    "logo": _l("Logo"),
    "stamp": _l("Stamp"),
    "signature": _l("Signature"),
    "qr": _l("QR code"),
    "ornament": _l("Ornament"),
    "materials": _l("Table of materials"),
}
ORNAMENTS: Mapping[Ornament, object] = {
    "corak": _l("Woven band"),
    "line": _l("Line"),
    "double-line": _l("Double line"),
    "diamond": _l("Diamond"),
    "frame-woven": _l("Woven frame"),
    "frame-line": _l("Frame of lines"),
    "guilloche": _l("Guilloche"),
    "microtext": _l("Microtext"),
}
_QR_SIDE = 28.0  # mm


def data_of(version: TemplateVersion, design: Design) -> dict[str, Any]:
    """Everything that is no text of the page; texts are data attributes of the template."""
    facts = sample()
    return {
        "design": canonical(design),
        "seen": version.number,
        "is_newest": digest(design) == version.sha256,
        "most": MAX_ELEMENTS,
        "tokens": {key: str(label) for key, label in TOKENS.items()},
        "samples": dict(facts.texts),
        "kinds": {key: str(label) for key, label in KINDS.items()},
        "ornaments": {key: str(label) for key, label in ORNAMENTS.items()},
        "fresh": {**starter.fresh(), "back": starter.back().model_dump(mode="json")},
        "qr": qr_drawing_for(facts.qr_text, side=_QR_SIDE),
        "fonts": families(),
        "faces": faces(),
        "columns": _columns(),
        "materials": [asdict(line) for line in facts.materials],
        "assets": [asset_values(asset) for asset in queries.assets_of(version.template.organiser_id)],
    }


def asset_values(asset: Any) -> dict[str, Any]:
    """A picture as the scripts know it."""
    return {"sha256": asset.sha256, "name": asset.name, "width": asset.width, "height": asset.height}


def _columns() -> list[str]:
    with force_locale("id"):
        return [_("No."), _("Material"), _("Speaker"), _("JP")]
