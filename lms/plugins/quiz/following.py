"""Pages that ask every two seconds whether anything changed: a tag for what they show, and the part that changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

KEPT_SECONDS = 1.0  # what a process read this long ago is new enough; static/quiz/follow.js asks every two seconds


def tag_of(*known: object) -> str:
    """An ETag that changes with `known`, the language and the place where the site lives."""
    told = (*known, str(get_locale()), request.script_root)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:20]


def part(tag: str, render: Callable[[], str], *, page: str) -> ResponseReturnValue:
    """The part that changes, 304 while the visitor has it; who opens the address as a page is sent to the page."""
    if not request.if_none_match:
        return redirect(page, 303)
    answer = Response(status=304)
    if not request.if_none_match.contains_weak(tag):
        answer = Response(render(), mimetype="text/html")
    return tagged(answer, tag)


def tagged(answer: Response, tag: str) -> Response:
    """The answer with its tag; only the visitor's own browser keeps it, and asks each time."""
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
