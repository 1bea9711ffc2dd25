"""The signer of this installation, from its settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lms.kernel.clock import now
from lms.kernel.installation import settings
from lms.plugins.certificates.signing.model import Signer

if TYPE_CHECKING:
    from lms.config import Settings
    from lms.plugins.certificates.signing.keys import Issuer

_MOST_KEPT = 4  # one in a process that serves one installation; tests make many
_kept: dict[Settings, tuple[object, Signer]] = {}
_lock = Lock()


def signer(*, issuer: Callable[[], str] | None = None) -> Signer:
    """The configured signer, kept for the life of the process until its key is replaced.

    The local key is made at first use, in the name that `issuer` gives then, else in that of the host. Raises
    SigningFailed.
    """
    configured = settings()
    with _lock:
        kept = _kept.get(configured)
        if kept is not None and kept[0] == _stamp(configured):
            return kept[1]
        made = _make(configured, issuer)
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[configured] = (_stamp(configured), made)
        return made


def issuer_of(configured: Settings, name: Callable[[], str] | None) -> Issuer:
    """How new certificates name this installation."""
    from lms.plugins.certificates.signing.keys import Issuer  # noqa: PLC0415 -- slow import

    host = urlsplit(configured.base_url).hostname or "localhost"
    return Issuer(name=name or (lambda: host), host=host, moment=now())


def _stamp(configured: Settings) -> object:
    from lms.plugins.certificates.signing.keys import stamp  # noqa: PLC0415 -- slow import

    if configured.seal_url:
        return configured.seal_url
    path = Path(configured.signing_p12) if configured.signing_p12 else configured.keys / "signer.pem"
    return (now().date(), stamp(path))  # daily, so that a certificate is renewed before it runs out


def _make(configured: Settings, issuer: Callable[[], str] | None) -> Signer:
    # pyHanko and what it needs cost memory that a process which never signs should not pay.
    from lms.plugins.certificates.signing import keys, local, pkcs12, remote  # noqa: PLC0415 -- slow import
    from lms.plugins.certificates.signing.pades import Level  # noqa: PLC0415 -- slow import

    def level() -> Level:
        roots = tuple(keys.trusted_certificates(configured.keys))
        return Level(name=configured.signing_level, tsa_url=configured.signing_tsa_url, roots=roots)

    if configured.seal_url:
        token = Path(configured.seal_token_file) if configured.seal_token_file else None
        return remote.RemoteSigner(configured.seal_url, token, level())
    if configured.signing_p12:
        password = configured.signing_p12_password_file
        key, chain = pkcs12.read(Path(configured.signing_p12), Path(password) if password else None)
        return local.local_signer(key, chain, level=level(), is_certified=True)
    own = keys.local_identity(configured.keys, issuer_of(configured, issuer))
    return local.local_signer(own.key, own.chain, level=level(), is_certified=False)
