"""The permissions of the core."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.kernel.permissions import Permission, Role, Scope

SITE_ADMIN = Permission(
    key="core.site_admin", label=_l("Administer the site"), scope=Scope.SITE, default_roles=(Role.PUSAT,)
)
CREATE_WORKSHOP = Permission(
    key="core.create_workshop",
    label=_l("Create workshops"),
    scope=Scope.ORGANISER,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA),
)
EDIT_WORKSHOP = Permission(
    key="core.edit_workshop",
    label=_l("Edit a workshop"),
    scope=Scope.WORKSHOP,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA),
)
SEE_WORKSHOP = Permission(
    key="core.see_workshop",
    label=_l("See a workshop's overview"),
    scope=Scope.WORKSHOP,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA, Role.PANITIA, Role.PETUGAS, Role.PENGAMAT),
)
SEE_PARTICIPANTS = Permission(
    key="core.see_participants",
    label=_l("See participants"),
    scope=Scope.WORKSHOP,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA, Role.PANITIA),
)
EDIT_PARTICIPANTS = Permission(
    key="core.edit_participants",
    label=_l("Register, change and cancel participants"),
    scope=Scope.WORKSHOP,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA, Role.PANITIA),
)
USE_DASHBOARD = Permission(
    key="core.use_dashboard",
    label=_l("Open the staff pages"),
    scope=Scope.WORKSHOP,
    default_roles=(
        Role.PUSAT,
        Role.PENYELENGGARA,
        Role.PANITIA,
        Role.PETUGAS,
        Role.PENGURUS,
        Role.PENGAMAT,
    ),
)
HOLD_TICKET = Permission(
    key="core.hold_ticket",
    label=_l("Use an own ticket"),
    scope=Scope.OWN,
    default_roles=(Role.PESERTA, Role.NARASUMBER, Role.PANITIA),
)
ALL = (
    SITE_ADMIN,
    CREATE_WORKSHOP,
    EDIT_WORKSHOP,
    SEE_WORKSHOP,
    SEE_PARTICIPANTS,
    EDIT_PARTICIPANTS,
    USE_DASHBOARD,
    HOLD_TICKET,
)
