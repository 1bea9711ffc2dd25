"""The permissions of check-in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.kernel.permissions import Permission, Role, Scope

_STAFF = (Role.PUSAT, Role.PENYELENGGARA, Role.PANITIA)

SCAN = Permission(
    key="checkin.scan",
    label=_l("Check people in"),
    scope=Scope.WORKSHOP,
    default_roles=(*_STAFF, Role.PETUGAS),
)
SEE_ATTENDANCE = Permission(
    key="checkin.see_attendance",
    label=_l("See who is present"),
    scope=Scope.WORKSHOP,
    default_roles=(*_STAFF, Role.PETUGAS, Role.PENGAMAT),
)
PRINT_SHEETS = Permission(
    key="checkin.print_sheets", label=_l("Print attendance sheets"), scope=Scope.WORKSHOP, default_roles=_STAFF
)
MANAGE = Permission(
    key="checkin.manage",
    label=_l("Record absences, set rules of check-in, read the log of scans"),
    scope=Scope.WORKSHOP,
    default_roles=_STAFF,
)
MANAGE_DEVICES = Permission(
    key="checkin.manage_devices",
    label=_l("Set up and revoke phones at the door"),
    scope=Scope.WORKSHOP,
    default_roles=_STAFF,
)
