"""Certificates: numbered, checkable by anybody, truthful for ever."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from flask import Blueprint
from flask_babel import lazy_gettext as _l

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
from lms.plugins.certificates import badge_views as _badge_views  # noqa: F401 -- adds its routes to the blueprint
from lms.plugins.certificates import (
    batches,
    book,
    cli,
    delivery,
    design_models,
    handlers,
    metrics,
    panels,
    permissions,
    personal_data,
    record_models,
)
from lms.plugins.certificates import correction_views as _correction_views  # noqa: F401 -- adds its routes
from lms.plugins.certificates import decision_views as _decision_views  # noqa: F401 -- adds its routes
from lms.plugins.certificates import delivery_views as _delivery_views  # noqa: F401 -- adds its routes
from lms.plugins.certificates import designer_views as _designer_views  # noqa: F401 -- adds its routes to the blueprint
from lms.plugins.certificates import log_views as _log_views  # noqa: F401 -- adds its routes to the blueprint
from lms.plugins.certificates import own_views as _own_views  # noqa: F401 -- adds its routes to the blueprint
from lms.plugins.certificates import paper_views as _paper_views  # noqa: F401 -- adds its routes to the blueprint
from lms.plugins.certificates import setup_views as _setup_views  # noqa: F401 -- adds its routes to the blueprint
from lms.plugins.certificates import template_views as _template_views  # noqa: F401 -- adds its routes to the blueprint
from lms.plugins.certificates import upload_views as _upload_views  # noqa: F401 -- adds its routes to the blueprint
from lms.plugins.certificates import verify_views as _verify_views  # noqa: F401 -- adds its routes to the blueprint
from lms.plugins.certificates.designer_files import files as designer_files
from lms.plugins.certificates.exports import EXPORTS
from lms.plugins.certificates.offline_views import files as offline_files
from lms.plugins.certificates.search import search_numbers
from lms.plugins.certificates.settings import SETTINGS
from lms.plugins.certificates.views import bp

# Their tables must be known before the mappers are configured.
assert design_models.Template.__tablename__
assert record_models.SignatureKey.__tablename__
HERE = Path(__file__).parent
PLUGIN = PluginInfo(
    name="certificates",
    title=_l("Certificates"),
    version="0.1.0",
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    per_workshop=True,
)


@hookimpl
def lms_blueprints() -> Iterable[Blueprint]:
    return [bp, designer_files, offline_files]


@hookimpl
def lms_permissions() -> Iterable[Permission]:
    return [permissions.ISSUE, permissions.SEE, permissions.DESIGN]


@hookimpl
def lms_nav_items() -> Iterable[NavItem]:
    return [
        NavItem(
            label=_l("Certificates"),
            endpoint="certificates.index",
            place="workshop.tabs",
            icon="award",
            order=60,
            permission=permissions.SEE,
        ),
        NavItem(
            label=_l("Certificate designs"),
            endpoint="certificates.designs",
            icon="award",
            order=45,
            permission=permissions.DESIGN,
        ),
    ]


@hookimpl
def lms_panels() -> Iterable[Panel]:
    return [
        Panel(slot="ticket.deeds", template="certificates/_deed.html", context=panels.deed, order=60),
        Panel(
            slot="workshop.kpis",
            template="certificates/_kpi.html",
            context=panels.kpi,
            order=60,
            permission=permissions.SEE,
        ),
        Panel(
            slot="workshop.todo",
            template="certificates/_todo.html",
            context=panels.todo,
            order=60,
            permission=permissions.ISSUE,
        ),
        Panel(
            slot="workshop.todo",
            template="certificates/_todo_corrections.html",
            context=panels.corrections_todo,
            order=61,
            permission=permissions.ISSUE,
        ),
    ]


@hookimpl
def lms_subscriptions() -> Iterable[Subscription]:
    return handlers.SUBSCRIPTIONS


@hookimpl
def lms_jobs() -> Iterable[Job]:
    return [
        Job(name=batches.JOB, handler=batches.run),
        Job(name=book.JOB, handler=book.run),
        Job(name=delivery.JOB, handler=delivery.run),
    ]


@hookimpl
def lms_commands() -> Iterable[click.Command]:
    return [cli.command]


@hookimpl
def lms_settings() -> Iterable[Setting]:
    return SETTINGS


@hookimpl
def lms_search_sources() -> Iterable[SearchSource]:
    return [SearchSource(key="certificates.numbers", label=_l("Certificates"), search=search_numbers)]


@hookimpl
def lms_exports() -> Iterable[Export]:
    return EXPORTS


@hookimpl
def lms_metrics() -> Iterable[Metric]:
    return [
        Metric(
            key="certificates.issued",
            label=_l("Certificates issued"),
            unit=_l("certificates"),
            collect=metrics.issued,
        )
    ]


@hookimpl
def lms_personal_data() -> Iterable[PersonalData]:
    return [PersonalData(key="certificates", export=personal_data.export, erase=personal_data.erase)]
