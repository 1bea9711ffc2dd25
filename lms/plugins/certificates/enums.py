"""The states of a certificate, and where a person stands on the way to one."""

from __future__ import annotations

import enum


class CertificateStatus(enum.StrEnum):
    """What the verification page says; the values are stored."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"


class Operator(enum.StrEnum):
    """How a fact is compared with its threshold."""

    AT_LEAST = ">="


class Standing(enum.StrEnum):
    """A row of the eligibility table. REVOKED people are passed over by a batch: staff decides one by one."""

    ISSUED = "issued"
    READY = "ready"
    LACKING = "lacking"
    REVOKED = "revoked"
