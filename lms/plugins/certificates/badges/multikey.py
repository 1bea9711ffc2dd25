"""Public keys as text: base58 and the Multikey form of W3C Controlled Identifiers."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # base58btc
_ED25519, _P256 = b"\xed\x01", b"\x80\x24"  # multicodec prefixes as varints


def base58(data: bytes) -> str:
    """Base58 of the Bitcoin alphabet."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def multibase(data: bytes) -> str:
    """Multibase with base58btc, as proofs and Multikeys use it."""
    return f"z{base58(data)}"


def multikey(public_pem: str) -> str:
    """`publicKeyMultibase` of an Ed25519 or P-256 key in PEM; raises ValueError for another kind."""
    key = load_pem_public_key(public_pem.encode())
    if isinstance(key, Ed25519PublicKey):
        return multibase(_ED25519 + key.public_bytes(Encoding.Raw, PublicFormat.Raw))
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name == "secp256r1":
        return multibase(_P256 + key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
    raise ValueError("no key of a kind that a badge is signed with")


def did_web(base_url: str) -> str:
    """The did:web of an address: the colon of a port is escaped, folders become segments."""
    host, *folders = base_url.partition("://")[2].strip("/").split("/")
    return ":".join(("did:web", host.replace(":", "%3A"), *folders))


def p256_jwk(public_pem: str) -> dict[str, str]:
    """`x` and `y` of a P-256 key, as a JSON Web Key has them."""
    key = load_pem_public_key(public_pem.encode())
    if not isinstance(key, EllipticCurvePublicKey):
        raise ValueError("no key of a curve")
    numbers = key.public_numbers()
    return {name: _base64url(getattr(numbers, name).to_bytes(32, "big")) for name in ("x", "y")}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
