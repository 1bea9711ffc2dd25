"""The venue code: short-lived, computed from the time, bound to one session; and the claim that a scan earns."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from lms.kernel.clock import now
from lms.kernel.tokens import CODE_ALPHABET, clean_code, keyed

STEP = timedelta(seconds=30)
CODE_LENGTH = 6
CLAIM_LIFE = timedelta(minutes=10)


def venue_code(session_id: int, moment: datetime | None = None) -> str:
    """The code of the step that `moment` (now) falls into. Nothing is stored: any screen shows the same one."""
    return _code(session_id, _step(moment or now()))


def is_current(session_id: int, typed: str) -> bool:
    """Whether the code is of this step or the one before, so a code lives 30 to 60 seconds."""
    code, step = clean_code(typed), _step(now())
    candidates = [_code(session_id, number) for number in (step, step - 1)]
    return any(hmac.compare_digest(code, candidate) for candidate in candidates)


def seconds_left(moment: datetime | None = None) -> int:
    """Whole seconds until the next code."""
    length = int(STEP.total_seconds())
    return length - int((moment or now()).timestamp()) % length


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A code was scanned in time; who it was may be found out within ten minutes."""

    session_id: int
    scanned_at: datetime
    nonce: str


def make_claim(session_id: int) -> str:
    """A signed claim for a scan that happens now; its nonce lets one person use it once."""
    body = [session_id, int(now().timestamp()), secrets.token_hex(8)]
    return str(_serializer().dumps(body))


def read_claim(text: str) -> Claim | None:
    """The claim, or None when it is not ours or is too old."""
    try:
        session_id, seconds, nonce = _serializer().loads(text)
    except (BadData, ValueError, TypeError):
        return None
    scanned_at = datetime.fromtimestamp(seconds, UTC)
    if now() - scanned_at > CLAIM_LIFE:
        return None
    return Claim(session_id=session_id, scanned_at=scanned_at, nonce=nonce)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="lms:checkin-claim")


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // int(STEP.total_seconds())


def _code(session_id: int, step: int) -> str:
    digest = hmac.digest(keyed("venue-code"), f"{session_id}:{step}".encode(), hashlib.sha256)
    number = int.from_bytes(digest[:8], "big")
    letters = []
    for _ in range(CODE_LENGTH):
        number, index = divmod(number, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[index])
    return "".join(letters)
