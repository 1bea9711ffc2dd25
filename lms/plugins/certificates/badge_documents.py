"""What programs read about certificates: the badge of one, the status list of many, and the site's public keys."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.kernel.installation import settings
from lms.plugins.certificates import keys
from lms.plugins.certificates.badges import credential, status_list
from lms.plugins.certificates.badges.credential import Badge, Issuer
from lms.plugins.certificates.badges.multikey import did_web, multikey
from lms.plugins.certificates.badges.proof import signed
from lms.plugins.certificates.enums import CertificateStatus, PaperKind, PaperRole
from lms.plugins.certificates.keys import RawSigner
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import SignatureKey
from lms.plugins.certificates.signing.model import SigningFailed

_DID_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
_PUBLISHED = (keys.STATEMENT, keys.COMPACT)


def badge_of(certificate: Certificate) -> dict[str, Any]:
    """The certificate as a signed Open Badge. Nothing but the certificate and the key decides what it says."""
    document = unsigned_badge(certificate)
    signer = statement_signer()
    # Older papers than the key are signed with it too; they do not claim an earlier signature.
    created = max(certificate.issued_at, signer.key.created_at)
    return signed(document, created=created, method=method_of(signer.key), sign=signer.sign)


def unsigned_badge(certificate: Certificate) -> dict[str, Any]:
    """The badge before it is signed; cheap."""
    content = certificate.content
    number, index = status_list.place_of(certificate.id)
    with force_locale(str(content["locale"])):
        return credential.unsigned(
            Badge(
                address=f"{settings().base_url}/v/{certificate.code}",
                number=certificate.number_text,
                issuer=Issuer(did=site_did(), name=content["issuer"], url=settings().base_url),
                holder=certificate.holder,
                role=content["role_title"],
                title=content["workshop_title"],
                kind=_kind(certificate),
                description=_description(content),
                narrative=_narrative(content),
                achievement_key=f"{certificate.workshop_id}:{certificate.role.value}:{certificate.kind.value}",
                is_completion=certificate.role is PaperRole.PESERTA,
                jp=int(content["jp"]),
                issued_at=certificate.issued_at,
                expires_at=_end(certificate),
                evidence_name=_("Verification page of the certificate"),
                language=content["locale"],
                status_list=list_address(number),
                status_index=index,
            )
        )


def list_of(number: int) -> dict[str, Any] | None:
    """The signed status list `number`; None for one that no certificate stands in yet."""
    first = number * status_list.SIZE
    newest = db.session.scalar(sa.select(sa.func.max(Certificate.id))) or 0
    if first > newest:
        return None
    document = status_list.unsigned(
        address=list_address(number), issuer_did=site_did(), indices=[row - first for row in _ended(first)]
    )
    signer = statement_signer()
    # Signed anew every hour, so that an old list does not pass for a fresh one; the same for all who ask meanwhile.
    created = now().replace(minute=0, second=0, microsecond=0)
    return signed(document, created=created, method=method_of(signer.key), sign=signer.sign)


def did_document() -> dict[str, Any]:
    """The did:web document of the site: every key that signed badges or QR codes, retired ones too."""
    did = site_did()
    methods = [
        {"id": method_of(row), "type": "Multikey", "controller": did, "publicKeyMultibase": multikey(row.public_pem)}
        for row in published_keys()
    ]
    return {
        "@context": _DID_CONTEXTS,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def published_keys(*purposes: str) -> list[SignatureKey]:
    """The public keys of statements and QR codes, in the order of their making.

    Those in use exist then, unless the key folder is out of reach: what is known is checked all the same.
    """
    with contextlib.suppress(SigningFailed):
        statement_signer()
        _recorded(keys.COMPACT, keys.compact_signer)
    query = sa.select(SignatureKey).where(SignatureKey.purpose.in_(purposes or _PUBLISHED)).order_by(SignatureKey.id)
    return list(db.session.scalars(query))


def statement_signer() -> RawSigner:
    """The key that signs badges and lists, known to the database."""
    return _recorded(keys.STATEMENT, keys.statement_signer)


def site_did() -> str:
    """The identifier of this installation."""
    return did_web(settings().base_url)


def method_of(key: SignatureKey) -> str:
    """How a proof names its key."""
    return f"{site_did()}#{key.fingerprint}"


def list_address(number: int) -> str:
    """Where a status list is."""
    return f"{settings().base_url}/v/status/{number}.json"


def compact_json(document: Mapping[str, Any]) -> str:
    """One line, letters as they are."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _recorded(purpose: str, make: Callable[[], RawSigner]) -> RawSigner:
    """Reading makes the first key of an installation: its row is then committed here, and never again."""
    if keys.active_key(purpose) is None:
        with unit_of_work():
            make()
    return make()


def _ended(first: int) -> list[int]:
    """Ids of one list that are revoked or replaced. `active_key` is NULL for just these, and it has an index."""
    query = sa.select(Certificate.id).where(
        Certificate.active_key.is_(None),
        Certificate.id >= first,
        Certificate.id < first + status_list.SIZE,
        Certificate.status.in_((CertificateStatus.REVOKED, CertificateStatus.REPLACED)),
    )
    return list(db.session.scalars(query))


def _kind(certificate: Certificate) -> str:
    if certificate.kind is PaperKind.LETTER:
        return _("Letter of thanks")
    return _("Certificate: %(role)s", role=certificate.content["role_title"])


def _description(content: Mapping[str, Any]) -> str:
    parts = [content["dates"], content["place"]]
    if content["jp"]:
        parts.append(_("%(jp)s training hours (JP)", jp=content["jp"]))
    return ", ".join(part for part in parts if part)


def _narrative(content: Mapping[str, Any]) -> str:
    """What it was given for and what was taught. The facts of the person, such as scores, stay on the inside."""
    given = _("Given %(reason)s “%(title)s”.", reason=content["body"], title=content["workshop_title"])
    lines = "; ".join(_("%(title)s (%(jp)s JP)", title=row["title"], jp=row["jp"]) for row in content["materials"])
    taught = _("Materials: %(lines)s.", lines=lines)
    return f"{given} {taught}" if lines else given


def _end(certificate: Certificate) -> datetime | None:
    """The last second of the last valid day, in the workshop's zone."""
    if certificate.expires_on is None:
        return None
    zone = ZoneInfo(certificate.access.zone or "UTC")
    return datetime.combine(certificate.expires_on + timedelta(days=1), time(), zone) - timedelta(seconds=1)
