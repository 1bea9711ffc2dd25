"""Writes on site settings and organisers."""

from __future__ import annotations

from lms.core.workshops.models import Organiser
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.kernel.settings import set_setting


def save_settings(*, values: dict[str, object], scope: str, scope_id: int, actor: Actor) -> None:
    """Store several settings of one scope."""
    for key, value in values.items():
        set_setting(key, value, scope=scope, scope_id=scope_id)
    workshop_id = scope_id if scope == "workshop" else None
    audit.record(action="settings.saved", actor=actor, workshop_id=workshop_id, fields=tuple(values))


def save_organiser(
    *,
    organiser_id: int | None,
    name: str,
    short_name: str,
    number_code: str,
    region_code: str,
    city: str,
    address: str,
    contact: str,
    leader_name: str,
    leader_position: str,
    actor: Actor,
) -> Organiser:
    """Add an organiser, or change one; papers already issued keep what they printed."""
    row = db.session.get_one(Organiser, organiser_id) if organiser_id is not None else Organiser()
    row.name, row.short_name, row.number_code, row.region_code = name, short_name, number_code, region_code
    row.city, row.address, row.contact = city, address, contact
    row.leader_name, row.leader_position = leader_name, leader_position
    db.session.add(row)
    db.session.flush()
    audit.record(action="organisers.saved", subject=row, actor=actor)
    return row
