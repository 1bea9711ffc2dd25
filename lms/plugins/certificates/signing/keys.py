"""The key folder: the private keys of this installation, made at first use and kept nowhere else.

`root.key` and `root.pem` are the certification authority of our own, `signer.key` and `signer.pem` sign PDF files,
`statement.key` (Ed25519) signs badges and log heads, `compact.key` (P-256) the QR codes. `retired/` has those that
signed once, under their fingerprints; `trusted/` may have PEM files of other authorities that count as known.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.plugins.certificates.signing import authority
from lms.plugins.certificates.signing.authority import Identity
from lms.plugins.certificates.signing.model import SigningFailed

RENEW_BEFORE = timedelta(days=30)
KINDS = ("pdf", "statement", "compact")
_RAW_FILES = {"statement": "statement.key", "compact": "compact.key"}
RawKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """How a new certificate names this installation, and when it is made. `name` is asked only then."""

    name: Callable[[], str]
    host: str
    moment: datetime


def stamp(path: Path) -> tuple[int, int, int]:
    """Changes when another process puts a new file there; zeros while there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_ino, found.st_size)


def local_identity(folder: Path, issuer: Issuer) -> Identity:
    """Key and chain that sign PDF files now: made when there is none, renewed before the certificate runs out."""
    with _reading(folder):
        found = _usable(folder, issuer)
        if found is not None:
            return found
        with _locked(folder):
            return _usable(folder, issuer) or _make_signer(folder, issuer)


def raw_key(folder: Path, kind: str) -> RawKey:
    """The key of statements (Ed25519) or of QR codes (P-256), made when there is none."""
    path = folder / _RAW_FILES[kind]
    with _reading(folder):
        if not path.exists():
            with _locked(folder):
                if not path.exists():
                    _write(path, _private_pem(_new_raw(kind)))
        found = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(found, Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
        raise SigningFailed(f"{path.name} in the key folder is of another kind")
    return found


def rotate(folder: Path, kind: str, issuer: Issuer) -> str:
    """Put a new key in place of that of `kind`; the old one moves to `retired/`. The old fingerprint, "" for none."""
    with _reading(folder), _locked(folder):
        if kind == "pdf":
            old = _signer_of(folder)
            _make_signer(folder, issuer)
            return authority.fingerprint_of(old.chain[0]) if old else ""
        path = folder / _RAW_FILES[kind]
        old_name = ""
        if path.exists():
            old_name = raw_fingerprint(serialization.load_pem_private_key(path.read_bytes(), password=None))
            _retire(path, f"{old_name}.key")
        _write(path, _private_pem(_new_raw(kind)))
        return old_name


def raw_fingerprint(key: object) -> str:
    """SHA-256 of the public half (SubjectPublicKeyInfo), in hex."""
    return hashlib.sha256(public_der(key)).hexdigest()


def public_der(key: object) -> bytes:
    """The public half as SubjectPublicKeyInfo."""
    public = key.public_key()  # type: ignore[attr-defined]
    der: bytes = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return der


def trusted_certificates(folder: Path) -> list[x509.Certificate]:
    """Our root, and what somebody put into `trusted/`; an unreadable file there is passed over."""
    found: list[x509.Certificate] = []
    for path in [folder / "root.pem", *sorted(folder.glob("trusted/*.pem")), *sorted(folder.glob("retired/*.pem"))]:
        with contextlib.suppress(OSError, ValueError):
            found += x509.load_pem_x509_certificates(path.read_bytes())
    return [one for one in found if one.issuer == one.subject]


def faults(folder: Path) -> list[str]:
    """Private files that other users of this machine may read, in words."""
    paths = [folder, *sorted(folder.glob("*.key")), *sorted(folder.glob("retired/*.key"))]
    return [f"{path} can be read by others: chmod go= {path}" for path in paths if path.stat().st_mode & 0o077]


def _usable(folder: Path, issuer: Issuer) -> Identity | None:
    found = _signer_of(folder)
    if found is None or found.chain[0].not_valid_after_utc < issuer.moment + RENEW_BEFORE:
        return None
    return found


def _signer_of(folder: Path) -> Identity | None:
    """None also while another process is between the two files: under the lock they always fit."""
    if not (folder / "signer.pem").exists() or not (folder / "signer.key").exists():
        return None
    found = _identity(folder, "signer")
    return found if authority.fits(found) else None


def _make_signer(folder: Path, issuer: Issuer) -> Identity:
    name = issuer.name().strip() or issuer.host
    root = _root_of(folder, name, issuer)
    made = authority.make_signer(root, name=name, moment=issuer.moment)
    old = _signer_of(folder)
    if old is not None:
        old_name = authority.fingerprint_of(old.chain[0])
        _retire(folder / "signer.key", f"{old_name}.key")
        _retire(folder / "signer.pem", f"{old_name}.pem")
    # The certificate comes last: without it nobody signs with the key.
    _write(folder / "signer.key", _private_pem(made.key))
    _write(folder / "signer.pem", authority.pem_of(made.chain))
    return made


def _root_of(folder: Path, name: str, issuer: Issuer) -> Identity:
    if (folder / "root.pem").exists():
        found = _identity(folder, "root")
        if found.chain[0].not_valid_after_utc > issuer.moment + authority.SIGNER_LIFE:
            return found
        _retire(folder / "root.key", f"{authority.fingerprint_of(found.chain[0])}.key")
        _retire(folder / "root.pem", f"{authority.fingerprint_of(found.chain[0])}.pem")
    made = authority.make_root(name=name, host=issuer.host, moment=issuer.moment)
    _write(folder / "root.key", _private_pem(made.key))
    _write(folder / "root.pem", authority.pem_of(made.chain))
    return made


def _identity(folder: Path, stem: str) -> Identity:
    key = serialization.load_pem_private_key((folder / f"{stem}.key").read_bytes(), password=None)
    chain = tuple(x509.load_pem_x509_certificates((folder / f"{stem}.pem").read_bytes()))
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SigningFailed(f"{stem}.key in the key folder is of another kind")
    return Identity(key=key, chain=chain)


def _new_raw(kind: str) -> RawKey:
    return Ed25519PrivateKey.generate() if kind == "statement" else ec.generate_private_key(ec.SECP256R1())


def _private_pem(key: object) -> bytes:
    pem: bytes = key.private_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing, readable by us only."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _retire(path: Path, name: str) -> None:
    """Keep a second copy, so that a crash between here and the new file leaves nobody without a key."""
    (path.parent / "retired").mkdir(mode=0o700, exist_ok=True)
    _write(path.parent / "retired" / name, path.read_bytes())


@contextlib.contextmanager
def _reading(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SigningFailed(f"the key folder {folder} cannot be used: {error.strerror}") from None
    except ValueError:
        raise SigningFailed(f"a key in {folder} cannot be read; put back the one that was there") from None


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time. The system lets go of the lock when its holder dies, so none is ever stale."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
