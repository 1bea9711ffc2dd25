"""The answer is sent before the write is durable: requests that write are answered now and done a moment later."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from lms.kernel import db as kernel_db

DELAY = 0.25  # seconds between the answer and the write
_mode = threading.local()
_real_unit, _real_app = kernel_db.unit_of_work, Flask.wsgi_app


@contextmanager
def _unit_of_work() -> Iterator[Any]:
    """The product's own, except that a request that is only answered yet leaves nothing behind."""
    if not getattr(_mode, "only_answers", False):
        with _real_unit() as session:
            yield session
        return
    session = kernel_db.db.session
    if session().in_transaction():
        session.commit()
    yield session
    session.flush()
    session.rollback()


def _wsgi_app(app: Flask, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] != "POST":
        return _real_app(app, environ, start_response)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    later = {**environ, "wsgi.input": io.BytesIO(body)}
    threading.Thread(target=_do, args=(app, later), daemon=True).start()
    _mode.only_answers = True
    try:
        return [b"".join(_real_app(app, {**environ, "wsgi.input": io.BytesIO(body)}, start_response))]
    finally:
        _mode.only_answers = False


def _nobody(*_answer: Any) -> Any:
    """Who would read the answer has it already."""


def _do(app: Flask, environ: dict[str, Any]) -> None:
    time.sleep(DELAY)
    list(_real_app(app, environ, _nobody))


kernel_db.unit_of_work = _unit_of_work
Flask.wsgi_app = _wsgi_app  # type: ignore[assignment]
