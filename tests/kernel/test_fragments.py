"""Panels that are kept: made once while nothing changes, made anew after any change, minute and language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, g
from flask_babel import force_locale

from lms.kernel import audit
from lms.kernel.clock import freeze
from lms.kernel.fragments import Fragments, kept
from lms.kernel.permissions import SYSTEM

NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)


class Panel:
    """Counts how often it is made."""

    def __init__(self) -> None:
        self.made = 0

    def make(self) -> str:
        self.made += 1
        return f"agenda {self.made}"


def _ask(app: Flask, panel: Panel, *, key: Any = 7, path: str = "/") -> str | None:
    with app.test_request_context(path):
        g.pop("newest_change", None)
        return kept("schedule/_public.html", key, panel.make)


def test_a_kept_panel_is_made_once_while_nothing_changes(app: Flask, db_session: Any) -> None:
    panel = Panel()
    with freeze(NOON):
        assert [_ask(app, panel) for _ in range(3)] == ["agenda 1"] * 3


@pytest.mark.parametrize("what", ["change", "minute", "language", "key"])
def test_a_kept_panel_is_made_anew_after_a(what: str, app: Flask, db_session: Any) -> None:
    panel, later, key = Panel(), NOON, 7
    with freeze(NOON):
        _ask(app, panel)
    if what == "change":
        audit.record(action="schedule.session_moved", actor=SYSTEM)
        db_session.flush()
    if what == "minute":
        later += timedelta(minutes=1)
    if what == "key":
        key = 8
    with freeze(later), force_locale("en" if what == "language" else "id"):
        assert _ask(app, panel, key=key) == "agenda 2"


def test_only_the_panels_used_last_are_kept() -> None:
    fragments, first = Fragments(), Panel()
    fragments.get("first", first.make)
    for number in range(400):
        fragments.get(number, Panel().make)
    assert fragments.get("first", first.make) == "agenda 2"
