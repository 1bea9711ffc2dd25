"""The hooks a plugin may implement; each is called once, at start-up, and returns frozen declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
import pluggy
from flask import Blueprint, Flask

from lms.kernel.declarations import (
    AffiliationSource,
    EvidenceKind,
    Export,
    Job,
    Metric,
    NavItem,
    Panel,
    PersonalData,
    PresenceSign,
    ProgrammeLine,
    SearchSource,
    SessionTime,
    Setting,
    Slot,
    Subscription,
    WorkshopTemplate,
)
from lms.kernel.permissions import Permission

hookspec = pluggy.HookspecMarker("lms")
hookimpl = pluggy.HookimplMarker("lms")


@hookspec
def lms_blueprints() -> Iterable[Blueprint]:  # type: ignore[empty-body]
    """Blueprints to mount; every view declares its access."""


@hookspec
def lms_permissions() -> Iterable[Permission]:  # type: ignore[empty-body]
    """Permissions, with the roles that hold them."""


@hookspec
def lms_nav_items() -> Iterable[NavItem]:  # type: ignore[empty-body]
    """Links for the places `main`, `admin` and `workshop.tabs`."""


@hookspec
def lms_slots() -> Iterable[Slot]:  # type: ignore[empty-body]
    """Slots that this plugin's own templates offer to others."""


@hookspec
def lms_panels() -> Iterable[Panel]:  # type: ignore[empty-body]
    """Templates to show in slots."""


@hookspec
def lms_subscriptions() -> Iterable[Subscription]:  # type: ignore[empty-body]
    """Handlers of events."""


@hookspec
def lms_jobs() -> Iterable[Job]:  # type: ignore[empty-body]
    """Background jobs."""


@hookspec
def lms_commands() -> Iterable[click.Command]:  # type: ignore[empty-body]
    """Commands mounted under `lms`."""


@hookspec
def lms_settings() -> Iterable[Setting]:  # type: ignore[empty-body]
    """Typed settings of the site, an organiser or a workshop."""


@hookspec
def lms_search_sources() -> Iterable[SearchSource]:  # type: ignore[empty-body]
    """Sources of the staff search."""


@hookspec
def lms_exports() -> Iterable[Export]:  # type: ignore[empty-body]
    """Tables that can be downloaded as CSV and XLSX."""


@hookspec
def lms_evidence_kinds() -> Iterable[EvidenceKind]:  # type: ignore[empty-body]
    """Facts about enrolments that rules such as certificate criteria may read."""


@hookspec
def lms_presence_signs() -> Iterable[PresenceSign]:  # type: ignore[empty-body]
    """Signs that people were at a session, besides check-in itself; they make an attendance better evidenced."""


@hookspec
def lms_metrics() -> Iterable[Metric]:  # type: ignore[empty-body]
    """Numbers by region and period that reports read."""


@hookspec
def lms_personal_data() -> Iterable[PersonalData]:  # type: ignore[empty-body]
    """What the plugin knows of a person, for export and erasure."""


@hookspec
def lms_affiliation_sources() -> Iterable[AffiliationSource]:  # type: ignore[empty-body]
    """Directories of organisations that registration offers."""


@hookspec
def lms_workshop_templates() -> Iterable[WorkshopTemplate]:  # type: ignore[empty-body]
    """Templates that a new workshop can start from."""


@hookspec
def lms_programme() -> Iterable[Callable[[int], tuple[ProgrammeLine, ...]]]:  # type: ignore[empty-body]
    """What a workshop teaches: a function from workshop id to its lines, in the order taught."""


@hookspec
def lms_sessions() -> Iterable[Callable[[int], tuple[SessionTime, ...]]]:  # type: ignore[empty-body]
    """When a workshop's sessions are: a function from workshop id to its sessions, in the order of time."""


@hookspec
def lms_question_types() -> Iterable[object]:  # type: ignore[empty-body]
    """Types of questions: instances of `QuestionType` from `lms.plugins.quiz.api`, with a `key` of their own."""


@hookspec
def lms_jinja_filters() -> Iterable[tuple[str, Callable[..., object]]]:  # type: ignore[empty-body]
    """Template filters, each name prefixed by the owner and an underscore."""


@hookspec
def lms_extensions(app: Flask) -> None:
    """Initialise a Flask extension; the single escape hatch."""
