"""The address in a certificate's QR code, with the signed statement behind it."""

from __future__ import annotations

from collections.abc import Callable

from lms.plugins.certificates.badges.compact import Statement, sign_compact

# Capital letters, digits and :/.- take 5.5 bits each in a QR code; 395 of them fill version 10 at level L.
MOST = 395


def qr_address(base_url: str, code: str, payload: str) -> str:
    """ "HTTPS://HOST/V/CODE/PAYLOAD": any camera opens it, and our scanner reads the statement without a network."""
    return f"{base_url}/v/{code}/{payload}".upper()


def signed_address(base_url: str, statement: Statement, *, kid: bytes, sign_raw: Callable[[bytes], bytes]) -> str:
    """The whole address of a statement, in at most `MOST` characters unless name and number alone are longer."""
    room = MOST - len(qr_address(base_url, statement.code, ""))
    payload = sign_compact(statement, kid=kid, sign_raw=sign_raw, room=room)
    return qr_address(base_url, statement.code, payload)
