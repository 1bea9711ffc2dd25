"""Data Integrity proofs `eddsa-rdfc-2022` over JSON-LD, with the contexts of this package and never the network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from lms.plugins.certificates.badges.multikey import multibase

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_FILES = {CREDENTIALS: "credentials-v2.json", OPEN_BADGES: "open-badges-3.0.3.json"}
_FOLDER = Path(__file__).parent / "contexts"


class UnknownContext(ValueError):
    """A document names a context that is not in this package."""


def timestamp(moment: datetime) -> str:
    """ "2026-11-27T03:00:00Z": whole seconds in UTC, as credentials write times."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def signed(
    document: Mapping[str, Any], *, created: datetime, method: str, sign: Callable[[bytes], bytes]
) -> dict[str, Any]:
    """The document with its proof. `method` is the DID URL of the key, `sign` makes an Ed25519 signature."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": timestamp(created),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    return {**document, "proof": {**proof, "proofValue": multibase(sign(signing_input(document, proof)))}}


def signing_input(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    """The 64 bytes that are signed: the hash of the proof's options, then the hash of the document."""
    options = {"@context": document["@context"], **proof}
    return b"".join(hashlib.sha256(_canonical(part).encode()).digest() for part in (options, document))


def _canonical(document: Mapping[str, Any]) -> str:
    """RDFC-1.0 N-Quads of a JSON-LD document."""
    from pyld import jsonld  # noqa: PLC0415 -- slow import

    return str(
        jsonld.normalize(
            dict(document),
            {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _bundled, "base": ""},
        )
    )


def _bundled(url: str, _options: object = None) -> dict[str, Any]:
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": _context(url)}


@cache
def _context(url: str) -> Any:
    if url not in _FILES:
        raise UnknownContext(url)
    return json.loads((_FOLDER / _FILES[url]).read_text(encoding="utf-8"))
