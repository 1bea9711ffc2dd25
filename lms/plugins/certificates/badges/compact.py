"""The statement inside the QR code: a few facts in CBOR, signed as COSE_Sign1 (RFC 9052) with ES256, as base32."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lms.plugins.certificates.enums import PaperKind, PaperRole

# Labels of the map; static/offline/statement.js reads the same ones. They are printed on paper: never change one.
# Room is short: the code is signed but not repeated here (`external_aad`), since it stands before the statement.
NUMBER, NAME, ROLE, TITLE, FIRST, LAST, JP, ISSUED, ISSUER, EXPIRES, KIND = range(1, 12)
ROLES = (
    PaperRole.PESERTA,
    PaperRole.NARASUMBER,
    PaperRole.MODERATOR,
    PaperRole.PANITIA,
    PaperRole.FASILITATOR,
)  # stored as their place in this row, counted from 1
_ALG, _KID, _ES256, _SIGN1 = 1, 4, -7, 18  # of the COSE registries
_PROTECTED = b"\xa1\x01\x26"  # {alg: ES256}
KID_BYTES = 4
_SHORTEST_TITLE, _LONGEST_ISSUER = 8, 24  # characters


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a phone without signal can say about a paper."""

    code: str
    number: str
    name: str
    role: PaperRole
    title: str
    first: date
    last: date
    jp: int
    issued_on: date
    issuer: str
    expires_on: date | None = None
    kind: PaperKind = PaperKind.CERTIFICATE


def kid_of(fingerprint: str) -> bytes:
    """How a statement names its key: the first bytes of the fingerprint."""
    return bytes.fromhex(fingerprint)[:KID_BYTES]


def sign_compact(statement: Statement, *, kid: bytes, sign_raw: Callable[[bytes], bytes], room: int) -> str:
    """The signed statement in at most `room` characters: a title that is too long ends in an ellipsis.

    `sign_raw` answers r||s, 64 bytes. A statement whose other facts leave no room for a title is longer than `room`.
    """
    fitted = _fit(statement, room=room)
    payload = _dumps(_claims(fitted))
    signature = sign_raw(signed_bytes(payload, statement.code))
    return _base32(_envelope(payload, kid, signature))


def signed_bytes(payload: bytes, code: str) -> bytes:
    """COSE's Sig_structure: what the signature is over."""
    return _dumps(["Signature1", _PROTECTED, code.encode(), payload])


def read_compact(text: str, code: str) -> tuple[Mapping[int, Any], bytes, bytes, bytes]:
    """`(claims, kid, signed bytes, signature)` behind a code; raises ValueError for anything that is no statement."""
    import cbor2  # noqa: PLC0415 -- only needed for certificates

    try:
        raw = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
        tagged = cbor2.loads(raw)
        protected, headers, payload, signature = tagged.value
        claims = cbor2.loads(payload)
    except (binascii.Error, cbor2.CBORDecodeError, AttributeError, TypeError, ValueError) as error:
        raise ValueError("no statement") from error
    if tagged.tag != _SIGN1 or protected != _PROTECTED or not isinstance(claims, dict):
        raise ValueError("no statement")
    return claims, headers[_KID], signed_bytes(payload, code), signature


def _claims(statement: Statement) -> dict[int, object]:
    claims: dict[int, object] = {
        NUMBER: statement.number,
        NAME: statement.name,
        ROLE: ROLES.index(statement.role) + 1,
        TITLE: statement.title,
        FIRST: _day(statement.first),
        ISSUED: _day(statement.issued_on),
        ISSUER: _shortened(statement.issuer, _LONGEST_ISSUER),
    }
    if statement.last != statement.first:
        claims[LAST] = _day(statement.last)
    if statement.jp:
        claims[JP] = statement.jp
    if statement.expires_on is not None:
        claims[EXPIRES] = _day(statement.expires_on)
    if statement.kind is PaperKind.LETTER:
        claims[KIND] = 1
    return claims


def _day(day: date) -> int:
    """Days since 1 January 1970: three bytes until the year 2149."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _fit(statement: Statement, *, room: int) -> Statement:
    """Shorten the title until the statement fits; never below a few letters."""
    title = statement.title
    while len(title) > _SHORTEST_TITLE:
        fitted = replace(statement, title=_shortened(statement.title, len(title)))
        if _length(fitted) <= room:
            return fitted
        title = title[:-1]
    return replace(statement, title=_shortened(statement.title, len(title)))


def _shortened(title: str, count: int) -> str:
    return title if count >= len(title) else f"{title[: count - 1].rstrip(' ,.;:–-')}…"


def _length(statement: Statement) -> int:
    raw = len(_envelope(_dumps(_claims(statement)), bytes(KID_BYTES), bytes(64)))
    return -(-raw * 8 // 5)


def _envelope(payload: bytes, kid: bytes, signature: bytes) -> bytes:
    import cbor2  # noqa: PLC0415 -- only needed for certificates

    return _dumps(cbor2.CBORTag(_SIGN1, [_PROTECTED, {_KID: kid}, payload, signature]))


def _dumps(value: object) -> bytes:
    import cbor2  # noqa: PLC0415 -- only needed for certificates

    return bytes(cbor2.dumps(value, canonical=True))


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")
