"""Writes on how a workshop's certificates are numbered."""

from __future__ import annotations

import json
import re

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.kernel.settings import SettingValue, copy_settings, set_setting, setting
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.number_rules import (
    BOOKS_KEY,
    PATTERN_KEY,
    RESET_KEY,
    TYPES_KEY,
    WORKSHOP_CODE_KEY,
    NumberRules,
    TypeCodes,
    WorkshopCode,
    codes_from,
    usual_code,
)

_USUAL = re.compile(r"L\d+", re.IGNORECASE)
COPIED = (PATTERN_KEY, RESET_KEY, BOOKS_KEY, TYPES_KEY)  # the code of a workshop is its own


def save_rules(*, workshop_id: int, rules: NumberRules, actor: Actor) -> None:
    """Number this workshop's papers by `rules` from now on; what is like the organiser's stays the organiser's.

    Raises CertificateRefused on the field at fault when numbers could repeat. Issued numbers stay as they are.
    """
    workshop = db.session.get_one(Workshop, workshop_id)
    rules.check()
    codes = TypeCodes(";".join(f"{key}={code}" for key, code in rules.codes.items()))
    own_code = "" if rules.workshop_code == usual_code(workshop.id) else rules.workshop_code
    _check_code(workshop, own_code)
    wanted: dict[str, str] = {
        PATTERN_KEY: rules.pattern,
        RESET_KEY: rules.reset.value,
        BOOKS_KEY: rules.books.value,
        TYPES_KEY: codes,
        WORKSHOP_CODE_KEY: own_code,
    }
    changed = [key for key, value in wanted.items() if not _is_in_force(workshop, key, value)]
    for key in changed:
        set_setting(key, wanted[key], scope="workshop", scope_id=workshop.id)
    if changed:
        fields = tuple(key.partition(".")[2] for key in changed)
        audit.record(action="certificates.pattern_changed", actor=actor, workshop_id=workshop.id, fields=fields)


def copy_rules(*, source_id: int, workshop_id: int) -> None:
    """A copied workshop is numbered like its source, under a code of its own."""
    copy_settings(COPIED, source_id=source_id, workshop_id=workshop_id)


def _is_in_force(workshop: Workshop, key: str, value: str) -> bool:
    known = str(setting(key, workshop_id=workshop.id, organiser_id=workshop.organiser_id))
    return codes_from(known) == codes_from(value) if key == TYPES_KEY else known == value


def _check_code(workshop: Workshop, code: str) -> None:
    """Two workshops with one code would write the same numbers."""
    try:
        WorkshopCode(code)
    except ValueError:
        message = _("Use at most 20 letters, digits, dots and hyphens, such as LKSA-3.")
        raise CertificateRefused(message, "workshop_code") from None
    if not code:
        return
    others = sa.select(Workshop.id).where(Workshop.organiser_id == workshop.organiser_id, Workshop.id != workshop.id)
    query = sa.select(SettingValue.value).where(
        SettingValue.key == WORKSHOP_CODE_KEY, SettingValue.scope == "workshop", SettingValue.scope_id.in_(others)
    )
    used = {str(json.loads(value)).casefold() for value in db.session.scalars(query)}
    if code.casefold() in used or _USUAL.fullmatch(code):
        message = _("Another workshop has this code, so numbers would repeat. Choose another one.")
        raise CertificateRefused(message, "workshop_code")
