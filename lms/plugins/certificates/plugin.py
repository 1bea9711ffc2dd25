"""Certificates: numbered, printed, checked by anybody."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from lms.core.workshops.events import WorkshopCopied, WorkshopCreated
from lms.kernel.declarations import (
    Export,
    Job,
    Metric,
    NavItem,
    Panel,
    PersonalData,
    PluginInfo,
    SearchSource,
    Setting,
    Subscription,
)
from lms.kernel.hookspecs import hookimpl
from lms.kernel.permissions import Permission
from lms.plugins.certificates import jobs, permissions, ports
from lms.plugins.certificates.numbering import DEFAULT_PATTERN
from lms.plugins.certificates.staff_views import bp as papers_bp
from lms.plugins.certificates.views import bp

HERE = Path(__file__).parent
PLUGIN = PluginInfo(
    name="certificates",
    title=_l("Certificates"),
    version="0.1.0",
    migrations=HERE / "migrations",
    translations=HERE / "translations",
)


@hookimpl
def lms_blueprints() -> Iterable[Blueprint]:
    return [bp, papers_bp]


@hookimpl
def lms_permissions() -> Iterable[Permission]:
    return [permissions.ISSUE, permissions.SEE]


@hookimpl
def lms_nav_items() -> Iterable[NavItem]:
    return [
        NavItem(
            label=_l("Certificates"), endpoint="papers.index", place="workshop.tabs", icon="award", order=60,
            permission=permissions.SEE,
        )
    ]  # fmt: skip


@hookimpl
def lms_panels() -> Iterable[Panel]:
    return [
        Panel(slot="ticket.deeds", template="certificates/_deed.html", context=ports.deed, order=50),
        Panel(slot="workshop.kpis", template="certificates/_kpi.html", context=ports.kpi, order=60),
        Panel(slot="workshop.todo", template="certificates/_todo.html", context=ports.todo, order=60),
    ]


@hookimpl
def lms_subscriptions() -> Iterable[Subscription]:
    return [
        Subscription(event=WorkshopCreated, handler=ports.on_created),
        Subscription(event=WorkshopCopied, handler=ports.on_copied),
    ]


@hookimpl
def lms_jobs() -> Iterable[Job]:
    return [Job(name="certificates.issue_all", handler=jobs.issue_all)]


@hookimpl
def lms_settings() -> Iterable[Setting]:
    return [
        Setting(
            key="certificates.pattern", type=str, default=DEFAULT_PATTERN, scope="site",
            label=_l("Pattern of certificate numbers"),
            hint=_l("{n:03} is the counter, {code} the organiser's code, {month} in Roman, {year}."),
        )
    ]  # fmt: skip


@hookimpl
def lms_metrics() -> Iterable[Metric]:
    return [
        Metric(
            key="certificates.issued", label=_l("Certificates issued"), unit=_l("certificates"), collect=ports.issued
        )
    ]


@hookimpl
def lms_search_sources() -> Iterable[SearchSource]:
    return [SearchSource(key="certificates", label=_l("Certificates"), search=ports.hits)]


@hookimpl
def lms_exports() -> Iterable[Export]:
    return [
        Export(
            key="certificates.register", label=_l("Register of certificates"), permission=permissions.SEE,
            columns=ports.columns, rows=ports.rows,
        )
    ]  # fmt: skip


@hookimpl
def lms_personal_data() -> Iterable[PersonalData]:
    return [PersonalData(key="certificates", export=ports.export, erase=ports.erase)]
