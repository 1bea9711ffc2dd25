"""The venue code: short-lived, computed from the time, bound to one session; and the claim that a scan earns."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from lms.kernel.clock import now
from lms.kernel.tokens import CODE_ALPHABET, clean_code, keyed
from lms.plugins.checkin.enums import Direction

STEP = timedelta(seconds=30)
LEEWAY = timedelta(seconds=5)  # for the way from the screen to us: either clock may be this far off
CODE_LENGTH = 6
CLAIM_LIFE = timedelta(minutes=10)
KEPT_LIFE = timedelta(hours=24)  # of a claim on the phone that scanned, and of a code kept without signal
_SECONDS = int(STEP.total_seconds())


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A code that a screen showed: for which way, and since when."""

    direction: Direction
    since: datetime

    def age(self, moment: datetime) -> int:
        """Whole seconds from the code's first appearance to `moment`; 0 inside the leeway before it."""
        return max(0, int((moment - self.since).total_seconds()))


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A code was scanned in time; who it was may be found out later.

    Within `CLAIM_LIFE` from any phone, within `KEPT_LIFE` by the browser that scanned.
    """

    session_id: int
    direction: Direction
    scanned_at: datetime
    nonce: str
    phone: str
    code_age: int


def session_key(session_id: int, direction: Direction = Direction.IN) -> bytes:
    """What makes the codes of one session and way; a screen that holds it needs no internet, and no other session's."""
    return hmac.digest(keyed("venue-code"), f"{session_id}:{direction.value}".encode(), hashlib.sha256)


def venue_code(session_id: int, moment: datetime | None = None, direction: Direction = Direction.IN) -> str:
    """The code of the step that `moment` (now) falls into. Nothing is stored: any screen shows the same one."""
    return _code(session_key(session_id, direction), _step(moment or now()))


def read_code(session_id: int, typed: str) -> Shown | None:
    """What the code stands for now: it lives from 5 seconds before its step to 35 after it."""
    moment = now()
    steps = {_step(moment + LEEWAY), _step(moment), _step(moment - STEP), _step(moment - STEP - LEEWAY)}
    return _search(session_id, typed, sorted(steps, reverse=True))


def read_past_code(session_id: int, typed: str, *, since: datetime, until: datetime, near: datetime) -> Shown | None:
    """What a code that was kept without signal stood for, when it was shown between `since` and `until`.

    Looked for from `near` (when the phone says it was) outward, so that an honest phone costs next to nothing.
    """
    first, last = _step(since), _step(until)
    return _search(session_id, typed, _outward(min(max(_step(near), first), last), first, last))


def is_current(session_id: int, typed: str) -> bool:
    """Whether a screen of this session shows the code now, for whichever way."""
    return read_code(session_id, typed) is not None


def seconds_left(moment: datetime | None = None) -> int:
    """Whole seconds until the next code."""
    return _SECONDS - int((moment or now()).timestamp()) % _SECONDS


def make_claim(session_id: int, shown: Shown, *, phone: str) -> str:
    """A signed claim for a scan by the browser `phone` now; its nonce lets one person use it once."""
    moment = now()
    body = [session_id, shown.direction.value, int(moment.timestamp()), secrets.token_hex(8), _short(phone)]
    return str(_serializer("claim").dumps([*body, shown.age(moment)]))


def read_claim(text: str, *, phone: str) -> Claim | None:
    """The claim, or None when it is not ours or too old for the browser `phone`."""
    try:
        session_id, direction, seconds, nonce, scanned_by, code_age = _serializer("claim").loads(text)
        way = Direction(direction)
    except (BadData, ValueError, TypeError):
        return None
    scanned_at = datetime.fromtimestamp(seconds, UTC)
    life = KEPT_LIFE if scanned_by == _short(phone) else CLAIM_LIFE
    if now() - scanned_at > life:
        return None
    return Claim(
        session_id=session_id,
        direction=way,
        scanned_at=scanned_at,
        nonce=nonce,
        phone=scanned_by,
        code_age=code_age,
    )


def make_holder(enrolment_id: int, *, phone: str) -> str:
    """A signed note that the browser `phone` held this ticket, for taps that are sent when it holds another one."""
    return str(_serializer("holder").dumps([enrolment_id, _short(phone)]))


def read_holder(text: str, *, phone: str) -> int | None:
    """Whose ticket the browser `phone` held, or None when the note is another browser's or not ours."""
    try:
        enrolment_id, held_by = _serializer("holder").loads(text)
    except (BadData, ValueError, TypeError):
        return None
    return int(enrolment_id) if held_by == _short(phone) else None


def _search(session_id: int, typed: str, steps: Iterable[int]) -> Shown | None:
    code = clean_code(typed)
    if len(code) != CODE_LENGTH or not code.isascii():
        return None
    keys = [(direction, session_key(session_id, direction)) for direction in Direction]
    for step in steps:
        for direction, key in keys:
            if hmac.compare_digest(code, _code(key, step)):
                return Shown(direction=direction, since=datetime.fromtimestamp(step * _SECONDS, UTC))
    return None


def _outward(start: int, first: int, last: int) -> Iterator[int]:
    """Every number from `first` to `last`, those near `start` first."""
    for distance in range(last - first + 1):
        for number in {start - distance, start + distance}:
            if first <= number <= last:
                yield number


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt=f"lms:checkin-{purpose}")


def _short(phone: str) -> str:
    """The browser's name in what it carries: enough to know it again, too little to use it elsewhere."""
    return hashlib.sha256(f"lms:checkin:{phone}".encode()).hexdigest()[:16]


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // _SECONDS


def _code(key: bytes, step: int) -> str:
    """Six letters; `static/venue_code.js` does the same on the screen."""
    number = int.from_bytes(hmac.digest(key, str(step).encode(), hashlib.sha256)[:8], "big")
    letters = []
    for _ in range(CODE_LENGTH):
        number, index = divmod(number, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[index])
    return "".join(letters)
