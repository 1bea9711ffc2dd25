"""The core's own declarations, collected with the same hooks that plugins use."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Blueprint

from lms.core import permissions
from lms.core.accounts.views import bp as accounts_bp
from lms.core.dashboard.views import bp as dashboard_bp
from lms.core.enrolments import own_views  # noqa: F401 -- adds its routes to the blueprint of enrolments
from lms.core.enrolments.plugin import EXPORTS
from lms.core.enrolments.plugin import PERSONAL_DATA as ENROLMENT_DATA
from lms.core.enrolments.plugin import SEARCH as ENROLMENT_SEARCH
from lms.core.enrolments.staff_views import bp as participants_bp
from lms.core.enrolments.views import bp as enrolments_bp
from lms.core.exports.views import bp as exports_bp
from lms.core.jobs import JOBS
from lms.core.people.names import initials
from lms.core.people.phones import show_phone
from lms.core.search.views import bp as search_bp
from lms.core.settings.views import bp as settings_bp
from lms.core.workshops import team_views  # noqa: F401 -- adds its routes to the blueprint of workshops
from lms.core.workshops.history import audit_action
from lms.core.workshops.plugin import NAV, SEARCH, SETTINGS, SLOTS
from lms.core.workshops.queries import features_off  # noqa: F401 -- the kernel asks which plugins are off
from lms.core.workshops.views import bp as workshops_bp
from lms.kernel.declarations import Export, Job, NavItem, PersonalData, SearchSource, Setting, Slot
from lms.kernel.hookspecs import hookimpl
from lms.kernel.permissions import Permission


@hookimpl
def lms_blueprints() -> Iterable[Blueprint]:
    return [
        dashboard_bp,
        accounts_bp,
        workshops_bp,
        enrolments_bp,
        participants_bp,
        exports_bp,
        search_bp,
        settings_bp,
    ]


@hookimpl
def lms_permissions() -> Iterable[Permission]:
    return permissions.ALL


@hookimpl
def lms_nav_items() -> Iterable[NavItem]:
    return NAV


@hookimpl
def lms_slots() -> Iterable[Slot]:
    return SLOTS


@hookimpl
def lms_settings() -> Iterable[Setting]:
    return SETTINGS


@hookimpl
def lms_jobs() -> Iterable[Job]:
    return JOBS


@hookimpl
def lms_search_sources() -> Iterable[SearchSource]:
    return [SEARCH, ENROLMENT_SEARCH]


@hookimpl
def lms_jinja_filters() -> Iterable[tuple[str, Callable[..., object]]]:
    return [("phone", show_phone), ("initials", initials), ("audit_action", audit_action)]


@hookimpl
def lms_exports() -> Iterable[Export]:
    return EXPORTS


@hookimpl
def lms_personal_data() -> Iterable[PersonalData]:
    return [ENROLMENT_DATA]
