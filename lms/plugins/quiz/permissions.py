"""The permissions of quizzes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.kernel.permissions import Permission, Role, Scope

_STAFF = (Role.PUSAT, Role.PENYELENGGARA, Role.PANITIA)

MANAGE = Permission(
    key="quiz.manage",
    label=_l("Open and close quizzes, keep the question bank"),
    scope=Scope.WORKSHOP,
    default_roles=_STAFF,
)
RESULTS = Permission(
    key="quiz.results",
    label=_l("See the results of quizzes"),
    scope=Scope.WORKSHOP,
    default_roles=(*_STAFF, Role.PENGAMAT),
)
API_KEYS = Permission(
    key="quiz.api_keys",
    label=_l("Make and revoke keys with which other programs read quizzes"),
    scope=Scope.ORGANISER,
    default_roles=(Role.PUSAT, Role.PENYELENGGARA),
)
TAKE = Permission(key="quiz.take", label=_l("Take own quizzes"), scope=Scope.OWN, default_roles=(Role.PESERTA,))
