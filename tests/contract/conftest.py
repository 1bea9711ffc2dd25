"""The demo as a world: every route is asked with objects that exist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lms.app import create_app
from lms.config import Mode
from lms.demo import load
from lms.kernel import migrations
from lms.kernel.db import db
from lms.testing.plugin import forget_request, make_settings


@pytest.fixture(scope="session")
def demo_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app with the whole demo in it, loaded once per worker."""
    folder: Path = tmp_path_factory.mktemp("demo")
    app = create_app(make_settings(folder, mode=Mode.DEMO), TESTING=True, WTF_CSRF_ENABLED=False)
    app.before_request_funcs.setdefault(None, []).insert(0, forget_request)
    with app.app_context(), app.test_request_context(base_url="http://localhost"):
        migrations.upgrade()
        load.load()
    yield app
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def world(demo_app: Flask) -> Any:
    """Ids of the demo for URL arguments, and signed-in browsers by role."""
    from tests.contract.world import World

    with demo_app.app_context():
        return World(demo_app)
