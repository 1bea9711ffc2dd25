"""The permissions of the registry."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.kernel.permissions import Permission, Role, Scope

SEE = Permission(
    key="organisations.see",
    label=_l("See organisations"),
    scope=Scope.ORGANISATION,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA, Role.PENGAMAT, Role.PENGURUS),
)
EDIT = Permission(
    key="organisations.edit",
    label=_l("Change organisations"),
    scope=Scope.ORGANISATION,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA, Role.PENGURUS),
)
CHECK = Permission(
    key="organisations.check",
    label=_l("Mark documents as checked"),
    scope=Scope.ORGANISATION,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA),
)
ADD = Permission(
    key="organisations.add",
    label=_l("Add organisations"),
    scope=Scope.SITE,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA),
)
