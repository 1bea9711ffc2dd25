"""From what a scanner sent to what the engine takes: sessions, people and times, resolved for all items together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.kernel.clock import now
from lms.kernel.rest import ApiProblem
from lms.plugins.checkin import lookups
from lms.plugins.checkin.api_problems import ambiguous, nothing_to_join, out_of_scope, session_unknown
from lms.plugins.checkin.api_schemas import ScanIn
from lms.plugins.checkin.batch import Reading
from lms.plugins.checkin.devices import Caller
from lms.plugins.checkin.enums import Direction, Flag, Method, Reason
from lms.plugins.checkin.lookups import Guest, Slot, Written
from lms.plugins.checkin.services import Circumstances

WRONG_CLOCK = timedelta(seconds=120)
SENT_LATER = timedelta(seconds=120)
_LARGEST = 2**31 - 1  # seconds that the column of the skew holds


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What the device's clock showed when it sent something, against ours."""

    server: datetime
    skew: timedelta | None

    @classmethod
    def of(cls, device_time: datetime | None) -> Clock:
        moment = now()
        return cls(server=moment, skew=device_time - moment if device_time else None)

    @property
    def skew_seconds(self) -> int | None:
        if self.skew is None:
            return None
        return max(-_LARGEST, min(_LARGEST, round(self.skew.total_seconds())))

    def corrected(self, told: datetime | None) -> datetime:
        """The time of a scan by our clock: never later than now, and now where none was told."""
        if told is None:
            return self.server
        return min(self.server, told - self.skew if self.skew is not None else told)


def flags_of(slot: Slot, at: datetime, clock: Clock) -> frozenset[Flag]:
    """What is worth a look about a scan at `at`; it never drops one."""
    found = set()
    if clock.skew is not None and abs(clock.skew) > WRONG_CLOCK:
        found.add(Flag.CLOCK_SKEW)
    if clock.server - at > SENT_LATER:
        found.add(Flag.SENT_LATER)
    if not slot.starts_at - lookups.OPENS_BEFORE <= at <= slot.ends_at + lookups.STALE_AFTER:
        found.add(Flag.OUT_OF_HOURS)
    return frozenset(found)


def readings_of(items: Sequence[ScanIn], caller: Caller, clock: Clock) -> list[Reading | ApiProblem]:
    """One for each item, in order; a problem where its session cannot be told. At most three statements."""
    slots = _slots(items, caller)
    written = [_written(item) for item in items]
    by_id = lookups.guests_by_id({code.enrolment_id for code in written if code.enrolment_id is not None})
    by_code = lookups.guests_by_code({code.ticket_code for code in written if code.ticket_code})
    found: list[Reading | ApiProblem] = []
    for item, code in zip(items, written, strict=True):
        guest = by_code.get(code.ticket_code) if code.enrolment_id is None else by_id.get(code.enrolment_id)
        at = clock.corrected(item.at)
        try:
            slot = _slot(item, at, slots, caller, clock)
        except ApiProblem as problem:
            found.append(problem)
            continue
        found.append(_reading(item, code, guest, slot, at, clock))
    return found


def _slots(items: Sequence[ScanIn], caller: Caller) -> list[Slot]:
    """The whole agenda, or the one session that is asked for."""
    wanted = {item.session for item in items}
    only = next(iter(wanted)) if len(wanted) == 1 else None
    return lookups.slots_of(caller.workshop_id, only=only or caller.session_id)


def _slot(item: ScanIn, at: datetime, slots: list[Slot], caller: Caller, clock: Clock) -> Slot:
    """Raises ApiProblem."""
    if item.session is None:
        is_past = clock.server - at > SENT_LATER
        several = slots if caller.session_id is not None else lookups.joinable(slots, at, is_past=is_past)
        if len(several) > 1:
            raise ambiguous(several)
        if not several:
            raise nothing_to_join()
        return several[0]
    slot = next((slot for slot in slots if slot.id == item.session), None)
    if caller.session_id is not None and item.session != caller.session_id:
        raise out_of_scope()
    if slot is None:
        raise session_unknown()
    return slot


def _written(item: ScanIn) -> Written:
    if item.method == "search":
        return Written(enrolment_id=item.enrolment)
    return lookups.read_code(item.code or "")


def _reading(item: ScanIn, code: Written, guest: Guest | None, slot: Slot, at: datetime, clock: Clock) -> Reading:
    method, known = Method(item.method), None
    if method is Method.SEARCH:
        # A number that was not found here by name is nobody: whose it is elsewhere is none of this door's business.
        guest = guest if guest is not None and guest.workshop_id == slot.workshop_id else None
    elif code.enrolment_id is None:
        method = Method.TYPED
    else:
        method = Method.BADGE
        known = Reason.REVOKED_BADGE if guest is not None and guest.badge_version != code.version else None
    return Reading(
        client_id=item.id,
        slot=slot,
        guest=guest,
        method=method,
        direction=Direction(item.direction),
        at=at,
        known=known,
        around=Circumstances(
            client_time=item.at,
            skew_seconds=clock.skew_seconds,
            answer=item.answer,
            flags=flags_of(slot, at, clock),
        ),
    )
