"""Signing keys as the database knows them: public halves with their history, never a private one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lms.core.workshops.models import Organiser
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.kernel.installation import settings
from lms.plugins.certificates.record_models import SignatureKey
from lms.plugins.certificates.signing.model import Signer, SignerInfo, SigningFailed
from lms.plugins.certificates.signing.signer import issuer_of, signer

if TYPE_CHECKING:
    from lms.plugins.certificates.signing.keys import RawKey

PDF, STATEMENT, COMPACT = "pdf", "statement", "compact"
ALGORITHMS = {STATEMENT: "EdDSA", COMPACT: "ES256"}
_MOST_KEPT = 8
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_kept: dict[tuple[Path, str], tuple[object, RawKey]] = {}


@dataclass(frozen=True, kw_only=True)
class RawSigner:
    """A key that signs bytes; `public_key_bytes` are 32 (Ed25519) or 65 (P-256, uncompressed)."""

    key: SignatureKey
    public_key_bytes: bytes
    sign: Callable[[bytes], bytes]

    @property
    def sign_raw(self) -> Callable[[bytes], bytes]:
        """The same, under the name that says that ES256 gives r and s, 32 bytes each."""
        return self.sign


def pdf_signer() -> Signer:
    """The signer of PDF files; a key of our own is made at first use in the name of the first organiser."""
    return signer(issuer=_first_organiser)


def key_row(info: SignerInfo) -> SignatureKey:
    """The row of the key that signs PDF files now, in the caller's transaction; others of that purpose are retired."""
    found = _known(PDF, info.fingerprint)
    return found or _record(
        PDF,
        info.fingerprint,
        algorithm=info.algorithm,
        public_pem=info.chain_pem,
        name=info.name[:200],
        is_certified=info.is_certified,
    )


def statement_signer() -> RawSigner:
    """Ed25519, for badges and heads of the log. Made and recorded at first use; raises SigningFailed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 -- slow import

    private = _raw_key(STATEMENT)
    if not isinstance(private, Ed25519PrivateKey):
        raise SigningFailed("statement.key is no Ed25519 key")
    public = private.public_key().public_bytes_raw()
    return RawSigner(key=_raw_row(STATEMENT, private), public_key_bytes=public, sign=private.sign)


def compact_signer() -> RawSigner:
    """P-256, for QR codes that are checked without a network. Made and recorded at first use."""
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 -- slow import
    from cryptography.hazmat.primitives.asymmetric import ec, utils  # noqa: PLC0415 -- slow import

    private = _raw_key(COMPACT)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise SigningFailed("compact.key is no P-256 key")

    def sign(data: bytes) -> bytes:
        r, s = utils.decode_dss_signature(private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    public = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return RawSigner(key=_raw_row(COMPACT, private), public_key_bytes=public, sign=sign)


def public_keys(purpose: str = "") -> list[SignatureKey]:
    """All that ever signed: those in use first, of these the one for PDF files; then the newest."""
    query = sa.select(SignatureKey).order_by(
        SignatureKey.retired_at.is_not(None), SignatureKey.purpose != PDF, SignatureKey.id.desc()
    )
    return list(db.session.scalars(query.filter_by(purpose=purpose) if purpose else query))


def active_key(purpose: str = PDF) -> SignatureKey | None:
    """The key in use; None while nothing was signed with one."""
    query = sa.select(SignatureKey).filter_by(purpose=purpose, retired_at=None)
    return db.session.scalar(query.order_by(SignatureKey.id.desc()).limit(1))


def key_by_fingerprint(fingerprint: str) -> SignatureKey | None:
    """A key by the SHA-256 of its certificate or public key, in hex; None for anything else that was typed."""
    if not _FINGERPRINT.fullmatch(fingerprint):
        return None
    return db.session.scalar(sa.select(SignatureKey).filter_by(fingerprint=fingerprint))


@dataclass(frozen=True, kw_only=True)
class Root:
    """The certificate that ends a chain of a key of our own; whoever trusts it trusts what these keys sign."""

    fingerprint: str
    name: str
    last_day: datetime
    pem: str
    is_current: bool


def roots_of(rows: Iterable[SignatureKey]) -> list[Root]:
    """The roots of our own chains among `rows`, each once."""
    found: dict[str, Root] = {}
    for row in rows:
        if row.purpose == PDF and not row.is_certified:
            root = _root_of(row.public_pem, is_current=row.retired_at is None)
            found.setdefault(root.fingerprint, root)
    return list(found.values())


def pem_of(fingerprint: str) -> str | None:
    """What there is to download under a fingerprint: a root of ours, or the public half of a key."""
    row = key_by_fingerprint(fingerprint)
    if row is not None:
        return row.public_pem
    return next((root.pem for root in roots_of(public_keys(PDF)) if root.fingerprint == fingerprint), None)


@lru_cache(maxsize=32)
def _root_of(chain_pem: str, *, is_current: bool) -> Root:
    from cryptography import x509  # noqa: PLC0415 -- slow import

    from lms.plugins.certificates.signing import authority  # noqa: PLC0415 -- slow import

    last = x509.load_pem_x509_certificates(chain_pem.encode())[-1]
    return Root(
        fingerprint=authority.fingerprint_of(last),
        name=authority.common_name(last.subject),
        last_day=last.not_valid_after_utc,
        pem=authority.pem_of((last,)).decode(),
        is_current=is_current,
    )


def rotate(purpose: str) -> SignatureKey:
    """Replace a key of our own, in the caller's transaction: the old one stays checkable, and signs nothing more.

    Raises SigningFailed for PDF files when somebody else holds the key.
    """
    from lms.plugins.certificates.signing import keys as folder  # noqa: PLC0415 -- slow import

    configured = settings()
    if purpose == PDF and (configured.signing_p12 or configured.seal_url):
        raise SigningFailed("PDF files are signed with a key of somebody else: change LMS_SIGNING_P12 or the service")
    folder.rotate(configured.keys, purpose, issuer_of(configured, _first_organiser))
    if purpose == PDF:
        return key_row(pdf_signer().info)
    return (statement_signer() if purpose == STATEMENT else compact_signer()).key


def _known(purpose: str, fingerprint: str) -> SignatureKey | None:
    return db.session.scalar(
        sa.select(SignatureKey).filter_by(purpose=purpose, fingerprint=fingerprint, retired_at=None)
    )


def _record(purpose: str, fingerprint: str, **values: object) -> SignatureKey:
    moment = now()
    insert_ignore(
        SignatureKey,
        {"purpose": purpose, "fingerprint": fingerprint, "created_at": moment, **values},
        keys=("fingerprint",),
    )
    current = SignatureKey.fingerprint == fingerprint
    others = sa.update(SignatureKey).where(SignatureKey.purpose == purpose, SignatureKey.retired_at.is_(None))
    db.session.execute(others.where(~current).values(retired_at=moment))
    # One that was put back, such as an earlier key of a backup.
    db.session.execute(sa.update(SignatureKey).where(current).values(retired_at=None))
    return db.session.scalars(sa.select(SignatureKey).where(current).execution_options(populate_existing=True)).one()


def _raw_key(kind: str) -> RawKey:
    from lms.plugins.certificates.signing import keys as folder  # noqa: PLC0415 -- slow import

    place = (settings().keys, kind)
    mark = folder.stamp(place[0] / f"{kind}.key")
    kept = _kept.get(place)
    if kept is not None and kept[0] == mark and any(mark):
        return kept[1]
    found = folder.raw_key(place[0], kind)
    while len(_kept) >= _MOST_KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[place] = (folder.stamp(place[0] / f"{kind}.key"), found)
    return found


def _raw_row(purpose: str, private: RawKey) -> SignatureKey:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 -- slow import

    from lms.plugins.certificates.signing import keys as folder  # noqa: PLC0415 -- slow import

    fingerprint = folder.raw_fingerprint(private)
    found = _known(purpose, fingerprint)
    if found is not None:
        return found
    pem = private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return _record(purpose, fingerprint, algorithm=ALGORITHMS[purpose], public_pem=pem.decode(), name="")


def _first_organiser() -> str:
    return db.session.scalar(sa.select(Organiser.name).order_by(Organiser.id).limit(1)) or ""
