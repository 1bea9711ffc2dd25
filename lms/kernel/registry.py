"""The frozen result of start-up: everything that plugins declared, sorted and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click
from flask import current_app

from lms.kernel.declarations import (
    AffiliationSource,
    Event,
    EvidenceKind,
    Export,
    Job,
    Metric,
    NavItem,
    Panel,
    PersonalData,
    PluginInfo,
    PresenceSign,
    ProgrammeLine,
    SearchSource,
    SessionTime,
    Setting,
    Slot,
    Subscription,
    WorkshopTemplate,
)

if TYPE_CHECKING:
    from lms.kernel.permissions import Permission


@dataclass(frozen=True, kw_only=True)
class Registry:
    """Read-only look-ups for request code; built once by `lms.kernel.plugins.freeze`."""

    infos: Mapping[str, PluginInfo]
    failed: Mapping[str, str]
    permissions: Mapping[str, Permission]
    nav: Mapping[str, tuple[NavItem, ...]]
    slots: Mapping[str, Slot]
    panels: Mapping[str, tuple[Panel, ...]]
    subscriptions: Mapping[type[Event], tuple[Subscription, ...]]
    jobs: Mapping[str, Job]
    commands: tuple[click.Command, ...]
    settings: Mapping[str, Setting]
    search_sources: tuple[SearchSource, ...]
    exports: Mapping[str, Export]
    evidence: Mapping[str, EvidenceKind]
    metrics: Mapping[str, Metric]
    personal_data: tuple[PersonalData, ...]
    affiliations: tuple[AffiliationSource, ...]
    workshop_templates: Mapping[str, WorkshopTemplate]
    programme: tuple[Callable[[int], tuple[ProgrammeLine, ...]], ...] = ()
    presence_signs: Mapping[str, PresenceSign] = field(default_factory=dict)
    sessions: tuple[Callable[[int], tuple[SessionTime, ...]], ...] = ()
    question_types: Mapping[str, Any] = field(default_factory=dict)  # of the quiz plugin's QuestionType
    filters: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    features_off: Callable[[int], frozenset[str]] = lambda _workshop_id: frozenset()

    def is_off(self, owner: str, workshop_id: int | None) -> bool:
        """Whether the plugin `owner` is switched off for this workshop."""
        info = self.infos.get(owner)
        if workshop_id is None or info is None or not info.per_workshop:
            return False
        return owner in self.features_off(workshop_id)


def registry() -> Registry:
    """The registry of the current app."""
    found: Registry = current_app.extensions["lms_registry"]
    return found
