"""An app of kernel parts only, so that infrastructure is tested without the product around it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel

from lms.config import Mode, Settings
from lms.kernel import engine, headers, jobs, limits, logs, observability
from lms.kernel.db import db
from lms.kernel.declarations import Job
from lms.kernel.job_models import JobRow
from lms.kernel.registry import Registry
from lms.kernel.storage_models import StoredFileRow

TABLES = [JobRow.__table__, StoredFileRow.__table__]


def bare_settings(folder: Path, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "mode": Mode.DEVELOPMENT,
        "data_dir": folder,
        "secret_key": "a test secret that is long enough 0123456789",
        "database_url": f"sqlite:///{folder / 'test.sqlite'}",
        "redis_url": "",
        "storage_url": f"file:{folder / 'files'}",
        "mail_url": "",
        "base_url": "http://localhost",
    }
    return Settings(**{**values, **changes})


def bare_app(folder: Path, *declared: Job, **changes: Any) -> Flask:
    """An app with the kernel's tables and only these jobs."""
    conf = bare_settings(folder, **changes)
    app = Flask("bare")
    app.config.update(
        SECRET_KEY=conf.secret_key,
        SQLALCHEMY_DATABASE_URI=conf.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine.engine_options(conf.database_url),
    )
    app.extensions["lms_settings"] = conf
    empty: dict[str, Any] = {field.name: {} for field in fields(Registry)}
    app.extensions["lms_registry"] = Registry(**{**empty, "jobs": {job.name: job for job in declared}})
    db.init_app(app)
    Babel(app)
    logs.init_logging(app)
    headers.init_headers(app)
    limits.init_limits(app)
    jobs.init_jobs(app)
    observability.init_observability(app)
    with app.app_context():
        engine.prepare(db.engine)
        db.metadata.create_all(db.engine, tables=TABLES)
    return app


@contextmanager
def running(app: Flask, *, drop: bool = True) -> Iterator[Flask]:
    """The app inside its context; its database connections are closed and its tables dropped at the end."""
    handlers = list(logging.getLogger().handlers)
    try:
        with app.app_context():
            yield app
    finally:
        logging.getLogger().handlers = handlers
        with app.app_context():
            db.session.remove()
            if drop:
                db.metadata.drop_all(db.engine, tables=TABLES)
            db.engine.dispose()


Build = Callable[..., Flask]
