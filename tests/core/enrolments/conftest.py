"""What a browser sends at registration, and a throttle that forgets between tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from lms.core.enrolments.models import Enrolment
from lms.kernel import limits
from lms.kernel.db import db

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _fresh_limits(request: pytest.FixtureRequest) -> None:
    """Budgets live as long as the app: one test must not spend those of the next."""
    if "app" in request.fixturenames:
        request.getfixturevalue("app").extensions[limits._EXTENSION].limiter.storage.reset()


@pytest.fixture
def form() -> Callable[..., dict[str, Any]]:
    """A registration that is all right; keyword arguments change it, None leaves a field out."""

    def make(**changes: Any) -> dict[str, Any]:
        number = next(_numbers)
        values = {
            "nonce": f"nonce-{number}",
            "full_name": "Ratna Wulandari",
            "affiliation": "LKSA Mutiara Sambas",
            "position": "Pengasuh",
            "gender": "P",
            "phone": f"0812{number:08d}",
            "consent": "y",
        }
        return {name: value for name, value in {**values, **changes}.items() if value is not None}

    return make


@pytest.fixture
def enrolled() -> Callable[[int], list[Enrolment]]:
    """The enrolments of a workshop as the database has them now."""

    def read(workshop_id: int) -> list[Enrolment]:
        db.session.expire_all()
        return list(db.session.query(Enrolment).filter_by(workshop_id=workshop_id).order_by(Enrolment.id))

    return read


@pytest.fixture
def speak() -> Callable[[Any, str], None]:
    """`speak(client, "en")` chooses the language of a browser."""

    def choose(client: Any, language: str) -> None:
        with client.session_transaction() as cookie:
            cookie["language"] = language

    return choose
