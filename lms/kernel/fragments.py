"""Panels that look the same to many visitors: kept per process until anybody changes anything.

What is kept counts as fresh while no newer audit entry exists and the minute lasts: every change that staff, speakers
or participants make to what such a panel shows is audited, and time itself (what runs now) shows in minutes. Of two
changes at once the later one may come in under the earlier one's number; then the minute ends it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from flask import Flask, current_app, g, request
from flask_babel import get_locale

from lms.kernel import audit
from lms.kernel.assets import carries_icons, carry_icons_of
from lms.kernel.clock import now

_SIZE = 256  # panels per process; a panel is a few kilobytes


class Fragments:
    """The newest panels of one process, the least recently used ones forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, str | None] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], str | None]) -> str | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _SIZE:
                self._kept.popitem(last=False)
        return made

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


def init_fragments(app: Flask) -> None:
    """Give the app its place for panels."""
    app.extensions["lms_fragments"] = Fragments()


def kept(name: str, key: Hashable, make: Callable[[], str | None]) -> str | None:
    """The panel `name` for `key`, made now when there is none of this minute, language and state of the data."""
    if "newest_change" not in g:
        g.newest_change = audit.newest()
    minute = int(now().timestamp() // 60)
    fragments: Fragments = current_app.extensions["lms_fragments"]
    state = (str(get_locale()), request.script_root, carries_icons(), minute, g.newest_change)
    panel = fragments.get((name, key, *state), make)
    carry_icons_of(panel or "")
    return panel
