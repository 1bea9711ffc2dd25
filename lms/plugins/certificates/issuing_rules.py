"""How a workshop issues: for how long papers are valid, letters, QR codes, numbers of corrections, and e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.kernel.settings import copy_settings, set_setting, setting

NAMES = ("valid_months", "letter", "offline_qr", "suffix", "email", "attach")
_PREFIX = "certificates."
KEYS = tuple(f"{_PREFIX}{name}" for name in NAMES)


def issuing_values(workshop: Workshop) -> dict[str, Any]:
    """`{name: value in force}`."""
    return {name: issuing_value(name, workshop) for name in NAMES}


def issuing_value(name: str, workshop: Workshop) -> Any:
    """One of them."""
    return setting(f"{_PREFIX}{name}", workshop_id=workshop.id, organiser_id=workshop.organiser_id)


def save_issuing(*, workshop_id: int, values: Mapping[str, Any], actor: Actor) -> None:
    """Issue this workshop's papers so from now on; what is like the organiser's stays the organiser's."""
    known = issuing_values(db.session.get_one(Workshop, workshop_id))
    changed = [name for name in NAMES if values[name] != known[name]]
    for name in changed:
        set_setting(f"{_PREFIX}{name}", values[name], scope="workshop", scope_id=workshop_id)
    if changed:
        action = "certificates.issuing_changed"
        audit.record(action=action, actor=actor, workshop_id=workshop_id, fields=tuple(changed))


def copy_issuing(*, source_id: int, workshop_id: int) -> None:
    """A copied workshop issues as its source does."""
    copy_settings(KEYS, source_id=source_id, workshop_id=workshop_id)
