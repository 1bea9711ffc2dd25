"""Discover, order and register plugins; freeze what they declare into a Registry."""

from __future__ import annotations

import importlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

import pluggy
import structlog

from lms.kernel import hookspecs
from lms.kernel.declarations import PluginInfo
from lms.kernel.errors import ConfigurationError
from lms.kernel.registry import Registry

GROUP = "lms.plugins"
SDK_VERSION = "1.0"
BUILTIN = ("organisations", "schedule", "checkin", "materials", "quiz", "certificates", "followup", "reports")
_NAME = re.compile(r"[a-z][a-z0-9]*")
log = structlog.get_logger(__name__)


@dataclass
class Loaded:
    """Plugins that imported and have what they require, in dependency order, and why others are left out."""

    manager: pluggy.PluginManager
    modules: dict[str, ModuleType] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def infos(self) -> dict[str, PluginInfo]:
        return {name: module.PLUGIN for name, module in self.modules.items()}


def load(*, disabled: Iterable[str] = (), strict: bool = False) -> Loaded:
    """Import and register the built-in plugins and every installed one of the entry-point group `lms.plugins`.

    A third-party plugin that fails is left out, logged and listed; a failing built-in, or any failure when `strict`,
    raises ConfigurationError.
    """
    manager = pluggy.PluginManager("lms")
    manager.add_hookspecs(hookspecs)
    loaded = Loaded(manager)
    off = set(disabled)
    found = _import_builtins(off)
    for entry in entry_points(group=GROUP):
        if entry.name not in off:
            _import_third_party(entry, found, loaded, strict)
    for name in _ordered(found):
        module = found[name]
        missing = [need for need in module.PLUGIN.requires if need not in loaded.modules]
        if missing:
            _leave_out(loaded, name, f"needs {', '.join(missing)}", strict or name in BUILTIN)
            continue
        manager.register(module, name=name)
        loaded.modules[name] = module
    manager.check_pending()
    return loaded


def _import_builtins(off: set[str]) -> dict[str, ModuleType]:
    found = {}
    for name in BUILTIN:
        if name not in off:
            found[name] = importlib.import_module(f"lms.plugins.{name}.plugin")
    return found


def _import_third_party(entry: EntryPoint, found: dict[str, ModuleType], loaded: Loaded, strict: bool) -> None:
    try:
        module = entry.load()
        name = module.PLUGIN.name
        if not _NAME.fullmatch(name) or name in {"core", *found}:
            raise ConfigurationError(f"plugin name {name!r} is taken or not one lower-case word")
        if not _in_range(SDK_VERSION, module.PLUGIN.sdk):
            raise ConfigurationError(f"plugin {name} needs SDK {module.PLUGIN.sdk}, this is {SDK_VERSION}")
        found[name] = module
    except Exception as error:  # noqa: BLE001 -- a third party's plugin may raise anything; it is left out
        _leave_out(loaded, entry.name, f"{type(error).__name__}: {error}", strict)


def _leave_out(loaded: Loaded, name: str, reason: str, fatal: bool) -> None:
    if fatal:
        raise ConfigurationError(f"plugin {name} cannot be loaded: {reason}")
    log.error("plugin_left_out", plugin=name)
    loaded.failed[name] = reason


def _in_range(version: str, bounds: str) -> bool:
    current = tuple(int(part) for part in version.split("."))
    for bound in bounds.split(","):
        match = re.fullmatch(r"\s*(>=|<)\s*(\d+(?:\.\d+)*)\s*", bound)
        if match is None:
            raise ConfigurationError(f"unreadable SDK range {bounds!r}")
        limit = tuple(int(part) for part in match[2].split("."))
        if (match[1] == ">=" and current < limit) or (match[1] == "<" and current >= limit):
            return False
    return True


def _ordered(found: dict[str, ModuleType]) -> list[str]:
    graph = {name: sorted(need for need in module.PLUGIN.requires) for name, module in found.items()}
    try:
        return [name for name in TopologicalSorter(graph).static_order() if name in found]
    except CycleError as error:
        raise ConfigurationError(f"plugins require each other in a circle: {error.args[1]}") from error


def freeze(loaded: Loaded, own: ModuleType) -> Registry:
    """Collect every declaration, the core's (`own`) first; duplicate keys and unknown slots stop the boot."""
    loaded.manager.register(own, name="core")
    declared = _Declared(loaded.manager)
    slots = declared.keyed("lms_slots", lambda slot: slot.name)
    panels = declared.grouped("lms_panels", lambda p: p.slot, lambda p: (p.order, p.template))
    unknown = set(panels) - set(slots)
    if unknown:
        raise ConfigurationError(f"panels for unknown slots: {', '.join(sorted(unknown))}")
    return Registry(
        infos=loaded.infos,
        failed=loaded.failed,
        permissions=declared.keyed("lms_permissions", lambda p: p.key),
        nav=declared.grouped("lms_nav_items", lambda n: n.place, lambda n: (n.order, n.endpoint)),
        slots=slots,
        panels=panels,
        subscriptions=declared.grouped("lms_subscriptions", lambda s: s.event, lambda s: s.after_commit),
        jobs=declared.keyed("lms_jobs", lambda j: j.name),
        commands=tuple(declared.all("lms_commands")),
        settings=declared.keyed("lms_settings", lambda s: s.key),
        search_sources=tuple(declared.all("lms_search_sources")),
        exports=declared.keyed("lms_exports", lambda e: e.key),
        evidence=declared.keyed("lms_evidence_kinds", lambda e: e.key),
        metrics=declared.keyed("lms_metrics", lambda m: m.key),
        form_extensions=tuple(declared.all("lms_form_extensions")),
        personal_data=tuple(declared.all("lms_personal_data")),
        affiliations=tuple(declared.all("lms_affiliation_sources")),
        workshop_templates=declared.keyed("lms_workshop_templates", lambda t: t.key),
        programme=tuple(declared.all("lms_programme")),
        filters=dict(declared.all("lms_jinja_filters")),
    )


class _Declared:
    """Calls hooks in registration order (pluggy itself answers last in, first out)."""

    def __init__(self, manager: pluggy.PluginManager) -> None:
        self._hook = manager.hook

    def all(self, hook: str) -> list[Any]:
        answers = getattr(self._hook, hook)()
        return [item for answer in reversed(answers) for item in (answer or ())]

    def keyed(self, hook: str, key: Callable[[Any], str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for item in self.all(hook):
            if key(item) in found:
                raise ConfigurationError(f"{hook}: {key(item)!r} is declared twice")
            found[key(item)] = item
        return found

    def grouped(self, hook: str, key: Callable[[Any], Any], rank: Callable[[Any], Any]) -> dict[Any, tuple[Any, ...]]:
        groups: dict[Any, list[Any]] = defaultdict(list)
        for item in self.all(hook):
            groups[key(item)].append(item)
        return {name: tuple(sorted(items, key=rank)) for name, items in groups.items()}
