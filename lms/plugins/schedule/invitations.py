"""The personal links of narasumber, and the message that carries one over WhatsApp."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.sharing import personal_link
from lms.core.people.api import whatsapp_link
from lms.core.workshops.models import Workshop
from lms.kernel.i18n import clock, clockz, day
from lms.plugins.schedule import queries
from lms.plugins.schedule.models import Session


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A narasumber, their sessions, and what to send them; `whatsapp` is empty without a number."""

    speaker: Enrolment
    sessions: tuple[Session, ...]
    link: str
    whatsapp: str

    @property
    def jp(self) -> int:
        return sum(session.jp for session in self.sessions)


def invitations_of(workshop: Workshop) -> list[Invitation]:
    """Every narasumber of the workshop by name; needs a request for the address of this site."""
    sessions = queries.sessions_of(workshop.id)
    return [
        _invitation(workshop, speaker, tuple(row for row in sessions if speaker in row.speakers))
        for speaker in queries.speakers_of(workshop.id)
    ]


def _invitation(workshop: Workshop, speaker: Enrolment, sessions: tuple[Session, ...]) -> Invitation:
    link = personal_link(speaker)
    phone = speaker.person.phone_e164
    return Invitation(
        speaker=speaker,
        sessions=sessions,
        link=link,
        whatsapp=whatsapp_link(phone, _message(workshop, speaker, sessions, link)) if phone else "",
    )


def _message(workshop: Workshop, speaker: Enrolment, sessions: tuple[Session, ...], link: str) -> str:
    """Complete by itself, since it will be forwarded: what, when, where, the link last."""
    lines = [
        _("Dear %(name)s,", name=speaker.person.formal_name),
        _("you are a speaker at “%(title)s”.", title=workshop.title),
        *(f"- {row.title}: {day(row.starts_at, workshop.zone)}, {_hours(row, workshop)}" for row in sessions[:3]),
        _("Venue: %(place)s", place=workshop.venue_name) if workshop.venue_name else "",
        _("Your personal page (please do not forward it): %(link)s", link=link),
    ]
    return "\n".join(line for line in lines if line)


def _hours(session: Session, workshop: Workshop) -> str:
    start, end = clock(session.starts_at, workshop.zone), clockz(session.ends_at, workshop.zone)
    return str(_("%(start)s to %(end)s", start=start, end=end))
