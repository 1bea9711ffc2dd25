"""What the letter of thanks says that goes with the certificate of a speaker, moderator or facilitator."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.plugins.certificates import content
from lms.plugins.certificates.content import LOCALE, Premises
from lms.plugins.certificates.enums import PaperRole


def content_of(
    basis: Premises, enrolment: Enrolment, *, role: PaperRole, issued_on: date, detail: str = ""
) -> dict[str, Any]:
    """The snapshot of a letter, of the shape of a certificate's: JSON values only, taken once.

    The sentence names what was taught, with its JP, so that there is no list of materials and no end of validity.
    """
    certificate = content.content_of(basis, enrolment, issued_on=issued_on)
    taught = [(str(line["title"]), int(line["jp"])) for line in certificate["materials"]]
    with force_locale(LOCALE):
        body = _body(role, taught, detail)
    return {**certificate, "body": body, "materials": [], "facts": [], "evidence": {}, "expires": ""}


def _body(role: PaperRole, taught: list[tuple[str, int]], detail: str) -> str:
    """The middle of a sentence: "we thank NAME ... “WORKSHOP”, held on ..."."""
    match role:
        case PaperRole.NARASUMBER if taught:
            materials = content.taught_text(taught)
            return _("for kindly serving as a speaker on %(materials)s in the workshop", materials=materials)
        case PaperRole.NARASUMBER:
            return _("for kindly serving as a speaker in the workshop")
        case PaperRole.MODERATOR if detail:
            return _("for kindly serving as moderator of %(part)s in the workshop", part=detail)
        case PaperRole.MODERATOR:
            return _("for kindly serving as moderator of the workshop")
        case _ if detail:
            return _("for kindly serving as facilitator (%(part)s) of the workshop", part=detail)
        case _:
            return _("for kindly serving as facilitator of the workshop")
