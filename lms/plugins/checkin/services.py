"""The rules of check-in: one person, one session, exactly once, with every scan logged."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.kernel.errors import RuleViolation
from lms.kernel.events import publish
from lms.kernel.permissions import Actor
from lms.kernel.settings import setting
from lms.plugins.checkin import batch_rows, counters, queries
from lms.plugins.checkin.enums import Direction, Flag, Method, Mode, Reason, Verdict
from lms.plugins.checkin.events import CheckinRecorded
from lms.plugins.checkin.models import Attendance, Scan, SessionRule
from lms.plugins.schedule.api import Session, SessionState, attendance_sessions

OPENS_BEFORE = timedelta(minutes=60)
_AT_THE_DOOR = frozenset({Method.BADGE, Method.TYPED, Method.SEARCH})  # where somebody can ask
CLAIM_DEVICE = "claim"  # in place of a device: a claim may be used once, from whichever phone


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a scan led to.

    `at` is the time that counts: of the first scan when the person was present already, and of opening or closing
    when a session cannot be checked into now.
    """

    verdict: Verdict
    reason: Reason | None = None
    enrolment: Enrolment | None = None
    at: datetime | None = None
    late_minutes: int = 0
    scan_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What else is known of a scan: the device's own clock and its error, the code's age, the phone, the answer."""

    client_time: datetime | None = None
    skew_seconds: int | None = None
    code_age: int | None = None
    phone: str = ""
    answer: str = ""
    flags: frozenset[Flag] = frozenset()


PLAIN = Circumstances()


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What one scan says, as it is logged."""

    session: Session
    enrolment: Enrolment | None
    method: Method
    device: str
    client_id: str
    actor: Actor
    at: datetime
    direction: Direction
    around: Circumstances
    rule: SessionRule


def check_in(
    *,
    session: Session,
    enrolment: Enrolment | None,
    method: Method,
    device: str,
    client_id: str,
    actor: Actor,
    at: datetime | None = None,
    refusal: Reason | None = None,
    direction: Direction = Direction.IN,
    around: Circumstances = PLAIN,
) -> Outcome:
    """Mark `enrolment` present at `session`, once, and log the scan.

    `at` is the time of the scan where it is not now (a claim, an offline device). Sending the same scan (`device`,
    `client_id`) again gives the same answer; the same id for another person or session is refused as misuse.
    A refusal is an answer, not an error: it is logged with its reason and does not block a later valid scan.
    Where the door asks a question, a scan without an answer is incomplete; the same scan with one completes it.
    """
    seen = _Seen(
        session=session,
        enrolment=enrolment,
        method=method,
        device=device[:40],
        client_id=client_id[:64],
        actor=actor,
        at=at or now(),
        direction=direction,
        around=around,
        rule=queries.rule_of(session.id),
    )
    reason = refusal_of(session, enrolment, refusal)
    verdict = _verdict(seen, reason)
    scan_id = _log(seen, verdict, reason)
    if scan_id is None:
        return _replay(seen)
    if verdict is Verdict.INCOMPLETE:
        return Outcome(verdict=verdict, reason=Reason.NEEDS_ANSWER, enrolment=enrolment, scan_id=scan_id)
    if reason is not None or enrolment is None:
        return Outcome(verdict=Verdict.REFUSED, reason=reason, enrolment=enrolment, scan_id=scan_id)
    return _mark(seen, enrolment, scan_id)


def _verdict(seen: _Seen, reason: Reason | None) -> Verdict:
    if reason is not None:
        return Verdict.REFUSED
    is_asked = is_asked_at_door(question=seen.rule.question, direction=seen.direction, method=seen.method)
    return Verdict.INCOMPLETE if is_asked and not seen.around.answer.strip() else Verdict.PRESENT


def is_asked_at_door(*, question: str, direction: Direction, method: Method) -> bool:
    """Whether such a scan needs an answer to the door's question."""
    return bool(question) and direction is Direction.IN and method in _AT_THE_DOOR


def undo(*, session: Session, enrolment: Enrolment, reason: str, actor: Actor, device: str = "undo") -> bool:
    """Take an attendance back, with a reason; both facts stay in the log and the person can be checked in again.

    False when there was nothing to take back, for instance because another device was faster.
    """
    if not reason.strip():
        raise RuleViolation(_("Write why, for instance “wrong person scanned”."), "reason")
    row_id = _delete_attendance(session, enrolment)
    if row_id is None:
        return False
    db.session.add(
        Scan(
            workshop_id=session.workshop_id,
            session_id=session.id,
            enrolment_id=enrolment.id,
            device=device,
            client_id=f"undo-{row_id}-{secrets.token_hex(8)}",  # SQLite gives the number of a deleted row away again
            server_time=now(),
            at=now(),
            method=Method.MANUAL,
            verdict=Verdict.UNDONE,
            note=reason[:300],
            account_id=actor.account_id,
        )
    )
    db.session.flush()
    counters.add(session.workshop_id, session.id, role=enrolment.role, direction=Direction.IN, people=-1)
    audit.record(
        action="checkin.undone", subject=enrolment, workshop_id=session.workshop_id, actor=actor, reason=reason
    )
    return True


def correct(*, session: Session, enrolment: Enrolment, at: datetime, reason: str, actor: Actor) -> Attendance:
    """Enter an attendance by hand afterwards; documents print it with an asterisk, who and why.

    Whoever is present already keeps the time that was scanned.
    """
    if not reason.strip():
        raise RuleViolation(_("Write why, for instance “signed on paper”."), "reason")
    outcome = check_in(
        session=session,
        enrolment=enrolment,
        method=Method.MANUAL,
        device="manual",
        client_id=f"{enrolment.id}-{session.id}-{secrets.token_hex(8)}",
        actor=actor,
        at=at,
    )
    if outcome.verdict is Verdict.REFUSED:
        raise RuleViolation(_("This person has no confirmed place, so no attendance can be entered."))
    row = queries.attendance(enrolment.id, session.id)
    assert row is not None
    if outcome.verdict is Verdict.PRESENT:
        row.is_corrected, row.correction = True, reason[:300]
        db.session.flush()
        audit.record(
            action="checkin.corrected", subject=enrolment, workshop_id=session.workshop_id, actor=actor, reason=reason
        )
    return row


def self_refusal(session: Session) -> Outcome | None:
    """Why self check-in is not possible now, with the time from or until which it is: too early, or over."""
    if session.state is SessionState.OPEN:
        return None
    moment, opens_at = now(), session.starts_at - OPENS_BEFORE
    if session.state is SessionState.CLOSED:
        return Outcome(verdict=Verdict.REFUSED, reason=Reason.CLOSED, at=session.closed_at or session.ends_at)
    if moment > session.ends_at:
        return Outcome(verdict=Verdict.REFUSED, reason=Reason.CLOSED, at=session.ends_at)
    return Outcome(verdict=Verdict.REFUSED, reason=Reason.NOT_OPEN, at=opens_at) if moment < opens_at else None


def refusal_of(session: Session, enrolment: Enrolment | None, known: Reason | None) -> Reason | None:
    """`known` is what the door found out before; that a ticket belongs elsewhere says more than any of it."""
    if enrolment is None:
        return known or Reason.UNKNOWN
    return refusal_by(is_here=enrolment.workshop_id == session.workshop_id, status=enrolment.status, known=known)


def refusal_by(*, is_here: bool, status: EnrolmentStatus, known: Reason | None) -> Reason | None:
    """The rule of `refusal_of` for somebody whose enrolment is known."""
    if not is_here:
        return Reason.OTHER_WORKSHOP
    if known is not None:
        return known
    if status is EnrolmentStatus.CANCELLED:
        return Reason.CANCELLED
    return Reason.WAITLISTED if status is EnrolmentStatus.WAITLISTED else None


def _log(seen: _Seen, verdict: Verdict, reason: Reason | None) -> int | None:
    """Add the scan to the log; None when this very scan is there already."""
    around = seen.around
    scan = {
        "workshop_id": seen.session.workshop_id,
        "session_id": seen.session.id,
        "enrolment_id": seen.enrolment.id if seen.enrolment else None,
        "device": seen.device,
        "client_id": seen.client_id,
        "client_time": around.client_time,
        "server_time": now(),
        "at": seen.at,
        "skew_seconds": around.skew_seconds,
        "method": seen.method,
        "direction": seen.direction,
        "verdict": verdict,
        "reason": Reason.NEEDS_ANSWER if verdict is Verdict.INCOMPLETE else reason,
        "note": "",
        "answer": around.answer.strip()[:200],
        "flags": " ".join(sorted(around.flags)),
        "code_age": around.code_age,
        "phone": around.phone[:40],
        "account_id": seen.actor.account_id,
    }
    return insert_ignore(Scan, scan, keys=("device", "client_id"))


def _mark(seen: _Seen, enrolment: Enrolment, scan_id: int) -> Outcome:
    """The attendance of a good scan: new, or there already."""
    session, moment = seen.session, seen.at
    late = late_minutes(session, moment) if seen.direction is Direction.IN else 0
    row = attendance_values(
        session=session,
        enrolment_id=enrolment.id,
        direction=seen.direction,
        at=moment,
        late=late,
        method=seen.method,
        scan_id=scan_id,
        account_id=seen.actor.account_id,
    )
    if insert_ignore(Attendance, row, keys=("enrolment_id", "session_id", "direction")) is None:
        return _already(seen, enrolment, scan_id, moment)
    if seen.rule.mode is Mode.DAY and seen.direction is Direction.IN:
        for other in rest_of_day(session):
            insert_ignore(Attendance, {**row, "session_id": other.id}, keys=("enrolment_id", "session_id", "direction"))
    counters.add(session.workshop_id, session.id, role=enrolment.role, direction=seen.direction, people=1)
    publish(CheckinRecorded(enrolment_id=enrolment.id, session_id=session.id, workshop_id=session.workshop_id))
    return Outcome(verdict=Verdict.PRESENT, enrolment=enrolment, at=moment, late_minutes=late, scan_id=scan_id)


def attendance_values(
    *,
    session: Session,
    enrolment_id: int,
    direction: Direction,
    at: datetime,
    late: int,
    method: Method,
    scan_id: int | None,
    account_id: int | None,
) -> dict[str, object]:
    """A row of attendance as it is inserted."""
    return {
        "workshop_id": session.workshop_id,
        "session_id": session.id,
        "enrolment_id": enrolment_id,
        "direction": direction,
        "at": at,
        "late_minutes": late,
        "method": method,
        "is_corrected": False,
        "correction": "",
        "account_id": account_id,
        "scan_id": scan_id,
    }


def rest_of_day(session: Session) -> list[Session]:
    """The counted sessions of that day besides this one: a check-in for the whole day counts for them too."""
    counted = attendance_sessions(session.workshop_id)
    return [other for other in counted if other.day == session.day and other.id != session.id]


def _replay(seen: _Seen) -> Outcome:
    """The answer that the first sending of this scan got; honest when the attendance was taken back since."""
    earlier = queries.scan_of(seen.device, seen.client_id)
    assert earlier is not None
    enrolment_id = seen.enrolment.id if seen.enrolment else None
    if (earlier.session_id, earlier.enrolment_id, earlier.direction) != (
        seen.session.id,
        enrolment_id,
        seen.direction,
    ):
        reason = Reason.USED_CLAIM if seen.device == CLAIM_DEVICE else Reason.MISUSED_SCAN
        return Outcome(verdict=Verdict.REFUSED, reason=reason, enrolment=seen.enrolment)
    if earlier.verdict is Verdict.INCOMPLETE:
        return _complete(seen, earlier)
    row = queries.attendance(enrolment_id or 0, seen.session.id, seen.direction)
    was_taken_back = row is None and earlier.verdict is not Verdict.REFUSED
    return Outcome(
        verdict=Verdict.UNDONE if was_taken_back else earlier.verdict,
        reason=earlier.reason,
        enrolment=seen.enrolment,
        at=row.at if row else None,
        late_minutes=row.late_minutes if row else 0,
        scan_id=earlier.id,
    )


def _complete(seen: _Seen, earlier: Scan) -> Outcome:
    """The same scan again, perhaps with the answer to the door's question."""
    if not seen.around.answer.strip() or seen.enrolment is None:
        return Outcome(
            verdict=Verdict.INCOMPLETE, reason=Reason.NEEDS_ANSWER, enrolment=seen.enrolment, scan_id=earlier.id
        )
    earlier.verdict, earlier.reason = Verdict.PRESENT, None
    earlier.answer = seen.around.answer.strip()[:200]
    db.session.flush()
    return _mark(replace(seen, at=earlier.at), seen.enrolment, earlier.id)


def _already(seen: _Seen, enrolment: Enrolment, scan_id: int, moment: datetime) -> Outcome:
    """The person was present: keep the earlier of two scanned times, since an offline scan may arrive late."""
    row = queries.attendance(enrolment.id, seen.session.id, seen.direction)
    is_scanned = seen.direction is Direction.IN and seen.method not in {Method.MANUAL, Method.PAPER}
    if row is not None and is_scanned and moment < row.at and not row.is_corrected:
        late = late_minutes(seen.session, moment)
        moved = batch_rows.moved_row(row, enrolment.id, moment, late, scan_id, seen.method, seen.actor.account_id)
        batch_rows.move_earlier([moved])
        db.session.expire(row)
        row = queries.attendance(enrolment.id, seen.session.id, seen.direction)
    if row is None:  # taken back at another door this very moment
        return Outcome(verdict=Verdict.UNDONE, enrolment=enrolment, scan_id=scan_id)
    batch_rows.set_verdict([scan_id], Verdict.ALREADY)
    return Outcome(
        verdict=Verdict.ALREADY, enrolment=enrolment, at=row.at, late_minutes=row.late_minutes, scan_id=scan_id
    )


def _delete_attendance(session: Session, enrolment: Enrolment) -> int | None:
    """In one statement, so that of two devices only one takes it back; what a check-in for the day gave goes along."""
    rows = sa.delete(Attendance).where(Attendance.enrolment_id == enrolment.id, Attendance.direction == Direction.IN)
    statement = rows.where(Attendance.session_id == session.id).returning(Attendance.id, Attendance.scan_id)
    found = db.session.execute(statement).one_or_none()
    if found is None:
        return None
    if found.scan_id is not None:
        db.session.execute(rows.where(Attendance.scan_id == found.scan_id))
    return int(found.id)


def late_minutes(session: Session, moment: datetime) -> int:
    """Whole minutes after the start; 0 within the tolerance of the workshop."""
    return late_after(session.starts_at, moment, lambda: tolerance_of(session.workshop_id))


def late_after(starts_at: datetime, moment: datetime, tolerance: Callable[[], int]) -> int:
    """The rule of `late_minutes`; most people are in time, and their tolerance need not be read."""
    late = int((moment - starts_at).total_seconds() // 60)
    return late if late > 0 and late > tolerance() else 0


def tolerance_of(workshop_id: int) -> int:
    """Minutes after the start that do not count as late."""
    return int(setting("checkin.late_after_minutes", workshop_id=workshop_id))
