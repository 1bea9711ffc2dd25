"""Refusals of the API for scanners: stable codes, and words that a volunteer can read aloud."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.kernel.rest import ApiProblem, Problems
from lms.plugins.checkin.lookups import Slot

PROBLEMS = Problems(
    titles={
        "device_unknown": _l("This phone is not known"),
        "device_expired": _l("The time of this phone is over"),
        "device_revoked": _l("This phone may not check people in any more"),
        "session_unknown": _l("This session is not in the agenda"),
        "ambiguous_session": _l("Which session?"),
        "out_of_scope": _l("This phone is for another session"),
    },
    details={
        "not_found": _l("The app on this phone may be too old. Open the page of the scanner again."),
        "method_not_allowed": _l("The app on this phone may be too old. Open the page of the scanner again."),
        "too_large": _l("Send fewer scans at once."),
        "busy": _l("Many people are checked in right now. Try again in a moment."),
        "failed": _l("What was scanned is safe on this phone. Try again in a moment."),
    },
    unreadable=_l("The app on this phone sent something that we cannot read."),
)


def session_unknown() -> ApiProblem:
    """No such session at this workshop."""
    return ApiProblem("session_unknown", 404, _("It may have been removed or moved. Choose the session again."))


def out_of_scope() -> ApiProblem:
    """The device was set up for one session, and this is another."""
    detail = _("Choose the session that this phone was set up for, or ask the committee for another phone.")
    return ApiProblem("out_of_scope", 403, detail)


def ambiguous(slots: list[Slot]) -> ApiProblem:
    """Several sessions can be joined at once: nobody may guess for the people."""
    choices = [{"id": slot.id, "title": slot.title, "room": slot.room} for slot in slots]
    detail = _("Several sessions run at once. Choose the one at whose door you stand.")
    return ApiProblem("ambiguous_session", 409, detail, sessions=choices)


def nothing_to_join() -> ApiProblem:
    """No session runs or begins soon."""
    return ApiProblem("session_unknown", 404, _("No session can be joined right now. Choose one from the agenda."))
