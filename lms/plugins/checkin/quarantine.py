"""Scans that a phone sent after it was revoked or its time was over: kept as facts until somebody decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.plugins.checkin import batch, batch_rows, lookups, services
from lms.plugins.checkin.batch import Admission, Reading
from lms.plugins.checkin.enums import Flag, Reason, Verdict
from lms.plugins.checkin.lookups import Guest, Slot
from lms.plugins.checkin.models import Device, Scan
from lms.plugins.checkin.services import Circumstances

SHOWN = 100  # scans of one phone on the page


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One scan that waits."""

    name: str
    session: str
    at: datetime
    sent_at: datetime


@dataclass(frozen=True, kw_only=True)
class Held:
    """What one phone left; `scans` are the first of `count`."""

    device: Device
    count: int
    first: datetime
    last: datetime
    scans: list[Kept]


def held(workshop_id: int) -> list[Held]:
    """Every phone whose scans wait, in four statements."""
    scans = list(db.session.scalars(_waiting(workshop_id)))
    if not scans:
        return []
    by_device: dict[str, list[Scan]] = defaultdict(list)
    for scan in scans:
        by_device[scan.device].append(scan)
    guests = lookups.guests_by_id({scan.enrolment_id for scan in scans if scan.enrolment_id})
    titles = {slot.id: slot.title for slot in lookups.slots_of(workshop_id)}
    devices = db.session.scalars(sa.select(Device).where(Device.workshop_id == workshop_id).order_by(Device.id))
    return [_held(device, by_device[device.key], guests, titles) for device in devices if device.key in by_device]


def accept(*, device: Device, before: datetime | None, actor: Actor) -> int:
    """Let the scans of a phone count (those before a moment, when given); how many. Twice changes nothing.

    Who may not be marked present is refused like at every door.
    """
    scans = list(db.session.scalars(_waiting(device.workshop_id, device.key, before).with_for_update()))
    for start in range(0, len(scans), batch.AT_ONCE):
        _let_count(device.workshop_id, scans[start : start + batch.AT_ONCE])
    _note("checkin.quarantine_accepted", device, len(scans), actor)
    return len(scans)


def dismiss(*, device: Device, before: datetime | None, actor: Actor) -> int:
    """Leave the scans of a phone in the log as refused; how many."""
    scans = list(db.session.scalars(_waiting(device.workshop_id, device.key, before).with_for_update()))
    batch_rows.set_verdict([scan.id for scan in scans], Verdict.REFUSED, Reason.REVOKED_DEVICE)
    _note("checkin.quarantine_dismissed", device, len(scans), actor)
    return len(scans)


def _waiting(workshop_id: int, device: str = "", before: datetime | None = None) -> sa.Select[Scan]:
    query = sa.select(Scan).where(Scan.workshop_id == workshop_id, Scan.verdict == Verdict.QUARANTINED)
    if device:
        query = query.where(Scan.device == device)
    if before is not None:
        query = query.where(Scan.at < before)
    return query.order_by(Scan.at, Scan.id)


def _held(device: Device, scans: list[Scan], guests: dict[int, Guest], titles: dict[int, str]) -> Held:
    return Held(
        device=device,
        count=len(scans),
        first=scans[0].at,
        last=scans[-1].at,
        scans=[_kept(scan, guests, titles) for scan in scans[:SHOWN]],
    )


def _kept(scan: Scan, guests: dict[int, Guest], titles: dict[int, str]) -> Kept:
    guest = guests.get(scan.enrolment_id or 0)
    is_here = guest is not None and guest.workshop_id == scan.workshop_id
    return Kept(
        name=guest.name if guest and is_here else "",
        session=titles.get(scan.session_id, "–"),
        at=scan.at,
        sent_at=scan.server_time,
    )


def _let_count(workshop_id: int, scans: Sequence[Scan]) -> None:
    slots = {slot.id: slot for slot in lookups.slots_of(workshop_id)}
    guests = lookups.guests_by_id({scan.enrolment_id for scan in scans if scan.enrolment_id})
    refused: dict[Reason, list[int]] = defaultdict(list)
    admissions: list[Admission] = []
    for scan in scans:
        guest, slot = guests.get(scan.enrolment_id or 0), slots.get(scan.session_id)
        reason = _refusal(guest, slot)
        if reason is None and slot is not None:
            reading = _reading(scan, slot, guest)
            admissions.append(Admission(reading=reading, scan_id=scan.id, at=scan.at, logged=Verdict.QUARANTINED))
        else:
            refused[reason or Reason.UNKNOWN].append(scan.id)
    present = batch_rows.presents({admission.reading.key for admission in admissions})
    results = batch.admit(admissions, present)
    new = [scan_id for scan_id, result in results.items() if result.verdict is Verdict.PRESENT]
    batch_rows.set_verdict(new, Verdict.PRESENT)
    for reason, scan_ids in refused.items():
        batch_rows.set_verdict(scan_ids, Verdict.REFUSED, reason)


def _refusal(guest: Guest | None, slot: Slot | None) -> Reason | None:
    if guest is None or slot is None:
        return Reason.UNKNOWN
    return services.refusal_by(is_here=guest.workshop_id == slot.workshop_id, status=guest.status, known=None)


def _reading(scan: Scan, slot: Slot, guest: Guest | None) -> Reading:
    flags = frozenset(Flag(text) for text in scan.flags.split())
    return Reading(
        client_id=scan.client_id,
        slot=slot,
        guest=guest,
        method=scan.method,
        direction=scan.direction,
        at=scan.at,
        around=Circumstances(client_time=scan.client_time, skew_seconds=scan.skew_seconds, flags=flags),
    )


def _note(action: str, device: Device, count: int, actor: Actor) -> None:
    if count:
        audit.record(action=action, subject=device, workshop_id=device.workshop_id, actor=actor, reason=str(count))
