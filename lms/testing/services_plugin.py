"""Servers of a test run: one PostgreSQL cluster for all workers with a database each, Redis, and S3."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from lms.testing import servers

pytest_plugins = ["lms.testing.strict"]
_POSTGRES = "LMS_TEST_POSTGRES"
_WHY_NOT = "LMS_TEST_POSTGRES_MISSING"
_stack = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """The controller (or the only process) starts the cluster; workers inherit its address."""
    if hasattr(config, "workerinput") or _POSTGRES in os.environ:
        return
    if config.option.collectonly:
        return
    try:
        os.environ[_POSTGRES] = _stack.enter_context(servers.postgres())
    except (servers.Unavailable, OSError) as error:
        os.environ[_WHY_NOT] = str(error)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what this process started."""
    if not hasattr(config, "workerinput"):
        _stack.close()


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> str:
    """The URL of a fresh database of this test worker."""
    base = os.environ.get(_POSTGRES)
    if base is None:
        pytest.skip(f"PostgreSQL: {os.environ.get(_WHY_NOT, 'not started')}")
    return fresh_database(base, f"lms_{worker_id}")


def fresh_database(base: str, name: str) -> str:
    """Drop and create a database beside `base`; returns its URL."""
    engine = sa.create_engine(base, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    engine.dispose()
    return f"{base.rpartition('/')[0]}/{name}"


@pytest.fixture(scope="session")
def postgres_base() -> str:
    """The URL of the cluster's maintenance database, for tests that make databases of their own."""
    base = os.environ.get(_POSTGRES)
    if base is None:
        pytest.skip(f"PostgreSQL: {os.environ.get(_WHY_NOT, 'not started')}")
    return base


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The URL of a private Redis."""
    yield from _served(servers.redis())


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The URL of an empty private Redis."""
    import redis  # noqa: PLC0415 -- optional dependency

    with redis.Redis.from_url(redis_server) as connection:
        connection.flushall()
    return redis_server


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a private S3-compatible server."""
    yield from _served(servers.s3())


@pytest.fixture
def s3_url(s3_server: str) -> str:
    """The storage URL of an empty bucket."""
    return servers.make_bucket(s3_server, f"test-{uuid.uuid4().hex[:12]}")


def _served(context: contextlib.AbstractContextManager[str]) -> Iterator[str]:
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(context)
        except servers.Unavailable as error:
            pytest.skip(str(error))
        yield url
