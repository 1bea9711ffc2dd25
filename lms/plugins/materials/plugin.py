"""Materials: speakers upload, participants download once the session opens them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from lms.kernel.declarations import NavItem, Panel, PersonalData, PluginInfo, Setting, Subscription
from lms.kernel.hookspecs import hookimpl
from lms.kernel.permissions import Permission
from lms.plugins.materials import panels, permissions, personal_data, services
from lms.plugins.materials.views import bp
from lms.plugins.schedule.api import SessionRemoved

HERE = Path(__file__).parent
PLUGIN = PluginInfo(
    name="materials",
    title=_l("Materials"),
    version="0.1.0",
    requires=("schedule",),
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    per_workshop=True,
)


@hookimpl
def lms_blueprints() -> Iterable[Blueprint]:
    return [bp]


@hookimpl
def lms_permissions() -> Iterable[Permission]:
    return [permissions.MANAGE, permissions.UPLOAD_OWN, permissions.READ]


@hookimpl
def lms_nav_items() -> Iterable[NavItem]:
    return [
        NavItem(
            label=_l("Materials"),
            endpoint="materials.index",
            place="workshop.tabs",
            icon="files",
            order=40,
            permission=permissions.MANAGE,
        )
    ]


@hookimpl
def lms_panels() -> Iterable[Panel]:
    return [
        Panel(
            slot="ticket.deeds",
            template="materials/_deed.html",
            context=panels.deed,
            order=30,
            same_for=panels.participants_of,
        ),
        Panel(slot="workshop.kpis", template="materials/_kpi.html", context=panels.kpi, order=40),
        Panel(slot="workshop.todo", template="materials/_todo.html", context=panels.todo, order=40),
    ]


@hookimpl
def lms_settings() -> Iterable[Setting]:
    return [
        Setting(
            key="materials.max_megabytes",
            type=int,
            default=50,
            scope="workshop",
            label=_l("Largest file in megabytes (at most 200)"),
        )
    ]


@hookimpl
def lms_personal_data() -> Iterable[PersonalData]:
    return [PersonalData(key="materials", export=personal_data.export, erase=personal_data.erase)]


@hookimpl
def lms_subscriptions() -> Iterable[Subscription]:
    return [Subscription(event=SessionRemoved, handler=_session_removed, even_when_off=True)]


def _session_removed(event: SessionRemoved) -> None:
    services.remove_files_of(session_id=event.session_id)
