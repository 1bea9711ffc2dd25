"""Who may see ratings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.sdk import Permission, Role, Scope

SEE = Permission(
    key="ratings.see",
    label=_l("See the ratings of a workshop"),
    scope=Scope.WORKSHOP,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA, Role.PANITIA),
)
