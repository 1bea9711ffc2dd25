"""A stream of server-sent events in a server under test, to see how many it can hold; nothing in `lms/` has one."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask

_real_app = Flask.wsgi_app
PATH, SECONDS = "/aliran", 30.0  # a stream ends by itself


def _events() -> Iterator[bytes]:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        yield b"data: 1\n\n"
        time.sleep(0.5)


def _wsgi_app(app: Flask, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] != PATH:
        return _real_app(app, environ, start_response)
    start_response("200 OK", [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")])
    return _events()


Flask.wsgi_app = _wsgi_app  # type: ignore[assignment]
