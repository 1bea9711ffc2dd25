"""The permissions of regional reports."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.kernel.permissions import Permission, Role, Scope

SEE = Permission(
    key="reports.see",
    label=_l("See regional reports"),
    scope=Scope.REGION,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA, Role.PENGAMAT),
)
EDIT = Permission(
    key="reports.edit",
    label=_l("Write and lock regional reports"),
    scope=Scope.ORGANISER,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA),
)
