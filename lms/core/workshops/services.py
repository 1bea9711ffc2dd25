"""Writes on workshops: create from a template or an earlier one, change, publish, close, cancel."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.regions.zones import zone_name
from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.errors import WorkshopRefused
from lms.core.workshops.events import (
    WorkshopClosed,
    WorkshopCopied,
    WorkshopCreated,
    WorkshopMoved,
    WorkshopPublished,
)
from lms.core.workshops.models import Organiser, Workshop
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.events import publish as tell
from lms.kernel.permissions import Actor
from lms.kernel.registry import registry

MAX_DAYS = 14
_NEXT = {
    WorkshopStatus.DRAFT: {WorkshopStatus.PUBLISHED, WorkshopStatus.CANCELLED},
    WorkshopStatus.PUBLISHED: {WorkshopStatus.DRAFT, WorkshopStatus.CLOSED, WorkshopStatus.CANCELLED},
    WorkshopStatus.CLOSED: {WorkshopStatus.PUBLISHED},
    WorkshopStatus.CANCELLED: {WorkshopStatus.PUBLISHED, WorkshopStatus.DRAFT},
}
YEARS = range(2000, 2101)
_COPIED = (
    "summary",
    "outcomes",
    "venue_name",
    "venue_address",
    "has_waiting_list",
    "contact_phone",
    "disabled_features",
)


def create_workshop(
    *,
    organiser_id: int,
    title: str,
    starts_on: date,
    region_code: str,
    actor: Actor,
    template: str = "",
    source_id: int | None = None,
    venue_name: str = "",
    capacity: int = 0,
    closes_on: date | None = None,
    is_demo: bool = False,
) -> Workshop:
    """Make a draft from a template, or from an earlier workshop (`source_id`); plugins fill in their parts.

    Raises WorkshopRefused for dates that cannot be.
    """
    source = db.session.get_one(Workshop, source_id) if source_id else None
    days = source.day_count if source else (registry().workshop_templates[template].days if template else 1)
    ends_on = starts_on + timedelta(days=days - 1)
    check_dates(starts_on=starts_on, ends_on=ends_on, opens_on=None, closes_on=closes_on)
    workshop = Workshop(
        organiser=db.session.get_one(Organiser, organiser_id),
        slug=free_slug(title, starts_on),
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        region_code=region_code,
        venue_name=venue_name,
        capacity=capacity,
        registration_closes_at=end_of_day(closes_on, region_code),
        is_demo=is_demo,
        created_at=now(),
    )
    if source:
        for name in _COPIED:
            if not getattr(workshop, name):
                setattr(workshop, name, getattr(source, name))
    db.session.add(workshop)
    db.session.flush()
    audit.record(action="workshops.created", subject=workshop, workshop_id=workshop.id, actor=actor)
    if source:
        tell(WorkshopCopied(workshop_id=workshop.id, source_id=source.id, days=(starts_on - source.starts_on).days))
    else:
        tell(WorkshopCreated(workshop_id=workshop.id, template=template))
    return workshop


def update_workshop(
    *,
    workshop_id: int,
    title: str,
    summary: str,
    outcomes: str,
    starts_on: date,
    ends_on: date,
    region_code: str,
    venue_name: str,
    venue_address: str,
    capacity: int,
    has_waiting_list: bool,
    opens_on: date | None,
    closes_on: date | None,
    contact_phone: str,
    actor: Actor,
) -> Workshop:
    """Change the details; sessions move along with the first day. Raises WorkshopRefused for impossible dates."""
    check_dates(starts_on=starts_on, ends_on=ends_on, opens_on=opens_on, closes_on=closes_on)
    workshop = db.session.get_one(Workshop, workshop_id)
    moved = (starts_on - workshop.starts_on).days
    workshop.title, workshop.summary, workshop.outcomes = title, summary, outcomes
    workshop.starts_on, workshop.ends_on, workshop.region_code = starts_on, ends_on, region_code
    workshop.venue_name, workshop.venue_address = venue_name, venue_address
    workshop.capacity, workshop.has_waiting_list = capacity, has_waiting_list
    workshop.registration_opens_at = start_of_day(opens_on, region_code)
    workshop.registration_closes_at = end_of_day(closes_on, region_code)
    workshop.contact_phone = contact_phone
    db.session.flush()
    audit.record(action="workshops.changed", subject=workshop, workshop_id=workshop.id, actor=actor)
    if moved:
        tell(WorkshopMoved(workshop_id=workshop.id, days=moved))
    return workshop


def check_dates(*, starts_on: date, ends_on: date, opens_on: date | None, closes_on: date | None) -> None:
    """Raise WorkshopRefused when the days contradict each other or are a slip of the keyboard."""
    if starts_on.year not in YEARS:
        raise WorkshopRefused(
            _("Check the year: it must be from %(first)s to %(last)s.", first=YEARS[0], last=YEARS[-1]), "starts_on"
        )
    if ends_on < starts_on:
        raise WorkshopRefused(_("The last day is before the first one."), "ends_on")
    if (ends_on - starts_on).days >= MAX_DAYS:
        raise WorkshopRefused(_("A workshop lasts at most %(count)s days.", count=MAX_DAYS), "ends_on")
    if closes_on and closes_on > ends_on:
        raise WorkshopRefused(_("Registration cannot end after the last day of the workshop."), "closes_on")
    if closes_on and closes_on.year not in YEARS:
        raise WorkshopRefused(
            _("Check the year: it must be from %(first)s to %(last)s.", first=YEARS[0], last=YEARS[-1]), "closes_on"
        )
    if opens_on and opens_on > (closes_on or ends_on):
        raise WorkshopRefused(_("Registration cannot begin after it ends."), "opens_on")


def set_status(*, workshop_id: int, status: WorkshopStatus, actor: Actor, reason: str = "") -> Workshop:
    """Publish, take back, close, reopen or cancel; the same state again changes nothing.

    A handler of WorkshopPublished may veto. Raises WorkshopRefused for a step that makes no sense.
    """
    workshop = db.session.get_one(Workshop, workshop_id)
    if workshop.status is status:
        return workshop
    if status not in _NEXT[workshop.status]:
        raise WorkshopRefused(_("This step is not possible from the present state of the workshop."))
    if status is WorkshopStatus.CANCELLED and not reason.strip():
        raise WorkshopRefused(_("Write why; participants will ask."), "reason")
    workshop.status = status
    if status is WorkshopStatus.PUBLISHED:
        workshop.published_at = workshop.published_at or now()
        tell(WorkshopPublished(workshop_id=workshop.id))
    if status is WorkshopStatus.CLOSED:
        tell(WorkshopClosed(workshop_id=workshop.id))
    db.session.flush()
    action = f"workshops.{status.value}"
    audit.record(action=action, subject=workshop, workshop_id=workshop.id, actor=actor, reason=reason)
    return workshop


def switch_features(*, workshop_id: int, disabled: set[str], actor: Actor) -> None:
    """Which per-workshop plugins are off here."""
    workshop = db.session.get_one(Workshop, workshop_id)
    workshop.disabled_features = ",".join(sorted(disabled))
    db.session.flush()
    audit.record(action="workshops.features", subject=workshop, workshop_id=workshop.id, actor=actor)


def free_slug(title: str, starts_on: date) -> str:
    """A readable address that no other workshop has."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-") or "lokakarya"
    base = f"{base}-{starts_on:%Y-%m}"
    taken = set(db.session.scalars(sa.select(Workshop.slug).where(Workshop.slug.startswith(base))))
    number = 1
    slug = base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def start_of_day(day: date | None, region_code: str) -> datetime | None:
    """The first moment of a day in the region's zone."""
    return datetime.combine(day, time.min, ZoneInfo(zone_name(region_code))) if day else None


def end_of_day(day: date | None, region_code: str) -> datetime | None:
    """The last second of a day in the region's zone."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone_name(region_code))) if day else None
