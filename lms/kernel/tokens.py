"""Short signed tokens for links and badges: a number and a version under a keyed MAC, nothing stored."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct

from flask import current_app

_MAC_BYTES = 10  # 80 bits: guessing is hopeless through a rate-limited server
_BODY = struct.Struct(">IH")
# Read aloud and typed on phones: no 0/O, 1/I/L.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def make_token(purpose: str, number: int, version: int = 0) -> str:
    """A 26-character token (a to z, 2 to 7) that only this installation can make."""
    body = _BODY.pack(number, version)
    return base64.b32encode(body + _mac(purpose, body)).decode().rstrip("=").lower()


def read_token(purpose: str, token: str) -> tuple[int, int] | None:
    """`(number, version)` of a genuine token, else None; spaces, line feeds and letter case do not matter."""
    text = "".join(token.split()).upper()
    if len(text) != 26:
        return None
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return None
    body, mac = raw[: _BODY.size], raw[_BODY.size :]
    if base64.b32encode(raw).decode().rstrip("=") != text:  # the last letter has two bits that mean nothing
        return None
    if not hmac.compare_digest(mac, _mac(purpose, body)):
        return None
    number, version = _BODY.unpack(body)
    return int(number), int(version)


def keyed(purpose: str) -> bytes:
    """A 32-byte key for one purpose, derived from the installation's secret."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, f"lms:{purpose}".encode(), hashlib.sha256)


def new_code(length: int) -> str:
    """A random code of the readable alphabet (about 4.95 bits a character)."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def clean_code(typed: str) -> str:
    """What a person typed, as the code alphabet has it: capitals, without spaces and dashes, O for 0 not guessed."""
    return "".join(character for character in typed.upper() if character.isalnum())


def _mac(purpose: str, body: bytes) -> bytes:
    return hmac.digest(keyed(purpose), body, hashlib.sha256)[:_MAC_BYTES]
