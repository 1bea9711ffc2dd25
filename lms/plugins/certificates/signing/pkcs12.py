"""Key and certificates out of a PKCS#12 file, as certification authorities (PSrE) hand them out."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import Certificate

from lms.plugins.certificates.signing.local import PrivateKey
from lms.plugins.certificates.signing.model import SigningFailed


def read(path: Path, password_file: Path | None) -> tuple[PrivateKey, tuple[Certificate, ...]]:
    """The key and its chain, own certificate first. Raises SigningFailed that says what to put right."""
    try:
        password = password_file.read_bytes().rstrip(b"\r\n") if password_file else None
        data = path.read_bytes()
    except OSError as error:
        raise SigningFailed(f"LMS_SIGNING_P12 or its password file cannot be read: {error.strerror}") from None
    try:
        found = pkcs12.load_pkcs12(data, password or None)
    except ValueError:
        raise SigningFailed("LMS_SIGNING_P12: the password is wrong, or the file is no PKCS#12 file") from None
    if found.cert is None or not isinstance(found.key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise SigningFailed("LMS_SIGNING_P12 holds no certificate with a key that can sign files")
    others = [extra.certificate for extra in found.additional_certs]
    return found.key, ordered(found.cert.certificate, others)


def ordered(own: Certificate, others: list[Certificate]) -> tuple[Certificate, ...]:
    """`own`, then each certificate's issuer as far as they are there; what does not belong to it is left out."""
    chain = [own]
    while chain[-1].issuer != chain[-1].subject:
        issuer = next((one for one in others if one.subject == chain[-1].issuer and one not in chain), None)
        if issuer is None:
            break
        chain.append(issuer)
    return tuple(chain)
