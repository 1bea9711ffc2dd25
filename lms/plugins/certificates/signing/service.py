"""Asking a service over HTTP: https only (or this machine), no redirects, bounded in time and size."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from urllib.parse import urlsplit

from lms.plugins.certificates.signing.model import SigningFailed

TIMEOUT = 15  # seconds
MAX_ANSWER = 1_000_000  # bytes
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could lead the token, or what is signed, to somebody else."""

    def redirect_request(self, *_args: object, **_named: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def ask(
    url: str, *, data: bytes | None = None, headers: Mapping[str, str], what: str, needs_https: bool = True
) -> bytes:
    """The body of the answer; POST when there is `data`. Raises SigningFailed that names `what`, never a secret."""
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not secure and (needs_https or parts.scheme != "http"):
        raise SigningFailed(f"{what}: the address must start with https://")
    request = urllib.request.Request(url, data=data, headers=dict(headers))  # noqa: S310 -- scheme checked above
    try:
        with _OPENER.open(request, timeout=TIMEOUT) as answer:
            body: bytes = answer.read(MAX_ANSWER + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise SigningFailed(f"{what} answered with status {error.code}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SigningFailed(f"{what} cannot be reached ({type(error).__name__})") from None
    if len(body) > MAX_ANSWER:
        raise SigningFailed(f"{what} answered with too much")
    return body
