"""The permissions of certificates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.kernel.permissions import Permission, Role, Scope

ISSUE = Permission(
    key="certificates.issue",
    label=_l("Issue and revoke certificates"),
    scope=Scope.WORKSHOP,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA),
)
SEE = Permission(
    key="certificates.see",
    label=_l("See certificates"),
    scope=Scope.WORKSHOP,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA, Role.PANITIA),
)
DESIGN = Permission(
    key="certificates.design",
    label=_l("Design certificates"),
    scope=Scope.ORGANISER,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA),
)
