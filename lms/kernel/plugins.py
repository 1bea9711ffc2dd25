"""Discover, order and register plugins; freeze what they declare into a Registry."""

from __future__ import annotations

import importlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

import pluggy
import structlog
from flask import Flask

from lms.kernel import hookspecs
from lms.kernel.answers import CORE, Answers, blamed
from lms.kernel.declarations import Event, PluginInfo, Subscription
from lms.kernel.errors import ConfigurationError
from lms.kernel.registry import Registry

GROUP = "lms.plugins"
SDK_VERSION = "1.0"
BUILTIN = ("organisations", "schedule", "checkin", "materials", "quiz", "certificates", "followup", "reports")
NAV_PLACES = frozenset({"main", "admin", "workshop.tabs"})
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
        with blamed(name, "its hooks"):
            manager.register(module, name=name)
        loaded.modules[name] = module
    _check_names_of_hooks(manager)
    return loaded


def _check_names_of_hooks(manager: pluggy.PluginManager) -> None:
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise ConfigurationError(f"plugin {manager.get_name(error.plugin)} has an unknown hook: {error}") from error


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
        if not _NAME.fullmatch(name) or name in {CORE, *found}:
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


def answers_of(loaded: Loaded) -> Answers:
    """What the registered plugins, and the core once it is, answer to hooks."""
    return Answers(loaded.manager, [CORE, *loaded.modules])


def freeze(loaded: Loaded, own: ModuleType) -> Registry:
    """Collect every declaration; duplicate keys, unknown slots and faulty hooks stop the boot.

    The core (`own`) comes first wherever order is shown, and last where personal data are erased.
    """
    loaded.manager.register(own, name=CORE)
    declared = answers_of(loaded)
    slots = declared.keyed("lms_slots", lambda slot: slot.name)
    panels = declared.grouped("lms_panels", lambda p: p.slot, lambda p: (p.order, p.template))
    nav = declared.grouped("lms_nav_items", lambda n: n.place, lambda n: (n.order, n.endpoint))
    for what, unknown in (
        ("panels for unknown slots", set(panels) - set(slots)),
        ("links for unknown places", set(nav) - NAV_PLACES),
    ):
        if unknown:
            raise ConfigurationError(f"{what}: {', '.join(sorted(unknown))}")
    return Registry(
        infos=loaded.infos,
        failed=loaded.failed,
        features_off=own.features_off,
        permissions=declared.keyed("lms_permissions", lambda p: p.key),
        nav=nav,
        slots=slots,
        panels=panels,
        subscriptions=_subscriptions(declared),
        jobs=declared.keyed("lms_jobs", lambda j: j.name),
        commands=tuple(declared.all("lms_commands")),
        settings=declared.keyed("lms_settings", lambda s: s.key),
        search_sources=tuple(declared.all("lms_search_sources")),
        exports=declared.keyed("lms_exports", lambda e: e.key),
        evidence=declared.keyed("lms_evidence_kinds", lambda e: e.key),
        metrics=declared.keyed("lms_metrics", lambda m: m.key),
        personal_data=tuple(declared.all("lms_personal_data")),
        affiliations=tuple(declared.all("lms_affiliation_sources")),
        workshop_templates=declared.keyed("lms_workshop_templates", lambda t: t.key),
        programme=tuple(declared.all("lms_programme")),
        presence_signs=declared.keyed("lms_presence_signs", lambda sign: sign.key),
        sessions=tuple(declared.all("lms_sessions")),
        question_types=declared.keyed("lms_question_types", lambda kind: kind.key),
        filters={name: item[1] for name, item in declared.keyed("lms_jinja_filters", lambda f: f[0]).items()},
    )


def mount(loaded: Loaded, app: Flask) -> None:
    """Give the app the blueprints and extensions of the core and of every plugin."""
    declared = answers_of(loaded)
    for owner, blueprint in declared.by_owner("lms_blueprints"):
        with blamed(owner, "lms_blueprints"):
            app.register_blueprint(blueprint)
    declared.all("lms_extensions", app=app)


def _subscriptions(declared: Answers) -> dict[type[Event], tuple[Subscription, ...]]:
    """By event, in-transaction handlers first, each with its plugin's name."""
    groups: dict[type[Event], list[Subscription]] = defaultdict(list)
    for owner, item in declared.by_owner("lms_subscriptions"):
        groups[item.event].append(replace(item, owner=owner))
    return {event: tuple(sorted(items, key=lambda item: item.after_commit)) for event, items in groups.items()}
