"""Walk-ins as a scanner sends them: admitted at once, or kept for the committee where it is unclear who they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.enrolments import services as enrolments
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.people.enums import Gender
from lms.core.people.models import Person
from lms.core.people.names import clean_name, search_key
from lms.core.people.phones import parse_phone
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore, unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.rest import ApiProblem
from lms.kernel.settings import setting
from lms.plugins.checkin import queries, walk_ins
from lms.plugins.checkin.api_problems import out_of_scope, session_unknown
from lms.plugins.checkin.api_schemas import WalkInIn
from lms.plugins.checkin.devices import Caller
from lms.plugins.checkin.enums import Verdict, WalkInState
from lms.plugins.checkin.models import WalkIn
from lms.plugins.checkin.readings import Clock
from lms.plugins.checkin.services import Circumstances, Outcome
from lms.plugins.checkin.verdicts import words_for_staff
from lms.plugins.schedule.api import Session


@dataclass(frozen=True, kw_only=True)
class Received:
    """What became of a walk-in; `text` for the volunteer."""

    id: str
    outcome: str
    title: str
    text: str
    name: str = ""
    verdict: Verdict | None = None
    reason: str | None = None
    enrolment_id: int | None = None
    at: datetime | None = None

    def as_item(self, index: int) -> dict[str, Any]:
        """For the API."""
        return {
            "index": index,
            "id": self.id,
            "outcome": self.outcome,
            "verdict": self.verdict.value if self.verdict else None,
            "reason": self.reason,
            "title": self.title,
            "text": self.text,
            "name": self.name,
            "enrolment": self.enrolment_id,
            "at": self.at.isoformat() if self.at else None,
            "flags": [],
        }


def receive(item: WalkInIn, caller: Caller, clock: Clock) -> Received:
    """Note the walk-in and admit it where it is clear who it is; the same form again gets the same answer.

    A name or number that cannot be read waits for the committee: nothing that was written at the door is lost.
    """
    try:
        session = _session(item, caller)
    except ApiProblem as problem:
        return _invalid(item, str(problem), problem.code)
    if not item.full_name.strip():
        return _invalid(item, _("Write the full name in letters."))
    at = clock.corrected(item.at)
    with unit_of_work():
        enrolments.lock_workshop(caller.workshop_id)  # of two at once about one person, the second sees the first
        row_id = insert_ignore(WalkIn, _values(item, caller, at), keys=("device", "client_id"))
        row = _row(caller.key, item.id)
        if row_id is None:
            return _again(row, item)
        if caller.is_over or _is_unclear(row):
            return _waiting(row, caller)
        return _admit(row, session, caller, Circumstances(client_time=item.at, skew_seconds=clock.skew_seconds))


def waits_under(row: WalkIn) -> list[str]:
    """Names other than this one that its number is known under at the workshop: of people, and of walk-ins."""
    if row.phone_e164 is None:
        return []
    here = (
        sa.select(Person.full_name)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.workshop_id == row.workshop_id, Enrolment.status != EnrolmentStatus.CANCELLED)
        .where(Person.phone_e164 == row.phone_e164)
    )
    waiting = sa.select(WalkIn.full_name).where(
        WalkIn.workshop_id == row.workshop_id,
        WalkIn.phone_e164 == row.phone_e164,
        WalkIn.state == WalkInState.WAITING,
        WalkIn.id != row.id,
    )
    names = [*db.session.scalars(here), *db.session.scalars(waiting)]
    own = search_key(row.full_name)
    return [] if own in {search_key(name) for name in names} else names


def _session(item: WalkInIn, caller: Caller) -> Session:
    if caller.session_id not in {None, item.session}:
        raise out_of_scope()
    try:
        session = queries.session(item.session)
    except NotFound:
        raise session_unknown() from None
    if session.workshop_id != caller.workshop_id:
        raise session_unknown()
    return session


def _values(item: WalkInIn, caller: Caller, at: datetime) -> dict[str, Any]:
    return {
        "workshop_id": caller.workshop_id,
        "session_id": item.session,
        "device": caller.key,
        "client_id": item.id,
        "full_name": " ".join(item.full_name.split())[:100],
        "phone_e164": _phone(item.phone),
        "affiliation": item.affiliation.strip(),
        "position": item.position.strip(),
        "gender": item.gender,
        "at": at,
        "received_at": now(),
        "state": WalkInState.WAITING,
    }


def _phone(typed: str) -> str | None:
    """The number, or what was typed where it is none: somebody can still make out what was meant."""
    try:
        return parse_phone(typed)
    except RuleViolation:
        return typed.strip()[:20] or None


def _is_unclear(row: WalkIn) -> bool:
    """Whether somebody must look: no number to know the person by, a name that fits no badge, or a shared number."""
    try:
        clean_name(row.full_name)
        parse_phone(row.phone_e164 or "")
    except RuleViolation:
        return True
    return not setting("checkin.takes_walk_ins", workshop_id=row.workshop_id) or bool(waits_under(row))


def _row(device: str, client_id: str) -> WalkIn:
    return db.session.scalars(sa.select(WalkIn).filter_by(device=device, client_id=client_id)).one()


def _admit(row: WalkIn, session: Session, caller: Caller, around: Circumstances) -> Received:
    outcome = walk_ins.admit(
        workshop_id=row.workshop_id,
        session=session,
        full_name=row.full_name,
        phone=row.phone_e164 or "",
        affiliation=row.affiliation,
        position=row.position,
        gender=Gender(row.gender) if row.gender else None,
        device=caller.key,
        client_id=row.client_id,
        actor=caller.actor,
        at=row.at,
        around=around,
    )
    row.state = WalkInState.ADMITTED
    row.enrolment_id = outcome.enrolment.id if outcome.enrolment else None
    db.session.flush()
    return _told(row, outcome)


def _told(row: WalkIn, outcome: Outcome) -> Received:
    words = words_for_staff(outcome)
    kinds = {Verdict.PRESENT: "new", Verdict.ALREADY: "already"}
    return Received(
        id=row.client_id,
        outcome=kinds.get(outcome.verdict, "refused"),
        verdict=outcome.verdict,
        reason=outcome.reason.value if outcome.reason else None,
        title=words.title,
        text=words.text,
        name=row.full_name,
        enrolment_id=row.enrolment_id,
        at=outcome.at,
    )


def _again(row: WalkIn, item: WalkInIn) -> Received:
    """The answer to a form that was sent before, as things stand now."""
    if search_key(row.full_name) != search_key(" ".join(item.full_name.split())[:100]):
        title, text = _("This scan was sent for somebody else"), _("Fill in the form once more.")
        return Received(id=row.client_id, outcome="conflict", reason="misused_scan", title=title, text=text)
    if row.state is WalkInState.WAITING:
        return _waiting(row, None)
    if row.state is WalkInState.DISMISSED or row.enrolment_id is None:
        title, text = _("The committee did not admit this person"), _("Ask the committee.")
        return Received(id=row.client_id, outcome="refused", title=title, text=text, name=row.full_name)
    attendance = queries.attendance(row.enrolment_id, row.session_id)
    verdict = Verdict.PRESENT if attendance else Verdict.UNDONE
    at, late = (attendance.at, attendance.late_minutes) if attendance else (None, 0)
    enrolment = db.session.get(Enrolment, row.enrolment_id)
    return _told(row, Outcome(verdict=verdict, enrolment=enrolment, at=at, late_minutes=late))


def _waiting(row: WalkIn, caller: Caller | None) -> Received:
    is_over = caller is not None and caller.is_over
    text = _("The committee decides: the number is missing, or it is known under another name.")
    if is_over:
        text = _("This phone may not check people in any more. The entry is kept, and the committee decides.")
    return Received(
        id=row.client_id, outcome="waiting", title=_("Kept for review"), text=text, name=row.full_name, at=row.at
    )


def _invalid(item: WalkInIn, text: str, reason: str = "invalid_request") -> Received:
    title = _("This could not be read")
    return Received(id=item.id, outcome="invalid", reason=reason, title=title, text=text, name=item.full_name)
