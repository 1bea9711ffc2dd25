"""What a certificate says: a snapshot of plain values taken once, and the paper made from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.programme import programme_of
from lms.core.regions.queries import label_of
from lms.core.workshops.models import Workshop
from lms.kernel.declarations import ProgrammeLine
from lms.kernel.i18n import daterange, longdate
from lms.kernel.installation import settings
from lms.kernel.storage import FileMissing, storage
from lms.plugins.certificates import queries, words
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.numbering import pattern_of
from lms.plugins.certificates.paper import CertificatePaper, MaterialLine, Signatory, render_certificate

LOCALE = "id"  # certificates are official papers; the page around them speaks the visitor's language
PREVIEW_CODE = "PRATINJAU"  # has letters that no code has, so it never verifies


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What all certificates of a workshop share, read once per batch."""

    workshop: Workshop
    lines: tuple[ProgrammeLine, ...]
    signatories: tuple[dict[str, Any], ...]
    pattern: str
    place: str


def basis_of(workshop: Workshop) -> Basis:
    """Reads programme, signatories and number pattern as they are now."""
    return Basis(
        workshop=workshop,
        lines=programme_of(workshop.id),
        signatories=_signatories(workshop),
        pattern=pattern_of(workshop),
        place=workshop.venue_name or label_of(workshop.region_code),
    )


def _signatories(workshop: Workshop) -> tuple[dict[str, Any], ...]:
    rows = queries.signatories_of(workshop.id)
    if rows:
        return tuple({"name": row.name, "position": row.position, "image_key": row.image_key} for row in rows)
    leader = workshop.organiser
    if not leader.leader_name:
        return ()
    return ({"name": leader.leader_name, "position": leader.leader_position, "image_key": None},)


def content_of(
    basis: Basis,
    enrolment: Enrolment,
    *,
    issued_on: date,
    facts: Sequence[str] = (),
    values: Sequence[tuple[str, Decimal]] = (),
) -> dict[str, Any]:
    """The snapshot for one person: JSON values only, ready to print."""
    workshop, organiser = basis.workshop, basis.workshop.organiser
    lines = _lines_for(basis.lines, enrolment)
    with force_locale(LOCALE):
        return {
            "holder": enrolment.person.formal_name,
            "organisation": enrolment.affiliation,
            "workshop_title": workshop.title,
            "place": basis.place,
            "dates": daterange(workshop.starts_on, workshop.ends_on),
            "jp": sum(line.jp for line in lines),
            "role_title": str(words.ROLE_TITLES[PaperRole(enrolment.role.value)]),
            "body": _body(enrolment, lines),
            "materials": [
                {"no": no, "title": line.title, "speaker": line.speaker, "jp": line.jp}
                for no, line in enumerate(lines, start=1)
            ],
            "signatories": [dict(row) for row in basis.signatories],
            "signed": signed_text(workshop, issued_on),
            "issuer": organiser.name,
            "letterhead": [text for text in (organiser.name, organiser.address, organiser.contact) if text],
            "facts": list(facts),
            "evidence": {key: str(value) for key, value in values},
            "is_demo": workshop.is_demo,
            "locale": LOCALE,
        }


def signed_text(workshop: Workshop, issued_on: date) -> str:
    """ "Pontianak, 5 Desember 2026"."""
    with force_locale(LOCALE):
        return ", ".join(filter(None, (workshop.organiser.city, longdate(issued_on))))


def _lines_for(lines: tuple[ProgrammeLine, ...], enrolment: Enrolment) -> list[ProgrammeLine]:
    """Participants sat through all, speakers taught their own, the committee neither."""
    match PaperRole.of(enrolment.role):
        case PaperRole.PESERTA:
            return list(lines)
        case PaperRole.NARASUMBER:
            return [line for line in lines if enrolment.id in line.speaker_ids]
        case _:
            return []


def _body(enrolment: Enrolment, lines: Sequence[ProgrammeLine]) -> str:
    match PaperRole.of(enrolment.role):
        case PaperRole.PESERTA:
            return _("for taking part as a participant in the workshop")
        case PaperRole.NARASUMBER if lines:
            taught = "; ".join(_("“%(title)s” (%(jp)s JP)", title=line.title, jp=line.jp) for line in lines)
            return _("for serving as a speaker on %(materials)s in the workshop", materials=taught)
        case PaperRole.NARASUMBER:
            return _("for serving as a speaker in the workshop")
        case _ if enrolment.task:
            return _("for serving on the committee (%(task)s) of the workshop", task=enrolment.task)
        case _:
            return _("for serving on the committee of the workshop")


def verify_address(code: str) -> str:
    """What the QR code says: the public address of the verification page."""
    return f"{settings().base_url}/v/{code}"


def spaced(code: str) -> str:
    """ "R4TM-9K2D-7QXY"."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def render(content: dict[str, Any], *, number_text: str, code: str, is_preview: bool = False) -> bytes:
    """The PDF of a snapshot. Raises RuntimeError when it cannot be set, for instance for a broken signature image."""
    with force_locale(str(content["locale"])):
        return render_certificate(
            CertificatePaper(
                number=number_text,
                role_title=content["role_title"],
                holder=content["holder"],
                organisation=content["organisation"],
                workshop_title=content["workshop_title"],
                place=content["place"],
                dates_text=content["dates"],
                jp_total=content["jp"],
                signed_place_date=content["signed"],
                signatories=tuple(_signatory(row) for row in content["signatories"]),
                issuer_name=content["issuer"],
                letterhead=tuple(content["letterhead"]),
                verify_url=verify_address(code),
                code=code if is_preview else spaced(code),
                body_text=content["body"],
                materials=tuple(MaterialLine(**row) for row in content["materials"]),
                is_preview=is_preview,
                is_demo=content["is_demo"],
                locale=content["locale"],
            )
        )


def _signatory(row: dict[str, Any]) -> Signatory:
    image = None
    if row["image_key"]:
        try:
            image = storage().read(row["image_key"])
        except FileMissing:  # the paper is then signed by hand, rather than not at all
            image = None
    return Signatory(name=row["name"], position=row["position"], image=image)
