"""Writes on enrolments: register, add by staff, cancel, promote, revoke links."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.enrolments import affiliations, queries
from lms.core.enrolments.enums import EnrolmentStatus, Source
from lms.core.enrolments.errors import AlreadyRegistered, NotChangeable, RegistrationClosed, WorkshopFull
from lms.core.enrolments.events import EnrolmentCancelled, EnrolmentConfirmed
from lms.core.enrolments.models import Enrolment
from lms.core.people.enums import Gender
from lms.core.people.models import Person
from lms.core.people.names import search_key
from lms.core.people.services import find_or_create
from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.events import publish
from lms.kernel.permissions import Actor, Role
from lms.kernel.tokens import make_token, new_code

CONSENT_VERSION = "2026-11"
CODE_LENGTH = 6
_TWICE = _l("This name and number are registered already. Open your ticket with the link or the ticket code.")


def register(
    *,
    workshop_id: int,
    full_name: str,
    phone: str,
    affiliation: str,
    position: str,
    gender: Gender | None,
    nonce: str,
    title_front: str = "",
    title_back: str = "",
    may_photograph: bool = False,
    may_contact: bool = False,
) -> Enrolment:
    """Register a participant online; sending the same form (`nonce`) again returns the first answer.

    A form that was filled in anew for somebody else (the browser's way back keeps the nonce) counts as a new one.
    The caller's form has taken the consent. Raises RegistrationClosed, AlreadyRegistered or WorkshopFull.
    """
    workshop = lock_workshop(workshop_id)
    earlier = queries.by_nonce(nonce)
    if earlier is not None and _is_same(earlier, workshop_id, full_name):
        return earlier
    check_open(workshop)
    person = find_or_create(
        full_name=full_name, phone=phone, gender=gender, title_front=title_front, title_back=title_back
    )
    if _active(workshop_id, person.id, Role.PESERTA):
        raise AlreadyRegistered(str(_TWICE), "phone")
    enrolment = enrol(
        workshop=workshop,
        person=person,
        role=Role.PESERTA,
        affiliation=affiliation,
        position=position,
        source=Source.ONLINE,
        status=_place(workshop),
        nonce=nonce if earlier is None else None,
    )
    enrolment.consent_text, enrolment.consent_at = CONSENT_VERSION, now()
    enrolment.may_photograph, enrolment.may_contact = may_photograph, may_contact
    db.session.flush()
    return enrolment


def enrol(
    *,
    workshop: Workshop,
    person: Person,
    role: Role,
    affiliation: str = "",
    position: str = "",
    task: str = "",
    source: Source = Source.STAFF,
    status: EnrolmentStatus = EnrolmentStatus.CONFIRMED,
    nonce: str | None = None,
    registered_at: datetime | None = None,
) -> Enrolment:
    """Put a person into a workshop in one role; a cancelled enrolment of the same role comes back to life."""
    known = affiliations.resolve(affiliation)
    row = db.session.scalar(sa.select(Enrolment).filter_by(workshop_id=workshop.id, person_id=person.id, role=role))
    if row is None:
        row = Enrolment(workshop=workshop, person=person, role=role, ticket_code=_free_code())
        db.session.add(row)
    row.affiliation, row.affiliation_key, row.region_code = known.name, known.key, known.region_code
    row.position, row.task = affiliations.plain(position), affiliations.plain(task)
    row.source, row.status = source, status
    row.form_nonce, row.cancelled_at = nonce, None
    row.registered_at = registered_at or now()
    db.session.flush()
    if row.is_confirmed:
        publish(EnrolmentConfirmed(enrolment_id=row.id, workshop_id=workshop.id))
    return row


def add_by_staff(
    *,
    workshop_id: int,
    person: Person,
    role: Role,
    actor: Actor,
    affiliation: str = "",
    position: str = "",
    task: str = "",
    over_quota: bool = False,
) -> Enrolment:
    """Register somebody for them. Participants get a seat, wait, or get one above the quota when `over_quota`.

    Raises AlreadyRegistered, or WorkshopFull without a waiting list.
    """
    workshop = lock_workshop(workshop_id)
    if _active(workshop_id, person.id, role):
        raise AlreadyRegistered(_("This name and number are registered already. Look in the list."), "full_name")
    has_quota = role is Role.PESERTA and not over_quota
    row = enrol(
        workshop=workshop,
        person=person,
        role=role,
        affiliation=affiliation,
        position=position,
        task=task,
        status=_place(workshop) if has_quota else EnrolmentStatus.CONFIRMED,
    )
    audit.record(action="enrolments.added", subject=row, workshop_id=workshop_id, actor=actor)
    return row


def give_up(*, enrolment_id: int, actor: Actor) -> Enrolment | None:
    """The holder of a ticket gives up the seat; who moves up is returned. Raises NotChangeable."""
    row = db.session.get_one(Enrolment, enrolment_id)
    if row.role is not Role.PESERTA:
        raise NotChangeable(_("Tell the committee that you cannot come: your part must be given to somebody else."))
    if row.workshop.status is WorkshopStatus.CLOSED:
        raise NotChangeable(_("The workshop is closed. Nothing can be cancelled any more."))
    return cancel(enrolment_id=enrolment_id, actor=actor)


def cancel(*, enrolment_id: int, actor: Actor, reason: str = "") -> Enrolment | None:
    """Cancel; the freed seat goes to the first who waits, who is returned. Cancelling twice changes nothing."""
    row = db.session.get_one(Enrolment, enrolment_id)
    workshop = lock_workshop(row.workshop_id)
    if row.status is EnrolmentStatus.CANCELLED:
        return None
    row.status, row.cancelled_at = EnrolmentStatus.CANCELLED, now()
    db.session.flush()
    audit.record(action="enrolments.cancelled", subject=row, workshop_id=row.workshop_id, actor=actor, reason=reason)
    publish(EnrolmentCancelled(enrolment_id=row.id, workshop_id=row.workshop_id))
    promoted = promote_waiting(workshop=workshop)
    return promoted[0] if promoted else None


def confirm(*, enrolment_id: int, actor: Actor) -> Enrolment:
    """Give a seat to somebody who waits or had cancelled, whatever the quota: staff decides."""
    row = db.session.get_one(Enrolment, enrolment_id)
    lock_workshop(row.workshop_id)
    if not row.is_confirmed:
        row.status, row.cancelled_at = EnrolmentStatus.CONFIRMED, None
        db.session.flush()
        audit.record(action="enrolments.confirmed", subject=row, workshop_id=row.workshop_id, actor=actor)
        publish(EnrolmentConfirmed(enrolment_id=row.id, workshop_id=row.workshop_id))
    return row


def move(*, enrolment_id: int, affiliation: str, position: str, actor: Actor) -> Enrolment:
    """Change the organisation and position of one enrolment."""
    row = db.session.get_one(Enrolment, enrolment_id)
    known = affiliations.resolve(affiliation)
    row.affiliation, row.affiliation_key, row.region_code = known.name, known.key, known.region_code
    row.position = affiliations.plain(position)
    db.session.flush()
    audit.record(action="enrolments.changed", subject=row, workshop_id=row.workshop_id, actor=actor)
    return row


def promote_waiting(*, workshop: Workshop) -> list[Enrolment]:
    """Give free seats to the waiting list in the order of registration; the caller holds the workshop's lock."""
    left = queries.seats(workshop.id).left
    query = (
        sa.select(Enrolment)
        .filter_by(workshop_id=workshop.id, role=Role.PESERTA, status=EnrolmentStatus.WAITLISTED)
        .order_by(Enrolment.registered_at, Enrolment.id)
        .limit(left if left is not None else 10_000)
    )
    promoted = list(db.session.scalars(query)) if left != 0 else []
    for row in promoted:
        row.status = EnrolmentStatus.CONFIRMED
        publish(EnrolmentConfirmed(enrolment_id=row.id, workshop_id=workshop.id))
    db.session.flush()
    return promoted


def renew_link(*, enrolment_id: int, actor: Actor) -> Enrolment:
    """Revoke the personal link, the badge and every session opened with them; new ones are in force."""
    row = db.session.get_one(Enrolment, enrolment_id)
    row.link_version += 1
    row.badge_version += 1
    row.ticket_code = _free_code()
    db.session.flush()
    audit.record(action="enrolments.link_renewed", subject=row, workshop_id=row.workshop_id, actor=actor)
    return row


def link_token(enrolment: Enrolment) -> str:
    """The secret part of the personal link `/t/<token>`."""
    return make_token(queries.LINK, enrolment.id, enrolment.link_version)


def badge_token(enrolment: Enrolment) -> str:
    """What the badge's QR code carries; it opens nothing but a check-in by staff."""
    return make_token(queries.BADGE, enrolment.id, enrolment.badge_version)


def lock_workshop(workshop_id: int) -> Workshop:
    """The workshop's row, locked until the commit, so that seats are counted by one at a time.

    Rows that only refer to it, such as check-ins, need not wait (`key_share`).
    """
    query = sa.select(Workshop).where(Workshop.id == workshop_id).with_for_update(of=Workshop, key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def check_open(workshop: Workshop) -> None:
    """Raise RegistrationClosed unless people may register now."""
    if workshop.status is not WorkshopStatus.PUBLISHED:
        raise RegistrationClosed(_("Registration for this workshop is closed. See the other workshops."))
    moment = now()
    if workshop.registration_opens_at and moment < workshop.registration_opens_at:
        raise RegistrationClosed(_("Registration has not opened yet. Come back later."))
    if moment > workshop.registration_ends_at:
        raise RegistrationClosed(_("Registration is over. Ask the committee whether you can still come."))


def registration_state(workshop: Workshop, taken: queries.Seats) -> str:
    """One word for pages: `soon`, `open`, `waiting`, `full`, `over` or `cancelled`."""
    if workshop.status is WorkshopStatus.CANCELLED:
        return "cancelled"
    moment = now()
    if workshop.status is not WorkshopStatus.PUBLISHED or moment > workshop.registration_ends_at:
        return "over"
    if workshop.registration_opens_at and moment < workshop.registration_opens_at:
        return "soon"
    if taken.left is None or taken.left > 0:
        return "open"
    return "waiting" if workshop.has_waiting_list else "full"


def _place(workshop: Workshop) -> EnrolmentStatus:
    left = queries.seats(workshop.id).left
    if left is None or left > 0:
        return EnrolmentStatus.CONFIRMED
    if not workshop.has_waiting_list:
        raise WorkshopFull(_("All seats are taken. See the other workshops, or ask the committee."))
    return EnrolmentStatus.WAITLISTED


def _is_same(earlier: Enrolment, workshop_id: int, full_name: str) -> bool:
    return earlier.workshop_id == workshop_id and earlier.person.search_name == search_key(full_name)


def _active(workshop_id: int, person_id: int, role: Role) -> bool:
    query = sa.select(Enrolment.id).where(
        Enrolment.workshop_id == workshop_id,
        Enrolment.person_id == person_id,
        Enrolment.role == role,
        Enrolment.status != EnrolmentStatus.CANCELLED,
    )
    return db.session.scalar(query) is not None


def _free_code() -> str:
    while True:  # 31^6 codes: a collision is rare and the unique key has the last word
        code = new_code(CODE_LENGTH)
        if queries.by_code(code) is None:
            return code
