"""The one module that third-party plugins import; `__all__` is the API and follows the SDK version."""

from __future__ import annotations

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.events import EnrolmentCancelled, EnrolmentConfirmed
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolment_by_id, enrolments_of
from lms.core.exports.api import Column, ColumnKind
from lms.core.loaders import enrolment_from_url, own_enrolment, workshop_from_url
from lms.core.people.models import Person
from lms.core.permissions import EDIT_WORKSHOP, HOLD_TICKET, SEE_WORKSHOP
from lms.core.workshops.events import WorkshopClosed, WorkshopCopied, WorkshopCreated, WorkshopMoved, WorkshopPublished
from lms.core.workshops.models import Organiser, Workshop
from lms.core.workshops.queries import workshop_by_id
from lms.kernel.audit import record
from lms.kernel.clock import now
from lms.kernel.commands.context import with_app
from lms.kernel.db import IntPk, Model, UtcDateTime, db, insert_ignore, str_enum, unit_of_work
from lms.kernel.declarations import (
    Affiliation,
    AffiliationSource,
    Event,
    EvidenceKind,
    Export,
    Hit,
    Job,
    Metric,
    NavItem,
    Panel,
    Period,
    PersonalData,
    PluginInfo,
    PresenceSign,
    ProgrammeLine,
    SearchSource,
    SessionTime,
    Setting,
    Slot,
    Subscription,
    WorkshopTemplate,
)
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.events import publish
from lms.kernel.forms import Form
from lms.kernel.hookspecs import hookimpl
from lms.kernel.jobs import enqueue
from lms.kernel.permissions import (
    Access,
    Actor,
    Permission,
    Role,
    Scope,
    can,
    current_actor,
    login_only,
    public,
    requires,
)
from lms.kernel.plugins import SDK_VERSION
from lms.kernel.settings import setting
from lms.kernel.storage import storage

__all__ = [
    "EDIT_WORKSHOP",
    "HOLD_TICKET",
    "SDK_VERSION",
    "SEE_WORKSHOP",
    "Access",
    "Actor",
    "Affiliation",
    "AffiliationSource",
    "Column",
    "ColumnKind",
    "Enrolment",
    "EnrolmentCancelled",
    "EnrolmentConfirmed",
    "EnrolmentStatus",
    "Event",
    "EvidenceKind",
    "Export",
    "Form",
    "Hit",
    "IntPk",
    "Job",
    "Metric",
    "Model",
    "NavItem",
    "NotFound",
    "Organiser",
    "Panel",
    "Period",
    "Permission",
    "Person",
    "PersonalData",
    "PluginInfo",
    "PresenceSign",
    "ProgrammeLine",
    "Role",
    "RuleViolation",
    "Scope",
    "SearchSource",
    "SessionTime",
    "Setting",
    "Slot",
    "Subscription",
    "UtcDateTime",
    "Workshop",
    "WorkshopClosed",
    "WorkshopCopied",
    "WorkshopCreated",
    "WorkshopMoved",
    "WorkshopPublished",
    "WorkshopTemplate",
    "can",
    "current_actor",
    "db",
    "enqueue",
    "enrolment_by_id",
    "enrolment_from_url",
    "enrolments_of",
    "hookimpl",
    "insert_ignore",
    "login_only",
    "now",
    "own_enrolment",
    "public",
    "publish",
    "record",
    "requires",
    "setting",
    "storage",
    "str_enum",
    "unit_of_work",
    "with_app",
    "workshop_by_id",
    "workshop_from_url",
]
