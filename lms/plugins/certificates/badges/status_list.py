"""Bitstring status lists (W3C): one bit for each certificate, set when it was revoked or replaced."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterable
from typing import Any

from lms.plugins.certificates.badges.proof import CREDENTIALS

SIZE = 131_072  # entries a list; the least that the standard allows, so that nobody learns who asks about whom
_TTL = 300_000  # ms for which a verifier may keep a list


def place_of(certificate_id: int) -> tuple[int, int]:
    """`(number of the list, index in it)`."""
    return divmod(certificate_id, SIZE)


def encode(indices: Iterable[int]) -> str:
    """`encodedList`: index 0 is the first bit from the left; the same indices give the same text."""
    bits = bytearray(SIZE // 8)
    for index in indices:
        bits[index // 8] |= 0x80 >> index % 8
    packed = gzip.compress(bytes(bits), compresslevel=9, mtime=0)
    return f"u{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def decode(encoded: str) -> frozenset[int]:
    """The indices whose bit is set."""
    text = encoded.removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return frozenset(at * 8 + bit for at, byte in enumerate(bits) if byte for bit in range(8) if byte & 0x80 >> bit)


def unsigned(*, address: str, issuer_did: str, indices: Iterable[int]) -> dict[str, Any]:
    """The list as a credential, before it is signed."""
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_did,
        "credentialSubject": {
            "id": f"{address}#daftar",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "ttl": _TTL,
            "encodedList": encode(indices),
        },
    }
