"""What every answer says to browsers and caches, and which requests are refused before any view runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request, session

from lms.kernel.installation import settings
from lms.kernel.limits import DEVICE_COOKIE

MAX_BODY = 1_000_000  # bytes of a form; uploads raise it with @max_body
MAX_PARTS = 400
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would make browsers send `Origin: null` with our own forms; this tells other sites nothing either.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
}
_HSTS = "max-age=31536000; includeSubDomains"
View = TypeVar("View", bound=Callable[..., Any])


def max_body(limit: int, *, parts: int = MAX_PARTS) -> Callable[[View], View]:
    """Let one view receive up to `limit` bytes and `parts` form parts; put it next to the route."""

    def mark(view: View) -> View:
        view.__lms_max_body__ = (limit, parts)  # type: ignore[attr-defined]
        return view

    return mark


def _limit_body() -> None:
    """Runs before the CSRF check, which is the first to read the form."""
    view = current_app.view_functions.get(request.endpoint or "")
    limit, parts = getattr(view, "__lms_max_body__", (None, None))
    if limit is not None:
        request.max_content_length = limit
        request.max_form_parts = parts
    allowed = request.max_content_length
    if allowed is not None and (request.content_length or 0) > allowed:
        abort(413)


def _refuse_other_sites() -> None:
    """Refuse what another site's page sends, from what the browser itself says of its origin."""
    if request.method in _SAFE_METHODS:
        return
    fetch_site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if fetch_site in {"same-origin", "none"} and origin in {None, "null"}:
        return
    if origin is not None and origin not in _own_origins():
        abort(403)
    if fetch_site not in {None, "same-origin", "none"} and origin is None:
        abort(403)
    if fetch_site == "cross-site":
        abort(403)


def _own_origins() -> frozenset[str]:
    base = urlsplit(settings().base_url)
    return frozenset({f"{base.scheme}://{base.netloc}", f"{request.scheme}://{request.host}"})


def _decorate(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure or settings().is_https:
        response.headers.setdefault("Strict-Transport-Security", _HSTS)
    response.headers.pop("Server", None)
    if (request.endpoint or "").rpartition(".")[2] != "static":
        _keep_from_caches(response)
    return response


def _keep_from_caches(response: Response) -> None:
    """A page of somebody we know is nobody else's: no cache may keep it, and none may mix it with another's."""
    response.vary.add("Cookie")
    if "Cache-Control" in response.headers:
        return
    is_known = any(name != DEVICE_COOKIE for name in request.cookies)
    # Flask writes the session's cookie after this function, so the session itself is asked.
    is_personal = is_known or session.modified or "Set-Cookie" in response.headers
    response.headers["Cache-Control"] = "no-store" if is_personal else "no-cache"


def init_headers(app: Flask) -> None:
    """Must come before CSRF protection, so that foreign requests and huge bodies are refused unread."""
    app.config["MAX_CONTENT_LENGTH"] = app.config.get("MAX_CONTENT_LENGTH") or MAX_BODY
    app.config["MAX_FORM_PARTS"] = min(app.config.get("MAX_FORM_PARTS") or MAX_PARTS, MAX_PARTS)
    app.before_request(_limit_body)
    app.before_request(_refuse_other_sites)
    app.after_request(_decorate)
