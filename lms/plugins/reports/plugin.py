"""Reports: what the workshops of a province add up to, for the governor."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from lms.kernel.declarations import Export, NavItem, Panel, PluginInfo
from lms.kernel.hookspecs import hookimpl
from lms.kernel.permissions import Permission
from lms.plugins.reports import (
    exports,
    panels,
    permissions,
    recommendation_views,  # noqa: F401 -- adds its routes to the blueprint
    verify_views,  # noqa: F401 -- adds its route to the blueprint
)
from lms.plugins.reports.views import bp

HERE = Path(__file__).parent
PLUGIN = PluginInfo(
    name="reports",
    title=_l("Regional reports"),
    version="0.1.0",
    migrations=HERE / "migrations",
    translations=HERE / "translations",
)


@hookimpl
def lms_blueprints() -> Iterable[Blueprint]:
    return [bp]


@hookimpl
def lms_permissions() -> Iterable[Permission]:
    return [permissions.SEE, permissions.EDIT]


@hookimpl
def lms_nav_items() -> Iterable[NavItem]:
    return [
        NavItem(
            label=_l("Regional reports"), endpoint="reports.index", icon="map", order=40, permission=permissions.SEE
        )
    ]


@hookimpl
def lms_panels() -> Iterable[Panel]:
    return [
        Panel(
            slot="manage.main",
            template="reports/_newest.html",
            context=panels.newest,
            order=10,
            permission=permissions.SEE,
        )
    ]


@hookimpl
def lms_exports() -> Iterable[Export]:
    return [
        Export(
            key="reports.regions",
            label=_l("Regional report"),
            permission=permissions.SEE,
            columns=exports.columns,
            rows=exports.rows,
        )
    ]
