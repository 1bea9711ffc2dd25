"""A seal that another service keeps: it signs digests, the file never leaves this machine.

The protocol is our own, small enough to be put before any service that signs hashes (an HSM, the API of a PSrE). Each
request carries `Authorization: Bearer <token of LMS_SEAL_TOKEN_FILE>`.

    GET  <LMS_SEAL_URL>/certificate
    200  {"chain_pem": "-----BEGIN CERTIFICATE-----..."}          own certificate first, then its issuers

    POST <LMS_SEAL_URL>/sign
         {"digest_algorithm": "sha256", "digest": "<base64>", "algorithm": "ES256" | "RS256"}
    200  {"signature": "<base64>"}                                DER for ES256, PKCS#1 v1.5 for RS256

Every signature is checked against the certificate before it goes into a file.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from lms.plugins.certificates.signing import service
from lms.plugins.certificates.signing.local import info_of
from lms.plugins.certificates.signing.model import SignerInfo, SigningFailed
from lms.plugins.certificates.signing.pades import Level, Sealer

_WHAT = "the seal service"


class RemoteSigner:
    """Fetches the certificate once, and again when the service has changed its key meanwhile."""

    def __init__(self, url: str, token_file: Path | None, level: Level) -> None:
        self._url = url.rstrip("/")
        self._token_file = token_file
        self._level = level
        self._sealer = self._fetched()

    @property
    def info(self) -> SignerInfo:
        return self._sealer.info

    def sign(self, pdf: bytes, *, moment: datetime, reason: str, location: str) -> bytes:
        """See `model.Signer`."""
        try:
            return self._sealer.sign(pdf, moment=moment, reason=reason, location=location)
        except _OtherKey:
            self._sealer = self._fetched()
        return self._sealer.sign(pdf, moment=moment, reason=reason, location=location)

    def _fetched(self) -> Sealer:
        answer = self._asked("/certificate")
        try:
            chain = tuple(x509.load_pem_x509_certificates(str(answer["chain_pem"]).encode()))
        except (KeyError, ValueError):
            raise SigningFailed(f"{_WHAT} gave no certificate") from None
        info = info_of(chain, is_certified=True)
        return Sealer(info, chain, lambda data: self._signature(data, chain[0], info.algorithm), self._level)

    def _signature(self, data: bytes, certificate: x509.Certificate, algorithm: str) -> bytes:
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        wanted = {"digest_algorithm": "sha256", "digest": digest, "algorithm": algorithm}
        answer = self._asked("/sign", json.dumps(wanted).encode())
        try:
            signature = base64.b64decode(str(answer["signature"]), validate=True)
        except (KeyError, ValueError):
            raise SigningFailed(f"{_WHAT} gave no signature") from None
        _check(signature, data, certificate)
        return signature

    def _asked(self, path: str, data: bytes | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token_file is not None:
            try:
                token = self._token_file.read_text(encoding="ascii").strip()
            except (OSError, ValueError):
                raise SigningFailed("LMS_SEAL_TOKEN_FILE cannot be read") from None
            headers["Authorization"] = f"Bearer {token}"
        body = service.ask(self._url + path, data=data, headers=headers, what=_WHAT)
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise SigningFailed(f"{_WHAT} answered with something that is not JSON")
        return answer


class _OtherKey(SigningFailed):
    """The signature does not belong to the certificate."""


def _check(signature: bytes, data: bytes, certificate: x509.Certificate) -> None:
    public = certificate.public_key()
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise _OtherKey(f"{_WHAT} signed with another key than that of its certificate") from None
