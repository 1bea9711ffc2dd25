"""The certificate on paper: plain data in, PDF bytes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from flask_babel import gettext as _

from lms.kernel.qr import qr_drawing
from lms.kernel.typesetting import typeset

_TEMPLATE = Path(__file__).parent / "typst" / "certificate.typ"
_FRAME = _TEMPLATE.with_name("frame.svg")


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """Who signs; `image` is a PNG of the signature, or None for a wet one."""

    name: str
    position: str
    image: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class MaterialLine:
    """One taught item of the back page."""

    no: int
    title: str
    speaker: str
    jp: int


@dataclass(frozen=True, kw_only=True)
class CertificatePaper:
    """Everything a certificate prints; texts are ready to print, in the language of `locale`."""

    number: str
    role_title: str
    holder: str
    organisation: str
    workshop_title: str
    place: str
    dates_text: str
    jp_total: int
    signed_place_date: str
    signatories: tuple[Signatory, ...]
    issuer_name: str
    letterhead: tuple[str, ...]
    verify_url: str
    code: str
    body_text: str
    materials: tuple[MaterialLine, ...] = ()
    is_preview: bool = False
    is_demo: bool = False
    locale: str = "id"
    heading: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def render_certificate(paper: CertificatePaper, *, moment: datetime | None = None) -> bytes:
    """A4 landscape PDF: the front, and a back page with the materials where there are any.

    The same paper and `moment` (aware; the date in the file) give the same bytes. Raises RuntimeError when a
    picture is broken or no font has a letter of it.
    """
    images = {f"sign{n}.png": s.image for n, s in enumerate(paper.signatories) if s.image}
    data = asdict(paper)
    data["signatories"] = [
        {"name": s.name, "position": s.position, "image": f"sign{n}.png" if s.image else None}
        for n, s in enumerate(paper.signatories)
    ]
    data["qr"] = qr_drawing(paper.verify_url)
    data["labels"] = {**_labels(), **paper.labels}
    return typeset(_TEMPLATE, data=data, files={"frame.svg": _FRAME.read_bytes(), **images}, moment=moment)


def _labels() -> dict[str, str]:
    return {
        "heading": _("CERTIFICATE"),
        "number": _("Number"),
        "given_to": _("is given to"),
        "verify": _("Check at"),
        "code": _("Code"),
        "qr": _("QR code of the page that verifies this certificate"),
        "materials": _("Materials"),
        "no": _("No."),
        "material": _("Material"),
        "speaker": _("Speaker"),
        "jp": _("JP"),
        "sum": _("Total training hours, one JP is 45 minutes"),
        "preview": _("PREVIEW"),
        "demo": _("Sample data"),
        "genuine": _(
            "Genuineness can be checked at %(address)s with the code %(code)s.", address="{address}", code="{code}"
        ),
        "signature": _("Signature of"),
    }
