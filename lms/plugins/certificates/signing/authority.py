"""Certificates that this installation makes for itself: a root, and the signer's certificate under it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT_LIFE = timedelta(days=20 * 365 + 5)
SIGNER_LIFE = timedelta(days=5 * 365 + 1)
_EARLIER = timedelta(days=1)  # so that a reader whose clock is behind does not call the certificate too young
_LONGEST = 64  # characters of a name in X.509
_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A private key and its certificates, its own first, the root last."""

    key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]


def make_root(*, name: str, host: str, moment: datetime) -> Identity:
    """A self-made authority of twenty years that may issue signers and nothing below them."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(f"Akar {host}", name)
    builder = _builder(key, subject, subject, moment, ROOT_LIFE)
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certifies=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Identity(key=key, chain=(certificate,))


def make_signer(root: Identity, *, name: str, moment: datetime) -> Identity:
    """A certificate of five years for signing documents.

    E-mail protection stands beside document signing because NSS (pdfsig, Firefox) and OpenSSL check signatures of
    files as they check those of mails.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    authority = root.chain[0]
    builder = _builder(key, _name(name, name), authority.subject, moment, SIGNER_LIFE)
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certifies=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()), critical=False)
        .sign(root.key, hashes.SHA256())
    )
    return Identity(key=key, chain=(certificate, authority))


def fits(identity: Identity) -> bool:
    """Whether the key is that of the first certificate."""
    return identity.key.public_key() == identity.chain[0].public_key()


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256 of the whole certificate, in hex."""
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


def pem_of(chain: tuple[x509.Certificate, ...]) -> bytes:
    """The certificates one after another."""
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain)


def common_name(name: x509.Name) -> str:
    """The name that people see; the organisation, or all of it, where there is none."""
    for wanted in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for found in name.get_attributes_for_oid(wanted):
            return str(found.value)
    return name.rfc4514_string()


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:_LONGEST]),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:_LONGEST]),
        ]
    )


def _builder(
    key: ec.EllipticCurvePrivateKey, subject: x509.Name, issuer: x509.Name, moment: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - _EARLIER)
        .not_valid_after(moment + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certifies,
        content_commitment=not certifies,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )
