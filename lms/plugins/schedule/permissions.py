"""The permissions of the schedule."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.kernel.permissions import Permission, Role, Scope

_STAFF = (Role.PUSAT, Role.PENYELENGGARA, Role.PANITIA)

EDIT = Permission(
    key="schedule.edit", label=_l("Plan sessions, rooms and speakers"), scope=Scope.WORKSHOP, default_roles=_STAFF
)
RUN = Permission(
    key="schedule.run",
    label=_l("See the agenda, open and close sessions"),
    scope=Scope.WORKSHOP,
    default_roles=(*_STAFF, Role.PETUGAS),
)
RUN_OWN = Permission(
    key="schedule.run_own",
    label=_l("Open and close own sessions"),
    scope=Scope.OWN,
    default_roles=(Role.NARASUMBER,),
)
ALL = (EDIT, RUN, RUN_OWN)
