"""Whether an uploaded file is a paper of ours, byte for byte, and what its signature says. Nothing of it is kept.

"As it was issued" is said of one thing only: a file whose SHA-256 is in the register. What its signature says is read
beside that and explains what became of a file that is not.
"""

from __future__ import annotations

import enum
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lms.kernel.db import db
from lms.plugins.certificates import lookup
from lms.plugins.certificates.lookup import Checked
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import SignatureKey

if TYPE_CHECKING:
    from lms.plugins.certificates.signing.reading import FoundSignature

MAX_SIZE = 10_000_000  # bytes
_MOST_CODES = 3
# The code in a signature's reason, or in a link to the verification page, as PDF writers escape them.
_CODE = re.compile(rb"(?:kode |(?:/|\\057)[vV](?:/|\\057))([A-HJKMNP-Z2-9]{12})(?![A-Z0-9])")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")
_PHONE_PICTURES = (b"heic", b"heix", b"mif1", b"avif")


class UploadVerdict(enum.StrEnum):
    """What an uploaded file turned out to be."""

    GENUINE = "genuine"  # the very bytes of the register; whether the paper is still valid is another question
    CHANGED = "changed"  # of ours once
    UNLISTED = "unlisted"  # signed by us, but in no register
    FOREIGN = "foreign"
    PICTURE = "picture"
    NO_PDF = "no_pdf"
    EMPTY = "empty"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, kw_only=True)
class UploadResult:
    """`paper` is the entry in the register: of this file when GENUINE, else of the code that the file names."""

    verdict: UploadVerdict
    paper: Checked | None = None
    signature: FoundSignature | None = None  # ours where there is one, else the first
    key: SignatureKey | None = None  # ours, of that signature
    sha256: str = ""


def check(data: bytes) -> UploadResult:
    """Look at a file of a stranger; asks no network, and takes time by its size only."""
    if not data or len(data) > MAX_SIZE:
        return UploadResult(verdict=UploadVerdict.TOO_LARGE if data else UploadVerdict.EMPTY)
    from lms.plugins.certificates.signing import reading  # noqa: PLC0415 -- slow import

    sha256 = hashlib.sha256(data).hexdigest()
    found = reading.signatures_of(data)
    known = _keys_of({one.fingerprint for one in found})
    own = next((one for one in found if one.fingerprint in known), None)
    signature = own or next(iter(found), None)
    key = known.get(own.fingerprint) if own else None
    paper = _registered(sha256)
    if paper is not None:
        return UploadResult(verdict=UploadVerdict.GENUINE, paper=paper, signature=signature, key=key, sha256=sha256)
    named = _named(data)
    verdict = _verdict_of(data, own, has_known_code=named is not None)
    return UploadResult(verdict=verdict, paper=named, signature=signature, key=key, sha256=sha256)


def _verdict_of(data: bytes, own: FoundSignature | None, *, has_known_code: bool) -> UploadVerdict:
    """Of a file that is in no register."""
    if has_known_code:
        return UploadVerdict.CHANGED
    if own is not None:
        # Whole, yet unknown: signed in a transaction that failed, or before the register was put back to a backup. What
        # is not covered by a signature can be changed without breaking it, so a paper that we do know was changed.
        is_known = own.number and _has_number(own.number)
        return UploadVerdict.UNLISTED if own.is_whole and not is_known else UploadVerdict.CHANGED
    if data.startswith(_PICTURES) or data[8:12] in _PHONE_PICTURES:
        return UploadVerdict.PICTURE
    return UploadVerdict.FOREIGN if b"%PDF-" in data[:1024] else UploadVerdict.NO_PDF


def _registered(sha256: str) -> Checked | None:
    code = db.session.scalar(sa.select(Certificate.code).filter_by(sha256=sha256).limit(1))
    return lookup.checked(code) if code else None


def _named(data: bytes) -> Checked | None:
    """The paper whose code the file names; None when there are several, as in a print file of all papers."""
    codes: set[str] = set()
    for match in _CODE.finditer(data):
        codes.add(match.group(1).decode())
        if len(codes) > _MOST_CODES:  # 10 MB may name 600,000 of them
            return None
    found = [paper for paper in map(lookup.checked, sorted(codes)) if paper is not None]
    return found[0] if len(found) == 1 else None


def _has_number(number: str) -> bool:
    return db.session.scalar(sa.select(sa.exists().where(Certificate.number_text == number))) or False


def _keys_of(fingerprints: set[str]) -> dict[str, SignatureKey]:
    if not fingerprints:
        return {}
    query = sa.select(SignatureKey).where(SignatureKey.fingerprint.in_(fingerprints), SignatureKey.purpose == "pdf")
    return {key.fingerprint: key for key in db.session.scalars(query)}
