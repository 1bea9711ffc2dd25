"""A signer whose key is in this process: that of the key folder, or of a PKCS#12 file."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import Certificate

from lms.plugins.certificates.signing import authority
from lms.plugins.certificates.signing.model import SignerInfo, SigningFailed
from lms.plugins.certificates.signing.pades import Level, Sealer

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
MIN_RSA = 2048


def local_signer(key: PrivateKey, chain: tuple[Certificate, ...], *, level: Level, is_certified: bool) -> Sealer:
    """A signer over a key in memory."""
    info = info_of(chain, is_certified=is_certified)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        elliptic = key
        return Sealer(info, chain, lambda data: elliptic.sign(data, ec.ECDSA(hashes.SHA256())), level)
    modular = key
    return Sealer(info, chain, lambda data: modular.sign(data, padding.PKCS1v15(), hashes.SHA256()), level)


def info_of(chain: tuple[Certificate, ...], *, is_certified: bool) -> SignerInfo:
    """The public side of a chain; raises SigningFailed for a key that cannot sign here."""
    public = chain[0].public_key()
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= MIN_RSA:
        algorithm = "RS256"
    elif isinstance(public, ec.EllipticCurvePublicKey):
        algorithm = "ES256"
    else:
        raise SigningFailed(f"the signing key must be on an elliptic curve, or RSA of {MIN_RSA} bits or more")
    return SignerInfo(
        name=authority.common_name(chain[0].subject),
        fingerprint=authority.fingerprint_of(chain[0]),
        algorithm=algorithm,
        chain_pem=authority.pem_of(chain).decode(),
        is_certified=is_certified,
    )
