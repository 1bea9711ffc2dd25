"""The permissions of follow-up plans."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.kernel.permissions import Permission, Role, Scope

_STAFF = (Role.PUSAT, Role.PENYELENGGARA, Role.PANITIA)

SEE = Permission(
    key="followup.see",
    label=_l("See follow-up plans"),
    scope=Scope.WORKSHOP,
    default_roles=(*_STAFF, Role.PENGAMAT, Role.PENGURUS),
)
SEE_ALL = Permission(
    key="followup.see_all",
    label=_l("See all plans of a workshop"),
    scope=Scope.WORKSHOP,
    default_roles=(*_STAFF, Role.PENGAMAT),
)
OWN = Permission(
    key="followup.own",
    label=_l("Open plans of the own organisation or region"),
    scope=Scope.ORGANISATION,
    default_roles=(Role.PENGURUS, Role.PENGAMAT),
)
UPDATE = Permission(
    key="followup.update",
    label=_l("Report progress on plans"),
    scope=Scope.ORGANISATION,
    default_roles=(*_STAFF, Role.PENGURUS),
)
