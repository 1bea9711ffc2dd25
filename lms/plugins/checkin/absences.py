"""Writes on absences: excused, sick, or represented by somebody with a letter of assignment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.enrolments import services as enrolments
from lms.core.enrolments.models import Enrolment
from lms.core.people.names import clean_name
from lms.core.people.phones import parse_phone
from lms.core.people.services import find_or_create
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import Actor, Role
from lms.plugins.checkin import queries
from lms.plugins.checkin.enums import AbsenceKind
from lms.plugins.checkin.models import Absence
from lms.plugins.schedule.api import Session

_VALUES = ("kind", "note", "letter", "substitute_id")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was told about an absence; an empty letter means that it is still to come."""

    kind: AbsenceKind
    note: str = ""
    letter: str = ""
    substitute_id: int | None = None


def record(*, sessions: Sequence[Session], enrolment: Enrolment, told: Told, actor: Actor) -> list[Absence]:
    """Note at each session why this person does not come; the same again changes nothing.

    Whoever comes all the same is present: the absence stays as a note. Raises RuleViolation.
    """
    enrolments.lock_workshop(enrolment.workshop_id)  # the same form sent twice at once: the second waits here
    _check(enrolment, told)
    known = {row.session_id: row for row in _absences(enrolment.id, [session.id for session in sessions])}
    rows, changed = [], set[str]()
    for session in sorted(sessions, key=lambda row: row.id):
        row = known.get(session.id)
        if row is None:
            ids = {"workshop_id": session.workshop_id, "session_id": session.id, "enrolment_id": enrolment.id}
            row = Absence(**ids, note="", letter="")
            db.session.add(row)
            changed.add("session")
        changed |= _write(row, told, actor)
        rows.append(row)
    db.session.flush()
    if changed:
        audit.record(
            action="checkin.absence_recorded",
            subject=enrolment,
            workshop_id=enrolment.workshop_id,
            actor=actor,
            fields=sorted(changed),
        )
    return rows


def _check(enrolment: Enrolment, told: Told) -> None:
    if not enrolment.is_confirmed:
        raise RuleViolation(_("This person has no confirmed place, so nobody waits for them."))
    if told.kind is not AbsenceKind.SUBSTITUTED:
        return
    if told.substitute_id is None:
        raise RuleViolation(_("Choose who comes instead, or write the name and number."), "substitute")
    if told.substitute_id == enrolment.id:
        raise RuleViolation(_("Nobody can represent themselves. Choose somebody else."), "substitute")
    substitute = db.session.get(Enrolment, told.substitute_id)
    if substitute is None or substitute.workshop_id != enrolment.workshop_id or not substitute.is_confirmed:
        raise RuleViolation(_("The substitute has no place in this workshop. Write the name and number."), "substitute")


def _write(row: Absence, told: Told, actor: Actor) -> set[str]:
    """The names of the fields that became different."""
    substitute = told.substitute_id if told.kind is AbsenceKind.SUBSTITUTED else None
    values = {
        "kind": told.kind,
        "note": told.note.strip()[:300],
        "letter": told.letter.strip()[:120],
        "substitute_id": substitute,
    }
    changed = {name for name in _VALUES if getattr(row, name) != values[name]}
    if changed:
        for name in changed:
            setattr(row, name, values[name])
        row.account_id, row.recorded_at = actor.account_id, now()
    return changed


def take_back(*, sessions: Sequence[Session], enrolment: Enrolment, actor: Actor) -> int:
    """Remove what was noted at these sessions; the number of sessions. Twice changes nothing."""
    rows = _absences(enrolment.id, [session.id for session in sessions])
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    if rows:
        audit.record(
            action="checkin.absence_taken_back", subject=enrolment, workshop_id=enrolment.workshop_id, actor=actor
        )
    return len(rows)


def substitute_of(*, enrolment: Enrolment, full_name: str, phone: str, position: str, actor: Actor) -> Enrolment:
    """Who comes in the place of `enrolment`: the person of this name and number, registered now if need be.

    A new person gets a seat above the quota, since one of the organisation stays free. Nothing marks them present.
    Raises RuleViolation for a bad name or number.
    """
    enrolments.lock_workshop(enrolment.workshop_id)  # the same form sent twice at once: the second waits here
    person = find_or_create(full_name=clean_name(full_name), phone=parse_phone(phone))
    found = queries.participant(enrolment.workshop_id, person.id)
    if found is not None and found.is_confirmed:
        return found
    if found is not None:
        return enrolments.confirm(enrolment_id=found.id, actor=actor)
    return enrolments.add_by_staff(
        workshop_id=enrolment.workshop_id,
        person=person,
        role=Role.PESERTA,
        actor=actor,
        affiliation=enrolment.affiliation,
        position=position,
        over_quota=True,
    )


def _absences(enrolment_id: int, session_ids: Sequence[int]) -> list[Absence]:
    query = sa.select(Absence).where(Absence.enrolment_id == enrolment_id, Absence.session_id.in_(session_ids))
    return list(db.session.scalars(query.order_by(Absence.id)))
