"""An installation with real commits, and many callers at once: what tests of races and of stores need."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.app import create_app
from lms.kernel import migrations
from lms.kernel.db import db
from lms.testing import factories
from lms.testing.plugin import make_settings


@contextmanager
def live_app(folder: Path, database_url: str = "", **changes: Any) -> Iterator[Flask]:
    """A migrated app of its own with the test regions; its connections end with the block. `changes` are settings."""
    app = create_app(make_settings(folder, database_url, **changes), TESTING=True, WTF_CSRF_ENABLED=False)
    with app.test_request_context():
        migrations.upgrade()
        factories.load_test_regions()
        db.session.remove()
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def at_once(app: Flask, work: Callable[[int], Any], *, count: int) -> list[Any]:
    """What each of `count` callers got who start together, each in its own request; an exception is a result too."""
    barrier = threading.Barrier(count)

    def run(number: int) -> Any:
        with app.test_request_context():
            try:
                barrier.wait(timeout=30)
                return work(number)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(count) as callers:
        calls = [callers.submit(run, number) for number in range(count)]
    return [call.exception() or call.result() for call in calls]


def committed(app: Flask, table: Any) -> list[Any]:
    """Every row of `table` as the database has it now, by id."""
    with app.app_context():
        found = list(db.session.scalars(sa.select(table).order_by(table.id)))
        db.session.remove()
        return found
