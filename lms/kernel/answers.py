"""What plugins answer to hooks: asked in a fixed order, checked, and a fault told with the plugin's name."""

from __future__ import annotations

import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pluggy

from lms.kernel import hookspecs
from lms.kernel.errors import ConfigurationError

CORE = "core"


class Answers:
    """The declarations of the core and of every plugin: the core's first, then in the order of `owners`."""

    def __init__(self, manager: pluggy.PluginManager, owners: list[str]) -> None:
        self._hook, self._owners = manager.hook, owners

    def by_owner(self, hook: str, **arguments: Any) -> Iterator[tuple[str, Any]]:
        """`(owner, item)` of everything answered; a hook that raises or answers something else stops the start."""
        implemented = {impl.plugin_name: impl for impl in getattr(self._hook, hook).get_hookimpls()}
        for owner in self._owners:
            if impl := implemented.get(owner):
                with blamed(owner, hook):
                    answer = impl.function(*(arguments[name] for name in impl.argnames))
                    items = [_checked(hook, item) for item in answer or ()]
                yield from ((owner, item) for item in items)

    def all(self, hook: str, **arguments: Any) -> list[Any]:
        """Every item, without the owners."""
        return [item for _owner, item in self.by_owner(hook, **arguments)]

    def keyed(self, hook: str, key: Callable[[Any], str]) -> dict[str, Any]:
        """Items by their key; one that is declared twice stops the start."""
        found: dict[str, Any] = {}
        for owner, item in self.by_owner(hook):
            if key(item) in found:
                raise ConfigurationError(f"plugin {owner}: {hook}: {key(item)!r} is declared twice")
            found[key(item)] = item
        return found

    def grouped(self, hook: str, key: Callable[[Any], Any], rank: Callable[[Any], Any]) -> dict[Any, tuple[Any, ...]]:
        """Items by what they belong to, each group by rank; of equal rank the core's come first."""
        groups: dict[Any, list[Any]] = defaultdict(list)
        for item in self.all(hook):
            groups[key(item)].append(item)
        return {name: tuple(sorted(items, key=rank)) for name, items in groups.items()}


@contextmanager
def blamed(owner: str, hook: str) -> Iterator[None]:
    """Turn any fault of a plugin into a ConfigurationError of one line that names it and the place."""
    try:
        yield
    except ConfigurationError:
        raise
    except Exception as error:  # a plugin may raise anything; the start ends with its name
        frame = traceback.extract_tb(error.__traceback__)[-1]
        text = " ".join(str(error).split())
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        raise ConfigurationError(f"plugin {owner} fails in {hook}: {type(error).__name__}: {text} ({place})") from error


def _checked(hook: str, item: Any) -> Any:
    expected = get_args(get_type_hints(getattr(hookspecs, hook))["return"])[0]
    if isinstance(expected, type) and not isinstance(item, expected):
        raise TypeError(f"answers {type(item).__name__}, not {expected.__name__}")
    return item
