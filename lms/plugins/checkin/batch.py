"""The engine of the scanners: one scan or hundreds, recorded exactly once in a fixed number of statements.

It follows the rules of `services.check_in`, with plain rows instead of objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from lms.kernel.clock import now
from lms.kernel.events import publish
from lms.plugins.checkin import batch_rows as rows
from lms.plugins.checkin import counters, services
from lms.plugins.checkin.batch_rows import Earlier, Key, Present
from lms.plugins.checkin.enums import Direction, Flag, Method, Mode, Reason, Verdict
from lms.plugins.checkin.events import CheckinRecorded
from lms.plugins.checkin.lookups import Guest, Slot, slots_of
from lms.plugins.checkin.services import Circumstances

AT_ONCE = 250  # scans in one transaction, so that other writers get in between


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One scan as it came, with what was found out about it; `at` is the corrected time."""

    client_id: str
    slot: Slot
    guest: Guest | None
    method: Method
    direction: Direction
    at: datetime
    around: Circumstances
    known: Reason | None = None  # what the code itself told, such as a badge that was replaced

    @property
    def identity(self) -> tuple[int, int | None, Direction]:
        """What the same scan id must mean each time."""
        return self.slot.id, self.guest.id if self.guest else None, self.direction

    @property
    def key(self) -> Key:
        """Of the attendance that this scan would make."""
        assert self.guest is not None
        return self.guest.id, self.slot.id, self.direction


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one scan led to. `is_new` says that this very request made the attendance."""

    reading: Reading
    verdict: Verdict
    reason: Reason | None = None
    at: datetime | None = None
    late_minutes: int = 0
    flags: frozenset[Flag] = frozenset()
    is_new: bool = False


@dataclass(frozen=True, kw_only=True)
class Admission:
    """A logged scan that stands for a present person."""

    reading: Reading
    scan_id: int
    at: datetime
    logged: Verdict  # what the log says by now


def record(readings: Sequence[Reading], *, device: str, quarantine: bool = False) -> list[Result]:
    """Log at most AT_ONCE scans of one device and mark the people present; one result for each, in order.

    With `quarantine` they are only logged. The same scan again gives the first answer; the same id for something else
    is a conflict. Inside a unit of work.
    """
    first: dict[str, Reading] = {}
    for reading in readings:
        first.setdefault(reading.client_id, reading)
    found = _Recording(list(first.values()), device=device, quarantine=quarantine).run()
    return [_answer_of(found[reading.client_id], reading) for reading in readings]


def admit(admissions: Sequence[Admission], present: dict[Key, Present]) -> dict[int, Result]:
    """`{scan id: result}`: the attendances of logged scans, the earliest of each person counting.

    `present` is what existed before; the log is put right where a scan turned out to be a later one.
    """
    work = _Admitting(admissions, present)
    work.run()
    return work.results


def _answer_of(result: Result, reading: Reading) -> Result:
    """For a later scan of the same id in one batch: the first one's answer when it is the same scan."""
    if result.reading is reading or result.reading.identity == reading.identity:
        return replace(result, reading=reading, is_new=result.is_new and result.reading is reading)
    return _misused(reading)


def _misused(reading: Reading) -> Result:
    return Result(reading=reading, verdict=Verdict.REFUSED, reason=Reason.MISUSED_SCAN)


class _Recording:
    """The scans of one transaction on their way through the log."""

    def __init__(self, readings: list[Reading], *, device: str, quarantine: bool) -> None:
        self.readings, self.device, self.quarantine = readings, device[:40], quarantine
        self.results: dict[str, Result] = {}

    def run(self) -> dict[str, Result]:
        present = rows.presents({reading.key for reading in self.readings if reading.guest})
        planned = {reading.client_id: self._plan(reading, present) for reading in self.readings}
        logged = rows.add_scans([self._row(reading, *planned[reading.client_id]) for reading in self.readings])
        admissions: list[Admission] = []
        repeated: list[Reading] = []
        for reading in self.readings:
            verdict, reason, flags = planned[reading.client_id]
            scan_id = logged.get(reading.client_id)
            if scan_id is None:
                repeated.append(reading)
            elif verdict in {Verdict.PRESENT, Verdict.ALREADY}:
                admissions.append(Admission(reading=reading, scan_id=scan_id, at=reading.at, logged=verdict))
            else:
                self.results[reading.client_id] = Result(reading=reading, verdict=verdict, reason=reason, flags=flags)
        admissions += self._repeat(repeated, present)
        for result in admit(admissions, present).values():
            self.results[result.reading.client_id] = result
        return self.results

    def _plan(self, reading: Reading, present: dict[Key, Present]) -> tuple[Verdict, Reason | None, frozenset[Flag]]:
        """Verdict, reason and flags as they are logged first."""
        guest, flags = reading.guest, reading.around.flags
        if self.quarantine:
            return Verdict.QUARANTINED, Reason.REVOKED_DEVICE, flags
        if guest is None:
            return Verdict.REFUSED, reading.known or Reason.UNKNOWN, flags
        is_here = guest.workshop_id == reading.slot.workshop_id
        reason = services.refusal_by(is_here=is_here, status=guest.status, known=reading.known)
        if reason is Reason.CANCELLED and guest.cancelled_at and reading.at < guest.cancelled_at:
            flags |= {Flag.CANCELLED_BEFORE_SYNC}
        if reason is not None:
            return Verdict.REFUSED, reason, flags
        asked = services.is_asked_at_door(
            question=reading.slot.question, direction=reading.direction, method=reading.method
        )
        if asked and not reading.around.answer.strip():
            return Verdict.INCOMPLETE, Reason.NEEDS_ANSWER, flags
        return Verdict.ALREADY if reading.key in present else Verdict.PRESENT, None, flags

    def _row(self, reading: Reading, verdict: Verdict, reason: Reason | None, flags: frozenset[Flag]) -> dict[str, Any]:
        around = reading.around
        return {
            "workshop_id": reading.slot.workshop_id,
            "session_id": reading.slot.id,
            "enrolment_id": reading.guest.id if reading.guest else None,
            "device": self.device,
            "client_id": reading.client_id,
            "client_time": around.client_time,
            "server_time": now(),
            "at": reading.at,
            "skew_seconds": around.skew_seconds,
            "method": reading.method,
            "direction": reading.direction,
            "verdict": verdict,
            "reason": reason,
            "note": "",
            "answer": around.answer.strip()[:200],
            "flags": " ".join(sorted(flags)),
            "code_age": None,
            "phone": "",
            "account_id": None,
        }

    def _repeat(self, repeated: list[Reading], present: dict[Key, Present]) -> list[Admission]:
        """The answers that the first sendings got; those which an answer to the question completes now are returned."""
        earlier = rows.earlier_scans(self.device, [reading.client_id for reading in repeated])
        missing = {reading.key for reading in repeated if reading.guest and reading.key not in present}
        present.update(rows.presents(missing))
        completed: list[Admission] = []
        for reading in repeated:
            scan = earlier[reading.client_id]
            same = (scan.session_id, scan.enrolment_id, scan.direction) == reading.identity
            if not same:
                self.results[reading.client_id] = _misused(reading)
            elif scan.verdict is Verdict.INCOMPLETE and reading.around.answer.strip():
                completed.append(Admission(reading=reading, scan_id=scan.id, at=scan.at, logged=Verdict.PRESENT))
            else:
                self.results[reading.client_id] = _repeated(reading, scan, present)
        rows.answer_scans({done.scan_id: done.reading.around.answer.strip()[:200] for done in completed})
        return completed


def _repeated(reading: Reading, scan: Earlier, present: dict[Key, Present]) -> Result:
    """Honest when the attendance was taken back since."""
    row = present.get(reading.key) if reading.guest else None
    is_taken_back = row is None and scan.verdict in {Verdict.PRESENT, Verdict.ALREADY}
    return Result(
        reading=reading,
        verdict=Verdict.UNDONE if is_taken_back else scan.verdict,
        reason=scan.reason,
        at=row.at if row else None,
        late_minutes=row.late_minutes if row else 0,
        flags=reading.around.flags,
    )


class _Admitting:
    """Logged scans on their way to attendances."""

    def __init__(self, admissions: Sequence[Admission], present: dict[Key, Present]) -> None:
        self.admissions = sorted(admissions, key=lambda admission: (admission.at, admission.scan_id))
        self.present = present
        self.results: dict[int, Result] = {}

    def run(self) -> None:
        claimed: dict[Key, Admission] = {}  # whose scan counts for what is new; one may count for a whole day
        new: list[dict[str, Any]] = []
        for admission in self.admissions:
            if admission.reading.key in self.present or admission.reading.key in claimed:
                continue
            for row in self._rows(admission):
                key = (row["enrolment_id"], row["session_id"], row["direction"])
                if claimed.setdefault(key, admission) is admission:
                    new.append(row)
        made = rows.add_attendances(new)
        raced = {admission.reading.key for admission in claimed.values()} - made
        self.present.update(rows.presents(raced))
        for key in made:
            if claimed[key].reading.key == key:
                self.results[claimed[key].scan_id] = self._new(claimed[key])
        self._rest({key: claimed[key] for key in made})

    def _rows(self, winner: Admission) -> list[dict[str, Any]]:
        """The attendance, and those of the rest of the day where one check-in counts for all of it."""
        slot = winner.reading.slot
        row = {
            "workshop_id": slot.workshop_id,
            "session_id": slot.id,
            "enrolment_id": winner.reading.key[0],
            "direction": winner.reading.direction,
            "at": winner.at,
            "late_minutes": self._late(winner),
            "method": winner.reading.method,
            "is_corrected": False,
            "correction": "",
            "account_id": None,
            "scan_id": winner.scan_id,
        }
        if slot.mode is not Mode.DAY or winner.reading.direction is not Direction.IN:
            return [row]
        others = [other for other in self._agenda if other.day == slot.day and other.counts_attendance]
        return [row, *({**row, "session_id": other.id} for other in others if other.id != slot.id)]

    def _rest(self, made: dict[Key, Admission]) -> None:
        """Everybody who was present already: the earlier of two scanned times counts, and the log says so."""
        moved: list[dict[str, Any]] = []
        relabelled: set[int] = set()
        for admission in self.admissions:
            if admission.scan_id in self.results:
                continue
            key = admission.reading.key
            row = self.present.get(key)
            first = made.get(key)
            at, late = (first.at, self._late(first)) if first else (row.at, row.late_minutes) if row else (None, 0)
            if row and not first and self._is_earlier(admission, row):
                at, late = admission.at, self._late(admission)
                moved.append(rows.moved_row(row, key[0], at, late, admission.scan_id, admission.reading.method))
                self.present[key] = replace(row, at=at, late_minutes=late)
            if admission.logged is not Verdict.ALREADY:
                relabelled.add(admission.scan_id)
            self.results[admission.scan_id] = _later(admission, at, late)
        rows.move_earlier(moved)
        rows.set_verdict(relabelled, Verdict.ALREADY)

    def _is_earlier(self, admission: Admission, row: Present) -> bool:
        return admission.reading.direction is Direction.IN and admission.at < row.at and not row.is_corrected

    def _new(self, winner: Admission) -> Result:
        slot, guest = winner.reading.slot, winner.reading.guest
        assert guest is not None
        direction = winner.reading.direction
        counters.add(slot.workshop_id, slot.id, role=guest.role, direction=direction, people=1)
        publish(CheckinRecorded(enrolment_id=winner.reading.key[0], session_id=slot.id, workshop_id=slot.workshop_id))
        return Result(
            reading=winner.reading,
            verdict=Verdict.PRESENT,
            at=winner.at,
            late_minutes=self._late(winner),
            flags=winner.reading.around.flags,
            is_new=True,
        )

    def _late(self, admission: Admission) -> int:
        if admission.reading.direction is not Direction.IN:
            return 0
        return services.late_after(admission.reading.slot.starts_at, admission.at, self._tolerance)

    @cached_property
    def _tolerance(self) -> Any:
        """Read once, when the first late person comes."""
        workshop_id = self.admissions[0].reading.slot.workshop_id
        return cache(lambda: services.tolerance_of(workshop_id))

    @cached_property
    def _agenda(self) -> list[Slot]:
        return slots_of(self.admissions[0].reading.slot.workshop_id)


def _later(admission: Admission, at: datetime | None, late: int) -> Result:
    """`at` is None when the attendance was taken back while this very scan was recorded."""
    verdict = Verdict.ALREADY if at else Verdict.UNDONE
    return Result(
        reading=admission.reading, verdict=verdict, at=at, late_minutes=late, flags=admission.reading.around.flags
    )
