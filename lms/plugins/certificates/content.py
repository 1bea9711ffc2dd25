"""What a certificate says: a snapshot of plain values taken once, and the paper made from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
from lms.plugins.certificates import queries, templates, words
from lms.plugins.certificates.design import engine
from lms.plugins.certificates.design.engine import AssetReader
from lms.plugins.certificates.design.facts import Facts, MaterialLine
from lms.plugins.certificates.design.model import Design
from lms.plugins.certificates.design_models import TemplateVersion
from lms.plugins.certificates.enums import PaperKind, PaperRole
from lms.plugins.certificates.issuing_rules import issuing_value
from lms.plugins.certificates.number_rules import NumberRules, rules_of

LOCALE = "id"  # certificates are official papers; the page around them speaks the visitor's language
PREVIEW_CODE = "PRATINJAU"  # has letters that no code has, so it never verifies
TEACHING = frozenset({PaperRole.NARASUMBER, PaperRole.MODERATOR, PaperRole.FASILITATOR})


@dataclass(frozen=True, kw_only=True)
class Premises:
    """What all papers of a workshop in one role say alike."""

    workshop: Workshop
    role: PaperRole
    lines: tuple[ProgrammeLine, ...]
    signatories: tuple[dict[str, Any], ...]
    rules: NumberRules
    place: str
    valid_months: int


@dataclass(frozen=True, kw_only=True)
class Basis(Premises):
    """The same with what is needed to issue, read once per batch."""

    version: TemplateVersion
    letter_version: TemplateVersion | None  # None where no letter of thanks goes with it
    read_asset: AssetReader
    has_offline_qr: bool
    is_mailed: bool


def premises_of(workshop: Workshop, role: PaperRole) -> Premises:
    """Reads programme, signatories, number pattern and settings as they are now; writes nothing."""
    return Premises(
        workshop=workshop,
        role=role,
        lines=programme_of(workshop.id),
        signatories=_signatories(workshop),
        rules=rules_of(workshop),
        place=workshop.venue_name or label_of(workshop.region_code),
        valid_months=issuing_value("valid_months", workshop),
    )


def basis_of(workshop: Workshop, role: PaperRole) -> Basis:
    """The premises, and the designs and settings of issuing as they are now."""
    has_letter = role in TEACHING and issuing_value("letter", workshop)
    return Basis(
        **vars(premises_of(workshop, role)),
        version=templates.version_for(workshop, role, PaperKind.CERTIFICATE),
        letter_version=templates.version_for(workshop, role, PaperKind.LETTER) if has_letter else None,
        read_asset=templates.asset_reader(workshop.organiser_id),
        has_offline_qr=issuing_value("offline_qr", workshop),
        is_mailed=issuing_value("email", workshop),
    )


def _signatories(workshop: Workshop) -> tuple[dict[str, Any], ...]:
    rows = queries.signatories_of(workshop.id)
    if rows:
        return tuple(
            {"place": row.place, "name": row.name, "position": row.position, "image_key": row.image_key} for row in rows
        )
    leader = workshop.organiser
    if not leader.leader_name:
        return ()
    return ({"place": 1, "name": leader.leader_name, "position": leader.leader_position, "image_key": None},)


def content_of(
    basis: Premises,
    enrolment: Enrolment,
    *,
    issued_on: date,
    facts: Sequence[str] = (),
    values: Sequence[tuple[str, Decimal]] = (),
    detail: str = "",
) -> dict[str, Any]:
    """The snapshot for one person: JSON values only, ready to print. `detail` is what they moderated, or their task."""
    workshop, organiser = basis.workshop, basis.workshop.organiser
    lines = _lines_for(basis, enrolment)
    until = expiry_of(basis, issued_on)
    with force_locale(LOCALE):
        return {
            "holder": enrolment.person.formal_name,
            "holder_plain": enrolment.person.full_name,
            "organisation": enrolment.affiliation,
            "workshop_title": workshop.title,
            "place": basis.place,
            "dates": daterange(workshop.starts_on, workshop.ends_on),
            "starts_on": workshop.starts_on.isoformat(),
            "ends_on": workshop.ends_on.isoformat(),
            "jp": sum(line.jp for line in lines),
            "role_title": str(words.ROLE_TITLES[basis.role]),
            "body": _body(basis.role, lines, detail or enrolment.task),
            "materials": [
                {"no": no, "title": line.title, "speaker": line.speaker, "jp": line.jp}
                for no, line in enumerate(lines, start=1)
            ],
            "signatories": [dict(row) for row in basis.signatories],
            "signed": signed_text(workshop, issued_on),
            "issued": longdate(issued_on),
            "expires": longdate(until) if until else "",
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


def long_date(day: date) -> str:
    """ "5 Desember 2026", as papers write it."""
    with force_locale(LOCALE):
        return longdate(day)


def expiry_of(basis: Premises, issued_on: date) -> date | None:
    """The last day on which a paper of that day is valid: the same day so many months later, or the month's last."""
    if not basis.valid_months:
        return None
    month = issued_on.month - 1 + basis.valid_months
    year, month = issued_on.year + month // 12, month % 12 + 1
    for day in range(issued_on.day, 27, -1):  # 31 January and one month: 28 or 29 February
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return date(year, month, issued_on.day)


def _lines_for(basis: Premises, enrolment: Enrolment) -> list[ProgrammeLine]:
    """Participants sat through all, speakers taught their own, the others neither."""
    match basis.role:
        case PaperRole.PESERTA:
            return list(basis.lines)
        case PaperRole.NARASUMBER:
            return [line for line in basis.lines if enrolment.id in line.speaker_ids]
        case _:
            return []


def _body(role: PaperRole, lines: Sequence[ProgrammeLine], detail: str) -> str:
    match role:
        case PaperRole.PESERTA:
            return _("for taking part as a participant in the workshop")
        case PaperRole.NARASUMBER if lines:
            return _(
                "for serving as a speaker on %(materials)s in the workshop",
                materials=taught_text((line.title, line.jp) for line in lines),
            )
        case PaperRole.NARASUMBER:
            return _("for serving as a speaker in the workshop")
        case PaperRole.MODERATOR if detail:
            return _("for serving as moderator of %(part)s in the workshop", part=detail)
        case PaperRole.MODERATOR:
            return _("for serving as moderator of the workshop")
        case PaperRole.FASILITATOR if detail:
            return _("for serving as facilitator (%(part)s) of the workshop", part=detail)
        case PaperRole.FASILITATOR:
            return _("for serving as facilitator of the workshop")
        case _ if detail:
            return _("for serving on the committee (%(task)s) of the workshop", task=detail)
        case _:
            return _("for serving on the committee of the workshop")


def taught_text(taught: Iterable[tuple[str, int]]) -> str:
    """ "“Tata Kelola” (2 JP); “Kepemimpinan” (3 JP)"."""
    return "; ".join(_("“%(title)s” (%(jp)s JP)", title=title, jp=jp) for title, jp in taught)


def verify_address(code: str) -> str:
    """The public address of the verification page."""
    return f"{settings().base_url}/v/{code}"


def spaced(code: str) -> str:
    """ "R4TM-9K2D-7QXY"."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def facts_of(
    content: Mapping[str, Any],
    *,
    number_text: str,
    code: str,
    qr_text: str = "",
    is_preview: bool = False,
    moment: datetime | None = None,
) -> Facts:
    """A snapshot as designs print it. A signature whose picture is gone leaves room to sign by hand."""
    # Who signs alone stands at place 1, wherever the form has them: designs put the date above it.
    people = dict(enumerate(content["signatories"], start=1))
    texts = {
        "nama_gelar": content["holder"],
        "nama": content.get("holder_plain") or content["holder"],
        "lembaga": content["organisation"],
        "nomor": number_text,
        "peran": content["role_title"],
        "kalimat": content["body"],
        "lokakarya": content["workshop_title"],
        "tanggal": content["dates"],
        "tempat": content["place"],
        "jp": str(content["jp"] or ""),
        "kota_tanggal": content["signed"],
        "terbit": content.get("issued", ""),
        "berlaku": content.get("expires", ""),
        "penerbit": content["issuer"],
        "alamat": " · ".join(content["letterhead"][1:]),
        "kode": code if is_preview else spaced(code),
        "periksa": verify_address(code),
    }
    for place in (1, 2, 3):
        texts[f"penanda_{place}"] = people[place]["name"] if place in people else ""
        texts[f"jabatan_{place}"] = people[place]["position"] if place in people else ""
    return Facts(
        texts=texts,
        materials=tuple(MaterialLine(**row) for row in content["materials"]),
        signatures={place: data for place, row in people.items() if (data := _signature(row["image_key"]))},
        qr_text=qr_text or verify_address(code),
        locale=content["locale"],
        moment=moment,
        is_preview=is_preview,
        is_demo=content["is_demo"],
    )


def _signature(key: str | None) -> bytes | None:
    try:
        return storage().read(key) if key else None
    except FileMissing:
        return None


def render(design: Design, facts: Facts, *, read_asset: AssetReader) -> bytes:
    """The PDF of a snapshot in a design. Raises RuntimeError when it cannot be set."""
    with force_locale(facts.locale):
        return engine.render(design, facts, read_asset=read_asset)
