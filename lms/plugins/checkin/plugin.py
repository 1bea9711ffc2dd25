"""Check-in: who was at which session, exactly once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from lms.kernel.declarations import EvidenceKind, Export, Job, Metric, NavItem, Panel, PersonalData, PluginInfo, Setting
from lms.kernel.hookspecs import hookimpl
from lms.kernel.permissions import Permission
from lms.plugins.checkin import (
    absence_views,
    evidence,
    kept_views,
    log_views,
    metrics,
    panels,
    paper_list_views,
    paper_models,
    paper_panels,
    paper_views,
    permissions,
    personal_data,
    review_views,
    rule_views,
    screen_views,
    walk_in_retention,
)
from lms.plugins.checkin.api_views import bp as scanner_api_bp
from lms.plugins.checkin.badge_views import bp as badges_bp
from lms.plugins.checkin.device_views import bp as devices_bp
from lms.plugins.checkin.door_app import bp as door_app_bp
from lms.plugins.checkin.exports import EXPORTS
from lms.plugins.checkin.pages import bp as attendance_bp
from lms.plugins.checkin.print_views import bp as prints_bp
from lms.plugins.checkin.signature_views import bp as signature_bp
from lms.plugins.checkin.staff_views import bp as door_bp
from lms.plugins.checkin.views import bp as checkin_bp
from lms.plugins.checkin.wording import FILTERS

HERE = Path(__file__).parent
# Modules that add routes to a blueprint: they must be known before it is mounted.
ROUTES = (absence_views, kept_views, log_views, paper_list_views, paper_views, review_views, rule_views, screen_views)
assert paper_models.PrintedSheet.__tablename__  # its tables must be known before the mappers are configured
PLUGIN = PluginInfo(
    name="checkin",
    title=_l("Check-in"),
    version="0.1.0",
    requires=("schedule",),
    migrations=HERE / "migrations",
    translations=HERE / "translations",
)


@hookimpl
def lms_blueprints() -> Iterable[Blueprint]:
    return [
        checkin_bp,
        door_bp,
        scanner_api_bp,
        devices_bp,
        door_app_bp,
        attendance_bp,
        prints_bp,
        signature_bp,
        badges_bp,
    ]


@hookimpl
def lms_jinja_filters() -> Iterable[tuple[str, Callable[..., object]]]:
    return FILTERS


@hookimpl
def lms_permissions() -> Iterable[Permission]:
    return [
        permissions.SCAN,
        permissions.SEE_ATTENDANCE,
        permissions.PRINT_SHEETS,
        permissions.MANAGE,
        permissions.MANAGE_DEVICES,
    ]


@hookimpl
def lms_nav_items() -> Iterable[NavItem]:
    return [
        NavItem(
            label=_l("Attendance"),
            endpoint="attendance.index",
            place="workshop.tabs",
            icon="users",
            order=30,
            permission=permissions.SEE_ATTENDANCE,
        ),
        NavItem(
            label=_l("Scanner"),
            endpoint="door.scanner",
            place="workshop.tabs",
            icon="scan-line",
            order=31,
            permission=permissions.SCAN,
        ),
    ]


@hookimpl
def lms_panels() -> Iterable[Panel]:
    return [
        Panel(slot="ticket.status", template="checkin/_kept.html", context=panels.kept, order=5),
        Panel(slot="ticket.status", template="checkin/_ticket_status.html", context=panels.ticket_status, order=10),
        Panel(slot="ticket.deeds", template="checkin/_deed.html", context=panels.deed, order=10),
        Panel(slot="ticket.deeds", template="checkin/_sign_deed.html", context=paper_panels.sign, order=15),
        Panel(slot="ticket.main", template="checkin/_own_badge.html", context=paper_panels.badge, order=80),
        Panel(slot="enrolment.detail", template="checkin/_badge_detail.html", context=paper_panels.badge, order=80),
        Panel(slot="workshop.kpis", template="checkin/_kpi.html", context=panels.kpi, order=30),
        Panel(slot="enrolment.detail", template="checkin/_detail.html", context=panels.detail, order=10),
    ]


@hookimpl
def lms_settings() -> Iterable[Setting]:
    return [
        Setting(
            key="checkin.late_after_minutes",
            type=int,
            default=15,
            scope="workshop",
            label=_l("Minutes after the start that count as late"),
        ),
        Setting(
            key="checkin.people_per_phone",
            type=int,
            default=5,
            scope="workshop",
            label=_l("People who may check in with one phone at a session"),
            hint=_l("Families and homes share phones. The committee sees who did. 1 means: everybody their own."),
            least=1,
        ),
        Setting(
            key="checkin.takes_walk_ins",
            type=bool,
            default=True,
            scope="workshop",
            label=_l("People without registration may be registered at the door"),
        ),
        Setting(
            key="checkin.searches_offline",
            type=bool,
            default=False,
            scope="workshop",
            label=_l("Scanners may search names without signal"),
            hint=_l("Names and organisations then lie readable on the phones at the door until the workshop is over."),
        ),
        Setting(
            key="checkin.prints_phones",
            type=bool,
            default=False,
            scope="workshop",
            label=_l("Print whole phone numbers on attendance sheets"),
        ),
    ]


@hookimpl
def lms_jobs() -> Iterable[Job]:
    return walk_in_retention.JOBS


@hookimpl
def lms_exports() -> Iterable[Export]:
    return EXPORTS


@hookimpl
def lms_evidence_kinds() -> Iterable[EvidenceKind]:
    return [
        EvidenceKind(
            key="checkin.attendance_ratio",
            label=_l("Attendance"),
            unit=_l("part of the sessions"),
            collect=evidence.attendance_ratio,
        ),
        EvidenceKind(
            key="checkin.sessions_attended",
            label=_l("Sessions attended"),
            unit=_l("sessions"),
            collect=evidence.sessions_attended,
        ),
        EvidenceKind(
            key="checkin.well_evidenced_ratio",
            label=_l("Attendance with fair or strong evidence"),
            unit=_l("part of the sessions"),
            collect=evidence.well_evidenced_ratio,
        ),
        EvidenceKind(
            key="checkin.exits",
            label=_l("Sessions left with the exit code"),
            unit=_l("sessions"),
            collect=evidence.exits,
        ),
    ]


@hookimpl
def lms_metrics() -> Iterable[Metric]:
    return [
        Metric(
            key="checkin.participants_present",
            label=_l("Participants present"),
            unit=_l("people"),
            collect=metrics.participants_present,
        ),
        Metric(
            key="checkin.organisations_present",
            label=_l("Organisations present"),
            unit=_l("organisations"),
            collect=metrics.organisations_present,
        ),
    ]


@hookimpl
def lms_personal_data() -> Iterable[PersonalData]:
    return [PersonalData(key="checkin", export=personal_data.export, erase=personal_data.erase)]
