"""The words of every verdict: what a person reads, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from lms.kernel.i18n import clock, clockz, shortday
from lms.plugins.checkin.enums import Direction, Reason, Verdict
from lms.plugins.checkin.lateness import how_late
from lms.plugins.checkin.services import Outcome


@dataclass(frozen=True, kw_only=True)
class Words:
    """`kind` is the CSS variant (ok, wait, warn, bad); `icon` the shape that carries the same meaning."""

    kind: str
    icon: str
    title: str
    text: str


def words_for_staff(outcome: Outcome, direction: Direction = Direction.IN, *, name: str = "") -> Words:
    """What the scanner shows; the name (of the enrolment, where there is one) is the title when it is known here."""
    name = outcome.enrolment.person.formal_name if outcome.enrolment else name
    if outcome.verdict is Verdict.PRESENT and outcome.at:
        return Words(kind="ok", icon="circle-check", title=name, text=_present(outcome, direction))
    if outcome.verdict is Verdict.ALREADY and outcome.at:
        return Words(kind="warn", icon="circle-alert", title=name, text=_already(outcome, direction))
    if outcome.verdict is Verdict.INCOMPLETE:
        return Words(kind="warn", icon="message-circle", title=name, text=_("Ask the question below, then save."))
    if outcome.verdict is Verdict.QUARANTINED:
        return Words(
            kind="warn",
            icon="clock-alert",
            title=name or _("Kept for review"),
            text=_("This device was revoked. The scan is kept, and the committee decides."),
        )
    title, text = _refused(outcome, direction)
    return Words(kind="bad", icon="circle-x", title=title, text=text)


def words_for_self(outcome: Outcome, direction: Direction = Direction.IN) -> Words:
    """What the participant's phone shows."""
    if outcome.verdict is Verdict.PRESENT and outcome.at:
        when = _("%(day)s, at %(time)s", day=shortday(outcome.at), time=clockz(outcome.at))
        return Words(kind="ok", icon="circle-check", title=_own_title(direction), text=when)
    if outcome.verdict is Verdict.ALREADY and outcome.at:
        title, text = _own_again(direction, clockz(outcome.at))
        return Words(kind="wait", icon="circle-check", title=title, text=text)
    title, text = _refused(outcome, direction)
    return Words(kind="bad", icon="circle-x", title=title, text=text)


def brief(outcome: Outcome, direction: Direction = Direction.IN) -> str:
    """One line for a scan that a phone sent later: "Present 08.12", or why not."""
    if outcome.verdict in {Verdict.PRESENT, Verdict.ALREADY} and outcome.at:
        return _present(outcome, direction)
    title, text = _refused(outcome, direction)
    return f"{title}. {text}"


def _present(outcome: Outcome, direction: Direction) -> str:
    assert outcome.at is not None
    if direction is Direction.OUT:
        return _("Left %(time)s", time=clock(outcome.at))
    if direction is Direction.MID:
        return _("Second code %(time)s", time=clock(outcome.at))
    late = f", {how_late(outcome.late_minutes)}" if outcome.late_minutes else ""
    return _("Present %(time)s", time=clock(outcome.at)) + late


def _already(outcome: Outcome, direction: Direction) -> str:
    assert outcome.at is not None
    if direction is Direction.OUT:
        return _("Left already at %(time)s", time=clock(outcome.at))
    if direction is Direction.MID:
        return _("Second code given already at %(time)s", time=clock(outcome.at))
    return _("Already present since %(time)s", time=clock(outcome.at))


def _own_title(direction: Direction) -> str:
    if direction is Direction.OUT:
        return _("You are marked as left")
    return _("The second code is recorded") if direction is Direction.MID else _("You are marked present")


def _own_again(direction: Direction, time: str) -> tuple[str, str]:
    if direction is Direction.OUT:
        return _("You are marked as left already"), _("At %(time)s. You need not scan again.", time=time)
    if direction is Direction.MID:
        return _("The second code is recorded already"), _("At %(time)s. You need not scan again.", time=time)
    text = _("You were marked present at %(time)s. You need not scan again.", time=time)
    return _("You are marked present already"), text


def words_for_input(error: str) -> Words:
    """What the scanner shows when the form itself was not filled in right."""
    return Words(kind="bad", icon="circle-x", title=_("This could not be read"), text=error)


def _refused(outcome: Outcome, direction: Direction = Direction.IN) -> tuple[str, str]:
    if outcome.verdict is Verdict.UNDONE:
        return _("This attendance was taken back"), _("Scan once more to mark the person present again.")
    if direction is not Direction.IN and outcome.reason in {Reason.NOT_OPEN, Reason.CLOSED}:
        return _other_way(outcome, direction)
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
        case Reason.NEEDS_ANSWER:
            return _("One answer is missing"), _("Ask the question below, then save.")
        case Reason.SHARED_PHONE:
            return _("This phone has marked as many people present as it may"), _(
                "Show your ticket to the committee at the door. They mark you present."
            )
        case Reason.REVOKED_DEVICE:
            return _("This device may not check people in any more"), _(
                "Ask the committee to prepare a phone again. What was scanned is kept."
            )
        case _:
            return _("This code is not known"), _("Try again, type the ticket code, or search by name.")


def _other_way(outcome: Outcome, direction: Direction) -> tuple[str, str]:
    """The second code and the exit code have hours of their own."""
    is_exit, time = direction is Direction.OUT, clockz(outcome.at) if outcome.at else ""
    if outcome.reason is Reason.NOT_OPEN:
        title = _("It is too early for the exit code") if is_exit else _("It is too early for the second code")
        return title, _("It counts from %(time)s, when the session begins.", time=time)
    title = _("The exit code is over") if is_exit else _("The second code is over")
    return title, _("It counted until %(time)s. Tell the committee at the door.", time=time)


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
    return elsewhere(outcome.enrolment.workshop.starts_on)


def elsewhere(starts_on: date) -> str:
    """What to say of a ticket for another workshop, whose first day is the one thing that this door may tell."""
    return _("It is for the workshop on %(day)s. Ask the committee.", day=shortday(starts_on))
