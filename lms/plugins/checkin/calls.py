"""The call list: who is missing at a session, with a polite message to send by WhatsApp."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext as _

from lms.core.people.phones import whatsapp_link
from lms.kernel.clock import now
from lms.kernel.i18n import clockz
from lms.plugins.checkin import board_queries
from lms.plugins.checkin.board_queries import Presence
from lms.plugins.schedule.api import Session

PEOPLE_ON_A_PAGE = 150  # about; an organisation is never torn apart


@dataclass(frozen=True, kw_only=True)
class Call:
    """One person to reach; no link without a number."""

    person: Presence
    link: str | None


@dataclass(frozen=True, kw_only=True)
class CallList:
    """One page of the missing, by organisation: `((name, calls), …)`."""

    total: int
    page: int
    pages: int
    groups: tuple[tuple[str, tuple[Call, ...]], ...]


def call_list(session: Session, *, page: int = 1) -> CallList:
    """Who neither came nor is excused, by organisation and name; one statement."""
    people = board_queries.missing(session.workshop_id, session.id)
    pages = _pages(people)
    number = min(max(page, 1), len(pages))
    groups = tuple(
        (found[0].affiliation or _("Without organisation"), tuple(_call(person, session) for person in found))
        for found in pages[number - 1]
    )
    return CallList(total=len(people), page=number, pages=len(pages), groups=groups)


def _pages(people: list[Presence]) -> list[list[list[Presence]]]:
    pages: list[list[list[Presence]]] = [[]]
    size = 0
    for _key, rows in groupby(people, key=lambda person: person.affiliation_key):
        found = list(rows)
        if pages[-1] and size + len(found) > PEOPLE_ON_A_PAGE:
            pages.append([])
            size = 0
        pages[-1].append(found)
        size += len(found)
    return pages


def _call(person: Presence, session: Session) -> Call:
    link = whatsapp_link(person.phone, message(person.name, session)) if person.phone else None
    return Call(person=person, link=link)


def message(name: str, session: Session) -> str:
    """What the committee may write: who asks, about which session, and how to answer; nothing is sent by itself."""
    workshop = session.workshop
    known = {
        "name": name[:120],
        "organiser": workshop.organiser.short_name,
        "workshop": workshop.title[:150],
        "session": session.title[:100],
        "time": clockz(session.starts_at),
        "place": workshop.venue_name[:100] or workshop.organiser.short_name,
    }
    if now() < session.ends_at:
        return str(
            _(
                "Dear %(name)s, this is the committee of %(organiser)s. The session “%(session)s” of %(workshop)s "
                "begins at %(time)s at %(place)s, and we do not see you yet. Are you on your way? If you cannot come, "
                "please answer this message, so that we can note it. Thank you.",
                **known,
            )
        )
    return str(
        _(
            "Dear %(name)s, this is the committee of %(organiser)s. We have no attendance of you at the session "
            "“%(session)s” of %(workshop)s, %(time)s. If you were there or could not come, please answer this message, "
            "so that we can note it. Thank you.",
            **known,
        )
    )
