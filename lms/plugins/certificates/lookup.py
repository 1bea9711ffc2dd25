"""What the public finds by a code or by a number, and what it is told about what it does not find."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from lms.core.regions.zones import zone_name
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.tokens import CODE_ALPHABET
from lms.plugins.certificates import ledger
from lms.plugins.certificates.enums import Validity
from lms.plugins.certificates.ledger import Proof
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.queries import CODE_LENGTH, whole_code
from lms.plugins.certificates.record_models import LogLeaf, SignatureKey

log = structlog.get_logger(__name__)
LONGEST = 40  # characters of a typed code that are looked at
LONGEST_NUMBER = 120
SHORTEST_NUMBER = 3
MOST_NUMBERS = 5


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A paper as the public reads it. `is_logged` without a proof: the next signed head will cover it."""

    certificate: Certificate
    validity: Validity
    zone: str
    key: SignatureKey | None
    is_logged: bool
    proof: Proof | None


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """What is told to somebody who knows a number and not the code."""

    number: str
    masked_name: str  # "" after erasure
    validity: Validity


def checked(typed: str) -> Checked | None:
    """The paper of a code, however it was typed, in two statements; a third when the log grew meanwhile."""
    code = whole_code(typed[:LONGEST])
    if code is None:
        return None
    row = db.session.execute(_by_code(), {"code": code}).first()
    if row is None:
        return None
    certificate, leaf, key, region = row
    return Checked(
        certificate=certificate,
        validity=certificate.validity_at(_today(region)),
        zone=zone_name(region),
        key=key,
        is_logged=leaf is not None,
        proof=_proof_of(leaf, certificate.issued_on.year) if leaf is not None else None,
    )


def _proof_of(leaf: LogLeaf, year: int) -> Proof | None:
    """A log that was tampered with gives no proof, and takes the answer about the paper itself from nobody."""
    try:
        return ledger.proof_of_leaf(leaf, year)
    except ledger.LogDamaged:
        log.error("log_has_a_gap", year=year)
        return None


@cache
def _by_code() -> sa.Select[Certificate, LogLeaf, SignatureKey, str]:
    """Made once: building it costs more than running it."""
    return (
        sa.select(Certificate, LogLeaf, SignatureKey, Workshop.region_code)
        .join(Workshop, Workshop.id == Certificate.workshop_id)
        .outerjoin(LogLeaf, LogLeaf.certificate_id == Certificate.id)
        .outerjoin(SignatureKey, SignatureKey.id == Certificate.key_id)
        .where(Certificate.code == sa.bindparam("code", type_=sa.String))
        .options(joinedload(Certificate.replaced_by))
    )


def _today(region: str) -> date:
    return now().astimezone(ZoneInfo(zone_name(region))).date()


def by_number(typed: str) -> list[Numbered]:
    """Papers with that number, else those whose number begins so; a few, with masked names.

    Two organisers may have papers of the same number. Spaces and letter case do not matter.
    """
    number = "".join(typed.split()).upper()[:LONGEST_NUMBER]
    if len(number) < SHORTEST_NUMBER or not number.isprintable():
        return []
    return _numbered(Certificate.number_text.in_([number, typed.strip()])) or _numbered(
        sa.func.upper(Certificate.number_text).startswith(number, autoescape=True)
    )


def _numbered(condition: sa.ColumnElement[bool]) -> list[Numbered]:
    query = sa.select(Certificate, Workshop.region_code).join(Workshop, Workshop.id == Certificate.workshop_id)
    rows = db.session.execute(query.where(condition).order_by(Certificate.id.desc()).limit(MOST_NUMBERS))
    return [
        Numbered(
            number=certificate.number_text,
            masked_name=masked(certificate.holder),
            validity=certificate.validity_at(_today(region)),
        )
        for certificate, region in rows
    ]


def masked(name: str) -> str:
    """ "R**** W********" of "Dr. Rahma Wulandari, M.Si.": enough to compare, too little to learn a name from."""
    words = name.partition(",")[0].split()
    while len(words) > 1 and words[0].endswith("."):
        words.pop(0)
    return " ".join(_first_letter(word) for word in words)


def _first_letter(word: str) -> str:
    text = unicodedata.normalize("NFC", word)
    kept = 1
    while kept < len(text) and unicodedata.combining(text[kept]):
        kept += 1
    return text[:kept] + "*" * (len(text) - kept)


def hint_for(typed: str) -> str:
    """What is probably wrong with a code that nobody has."""
    foreign = [(at, char) for at, char in enumerate(typed, start=1) if char not in CODE_ALPHABET]
    if foreign:
        at, char = foreign[0]
        return _(
            "Character %(at)s cannot be %(char)s: codes have no O, I, L, 0 or 1. Look at it again.", at=at, char=char
        )
    missing = CODE_LENGTH - len(typed)
    if missing > 0:
        return _("This code has %(count)s characters, it should have 12.", count=len(typed))
    if missing < 0:
        return _("This code is too long: it should have 12 characters.")
    return _("Compare it letter by letter with the one under the QR code.")
