"""The sign of life of a staff session: noted beside the answer, never in its way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import abort

from lms.core.accounts import sessions
from lms.core.accounts.models import LoginSession
from lms.kernel.clock import freeze, now
from lms.kernel.db import db

LATER = timedelta(minutes=10)


def seen_at() -> Any:
    return db.session.execute(sa.select(LoginSession.seen_at)).scalar_one()


def busy(_key: str) -> None:
    raise sa.exc.OperationalError("UPDATE", {}, Exception("database is locked"))


def test_an_answer_after_five_minutes_notes_the_sign_of_life(as_user: Any) -> None:
    browser, moment = as_user.admin(), now() + LATER
    with freeze(moment):
        assert browser.get("/kelola").status_code == 200
    assert seen_at() == moment


def test_a_busy_database_delays_the_note_and_not_the_answer(as_user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, before = as_user.admin(), now()
    monkeypatch.setattr(sessions, "touch", busy)
    with freeze(now() + LATER):
        assert browser.get("/kelola").status_code == 200
    assert seen_at() - before < LATER


# Tried without the look at the status: whoever waited in vain for the database waited a second time for the note.
def test_after_a_failed_answer_the_database_is_not_asked_again(app: Any, as_user: Any, monkeypatch: Any) -> None:
    browser = as_user.admin()
    asked: list[str] = []
    monkeypatch.setattr(sessions, "touch", asked.append)
    monkeypatch.setitem(app.view_functions, "dashboard.manage", lambda: abort(503))
    with freeze(now() + LATER):
        assert browser.get("/kelola").status_code == 503
    assert asked == []
