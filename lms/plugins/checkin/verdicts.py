"""The words of every verdict: what a person reads, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from lms.kernel.i18n import clock, clockz, shortday
from lms.plugins.checkin.enums import Reason, Verdict
from lms.plugins.checkin.lateness import how_late
from lms.plugins.checkin.services import Outcome


@dataclass(frozen=True, kw_only=True)
class Words:
    """`kind` is the CSS variant (ok, wait, warn, bad); `icon` the shape that carries the same meaning."""

    kind: str
    icon: str
    title: str
    text: str


def words_for_staff(outcome: Outcome) -> Words:
    """What the scanner shows; the name is the title when the person is known here."""
    name = outcome.enrolment.person.formal_name if outcome.enrolment else ""
    if outcome.verdict is Verdict.PRESENT and outcome.at:
        late = f", {how_late(outcome.late_minutes)}" if outcome.late_minutes else ""
        return Words(
            kind="ok", icon="circle-check", title=name, text=_("Present %(time)s", time=clock(outcome.at)) + late
        )
    if outcome.verdict is Verdict.ALREADY and outcome.at:
        text = _("Already present since %(time)s", time=clock(outcome.at))
        return Words(kind="warn", icon="circle-alert", title=name, text=text)
    title, text = _refused(outcome)
    return Words(kind="bad", icon="circle-x", title=title, text=text)


def words_for_self(outcome: Outcome) -> Words:
    """What the participant's phone shows."""
    if outcome.verdict is Verdict.PRESENT and outcome.at:
        when = _("%(day)s, at %(time)s", day=shortday(outcome.at), time=clockz(outcome.at))
        return Words(kind="ok", icon="circle-check", title=_("You are marked present"), text=when)
    if outcome.verdict is Verdict.ALREADY and outcome.at:
        text = _("You were marked present at %(time)s. You need not scan again.", time=clockz(outcome.at))
        return Words(kind="wait", icon="circle-check", title=_("You are marked present already"), text=text)
    title, text = _refused(outcome)
    return Words(kind="bad", icon="circle-x", title=title, text=text)


def words_for_input(error: str) -> Words:
    """What the scanner shows when the form itself was not filled in right."""
    return Words(kind="bad", icon="circle-x", title=_("This could not be read"), text=error)


def _refused(outcome: Outcome) -> tuple[str, str]:
    if outcome.verdict is Verdict.UNDONE:
        return _("This attendance was taken back"), _("Scan once more to mark the person present again.")
    match outcome.reason:
        case Reason.REVOKED_BADGE:
            return _("This badge was replaced"), _("Ask for the new badge, or search by name.")
        case Reason.OTHER_WORKSHOP:
            return _("This ticket is for another workshop"), _other_workshop(outcome)
        case Reason.CANCELLED:
            return _("This registration was cancelled"), _("Ask the committee whether a seat is free.")
        case Reason.WAITLISTED:
            return _("Still on the waiting list"), _("Ask the committee whether a seat is free.")
        case Reason.NOT_OPEN:
            return _("Check-in has not opened yet"), _opens(outcome)
        case Reason.CLOSED:
            return _("Check-in for this session is over"), _closed(outcome)
        case Reason.OLD_CODE:
            return _("This code has changed"), _(
                "The code changes every 30 seconds. Scan the newest one on the screen."
            )
        case Reason.USED_CLAIM:
            return _("This scan was used by somebody else"), _("Scan the code on the screen with your own phone.")
        case Reason.MISUSED_SCAN:
            return _("This scan was sent for somebody else"), _("Scan once more.")
        case _:
            return _("This code is not known"), _("Try again, type the ticket code, or search by name.")


def _opens(outcome: Outcome) -> str:
    if outcome.at is None:
        return _("It opens an hour before the session. Please wait a little.")
    when = _("%(day)s, at %(time)s", day=shortday(outcome.at), time=clockz(outcome.at))
    return _("It opens on %(when)s. Please wait a little.", when=when)


def _closed(outcome: Outcome) -> str:
    if outcome.at is None:
        return _("Show your ticket to the committee at the door.")
    return _("It closed at %(time)s. Show your ticket to the committee at the door.", time=clockz(outcome.at))


def _other_workshop(outcome: Outcome) -> str:
    if outcome.enrolment is None:
        return _("Ask the committee.")
    when = shortday(outcome.enrolment.workshop.starts_on)
    return _("It is for the workshop on %(day)s. Ask the committee.", day=when)
