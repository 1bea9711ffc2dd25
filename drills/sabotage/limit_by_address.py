"""A limiter that counts requests by address, as web servers and frameworks come with: a hall shares one address."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from flask import Flask

PER_MINUTE = 60
_lock = threading.Lock()
_seen: dict[str, list[float]] = defaultdict(list)
_real_app = Flask.wsgi_app


def _is_over(address: str) -> bool:
    moment = time.monotonic()
    with _lock:
        recent = _seen[address] = [when for when in _seen[address] if moment - when < 60]
        recent.append(moment)
        return len(recent) > PER_MINUTE


def _wsgi_app(app: Flask, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if _is_over(environ.get("REMOTE_ADDR", "")):
        start_response("429 Too Many Requests", [("Content-Type", "text/plain"), ("Retry-After", "60")])
        return [b"too many requests from this address"]
    return _real_app(app, environ, start_response)


Flask.wsgi_app = _wsgi_app  # type: ignore[assignment]
