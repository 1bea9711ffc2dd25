"""What the door could not settle: walk-ins whose number raises a question, and scans of phones that were revoked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.enrolments import services as enrolments
from lms.core.enrolments.enums import EnrolmentStatus, Source
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import by_code
from lms.core.people.enums import Gender
from lms.core.people.models import Person
from lms.core.people.names import search_key
from lms.core.people.services import find_or_create
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import Actor, Role
from lms.plugins.checkin import queries, services
from lms.plugins.checkin.enums import Method, Verdict, WalkInState
from lms.plugins.checkin.models import Device, Scan, WalkIn


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A walk-in that waits, with the people of the workshop who may be the same."""

    row: WalkIn
    session: str
    device: str
    alike: list[Enrolment]


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Walk-ins of one number; those without a number stand alone."""

    phone: str | None
    people: list[Waiting]


def open_count(workshop_id: int) -> int:
    """How many walk-ins and scans of a workshop wait for a decision."""
    walk_ins = sa.select(sa.func.count()).where(WalkIn.workshop_id == workshop_id, WalkIn.state == WalkInState.WAITING)
    scans = sa.select(sa.func.count()).where(Scan.workshop_id == workshop_id, Scan.verdict == Verdict.QUARANTINED)
    return sum(db.session.execute(sa.select(walk_ins.scalar_subquery(), scans.scalar_subquery())).one())


def waiting(workshop_id: int) -> list[Shared]:
    """The walk-ins that wait, by number; a constant number of statements."""
    query = sa.select(WalkIn).where(WalkIn.workshop_id == workshop_id, WalkIn.state == WalkInState.WAITING)
    rows = list(db.session.scalars(query.order_by(WalkIn.at, WalkIn.id)))
    alike, titles, names = _alike(workshop_id, rows), queries.titles_of(workshop_id), device_names(workshop_id)
    groups: dict[str, list[Waiting]] = defaultdict(list)
    for row in rows:
        groups[row.phone_e164 or f"-{row.id}"].append(
            Waiting(
                row=row,
                session=titles.get(row.session_id, "–"),
                device=names.get(row.device, row.device),
                alike=alike.get(row.id, []),
            )
        )
    return [Shared(phone=None if key.startswith("-") else key, people=people) for key, people in groups.items()]


def walk_in(workshop_id: int, walk_in_id: int) -> WalkIn:
    """One walk-in of the workshop. Raises NotFound."""
    row = db.session.get(WalkIn, walk_in_id)
    if row is None or row.workshop_id != workshop_id:
        raise NotFound
    return row


def accept(*, row: WalkIn, full_name: str, phone: str, actor: Actor) -> Enrolment | None:
    """Enrol the person under this name and number and mark them present at the time of the form.

    A second time changes nothing and returns None. Raises RuleViolation for a bad name or number.
    """
    if not _take(row):
        return None
    person = find_or_create(
        full_name=full_name or row.full_name,
        phone=phone or None,
        gender=Gender(row.gender) if row.gender else None,
    )
    enrolment = queries.participant(row.workshop_id, person.id)
    if enrolment is None:
        enrolment = enrolments.enrol(
            workshop=row.workshop,
            person=person,
            role=Role.PESERTA,
            affiliation=row.affiliation,
            position=row.position,
            source=Source.WALK_IN,
        )
    _settle(row, enrolment, WalkInState.ADMITTED, actor)
    return enrolment


def same_person(*, row: WalkIn, enrolment: Enrolment, actor: Actor) -> bool:
    """Mark somebody who is registered already present at the time of the form; False when it was decided before."""
    if enrolment.workshop_id != row.workshop_id:
        raise RuleViolation(_("This person is not registered for this workshop."), "same")
    if not _take(row):
        return False
    _settle(row, enrolment, WalkInState.MERGED, actor)
    return True


def dismiss(*, row: WalkIn, actor: Actor) -> bool:
    """Leave it at that; False when it was decided before."""
    if not _take(row):
        return False
    row.state, row.account_id = WalkInState.DISMISSED, actor.account_id
    db.session.flush()
    audit.record(action="checkin.walk_in_dismissed", subject=row, workshop_id=row.workshop_id, actor=actor)
    return True


def person_meant(workshop_id: int, text: str) -> Enrolment:
    """Whom a choice of the list (a number) or a typed ticket code means. Raises RuleViolation."""
    typed = text.strip()
    found = db.session.get(Enrolment, int(typed)) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None
    if found is None and typed:
        found = by_code(typed)
    if found is None or found.workshop_id != workshop_id:
        raise RuleViolation(_("Choose the person, or type the ticket code."), "same")
    return found


def device_names(workshop_id: int) -> dict[str, str]:
    """`{device key: name}` of the phones of a workshop."""
    rows = db.session.execute(sa.select(Device.id, Device.name).where(Device.workshop_id == workshop_id))
    return {f"device-{number}": name for number, name in rows}


def _take(row: WalkIn) -> bool:
    """Whether this very decision is the first; the workshop is locked, so that two at once cannot both be."""
    enrolments.lock_workshop(row.workshop_id)
    db.session.refresh(row)
    return row.state is WalkInState.WAITING


def _settle(row: WalkIn, enrolment: Enrolment, state: WalkInState, actor: Actor) -> None:
    outcome = services.check_in(
        session=queries.session(row.session_id),
        enrolment=enrolment,
        method=Method.WALK_IN,
        device=row.device,
        client_id=f"{row.client_id[:50]}-{enrolment.id}",
        actor=actor,
        at=row.at,
    )
    if outcome.verdict is Verdict.REFUSED:
        raise RuleViolation(_("This person has no confirmed place. Give them a seat first, then decide again."), "same")
    row.state, row.enrolment_id, row.account_id = state, enrolment.id, actor.account_id
    db.session.flush()
    action = "checkin.walk_in_accepted" if state is WalkInState.ADMITTED else "checkin.walk_in_merged"
    audit.record(action=action, subject=enrolment, workshop_id=row.workshop_id, actor=actor)


def _alike(workshop_id: int, rows: Sequence[WalkIn]) -> dict[int, list[Enrolment]]:
    """`{walk-in id: registered people of the same number or name}`, in one statement."""
    if not rows:
        return {}
    phones = {row.phone_e164 for row in rows if row.phone_e164}
    keys = {search_key(row.full_name) for row in rows}
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .where(
            Enrolment.workshop_id == workshop_id,
            Enrolment.role == Role.PESERTA,
            Enrolment.status != EnrolmentStatus.CANCELLED,
            sa.or_(Person.phone_e164.in_(phones), Person.search_name.in_(keys)),
        )
        .order_by(Person.search_name)
    )
    people = list(db.session.scalars(query))
    return {
        row.id: [
            one
            for one in people
            if one.person.phone_e164 == (row.phone_e164 or "-") or one.person.search_name == search_key(row.full_name)
        ]
        for row in rows
    }
