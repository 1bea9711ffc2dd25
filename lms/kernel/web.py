"""The edge of the web app: error pages, template globals, navigation, and what every request needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, jsonify, render_template, request, url_for
from flask_babel import get_locale
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import IntegerConverter, Map

from lms.kernel.db import db
from lms.kernel.declarations import NavItem
from lms.kernel.engine import is_busy
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import current_actor
from lms.kernel.registry import registry
from lms.kernel.slots import slot

PAGES = frozenset({400, 401, 403, 404, 405, 413, 422, 429, 500, 503})


@dataclass(frozen=True, kw_only=True)
class NavLink:
    """A navigation item as a template needs it."""

    label: object
    url: str
    icon: str
    is_current: bool


def nav(place: str, *, workshop: Any = None) -> list[NavLink]:
    """The links of `place` that the visitor may follow; `workshop` for the place `workshop.tabs`."""
    access = workshop.access if workshop is not None else None
    items = registry().nav.get(place, ())
    return [_link(item, workshop) for item in items if _is_shown(item, access)]


def _is_shown(item: NavItem, access: Any) -> bool:
    if access is not None and item.endpoint.partition(".")[0] in access.disabled:
        return False
    return item.permission is None or current_actor().can(item.permission, access)


def _link(item: NavItem, workshop: Any) -> NavLink:
    values = {"workshop_id": workshop.id} if workshop is not None else {}
    current = request.endpoint == item.endpoint or (
        request.blueprint == item.endpoint.partition(".")[0]
        and item.endpoint.endswith(".index")
        and request.endpoint not in {other.endpoint for others in registry().nav.values() for other in others}
    )
    return NavLink(label=item.label, url=url_for(item.endpoint, **values), icon=item.icon, is_current=current)


def can_key(key: str, obj: Any = None) -> bool:
    """For templates: whether the visitor holds the permission of this key (on `obj`)."""
    permission = registry().permissions[key]
    return current_actor().can(permission, obj.access if obj is not None else None)


def has_endpoint(name: str) -> bool:
    """Whether a view of this name exists, for links into optional plugins."""
    return name in current_app.view_functions


def safe_next(target: str | None, default: str) -> str:
    """`target` when it is a path on this site, else `default`: never a redirect elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    return default if any(ord(character) < 32 or character == "\\" for character in target) else target


def typed_search(name: str = "q", *, limit: int = 100) -> str:
    """What was typed into a search box that is sent with GET, without control characters: PostgreSQL refuses NUL."""
    typed = request.args.get(name, "")[:limit]
    return "".join(char for char in typed if char.isprintable()).strip()


def wants_json() -> bool:
    """Whether the caller is a script that reads JSON."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return request.is_json or (best or "").endswith("json")


class _IdConverter(IntegerConverter):
    """Numbers that an integer column can hold; an address with a larger one is nobody's."""

    def __init__(self, url_map: Map, fixed_digits: int = 0, min: int | None = None, max: int = 2**31 - 1) -> None:
        super().__init__(url_map, fixed_digits=fixed_digits, min=min, max=max)


def init_web(app: Flask) -> None:
    """Register error pages and template globals; must come before the routes."""
    app.url_map.converters["int"] = _IdConverter
    app.jinja_env.globals.update(
        slot=slot,
        nav=nav,
        can=can_key,
        has_endpoint=has_endpoint,
        actor=current_actor,
        request_id=lambda: g.get("request_id", ""),
        locale=lambda: str(get_locale()),
    )
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(CSRFError, _http_error)
    app.register_error_handler(NotFound, lambda _error: error_page(404))
    app.register_error_handler(RuleViolation, _rule_error)
    app.register_error_handler(sa.exc.OperationalError, _database_error)
    app.register_error_handler(sa.exc.InterfaceError, _database_error)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int, *, message: str = "", retry_after: int | None = None) -> Response:
    """An error answer in the visitor's language with the request id, as a page or as JSON for scripts."""
    shown = status if status in PAGES else (500 if status >= 500 else 400)
    if wants_json():
        response = jsonify(status=status, detail=message, request_id=g.get("request_id", ""))
    else:
        html = render_template(f"errors/{shown}.html", message=message, request_id=g.get("request_id", ""))
        response = Response(html, mimetype="text/html")
    response.status_code = status
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    response = error_page(error.code)
    for name, value in error.get_headers():
        if name.lower() == "allow":
            response.headers[name] = value
    return response


def _foreign_host(_error: SecurityError) -> Response:
    """No page: without a host that we trust no address can be built."""
    return Response("Bad Request\n", 400, mimetype="text/plain")


def _rule_error(error: RuleViolation) -> Response:
    retry_after = getattr(error, "retry_after", None)
    return error_page(error.status, message=str(error), retry_after=retry_after)


def _database_error(error: sa.exc.SQLAlchemyError) -> Response:
    if is_busy(error):
        _ask_database_no_more()
        return error_page(503, retry_after=2)
    return _unexpected(error)


def _ask_database_no_more() -> None:
    """For the page of a fault: the failed transaction, or a database that is away, would fail that page as well."""
    db.session.rollback()
    if "_login_user" not in g:  # where Flask-Login keeps the visitor, whom the templates would ask for
        g._login_user = AnonymousUserMixin()


def _unexpected(error: Exception) -> Response:
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    current_app.extensions["lms_log_exception"](error)
    _ask_database_no_more()
    return error_page(500)
