"""Pytest plugin for us and for third-party plugins: apps, isolated databases, factories and clients."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient

from lms import create_app
from lms.config import Mode, Settings
from lms.kernel import migrations
from lms.kernel.db import db
from lms.testing import factories as factory_module
from lms.testing.clients import Clients

pytest_plugins = ["lms.testing.services_plugin"]
SECRET = "a test secret that is long enough 0123456789"


def make_settings(folder: Path, database_url: str = "", **changes: Any) -> Settings:
    """Settings of a throw-away installation in `folder`."""
    values: dict[str, Any] = {
        "mode": Mode.DEVELOPMENT,
        "data_dir": folder,
        "secret_key": SECRET,
        "database_url": database_url or f"sqlite:///{folder / 'test.sqlite'}",
        "redis_url": "",
        "storage_url": f"file:{folder / 'files'}",
        "mail_url": "",
        "base_url": "http://localhost",
        "disabled_plugins": tuple(filter(None, os.environ.get("LMS_TEST_DISABLED", "").split(","))),
    }
    return Settings(**{**values, **changes})


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app on each database, migrated to head; one database per test worker."""
    folder = tmp_path_factory.mktemp(f"data-{request.param}")
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    built = create_app(make_settings(folder, url), TESTING=True, WTF_CSRF_ENABLED=False)
    built.before_request_funcs.setdefault(None, []).insert(0, forget_request)
    with built.app_context():
        migrations.upgrade()
        factory_module.load_test_regions()
    yield built
    with built.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def forget_request() -> None:
    """The app context of a test outlives its requests: without this, `g` would carry the visitor into the next one."""
    for name in list(g):
        g.pop(name)


@pytest.fixture
def db_session(app: Flask) -> Iterator[Any]:
    """One outer transaction per test, rolled back at the end; commits inside become savepoints."""
    with app.app_context():
        engines: Any = db.engines
        engine = engines[None]
        connection = engine.connect()
        outer = connection.begin()
        engines[None] = connection
        app.extensions["lms_memory"].clear()
        app.extensions["lms_fragments"].clear()  # the next test's ids and audit entries begin where these did
        db.session.remove()
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield db.session
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            engines[None] = engine


@pytest.fixture
def factories(db_session: Any) -> Any:
    """The smallest valid objects: `factories.workshop(title="…")`, `factories.enrolment(workshop=w)`."""
    return factory_module


@pytest.fixture
def client(app: Flask, db_session: Any) -> FlaskClient:
    """A browser that nobody signed in with."""
    return app.test_client()


@pytest.fixture
def as_user(app: Flask, factories: Any) -> Clients:
    """Signed-in browsers: `as_user.admin()`, `.organiser(workshop)`, `.committee(workshop)`, `.ticket(enrolment)` …"""
    return Clients(app)


@pytest.fixture
def count_statements(app: Flask, db_session: Any) -> Iterator[Callable[[], int]]:
    """A function that says how many SQL statements ran since it was last called."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO", "BEGIN")):
            seen.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)

    def take() -> int:
        count = len(seen)
        if os.environ.get("LMS_SHOW_SQL"):
            print("\n".join(seen))
        seen.clear()
        return count

    yield take
    sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
