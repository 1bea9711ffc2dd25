"""The agenda of a workshop as the paper wants it."""

from __future__ import annotations

from flask_babel import get_locale
from flask_babel import gettext as _

from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.i18n import clock, clockz, daterange, day, shortday
from lms.plugins.schedule.agenda import agenda_of
from lms.plugins.schedule.enums import SessionKind
from lms.plugins.schedule.models import Session
from lms.plugins.schedule.paper import AgendaDay, AgendaPaper, AgendaRow, render_agenda
from lms.plugins.schedule.timeline import Day


def agenda_pdf(workshop: Workshop) -> bytes:
    """A4 PDF of the whole agenda, in the visitor's language and the workshop's zone."""
    agenda = agenda_of(workshop)
    organiser = workshop.organiser
    moment = now()
    return render_agenda(
        AgendaPaper(
            title=workshop.title,
            dates_text=daterange(workshop.starts_on, workshop.ends_on),
            place=", ".join(part for part in (workshop.venue_name, workshop.venue_address) if part),
            letterhead=tuple(part for part in (organiser.name, organiser.address, organiser.contact) if part),
            days=tuple(_day(row, workshop) for row in agenda.days if row.slots),
            jp_total=agenda.jp,
            printed_at_text=f"{shortday(moment, workshop.zone)}, {clockz(moment, workshop.zone)}",
            is_demo=workshop.is_demo,
            locale=str(get_locale()),
        )
    )


def _day(row: Day, workshop: Workshop) -> AgendaDay:
    heading = _("Day %(number)s, %(date)s", number=row.number, date=day(row.on))
    return AgendaDay(heading=heading, rows=tuple(_row(session, workshop) for session in row.sessions))


def _row(session: Session, workshop: Workshop) -> AgendaRow:
    return AgendaRow(
        time_text=f"{clock(session.starts_at, workshop.zone)}\u2013{clock(session.ends_at, workshop.zone)}",
        title=session.title,
        jp=session.jp,
        speaker=session.speaker_text,
        room=session.room.name if session.room else "",
        is_break=session.kind is SessionKind.BREAK,
    )
