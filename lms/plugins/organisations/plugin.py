"""Organisations: the registry of LKS and LKSA.

No personal data is declared: the chair and the contact are texts of the organisation, tied to no person of the core.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from lms.kernel.declarations import AffiliationSource, Export, Metric, NavItem, Panel, PluginInfo, SearchSource
from lms.kernel.hookspecs import hookimpl
from lms.kernel.permissions import Permission
from lms.plugins.organisations import directory, panels, permissions
from lms.plugins.organisations.views import bp

HERE = Path(__file__).parent
PLUGIN = PluginInfo(
    name="organisations",
    title=_l("Organisations"),
    version="0.1.0",
    migrations=HERE / "migrations",
    translations=HERE / "translations",
)


@hookimpl
def lms_blueprints() -> Iterable[Blueprint]:
    return [bp]


@hookimpl
def lms_permissions() -> Iterable[Permission]:
    return [permissions.SEE, permissions.EDIT, permissions.ADD, permissions.CHECK]


@hookimpl
def lms_nav_items() -> Iterable[NavItem]:
    return [
        NavItem(
            label=_l("Organisations"),
            endpoint="organisations.index",
            icon="building-2",
            order=20,
            permission=permissions.SEE,
        )
    ]


@hookimpl
def lms_panels() -> Iterable[Panel]:
    return [
        Panel(
            slot="manage.main",
            template="organisations/_mine.html",
            context=panels.mine,
            order=20,
            permission=permissions.SEE,
        )
    ]


@hookimpl
def lms_affiliation_sources() -> Iterable[AffiliationSource]:
    return [
        AffiliationSource(
            key="organisations", search=directory.search, resolve=directory.resolve, by_key=directory.by_key
        )
    ]


@hookimpl
def lms_search_sources() -> Iterable[SearchSource]:
    return [SearchSource(key="organisations", label=_l("Organisations"), search=directory.hits)]


@hookimpl
def lms_exports() -> Iterable[Export]:
    return [
        Export(
            key="organisations.list",
            label=_l("Organisations"),
            permission=permissions.SEE,
            columns=directory.columns,
            rows=directory.rows,
        )
    ]


@hookimpl
def lms_metrics() -> Iterable[Metric]:
    return [
        Metric(
            key="organisations.total",
            label=_l("Registered organisations"),
            unit=_l("organisations"),
            collect=directory.total,
        ),
        Metric(
            key="organisations.active",
            label=_l("Organisations at work"),
            unit=_l("organisations"),
            collect=directory.active,
        ),
    ]
