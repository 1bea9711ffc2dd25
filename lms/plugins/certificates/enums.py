"""Roles on paper, states of certificates, and where a person stands on the way to one."""

from __future__ import annotations

import enum

from lms.kernel.permissions import Role


class PaperRole(enum.StrEnum):
    """The service a certificate is given for; the values are stored.

    Three are roles of enrolments under the same name; moderators and facilitators are named by staff (`Decision`).
    """

    PESERTA = "peserta"
    NARASUMBER = "narasumber"
    MODERATOR = "moderator"
    PANITIA = "panitia"
    FASILITATOR = "fasilitator"

    @classmethod
    def of(cls, role: Role) -> PaperRole | None:
        """The role on paper that an enrolment has by itself."""
        return cls(role.value) if role in {Role.PESERTA, Role.NARASUMBER, Role.PANITIA} else None


class PaperKind(enum.StrEnum):
    """What was issued: the certificate (or piagam), or the letter of thanks that goes with it."""

    CERTIFICATE = "certificate"
    LETTER = "letter"


class CertificateStatus(enum.StrEnum):
    """What was decided about a paper; the values are stored. Expiry is a date and no status."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"


class Validity(enum.StrEnum):
    """What the verification page says at a moment: the status, or that its time has run out."""

    VALID = "valid"
    EXPIRED = "expired"
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


class CorrectionStatus(enum.StrEnum):
    """What became of a holder's request to correct a paper."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class DeliveryStatus(enum.StrEnum):
    """What became of the e-mail with a certificate. NO_ADDRESS and OFF are not failures."""

    QUEUED = "queued"
    SENT = "sent"
    SUPPRESSED = "suppressed"
    OFF = "off"
    NO_ADDRESS = "no_address"
    FAILED = "failed"


class TallyKind(enum.StrEnum):
    """What is counted about a paper, without saying who."""

    VERIFIED = "verified"
    VIEWED = "viewed"
    DOWNLOADED = "downloaded"
