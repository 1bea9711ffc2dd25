"""The permissions of materials."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.kernel.permissions import Permission, Role, Scope

MANAGE = Permission(
    key="materials.manage",
    label=_l("Manage materials"),
    scope=Scope.WORKSHOP,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA, Role.PANITIA),
)
UPLOAD_OWN = Permission(
    key="materials.upload_own",
    label=_l("Upload materials for own sessions"),
    scope=Scope.OWN,
    default_roles=(Role.NARASUMBER,),
)
READ = Permission(
    key="materials.read",
    label=_l("Download opened materials"),
    scope=Scope.WORKSHOP,
    default_roles=(Role.PESERTA, Role.NARASUMBER, Role.PANITIA, Role.PUSAT, Role.PENYELENGGARA),
)
