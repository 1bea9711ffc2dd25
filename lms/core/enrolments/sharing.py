"""Texts that people send by WhatsApp themselves: complete in one message, the link last."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from lms.core.enrolments import services
from lms.core.enrolments.models import Enrolment
from lms.core.people.phones import whatsapp_link
from lms.kernel.i18n import daterange
from lms.kernel.web import has_endpoint


def spoken_code(code: str) -> str:
    """A ticket code in two groups, as it is read aloud: K7M-4PQ."""
    return f"{code[:3]}-{code[3:]}"


def personal_link(enrolment: Enrolment) -> str:
    """The full address of the personal link."""
    return url_for("enrolments.open_link", token=services.link_token(enrolment), _external=True)


def ticket_text(enrolment: Enrolment) -> str:
    """What, when, where, the code, and the link last; below 700 characters, which WhatsApp shows unfolded."""
    workshop = enrolment.workshop
    place = workshop.venue_name or workshop.organiser.short_name
    text: str = _(
        "Ticket for %(title)s\n%(dates)s\n%(place)s\nName: %(name)s\nTicket code: %(code)s\n"
        "Show the QR code at the door: %(link)s",
        title=workshop.title[:150],
        dates=daterange(workshop.starts_on, workshop.ends_on),
        place=place[:100],
        name=enrolment.person.formal_name[:120],
        code=spoken_code(enrolment.ticket_code),
        link=personal_link(enrolment),
    )
    return text


def link_to_self(enrolment: Enrolment) -> str:
    """A wa.me address that sends the ticket to whomever its holder chooses."""
    return whatsapp_link("", ticket_text(enrolment))


def link_to_person(enrolment: Enrolment) -> str | None:
    """A wa.me address by which staff sends the ticket to its holder; None without a number."""
    phone = enrolment.person.phone_e164
    return whatsapp_link(phone, ticket_text(enrolment)) if phone else None


def link_to_committee(enrolment: Enrolment) -> str | None:
    """A wa.me address to ask the committee; None when no number is given."""
    phone = enrolment.workshop.contact_phone
    if not phone:
        return None
    text = _(
        "Hello, I have a question about %(title)s. My ticket code: %(code)s",
        title=enrolment.workshop.title,
        code=spoken_code(enrolment.ticket_code),
    )
    return whatsapp_link(phone, text)


def badge_address(enrolment: Enrolment) -> str | None:
    """What the QR code of a ticket says; None where nobody checks in with codes."""
    if not has_endpoint("checkin.badge"):
        return None
    return url_for("checkin.badge", token=services.badge_token(enrolment), _external=True)
