"""Writes on sessions: plan, change, move, remove, open and close."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _

from lms.core.enrolments.services import lock_workshop
from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.events import publish
from lms.kernel.permissions import Actor
from lms.plugins.schedule import queries
from lms.plugins.schedule.enums import CODE_PREFIXES, SessionState
from lms.plugins.schedule.errors import PlanRefused, SessionInUse
from lms.plugins.schedule.events import SessionClosed, SessionMoved, SessionOpened, SessionRemoved
from lms.plugins.schedule.models import Room, Session, SessionSpeaker
from lms.plugins.schedule.plans import Plan, check_plan, check_times, local_time, moment_of

# What a calendar shows: a change of any of these raises the iCalendar sequence.
_SHOWN = ("starts_at", "ends_at", "title", "room_id")


def create_session(*, workshop_id: int, plan: Plan, actor: Actor) -> Session:
    """Add a session to the agenda. Raises PlanRefused."""
    workshop = lock_workshop(workshop_id)  # two at once would take the same code
    check_plan(plan, workshop)
    prefix = CODE_PREFIXES[plan.kind]
    number = queries.last_numbers(workshop_id).get(prefix, 0) + 1
    session = add_session(workshop=workshop, plan=plan, code=f"{prefix}-{number}")
    audit.record(action="schedule.session_added", subject=session, workshop_id=workshop_id, actor=actor)
    return session


def add_session(*, workshop: Workshop, plan: Plan, code: str) -> Session:
    """Put a planned session under a code that the caller knows to be free; for templates and copies too."""
    session = Session(
        workshop=workshop,
        workshop_id=workshop.id,
        code=code,
        title="",
        day=plan.day,
        state=SessionState.PLANNED,
        sequence=0,
        changed_at=now(),
        assignments=[],
    )
    _fill(session, plan, workshop)
    db.session.add(session)
    db.session.flush()
    return session


def change_session(*, session_id: int, plan: Plan, actor: Actor) -> Session:
    """Replace what is planned; the same again changes nothing. Raises PlanRefused."""
    session = queries.session_by_id(session_id)
    check_plan(plan, session.workshop)
    before = _shown(session)
    changed = _fill(session, plan, session.workshop)
    if changed:
        _note_change(session, before)
        audit.record(
            action="schedule.session_changed",
            subject=session,
            workshop_id=session.workshop_id,
            actor=actor,
            fields=changed,
        )
    return session


def move_session(*, session_id: int, day: int, starts: time, room_id: int | None, actor: Actor) -> Session:
    """Give a session another day, start or room; it keeps its length. Raises PlanRefused."""
    session = queries.session_by_id(session_id)
    workshop = session.workshop
    length = session.ends_at - session.starts_at
    check_times(workshop, day=day, starts=time.min, ends=time.max)
    start = moment_of(workshop, day, starts)
    if local_time(start + length, workshop) <= starts:
        raise PlanRefused(_("The session would end after midnight. Choose an earlier start."), "starts")
    before = _shown(session)
    session.day, session.starts_at, session.ends_at = day, start, start + length
    session.room = _room(room_id, workshop)
    session.room_id = room_id
    if _shown(session) != before:
        _note_change(session, before)
        audit.record(
            action="schedule.session_moved", subject=session, workshop_id=workshop.id, actor=actor, fields=_SHOWN[:2]
        )
    return session


def remove_session(*, session_id: int, actor: Actor) -> None:
    """Take a session out of the agenda. Raises SessionInUse once people may have been recorded in it."""
    session = queries.session_by_id(session_id)
    has_begun = session.workshop.is_public and session.starts_at <= now()
    if session.opened_at is not None or has_begun:
        raise SessionInUse(_("This session has begun, so people may be recorded in it. Change it instead."))
    publish(SessionRemoved(session_id=session.id, workshop_id=session.workshop_id))
    audit.record(action="schedule.session_removed", subject=session, workshop_id=session.workshop_id, actor=actor)
    db.session.delete(session)
    db.session.flush()


def open_session(*, session_id: int, actor: Actor) -> Session:
    """Open a session, or a closed one again; opening an open one changes nothing."""
    session = queries.session_by_id(session_id)
    if session.state is SessionState.OPEN:
        return session
    session.state, session.opened_at, session.closed_at = SessionState.OPEN, now(), None
    db.session.flush()
    audit.record(action="schedule.session_opened", subject=session, workshop_id=session.workshop_id, actor=actor)
    publish(SessionOpened(session_id=session.id, workshop_id=session.workshop_id))
    return session


def close_session(*, session_id: int, actor: Actor) -> Session:
    """Close a session; closing a closed one changes nothing."""
    session = queries.session_by_id(session_id)
    if session.state is SessionState.CLOSED:
        return session
    session.state, session.closed_at = SessionState.CLOSED, now()
    db.session.flush()
    audit.record(action="schedule.session_closed", subject=session, workshop_id=session.workshop_id, actor=actor)
    publish(SessionClosed(session_id=session.id, workshop_id=session.workshop_id))
    return session


def shift_sessions(*, workshop: Workshop, days: int) -> None:
    """Move the whole agenda by days, keeping local times; for a workshop whose first day moved."""
    for session in queries.sessions_of(workshop.id):
        before = _shown(session)
        session.starts_at = _shifted(session.starts_at, workshop, days)
        session.ends_at = _shifted(session.ends_at, workshop, days)
        session.day = _day_of(session.starts_at, workshop)
        _note_change(session, before)


def _shifted(moment: datetime, workshop: Workshop, days: int) -> datetime:
    on: date = moment.astimezone(moment_of(workshop, 1, time.min).tzinfo).date() + timedelta(days=days)
    return moment_of(workshop, (on - workshop.starts_on).days + 1, local_time(moment, workshop))


def _day_of(moment: datetime, workshop: Workshop) -> int:
    return (moment.date() - workshop.starts_on).days + 1


def _fill(session: Session, plan: Plan, workshop: Workshop) -> list[str]:
    """Write the plan; the names of what is different now."""
    values = {
        "title": " ".join(plan.title.split()),
        "day": plan.day,
        "starts_at": moment_of(workshop, plan.day, plan.starts),
        "ends_at": moment_of(workshop, plan.day, plan.ends),
        "kind": plan.kind,
        "jp": plan.jp,
        "pillar": plan.pillar,
        "speaker_label": " ".join(plan.speaker_label.split()),
        "counts_attendance": plan.is_counted,
        "room_id": plan.room_id,
    }
    changed = [name for name, value in values.items() if getattr(session, name) != value]
    for name in changed:
        setattr(session, name, values[name])
    session.room = _room(plan.room_id, workshop)
    return [*changed, *(["speakers"] if assign(session=session, speaker_ids=plan.speaker_ids) else [])]


def assign(*, session: Session, speaker_ids: Iterable[int]) -> bool:
    """Make these the narasumber of the session, in this order; whether that was a change. Raises PlanRefused."""
    wanted = list(dict.fromkeys(speaker_ids))
    if [row.enrolment_id for row in session.assignments] == wanted:
        return False
    known = {speaker.id: speaker for speaker in queries.speakers_of(session.workshop_id)} if wanted else {}
    if not set(wanted) <= set(known):
        raise PlanRefused(_("Choose from the speakers of this workshop."), "speaker_ids")
    kept = {row.enrolment_id: row for row in session.assignments}
    rows = [kept.get(number) or SessionSpeaker(enrolment=known[number], enrolment_id=number) for number in wanted]
    for position, row in enumerate(rows):
        row.position = position
    session.assignments = rows
    return True


def _room(room_id: int | None, workshop: Workshop) -> Room | None:
    if room_id is None:
        return None
    room = db.session.get(Room, room_id)
    if room is None or room.workshop_id != workshop.id:
        raise PlanRefused(_("Choose a room of this workshop."), "room_id")
    return room


def _shown(session: Session) -> tuple[object, ...]:
    return tuple(getattr(session, name) for name in _SHOWN)


def _note_change(session: Session, before: tuple[object, ...]) -> None:
    """Raise the sequence when a calendar shows something else, and tell others of another time or room."""
    after = _shown(session)
    session.changed_at = now()
    if after != before:
        session.sequence += 1
    db.session.flush()
    moved = any(old != new for name, old, new in zip(_SHOWN, before, after, strict=True) if name != "title")
    if moved:
        publish(SessionMoved(session_id=session.id, workshop_id=session.workshop_id))
