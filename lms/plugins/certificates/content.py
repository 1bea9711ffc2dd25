"""What a certificate says, gathered once at issue and frozen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.programme import programme_of
from lms.core.workshops.models import Workshop
from lms.kernel.i18n import daterange, longdate
from lms.kernel.permissions import Role
from lms.plugins.certificates import queries
from lms.plugins.certificates.paper import CertificatePaper, MaterialLine, render_certificate
from lms.plugins.certificates.paper import Signatory as PaperSignatory

ROLES = (Role.PESERTA, Role.NARASUMBER, Role.PANITIA)


def gather(*, enrolment: Enrolment, number_text: str, code: str, on: date, facts: dict[str, str]) -> dict[str, Any]:
    """Everything the paper prints, as JSON values, in the language of the one who issues."""
    workshop = enrolment.workshop
    lines = programme_of(workshop.id)
    if enrolment.role is Role.NARASUMBER:
        lines = tuple(line for line in lines if enrolment.id in line.speaker_ids)
    organiser = workshop.organiser
    return {
        "number": number_text,
        "code": code,
        "role": enrolment.role.value,
        "role_title": role_title(enrolment.role),
        "holder": enrolment.person.formal_name,
        "organisation": enrolment.affiliation if enrolment.role is not Role.PANITIA else "",
        "workshop_title": workshop.title,
        "place": workshop.venue_name,
        "dates_text": _dates(workshop),
        "jp_total": sum(line.jp for line in lines) if enrolment.role is not Role.PANITIA else 0,
        "signed_place_date": f"{organiser.city}, {longdate(on)}",
        "issuer_name": organiser.name,
        "letterhead": [text for text in (organiser.name, organiser.address) if text],
        "body_text": _body(enrolment),
        "materials": [[line.title, line.speaker, line.jp] for line in lines]
        if enrolment.role is not Role.PANITIA
        else [],
        "signatories": _signatories(workshop),
        "heading": _("CERTIFICATE") if enrolment.role is Role.PESERTA else _("CERTIFICATE OF APPRECIATION"),
        "is_demo": workshop.is_demo,
        "facts": facts,
    }


def paper_of(content: dict[str, Any], *, is_preview: bool = False) -> bytes:
    """The PDF of a frozen content."""
    code = content["code"]
    return render_certificate(
        CertificatePaper(
            number=content["number"],
            role_title=content["role_title"],
            holder=content["holder"],
            organisation=content["organisation"],
            workshop_title=content["workshop_title"],
            place=content["place"],
            dates_text=content["dates_text"],
            jp_total=content["jp_total"],
            signed_place_date=content["signed_place_date"],
            signatories=tuple(
                PaperSignatory(name=name, position=position) for name, position in content["signatories"]
            ),
            issuer_name=content["issuer_name"],
            letterhead=tuple(content["letterhead"]),
            verify_url=url_for("certificates.verify", code=code, _external=True),
            code="-".join(code[start : start + 4] for start in range(0, len(code), 4)),
            body_text=content["body_text"],
            materials=tuple(
                MaterialLine(no=no, title=title, speaker=speaker, jp=jp)
                for no, (title, speaker, jp) in enumerate(content["materials"], start=1)
            ),
            is_preview=is_preview,
            is_demo=content["is_demo"],
            heading=content["heading"],
        )
    )


def role_title(role: Role) -> str:
    """The role in words."""
    return {Role.PESERTA: _("Participant"), Role.NARASUMBER: _("Speaker"), Role.PANITIA: _("Committee")}[role]


def _body(enrolment: Enrolment) -> str:
    if enrolment.role is Role.NARASUMBER:
        return _("for sharing knowledge as a speaker of the workshop")
    if enrolment.role is Role.PANITIA:
        task = enrolment.task or _("member")
        return _("for serving on the committee (%(task)s) of the workshop", task=task.lower())
    return _("for taking part, as a participant, in the workshop")


def _signatories(workshop: Workshop) -> list[list[str]]:
    rows = queries.signatories_of(workshop.id)
    if rows:
        return [[row.name, row.position] for row in rows[:2]]
    organiser = workshop.organiser
    return [[organiser.leader_name, organiser.leader_position]] if organiser.leader_name else []


def _dates(workshop: Workshop) -> str:
    """The dates without the names of the days: "23–24 November 2026"."""
    if workshop.ends_on - workshop.starts_on >= timedelta(days=1):
        return daterange(workshop.starts_on, workshop.ends_on).partition(", ")[2]
    return longdate(workshop.starts_on)
