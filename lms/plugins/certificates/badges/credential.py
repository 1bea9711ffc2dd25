"""A certificate as an Open Badges 3.0 credential (W3C Verifiable Credentials 2.0), before it is signed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.plugins.certificates.badges.proof import CREDENTIALS, OPEN_BADGES, timestamp


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who signs: the did:web of the site, under the organiser's name."""

    did: str
    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Badge:
    """What one certificate says. `holder` is "" after erasure; texts are those of the paper, in its language."""

    address: str  # of the verification page
    number: str
    issuer: Issuer
    holder: str
    role: str
    title: str
    kind: str  # "Sertifikat Peserta"
    description: str
    narrative: str
    achievement_key: str  # the same for all who did the same
    is_completion: bool
    jp: int
    issued_at: datetime
    expires_at: datetime | None
    evidence_name: str
    language: str
    status_list: str  # address of the list
    status_index: int


def unsigned(badge: Badge) -> dict[str, Any]:
    """The credential without its proof. The same badge gives the same document."""
    document: dict[str, Any] = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": f"{badge.address}.json",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": badge.kind,
        "issuer": {"id": badge.issuer.did, "type": ["Profile"], "name": badge.issuer.name, "url": badge.issuer.url},
        "validFrom": timestamp(badge.issued_at),
        "awardedDate": timestamp(badge.issued_at),
        "credentialSubject": _subject(badge),
        "evidence": [{"id": badge.address, "type": ["Evidence"], "name": badge.evidence_name}],
        "credentialStatus": {
            "id": f"{badge.status_list}#{badge.status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(badge.status_index),
            "statusListCredential": badge.status_list,
        },
    }
    if badge.expires_at is not None:
        document["validUntil"] = timestamp(badge.expires_at)
    return document


def _subject(badge: Badge) -> dict[str, Any]:
    """Open Badges ask for an id or an identifier: the id names the holder of this paper, not the person elsewhere."""
    subject: dict[str, Any] = {
        "id": f"{badge.address}#pemegang",
        "type": ["AchievementSubject"],
        "role": badge.role,
        "licenseNumber": badge.number,
        "achievement": _achievement(badge),
    }
    if badge.holder:
        name = {"type": "IdentityObject", "identityType": "name", "identityHash": badge.holder, "hashed": False}
        subject["identifier"] = [name]
    if badge.jp:
        subject["creditsEarned"] = badge.jp
    return subject


def _achievement(badge: Badge) -> dict[str, Any]:
    achievement: dict[str, Any] = {
        "id": uuid.uuid5(uuid.NAMESPACE_URL, f"{badge.issuer.url}#{badge.achievement_key}").urn,
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion" if badge.is_completion else "Certificate",
        "name": badge.title,
        "description": badge.description,
        "criteria": {"narrative": badge.narrative},
        "inLanguage": badge.language,
    }
    if badge.jp:
        achievement["creditsAvailable"] = badge.jp
    return achievement
