"""Reads on materials; what a participant may see depends on the session's state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolment_by_id
from lms.core.workshops.queries import BIGGEST_ID
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor
from lms.plugins.materials.enums import Opens
from lms.plugins.materials.models import Material, MaterialVersion
from lms.plugins.materials.permissions import MANAGE
from lms.plugins.schedule.api import SessionState


def material_by_id(material_id: int) -> Material:
    """Raises NotFound."""
    known = [sa.orm.selectinload(Material.versions)]
    material = db.session.get(Material, material_id, options=known) if material_id < BIGGEST_ID else None
    if material is None:
        raise NotFound
    return material


def materials_of(workshop_id: int) -> dict[int, list[Material]]:
    """`{session_id: [material]}` with versions, in a constant number of statements."""
    query = (
        sa.select(Material)
        .where(Material.workshop_id == workshop_id)
        .options(sa.orm.selectinload(Material.versions))
        .order_by(Material.session_id, Material.id)
    )
    found: dict[int, list[Material]] = defaultdict(list)
    for material in db.session.scalars(query):
        found[material.session_id].append(material)
    return dict(found)


def materials_of_session(session_id: int) -> list[Material]:
    """The materials of one session, with versions."""
    query = sa.select(Material).where(Material.session_id == session_id).order_by(Material.id)
    return list(db.session.scalars(query.options(sa.orm.selectinload(Material.versions))))


def materials_of_person(person_id: int) -> list[Material]:
    """What one person uploaded as a speaker, with versions."""
    query = sa.select(Material).join(Enrolment, Enrolment.id == Material.enrolment_id)
    query = query.where(Enrolment.person_id == person_id).options(sa.orm.selectinload(Material.versions))
    return list(db.session.scalars(query.order_by(Material.id)))


def material_titled(session_id: int, title: str) -> Material | None:
    """The latest material of this session and title."""
    return next((row for row in reversed(materials_of_session(session_id)) if row.title == title), None)


def shown_to(materials: dict[int, list[Material]], own: Set[int]) -> dict[int, list[Material]]:
    """Without what is only for the committee, except in one's own sessions."""
    return {
        number: [row for row in rows if number in own or row.opens is not Opens.HIDDEN]
        for number, rows in materials.items()
    }


def is_open(material: Material) -> bool:
    """Whether participants may download it now."""
    session = material.session
    match material.opens:
        case Opens.AT_ONCE:
            return True
        case Opens.HIDDEN:
            return False
        case Opens.WITH_SESSION:
            return session.state is not SessionState.PLANNED or now() >= session.starts_at
        case Opens.AFTER_SESSION:
            return session.state is SessionState.CLOSED or now() >= session.ends_at


def may_read(actor: Actor, material: Material) -> bool:
    """Staff and the session's speakers always; others with a confirmed ticket of the workshop once it is open."""
    if actor.can(MANAGE, material.access):
        return True
    ticket = actor.enrolment
    if ticket is None or ticket.workshop_id != material.workshop_id:
        return False
    if ticket.id in material.access.enrolment_ids:  # confirmed speakers only
        return True
    return is_open(material) and enrolment_by_id(ticket.id).is_confirmed


def version_of(material: Material, number: int | None) -> MaterialVersion:
    """The version of this number, or the newest. Raises NotFound."""
    for version in material.versions:
        if number is None or version.number == number:
            return version
    raise NotFound


def count_by_session(workshop_id: int) -> dict[int, int]:
    """`{session_id: number of materials}`."""
    query = (
        sa.select(Material.session_id, sa.func.count())
        .where(Material.workshop_id == workshop_id)
        .group_by(Material.session_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
