"""Values that many requests ask for and that may be a moment old: kept per process, for seconds."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from time import monotonic
from typing import Any, TypeVar, cast

from flask import Flask, current_app

_EXTENSION = "lms_memory"
_SIZE = 1024  # values per process
T = TypeVar("T")


def remembered(name: str, key: Hashable, make: Callable[[], T], *, seconds: float) -> T:
    """What `make` gave for `name` and `key` at most `seconds` ago: the very object, which a caller may keep up to date.

    Nothing tells other processes, so it is for figures and never for a right.
    """
    kept = _kept()
    found = kept.get((name, key))
    if found is not None and monotonic() - found[0] < seconds:
        return cast(T, found[1])
    made = make()
    if len(kept) >= _SIZE:
        kept.clear()
    kept[(name, key)] = (monotonic(), made)
    return made


def recalled(name: str, key: Hashable) -> Any | None:
    """The last value, however old; None when there is none."""
    found = _kept().get((name, key))
    return found[1] if found is not None else None


def _kept() -> dict[Hashable, tuple[float, Any]]:
    kept: dict[Hashable, tuple[float, Any]] = current_app.extensions.setdefault(_EXTENSION, {})
    return kept


def init_memory(app: Flask) -> None:
    """Give the app its place for such values; tests empty it between two databases."""
    app.extensions[_EXTENSION] = {}
