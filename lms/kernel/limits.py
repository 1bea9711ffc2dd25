"""Limits on tries, counted per account, code or device and never per address: a hall shares one address."""

from __future__ import annotations

import hashlib
import math
import secrets
import time
from collections.abc import Callable
from typing import TypeVar, cast

import structlog
from flask import Flask, Response, current_app, request
from flask_babel import lazy_gettext as _l
from flask_limiter import Limiter
from itsdangerous import BadSignature, URLSafeSerializer
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter, RateLimiter

from lms.kernel.errors import RuleViolation
from lms.kernel.installation import settings

log = structlog.get_logger(__name__)
DEVICE_COOKIE = "lms_device"
_DEVICE, _DEVICE_IS_NEW = "lms.device", "lms.device_is_new"  # in the request's environ
_DEVICE_LIFE = 2 * 365 * 86_400  # seconds
_RETRY_SECONDS = 5.0
_EXTENSION = "lms_limits"
T = TypeVar("T")


class TooManyAttempts(RuleViolation):
    """The budget of a bucket is spent; `retry_after` is in seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        minutes = max(1, math.ceil(retry_after / 60))
        super().__init__(_l("Too many tries. Wait %(minutes)s min, then try again.", minutes=minutes))
        self.retry_after = retry_after


class Counters:
    """Moving windows in Redis when there is one, else in memory; in memory too while Redis is away."""

    def __init__(self, app: Flask) -> None:
        url = settings(app).redis_url
        timeouts: dict[str, str | int] = {"socket_connect_timeout": 1, "socket_timeout": 1} if url else {}
        # Its own request hook stays off: limits sit where the account, code or device is known.
        self.limiter = Limiter(
            device_id,
            app=app,
            storage_uri=url or "memory://",
            storage_options=timeouts,
            strategy="moving-window",
            default_limits=[],
        )
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._away_until = 0.0

    def ask(self, question: Callable[[RateLimiter], T]) -> T:
        """Ask Redis, or memory for the next seconds when it fails: the site stays up and the limit still bites."""
        if time.monotonic() >= self._away_until:
            try:
                return question(self.limiter.limiter)
            except Exception as error:  # noqa: BLE001 -- each backend raises its own
                self._away_until = time.monotonic() + _RETRY_SECONDS
                log.warning("limits_in_memory", error=type(error).__name__)
        return question(self._here)


class Throttle:
    """`throttle("login", account, limit="10 per 15 minutes")` counts one try and raises TooManyAttempts.

    `keys` together name one budget, so call it once for each budget. To count failures only, `peek` before the try
    and `hit` after a failed one. Keys are hashed before they are stored.
    """

    def __call__(self, bucket: str, *keys: str, limit: str = "10 per 10 minutes") -> None:
        """Count one try; raises TooManyAttempts when the budget was spent already."""
        item, names = parse(limit), _names(bucket, keys)
        if not _counters().ask(lambda windows: windows.hit(item, *names)):
            raise _refusal(bucket, item, names)

    def peek(self, bucket: str, *keys: str, limit: str = "10 per 10 minutes") -> None:
        """Raise TooManyAttempts when the budget is spent; counts nothing."""
        item, names = parse(limit), _names(bucket, keys)
        if not _counters().ask(lambda windows: windows.test(item, *names)):
            raise _refusal(bucket, item, names)

    def hit(self, bucket: str, *keys: str, limit: str = "10 per 10 minutes") -> None:
        """Count one failure; never raises."""
        item, names = parse(limit), _names(bucket, keys)
        _counters().ask(lambda windows: windows.hit(item, *names))

    def clear(self, bucket: str, *keys: str, limit: str = "10 per 10 minutes") -> None:
        """Give the budget back, for example after a password was set anew."""
        item, names = parse(limit), _names(bucket, keys)
        _counters().ask(lambda windows: windows.clear(item, *names))


throttle = Throttle()


def _names(bucket: str, keys: tuple[str, ...]) -> tuple[str, str]:
    if not keys:
        raise ValueError("a limit needs a key: an account, a code or a device")
    return bucket, hashlib.sha256("\x1f".join(keys).encode()).hexdigest()[:32]


def _refusal(bucket: str, item: RateLimitItem, names: tuple[str, str]) -> TooManyAttempts:
    stats = _counters().ask(lambda windows: windows.get_window_stats(item, *names))
    log.info("throttled", bucket=bucket)
    return TooManyAttempts(max(1, math.ceil(stats.reset_time - time.time())))


def _counters() -> Counters:
    return cast(Counters, current_app.extensions[_EXTENSION])


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="lms.device")


def device_id() -> str:
    """A random name of this browser, kept for two years in a signed cookie that is set when first needed.

    It tells apart the phones behind one address. A person can drop it, so it never stands alone against guessing.
    """
    name: str | None = request.environ.get(_DEVICE)
    if name is None:
        name = request.environ[_DEVICE] = _known_device() or _new_device()
    return name


def _known_device() -> str | None:
    try:
        return str(_signer().loads(request.cookies.get(DEVICE_COOKIE, "")))
    except BadSignature:
        return None


def _new_device() -> str:
    request.environ[_DEVICE_IS_NEW] = True
    return secrets.token_urlsafe(12)


def _remember_device(response: Response) -> Response:
    if _DEVICE_IS_NEW in request.environ:
        response.set_cookie(
            DEVICE_COOKIE,
            str(_signer().dumps(request.environ[_DEVICE])),
            max_age=_DEVICE_LIFE,
            secure=settings().is_https,
            httponly=True,
            samesite="Lax",
        )
    return response


def init_limits(app: Flask) -> None:
    """Give the app its counters and its device cookie."""
    app.extensions[_EXTENSION] = Counters(app)
    app.after_request(_remember_device)
