"""Logs: one JSON line an event on stderr, only fields on the allow-list, never a person's data."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
import uuid
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, has_request_context, request

# Anything else is dropped: a new field is a decision, not an accident.
FIELDS = frozenset(
    {
        *("event", "level", "timestamp", "request_id", "endpoint", "rule", "method", "status", "ms", "logger"),
        *("job", "job_id", "account_id", "enrolment_id", "workshop_id", "owner", "plugin", "check", "count", "bytes"),
        *("error", "trace", "version", "threads", "bucket", "state", "attempt"),
    }
)
_MAX_TEXT = 300
_MAX_FRAMES = 25
_ROOT = Path(__file__).resolve().parents[2]
log = structlog.get_logger(__name__)


def frames_of(error: BaseException) -> list[str]:
    """Where an exception came from: `file:line function` from the outside in, without any value."""
    frames = traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(_ROOT) and "site-packages" not in path.parts:
        return path.relative_to(_ROOT).as_posix()
    return "/".join(path.parts[-2:])


def _plain(value: Any) -> Any:
    """Numbers, and short texts on one line; anything richer could carry what nobody checked."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    text = str(value)[:_MAX_TEXT]
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _allow(_logger: object, method: str, entry: MutableMapping[str, Any]) -> dict[str, Any]:
    """The processor that every line passes."""
    if has_request_context() and "request_id" in g:
        entry.setdefault("request_id", g.request_id)
    entry["level"] = method
    entry["timestamp"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {name: _plain(value) for name, value in entry.items() if name in FIELDS}


def _render(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=True, separators=(",", ":"))


class _Stderr:
    """Writes to whatever stderr is now, one call a line, so that lines of threads do not mix."""

    def msg(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")

    debug = info = warning = warn = error = critical = fatal = exception = msg


class _LibraryLogs(logging.Handler):
    """Lines of libraries: the message template without its values, the exception without its text."""

    def emit(self, record: logging.LogRecord) -> None:
        # A template that has no arguments may be an f-string with the values already inside.
        event = str(record.msg) if record.args else "library_message"
        error = record.exc_info[1] if record.exc_info else None
        fields: dict[str, Any] = {"logger": record.name}
        if error is not None:
            fields |= {"error": type(error).__name__, "trace": frames_of(error)}
        entry = _allow(None, record.levelname.lower(), {"event": event, **fields})
        sys.stderr.write(f"{_render(None, '', entry)}\n")


def configure(level: int = logging.INFO) -> None:
    """Set up structlog and the standard library's root logger; safe to repeat."""
    structlog.configure(
        processors=[_allow, _render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_args: _Stderr(),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if not isinstance(handler, _LibraryLogs)]
    root.addHandler(_LibraryLogs())
    root.setLevel(logging.WARNING)
    logging.captureWarnings(False)


def log_exception(error: BaseException) -> None:
    """Log an unexpected exception by class and place; its text may hold values of a row."""
    cause = error.__cause__ or error.__context__
    kinds = type(error).__name__ + (f" from {type(cause).__name__}" if cause else "")
    log.error("unexpected", error=kinds, trace=frames_of(error), **_where())


def _where() -> dict[str, Any]:
    """The request by its route template: a path or query may hold a token or a name."""
    if not has_request_context():
        return {}
    rule = request.url_rule
    return {"endpoint": request.endpoint, "rule": rule.rule if rule else None, "method": request.method}


def _who() -> dict[str, Any]:
    """The visitor as far as the request already knows it; never a query for the log's sake."""
    actor = getattr(g.get("_login_user"), "actor", None)
    enrolment = getattr(actor, "enrolment", None)
    found = {"account_id": getattr(actor, "account_id", None), "enrolment_id": getattr(enrolment, "id", None)}
    return {name: value for name, value in found.items() if value is not None}


def _begin() -> None:
    g.request_id = uuid.uuid4().hex[:12]
    g.started_at = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    if (request.endpoint or "").rpartition(".")[2] == "static" and response.status_code < 400:
        return response
    ms = round((time.perf_counter() - g.started_at) * 1000, 1)
    log.info("request", **_where(), status=response.status_code, ms=ms, **_who())
    return response


def init_logging(app: Flask) -> None:
    """Give each request an id and a line, and make Flask log exceptions without their text."""
    configure()
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    # After-request functions run last registered first, so the first one sees the final answer.
    app.after_request_funcs.setdefault(None, []).insert(0, _end)
    app.extensions["lms_log_exception"] = log_exception
    app.log_exception = lambda exc_info: log_exception(exc_info[1]) if exc_info[1] else None  # type: ignore[method-assign]
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
