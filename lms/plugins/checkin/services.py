"""The rules of check-in: one person, one session, exactly once, with every scan logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

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
from lms.plugins.checkin import queries
from lms.plugins.checkin.enums import Direction, Method, Reason, Verdict
from lms.plugins.checkin.events import CheckinRecorded
from lms.plugins.checkin.models import Attendance, Scan
from lms.plugins.schedule.api import Session, SessionState

OPENS_BEFORE = timedelta(minutes=60)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a scan led to. `at` is the time that counts: of the first scan when the person was present already."""

    verdict: Verdict
    reason: Reason | None = None
    enrolment: Enrolment | None = None
    at: datetime | None = None
    late_minutes: int = 0
    scan_id: int | None = None


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
) -> Outcome:
    """Mark `enrolment` present at `session`, once, and log the scan.

    `at` is the time of the scan where it is not now (a claim, an offline device). Sending the same scan (`device`,
    `client_id`) again gives the same answer; the same id for another person or session is refused as misuse.
    A refusal is an answer, not an error: it is logged with its reason and does not block a later valid scan.
    """
    moment = at or now()
    reason = refusal or _refusal(session, enrolment)
    scan = _log(
        session=session,
        enrolment=enrolment,
        method=method,
        device=device,
        client_id=client_id,
        client_time=at,
        direction=direction,
        reason=reason,
        actor=actor,
    )
    if scan is None:
        return _replay(device, client_id, session, enrolment, direction)
    if reason is not None or enrolment is None:
        return Outcome(verdict=Verdict.REFUSED, reason=reason, enrolment=enrolment, scan_id=scan)
    late = _late_minutes(session, moment) if direction is Direction.IN else 0
    new_id = insert_ignore(
        Attendance,
        {
            "workshop_id": session.workshop_id,
            "session_id": session.id,
            "enrolment_id": enrolment.id,
            "direction": direction,
            "at": moment,
            "late_minutes": late,
            "method": method,
            "is_corrected": False,
            "correction": "",
            "account_id": actor.account_id,
        },
        keys=("enrolment_id", "session_id", "direction"),
    )
    if new_id is not None:
        publish(CheckinRecorded(enrolment_id=enrolment.id, session_id=session.id, workshop_id=session.workshop_id))
        return Outcome(verdict=Verdict.PRESENT, enrolment=enrolment, at=moment, late_minutes=late, scan_id=scan)
    return _already(scan, session, enrolment, direction, moment)


def undo(*, session: Session, enrolment: Enrolment, reason: str, actor: Actor) -> None:
    """Take an attendance back, with a reason; both facts stay in the log and the person can be checked in again."""
    if not reason.strip():
        raise RuleViolation(_("Write why, for instance “wrong person scanned”."), "reason")
    row = queries.attendance(enrolment.id, session.id)
    if row is None:
        return
    db.session.add(
        Scan(
            workshop_id=session.workshop_id,
            session_id=session.id,
            enrolment_id=enrolment.id,
            device="undo",
            client_id=f"{row.id}-{int(now().timestamp() * 1000)}",
            server_time=now(),
            method=Method.MANUAL,
            verdict=Verdict.UNDONE,
            note=reason[:300],
            account_id=actor.account_id,
        )
    )
    db.session.delete(row)
    db.session.flush()
    audit.record(
        action="checkin.undone", subject=enrolment, workshop_id=session.workshop_id, actor=actor, reason=reason
    )


def correct(*, session: Session, enrolment: Enrolment, at: datetime, reason: str, actor: Actor) -> Attendance:
    """Enter an attendance by hand afterwards; documents print it with an asterisk, who and why."""
    if not reason.strip():
        raise RuleViolation(_("Write why, for instance “signed on paper”."), "reason")
    outcome = check_in(
        session=session,
        enrolment=enrolment,
        method=Method.MANUAL,
        device="manual",
        client_id=f"{enrolment.id}-{session.id}-{int(now().timestamp() * 1000)}",
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


def self_refusal(session: Session) -> Reason | None:
    """Why self check-in is not possible now: too early, or the session is over."""
    if session.state is SessionState.OPEN:
        return None
    moment = now()
    if session.state is SessionState.CLOSED or moment > session.ends_at:
        return Reason.CLOSED
    return Reason.NOT_OPEN if moment < session.starts_at - OPENS_BEFORE else None


def _refusal(session: Session, enrolment: Enrolment | None) -> Reason | None:
    if enrolment is None:
        return Reason.UNKNOWN
    if enrolment.workshop_id != session.workshop_id:
        return Reason.OTHER_WORKSHOP
    if enrolment.status is EnrolmentStatus.CANCELLED:
        return Reason.CANCELLED
    return Reason.WAITLISTED if enrolment.status is EnrolmentStatus.WAITLISTED else None


def _log(
    *,
    session: Session,
    enrolment: Enrolment | None,
    method: Method,
    device: str,
    client_id: str,
    client_time: datetime | None,
    direction: Direction,
    reason: Reason | None,
    actor: Actor,
) -> int | None:
    """Add the scan to the log; None when this very scan is there already."""
    scan = {
        "workshop_id": session.workshop_id,
        "session_id": session.id,
        "enrolment_id": enrolment.id if enrolment else None,
        "device": device[:40],
        "client_id": client_id[:64],
        "client_time": client_time,
        "server_time": now(),
        "method": method,
        "direction": direction,
        "verdict": Verdict.REFUSED if reason else Verdict.PRESENT,
        "reason": reason,
        "note": "",
        "account_id": actor.account_id,
    }
    return insert_ignore(Scan, scan, keys=("device", "client_id"))


def _replay(
    device: str, client_id: str, session: Session, enrolment: Enrolment | None, direction: Direction
) -> Outcome:
    earlier = queries.scan_of(device[:40], client_id[:64])
    assert earlier is not None
    same = earlier.session_id == session.id and earlier.enrolment_id == (enrolment.id if enrolment else None)
    if not same:
        reason = Reason.USED_CLAIM if device == "claim" else Reason.MISUSED_SCAN
        return Outcome(verdict=Verdict.REFUSED, reason=reason, enrolment=enrolment)
    row = queries.attendance(earlier.enrolment_id or 0, session.id, direction)
    return Outcome(
        verdict=earlier.verdict,
        reason=earlier.reason,
        enrolment=enrolment,
        at=row.at if row else None,
        late_minutes=row.late_minutes if row else 0,
        scan_id=earlier.id,
    )


def _already(scan_id: int, session: Session, enrolment: Enrolment, direction: Direction, moment: datetime) -> Outcome:
    """The person was present: keep the earlier of the two times, since an offline scan may arrive late."""
    row = queries.attendance(enrolment.id, session.id, direction)
    assert row is not None
    if direction is Direction.IN and moment < row.at and not row.is_corrected:
        row.at, row.late_minutes = moment, _late_minutes(session, moment)
    scan = db.session.get_one(Scan, scan_id)
    scan.verdict = Verdict.ALREADY
    db.session.flush()
    return Outcome(
        verdict=Verdict.ALREADY, enrolment=enrolment, at=row.at, late_minutes=row.late_minutes, scan_id=scan_id
    )


def _late_minutes(session: Session, moment: datetime) -> int:
    late = int((moment - session.starts_at).total_seconds() // 60)
    if late <= 0:  # most people: the tolerance need not be read
        return 0
    tolerance = setting("checkin.late_after_minutes", workshop_id=session.workshop_id)
    return late if late > tolerance else 0
