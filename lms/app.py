"""The composition root: the only module that knows every part."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import configure_mappers
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.config import Settings
from lms.core import models as core_models
from lms.core import wiring
from lms.core.accounts import sessions
from lms.core.accounts.views import keep_alive
from lms.kernel import (
    assets,
    compression,
    engine,
    fragments,
    headers,
    i18n,
    jobs,
    limits,
    logs,
    memory,
    observability,
    offline,
    plugins,
    web,
)
from lms.kernel.db import db
from lms.kernel.permissions import BEARER, check_every_endpoint
from lms.kernel.registry import Registry

csrf = CSRFProtect()


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """Build one app for one installation; raises ConfigurationError for what must not run."""
    settings = settings or Settings.from_env()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app = Flask("lms")
    app.config.update(_config(settings), **overrides)
    app.extensions["lms_settings"] = settings
    assert core_models.TABLES  # core tables exist before any plugin names them in a foreign key
    loaded = plugins.load(disabled=settings.disabled_plugins, strict=settings.strict_plugins)
    app.extensions["lms_registry"] = registry = plugins.freeze(loaded, wiring)
    _init_parts(app, registry)
    plugins.mount(loaded, app)
    configure_mappers()  # one bad relationship in a plugin breaks every query: fail here, by name
    check_every_endpoint(app)
    _exempt_bearers(app)
    _check_registry(app, registry)
    return app


def _config(settings: Settings) -> dict[str, Any]:
    prefix = "__Host-" if settings.is_https else ""
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine.engine_options(settings.database_url),
        "TRUSTED_HOSTS": settings.hosts,
        "SESSION_COOKIE_NAME": f"{prefix}session",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": sessions.TICKET_LIFE,
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 400,
        "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as its session
        "WTF_CSRF_SSL_STRICT": False,  # headers.py checks Origin and Sec-Fetch-Site on every unsafe request
        "LMS_DEMO": settings.demo,
        "DEBUG": settings.debug,
    }


def _init_parts(app: Flask, registry: Registry) -> None:
    db.init_app(app)
    with app.app_context():
        engine.prepare(db.engine)
    logs.init_logging(app)
    headers.init_headers(app)
    csrf.init_app(app)
    manager = LoginManager(app)
    manager.session_protection = None  # the key in the cookie is random and lives on the server
    manager.user_loader(sessions.visitor_of)
    i18n.init_babel(app, registry)
    assets.init_assets(app)
    fragments.init_fragments(app)
    limits.init_limits(app)
    memory.init_memory(app)
    jobs.init_jobs(app)
    observability.init_observability(app)
    web.init_web(app)
    offline.init_offline(app)
    compression.init_compression(app)
    app.after_request(keep_alive)
    for name, function in registry.filters.items():
        app.jinja_env.filters[name] = function
    app.jinja_loader = _loader(app, registry)
    app.jinja_env.undefined = StrictUndefined
    if proxies := app.extensions["lms_settings"].proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]


def _loader(app: Flask, registry: Registry) -> BaseLoader:
    """Overrides of plugins come before the app's own templates, the last plugin's first."""
    folders = [info.template_overrides for info in reversed(list(registry.infos.values())) if info.template_overrides]
    own = app.jinja_loader
    assert own is not None
    return ChoiceLoader([*(FileSystemLoader(folder) for folder in folders), own]) if folders else own


def _exempt_bearers(app: Flask) -> None:
    """Views that read no cookie cannot be called in a visitor's name: they alone need no CSRF token."""
    for view in app.view_functions.values():
        if getattr(view, "__lms_access__", None) == BEARER:
            csrf.exempt(view)


def _check_registry(app: Flask, registry: Registry) -> None:
    from lms.kernel.errors import ConfigurationError  # noqa: PLC0415 -- only for a refusal

    for items in registry.nav.values():
        for item in items:
            if item.endpoint not in app.view_functions:
                raise ConfigurationError(f"navigation names an unknown view: {item.endpoint}")
            if item.permission and item.permission.key not in registry.permissions:
                raise ConfigurationError(f"navigation names an undeclared permission: {item.permission.key}")
    for endpoint, view in app.view_functions.items():
        rule = getattr(view, "__lms_access__", "public")
        if not isinstance(rule, str) and rule.key not in registry.permissions:
            raise ConfigurationError(f"{endpoint} requires an undeclared permission: {rule.key}")
