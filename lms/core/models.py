"""Every table of the core in one import, so that plugins can reference them."""

from __future__ import annotations

from lms.core.accounts.models import Account, LoginSession, RoleGrant
from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.core.regions.models import Region
from lms.core.workshops.models import Organiser, Workshop
from lms.kernel.audit import AuditEntry
from lms.kernel.job_models import JobRow
from lms.kernel.settings import SettingValue
from lms.kernel.storage_models import StoredFileRow

TABLES = (
    Region,
    Account,
    RoleGrant,
    LoginSession,
    Person,
    Organiser,
    Workshop,
    Enrolment,
    AuditEntry,
    SettingValue,
    JobRow,
    StoredFileRow,
)
