"""What signing and reading back give."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class SignerInfo:
    """The public side of a signer. `chain_pem` starts with the signer's own certificate."""

    name: str
    fingerprint: str  # SHA-256 of the signer's certificate, hex
    algorithm: str  # "ES256", "RS256"
    chain_pem: str
    is_certified: bool  # by an authority that is not this installation


class Signer(Protocol):
    """Puts a PAdES signature into a PDF: a local key, a PKCS#12 file, or a remote seal."""

    @property
    def info(self) -> SignerInfo: ...

    def sign(self, pdf: bytes, *, moment: datetime, reason: str, location: str) -> bytes:
        """The signed file; raises SigningFailed when it cannot be made now."""
        ...


class SigningFailed(RuntimeError):
    """The signature could not be made: a key, password or service is wrong; the message says which, never a secret."""


_REASON = re.compile(r"Penerbitan (?P<number>[^;\n]{1,120})(?:; kode (?P<code>[A-Z2-9]{12}))?\Z")


def reason_for(*, number: str, code: str) -> str:
    """Why a paper was signed, and which one: a file that was changed later still names its entry in the register."""
    return f"Penerbitan {number}; kode {code}"  # official papers are Indonesian, so is what their signature says


def number_in(reason: str) -> str:
    """The number that `reason_for` put into a text, "" when it is not of that form."""
    found = _REASON.match(reason)
    return found["number"].strip() if found else ""


def code_in(reason: str) -> str:
    """The code, likewise."""
    found = _REASON.match(reason)
    return (found["code"] or "") if found else ""
