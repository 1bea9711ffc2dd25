"""Pages that a phone keeps for the time without signal: the service worker, the web app's name, and what answers say.

Only secure contexts (https, localhost) have service workers. Elsewhere nothing of this happens, and nothing is missed
while there is a signal.
"""

from __future__ import annotations

import json

from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _

from lms.kernel.assets import serve, static_url
from lms.kernel.installation import settings
from lms.kernel.permissions import public

HEADER = "Lms-Offline"
KEEP, SHELL, FORGET = "keep", "shell", "forget"
FORGET_COOKIE = "lms_forget"
_FORGET_LIFE = 30 * 86_400  # seconds
ICON_SIZES = (192, 512)


def keep_offline(page: str | Response, *, is_personal: bool = True) -> Response:
    """The answer, marked so that this browser keeps it and shows it again without signal.

    A page that knows nothing about anybody (`is_personal=False`) stays when somebody signs out.
    """
    response = make_response(page)
    response.headers[HEADER] = KEEP if is_personal else SHELL
    # A page that came before the service worker was there cannot be caught by it: lms/static/js/app.js reads this
    # and asks the worker to fetch the page once more.
    response.headers["Server-Timing"] = "offline"
    return response


def forget_offline(response: Response) -> Response:
    """The answer, marked so that this browser drops every kept page of a person, for instance at sign-out.

    Browsers show a service worker nothing of a redirect, so a cookie carries the mark to the page after it.
    """
    response.headers[HEADER] = FORGET
    response.set_cookie(
        FORGET_COOKIE, "1", max_age=_FORGET_LIFE, secure=settings().is_https, httponly=True, samesite="Lax"
    )
    return response


def _tell_to_forget(response: Response) -> Response:
    """The first page after a sign-out carries the mark; whatever it is, it is not kept."""
    is_page = request.method == "GET" and response.status_code == 200 and response.mimetype == "text/html"
    if is_page and FORGET_COOKIE in request.cookies:
        response.headers[HEADER] = FORGET
        response.delete_cookie(FORGET_COOKIE, secure=settings().is_https, httponly=True, samesite="Lax")
    return response


@public
def service_worker() -> Response:
    """The script that keeps pages; its place at the root lets it work for the whole site."""
    response = serve("js/sw.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


@public
def offline() -> Response:
    """What is shown without signal where no page was kept; knows nothing about the visitor."""
    return keep_offline(render_template("offline.html"), is_personal=False)


@public
def manifest() -> Response:
    """The site as an app on the home screen."""
    return web_manifest(start="/", name=_("Workshops"), short_name="Lokakarya")


def web_manifest(*, start: str, name: str, short_name: str) -> Response:
    """A manifest for one start page; each start page is an app of its own on the home screen."""
    icons = [_icon(f"icons/app-{size}.png", f"{size}x{size}", "image/png", "any maskable") for size in ICON_SIZES]
    content = {
        "id": start,
        "start_url": start,
        "scope": start,
        "name": name,
        "short_name": short_name,
        "lang": "id",
        "display": "standalone",
        "background_color": "#0a4352",
        "theme_color": "#0a4352",
        "icons": [*icons, _icon("favicon.svg", "any", "image/svg+xml", "any")],
    }
    response = Response(json.dumps(content, ensure_ascii=False), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _icon(path: str, sizes: str, kind: str, purpose: str) -> dict[str, str]:
    return {"src": static_url(path), "sizes": sizes, "type": kind, "purpose": purpose}


def init_offline(app: Flask) -> None:
    """Serve the worker, its page and the manifest at fixed addresses."""
    app.add_url_rule("/sw.js", "service_worker", service_worker)
    app.add_url_rule("/offline", "offline", offline)
    app.add_url_rule("/manifest.webmanifest", "manifest", manifest)
    app.after_request(_tell_to_forget)
