"""Schedule: the agenda of a workshop, its rooms and its narasumber."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from lms.kernel.declarations import (
    Export,
    Metric,
    NavItem,
    Panel,
    PersonalData,
    PluginInfo,
    ProgrammeLine,
    SearchSource,
    SessionTime,
    Subscription,
    WorkshopTemplate,
)
from lms.kernel.hookspecs import hookimpl
from lms.kernel.permissions import Permission
from lms.plugins.schedule import (
    exports,
    handlers,
    metrics,
    panels,
    permissions,
    personal_data,
    programme,
    search,
    starters,
)
from lms.plugins.schedule.speaker_views import bp as speakers_bp
from lms.plugins.schedule.staff_views import bp as agenda_bp
from lms.plugins.schedule.views import bp as schedule_bp

HERE = Path(__file__).parent
PLUGIN = PluginInfo(
    name="schedule",
    title=_l("Agenda"),
    version="0.1.0",
    migrations=HERE / "migrations",
    translations=HERE / "translations",
)


@hookimpl
def lms_blueprints() -> Iterable[Blueprint]:
    return [schedule_bp, agenda_bp, speakers_bp]


@hookimpl
def lms_permissions() -> Iterable[Permission]:
    return permissions.ALL


@hookimpl
def lms_nav_items() -> Iterable[NavItem]:
    return [
        NavItem(
            label=_l("Agenda"),
            endpoint="agenda.index",
            place="workshop.tabs",
            icon="calendar-days",
            order=10,
            permission=permissions.RUN,
        ),
        NavItem(
            label=_l("Speakers"),
            endpoint="speakers.index",
            place="workshop.tabs",
            icon="user-plus",
            order=11,
            permission=permissions.EDIT,
        ),
    ]


@hookimpl
def lms_panels() -> Iterable[Panel]:
    return [
        Panel(
            slot="workshop.public",
            template="schedule/_public.html",
            context=panels.public_agenda,
            order=10,
            same_for=panels.workshop_id,
        ),
        Panel(
            slot="workshop.facts",
            template="schedule/_facts.html",
            context=panels.public_facts,
            order=10,
            same_for=panels.workshop_id,
        ),
        Panel(slot="workshop.kpis", template="schedule/_kpi.html", context=panels.kpi, order=20),
        Panel(
            slot="workshop.todo",
            template="schedule/_todo.html",
            context=panels.todo,
            order=10,
            permission=permissions.EDIT,
        ),
        Panel(
            slot="ticket.main",
            template="schedule/_ticket.html",
            context=panels.ticket_agenda,
            order=10,
            same_for=panels.participants_of,
        ),
    ]


@hookimpl
def lms_subscriptions() -> Iterable[Subscription]:
    return handlers.SUBSCRIPTIONS


@hookimpl
def lms_workshop_templates() -> Iterable[WorkshopTemplate]:
    return starters.STARTERS


@hookimpl
def lms_programme() -> Iterable[Callable[[int], tuple[ProgrammeLine, ...]]]:
    return [programme.lines_of]


@hookimpl
def lms_sessions() -> Iterable[Callable[[int], tuple[SessionTime, ...]]]:
    return [programme.sessions_of]


@hookimpl
def lms_search_sources() -> Iterable[SearchSource]:
    return [SearchSource(key="schedule.sessions", label=_l("Sessions"), search=search.search_sessions)]


@hookimpl
def lms_exports() -> Iterable[Export]:
    return [
        Export(
            key="schedule.agenda",
            label=_l("Agenda"),
            permission=permissions.RUN,
            columns=exports.columns,
            rows=exports.rows,
        )
    ]


@hookimpl
def lms_metrics() -> Iterable[Metric]:
    return [
        Metric(
            key="schedule.workshops_held",
            label=_l("Workshops held"),
            unit=_l("workshops"),
            collect=metrics.workshops_held,
        ),
        Metric(key="schedule.hours_jp", label=_l("Hours taught"), unit=_l("JP"), collect=metrics.hours_jp),
    ]


@hookimpl
def lms_personal_data() -> Iterable[PersonalData]:
    return [PersonalData(key="schedule", export=personal_data.export, erase=personal_data.erase)]
