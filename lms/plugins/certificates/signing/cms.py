"""The CMS object of a PAdES signature (RFC 5652, RFC 5035), written directly.

A general library spends several milliseconds on building these few fields for each file; all but two of them are the
same for every file of a signer.
"""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

_SEQUENCE, _SET, _INTEGER, _OCTETS, _NULL = 0x30, 0x31, 0x02, 0x04, b"\x05\x00"
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
_TIME_STAMP_TOKEN = bytes.fromhex("060b2a864886f70d010910020e")
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
_SHA256_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
_SHA256_ECDSA = bytes.fromhex("300a06082a8648ce3d040302")


class Envelope:
    """Signed data of one signer: SHA-256, detached, with the chain of `chain[0]` inside."""

    def __init__(self, chain: tuple[Certificate, ...]) -> None:
        ders = [one.public_bytes(Encoding.DER) for one in chain]
        own = chain[0]
        issuer = own.issuer.public_bytes()
        serial = _der(_INTEGER, own.serial_number.to_bytes(own.serial_number.bit_length() // 8 + 1, "big"))
        # ESSCertIDv2 with its default hash: SHA-256 of the certificate, and issuer and serial.
        names = _der(_SEQUENCE, _der(0xA4, issuer))
        identity = _der(_SEQUENCE, _der(_OCTETS, hashlib.sha256(ders[0]).digest()), _der(_SEQUENCE, names, serial))
        signing_certificate = _der(_SEQUENCE, _der(_SEQUENCE, identity))
        self._fixed = [_attribute(_CONTENT_TYPE, _DATA), _attribute(_SIGNING_CERTIFICATE_V2, signing_certificate)]
        self._signer = _der(_SEQUENCE, issuer, serial)
        self._algorithm = _SHA256_RSA if isinstance(own.public_key(), rsa.RSAPublicKey) else _SHA256_ECDSA
        self._certificates = _der(0xA0, *sorted(ders))

    def to_sign(self, digest: bytes) -> bytes:
        """The signed attributes for a document of that SHA-256, as they are signed."""
        return _der(_SET, *sorted([*self._fixed, _attribute(_MESSAGE_DIGEST, _der(_OCTETS, digest))]))

    def packed(self, to_sign: bytes, signature: bytes, *, token: bytes = b"") -> bytes:
        """The whole object; `token` is a time stamp over `signature`."""
        info = _der(
            _SEQUENCE,
            _der(_INTEGER, b"\x01"),
            self._signer,
            _SHA256,
            b"\xa0" + to_sign[1:],
            self._algorithm,
            _der(_OCTETS, signature),
            _der(0xA1, _attribute(_TIME_STAMP_TOKEN, token)) if token else b"",
        )
        content = _der(
            _SEQUENCE,
            _der(_INTEGER, b"\x01"),
            _der(_SET, _SHA256),
            _der(_SEQUENCE, _DATA),
            self._certificates,
            _der(_SET, info),
        )
        return _der(_SEQUENCE, _SIGNED_DATA, _der(0xA0, content))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return _der(_SEQUENCE, kind, _der(_SET, value))


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body
