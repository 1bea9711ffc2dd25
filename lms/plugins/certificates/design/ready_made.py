"""The designs that every organiser has from the start: JSON files beside this module."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lms.plugins.certificates.design.model import Design, digest
from lms.plugins.certificates.enums import PaperKind, PaperRole

_HOME = Path(__file__).with_name("ready_made")
# The name of the file -> the name in the list of designs, in the order of that list.
LETTER = "surat"  # the letter of thanks: no design of certificates
NAMES: Mapping[str, str] = {
    "kalbar": "Kalimantan Barat",
    "piagam": "Piagam Kalimantan Barat",
    "polos": "Polos",
    "resmi": "Resmi",
    LETTER: "Surat ucapan terima kasih",
}
_HONOURED = frozenset({PaperRole.NARASUMBER, PaperRole.MODERATOR, PaperRole.FASILITATOR})


def default_for(role: PaperRole, kind: PaperKind) -> str:
    """Which one is used until somebody chooses: those who gave something get a charter rather than a certificate."""
    if kind is PaperKind.LETTER:
        return LETTER
    return "piagam" if role in _HONOURED else "kalbar"


@cache
def design(name: str) -> Design:
    """The ready-made design of that name; KeyError for one that does not exist."""
    if name not in NAMES:
        raise KeyError(name)
    return Design.model_validate(json.loads((_HOME / f"{name}.json").read_text(encoding="utf-8")))


@cache
def fingerprint(name: str) -> str:
    """SHA-256 of a ready-made design; another one means that the product changed it."""
    return digest(design(name))
