"""Values that many requests ask for and that may be a moment old: kept per process, for seconds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from time import monotonic
from typing import Any, TypeVar, cast

from flask import Flask, current_app

_EXTENSION = "lms_memory"
_SIZE = 1024  # values per process
_ROWS = 5000  # unchanging rows per process and name
T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


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


def kept_for_good(name: str, keys: Collection[K], read: Callable[[Collection[K]], dict[K, T]]) -> dict[K, T]:
    """`{key: value}` of rows that never change once written; `read` is asked for those that this process lacks.

    What `read` does not find is absent, and asked for again next time. Only what is committed may be read with it:
    inside a transaction that wrote such a row, a rollback would leave it here.
    """
    kept = _kept().setdefault(("for good", name), (0.0, {}))[1]
    missing = [key for key in keys if key not in kept]
    if missing:
        found = read(missing)
        if len(kept) + len(found) > _ROWS:
            kept.clear()
            found = {**read([key for key in keys if key not in found]), **found}
        kept.update(found)
    return {key: kept[key] for key in keys if key in kept}
