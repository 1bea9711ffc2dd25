"""Follow-up: the plan that each organisation carries home, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from lms.kernel.declarations import EvidenceKind, Export, Job, Metric, NavItem, Panel, PersonalData, PluginInfo
from lms.kernel.hookspecs import hookimpl
from lms.kernel.permissions import Permission
from lms.plugins.followup import permissions, ports
from lms.plugins.followup.jobs import JOBS
from lms.plugins.followup.views import bp

HERE = Path(__file__).parent
PLUGIN = PluginInfo(
    name="followup",
    title=_l("Follow-up plans"),
    version="0.1.0",
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    per_workshop=True,
)


@hookimpl
def lms_blueprints() -> Iterable[Blueprint]:
    return [bp]


@hookimpl
def lms_permissions() -> Iterable[Permission]:
    return [permissions.SEE, permissions.SEE_ALL, permissions.OWN, permissions.UPDATE]


@hookimpl
def lms_nav_items() -> Iterable[NavItem]:
    return [
        NavItem(
            label=_l("Plans"), endpoint="followup.index", place="workshop.tabs", icon="target", order=70,
            permission=permissions.SEE_ALL,
        ),
        NavItem(
            label=_l("Plans of organisations"), endpoint="followup.own", icon="target", order=30,
            permission=permissions.OWN,
        ),
    ]  # fmt: skip


@hookimpl
def lms_panels() -> Iterable[Panel]:
    return [
        Panel(slot="ticket.deeds", template="followup/_deed.html", context=ports.deed, order=60),
        Panel(slot="workshop.kpis", template="followup/_kpi.html", context=ports.kpi, order=70),
        Panel(slot="workshop.todo", template="followup/_todo.html", context=ports.todo, order=70),
        Panel(slot="affiliation.main", template="followup/_of_organisation.html", context=ports.of_organisation),
    ]


@hookimpl
def lms_evidence_kinds() -> Iterable[EvidenceKind]:
    return [
        EvidenceKind(
            key="followup.plan_submitted", label=_l("Follow-up plan submitted"), unit=_l("yes or no"),
            collect=ports.plan_submitted,
        )
    ]  # fmt: skip


@hookimpl
def lms_metrics() -> Iterable[Metric]:
    return [
        Metric(key="followup.plans_total", label=_l("Planned activities"), unit=_l("rows"), collect=ports.plans_total),
        Metric(key="followup.plans_done", label=_l("Activities done"), unit=_l("rows"), collect=ports.plans_done),
    ]


@hookimpl
def lms_exports() -> Iterable[Export]:
    return [
        Export(
            key="followup.plans", label=_l("Follow-up plans"), permission=permissions.SEE_ALL, columns=ports.columns,
            rows=ports.rows,
        )
    ]  # fmt: skip


@hookimpl
def lms_jobs() -> Iterable[Job]:
    return JOBS


@hookimpl
def lms_personal_data() -> Iterable[PersonalData]:
    return [PersonalData(key="followup", export=ports.export, erase=ports.erase)]
