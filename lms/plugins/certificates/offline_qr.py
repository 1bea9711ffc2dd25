"""What the QR code of a paper says: its address, with a signed statement that a phone can check without signal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lms.core.workshops.models import Workshop
from lms.kernel.installation import settings
from lms.plugins.certificates import keys
from lms.plugins.certificates.badges.compact import Statement, kid_of
from lms.plugins.certificates.badges.qr import signed_address
from lms.plugins.certificates.enums import PaperKind, PaperRole


def address_of(
    workshop: Workshop,
    content: Mapping[str, Any],
    *,
    role: PaperRole,
    kind: PaperKind,
    number_text: str,
    code: str,
    issued_on: date,
    expires_on: date | None,
) -> str:
    """ "HTTPS://HOST/V/CODE/STATEMENT" for a paper that is about to be set."""
    signer = keys.compact_signer()
    statement = Statement(
        code=code,
        number=number_text,
        name=content["holder"],
        role=role,
        title=content["workshop_title"],
        first=_day(content, "starts_on") or workshop.starts_on,
        last=_day(content, "ends_on") or workshop.ends_on,
        jp=content["jp"],
        issued_on=issued_on,
        issuer=workshop.organiser.short_name or workshop.organiser.name,
        expires_on=expires_on,
        kind=kind,
    )
    kid = kid_of(signer.key.fingerprint)
    return signed_address(settings().base_url, statement, kid=kid, sign_raw=signer.sign_raw)


def _day(content: Mapping[str, Any], key: str) -> date | None:
    """What the paper printed; papers of earlier versions of this product kept no dates."""
    return date.fromisoformat(content[key]) if key in content else None
