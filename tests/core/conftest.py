"""Fixtures of the core's tests: budgets that start full, and the language of a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lms.kernel import limits


@pytest.fixture(autouse=True)
def _fresh_limits(request: pytest.FixtureRequest) -> None:
    """Budgets live as long as the app: one test must not spend those of the next."""
    if "app" in request.fixturenames:
        request.getfixturevalue("app").extensions[limits._EXTENSION].limiter.storage.reset()


@pytest.fixture
def speak() -> Callable[[Any, str], None]:
    """`speak(client, "en")` chooses the language of a browser."""

    def choose(client: Any, language: str) -> None:
        with client.session_transaction() as cookie:
            cookie["language"] = language

    return choose
