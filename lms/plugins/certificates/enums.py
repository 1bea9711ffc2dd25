"""States of a certificate; the values are stored."""

from __future__ import annotations

import enum


class CertificateStatus(enum.StrEnum):
    """What the public page says for ever."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"
