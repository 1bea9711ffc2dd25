"""The answers of the API for scanners, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError

from lms.kernel.rest import ApiProblem, field_errors
from lms.plugins.checkin.batch import Result
from lms.plugins.checkin.enums import Reason, Verdict
from lms.plugins.checkin.queries import Counter
from lms.plugins.checkin.services import Outcome
from lms.plugins.checkin.verdicts import Words, elsewhere, words_for_staff

OUTCOMES = {
    Verdict.PRESENT: "new",
    Verdict.ALREADY: "already",
    Verdict.INCOMPLETE: "incomplete",
    Verdict.QUARANTINED: "quarantined",
}
Item = dict[str, Any]


def outcome_of(result: Result) -> str:
    """The word of the API for what a scan led to."""
    if result.reason is Reason.MISUSED_SCAN:
        return "conflict"
    return OUTCOMES.get(result.verdict, "refused")


def scan_answer(result: Result, counter: Counter, moment: datetime) -> Item:
    """The answer to one scan."""
    reading, words = result.reading, words_of(result)
    guest = reading.guest if _is_here(result) else None
    answer: Item = {
        "id": reading.client_id,
        "outcome": outcome_of(result),
        "verdict": result.verdict.value,
        "reason": result.reason.value if result.reason else None,
        "kind": words.kind,
        "icon": words.icon,
        "title": words.title,
        "text": words.text,
        "name": guest.name if guest else "",
        "organisation": guest.affiliation if guest else "",
        "enrolment": guest.id if guest else None,
        "session": reading.slot.id,
        "at": _iso(result.at),
        "late_minutes": result.late_minutes,
        "flags": sorted(flag.value for flag in result.flags),
        "present": counter.present,
        "expected": counter.expected,
        "server_time": moment.isoformat(),
    }
    if result.verdict is Verdict.INCOMPLETE:
        answer["question"] = reading.slot.question
    return answer


def batch_item(index: int, result: Result) -> Item:
    """The answer to one scan of a batch."""
    words = words_of(result)
    guest = result.reading.guest if _is_here(result) else None
    return {
        "index": index,
        "id": result.reading.client_id,
        "outcome": outcome_of(result),
        "verdict": result.verdict.value,
        "reason": result.reason.value if result.reason else None,
        "title": words.title,
        "text": words.text,
        "name": guest.name if guest else "",
        "enrolment": guest.id if guest else None,
        "at": _iso(result.at or result.reading.at),
        "flags": sorted(flag.value for flag in result.flags),
    }


def invalid_item(index: int, raw: object, error: ValidationError | ApiProblem) -> Item:
    """The answer to an item that could not be used; its own id comes back whenever one can be made out."""
    if isinstance(error, ApiProblem):
        reason, text = error.code, str(error)
    else:
        faults = [f"{fault['field']}: {fault['message']}" for fault in field_errors(error)]
        reason, text = "invalid_request", " ".join(faults[:3])
    found = raw.get("id") if isinstance(raw, Mapping) else None
    return {
        "index": index,
        "id": found if isinstance(found, str) else None,
        "outcome": "invalid",
        "verdict": None,
        "reason": reason,
        "title": _("This could not be read"),
        "text": text,
        "name": "",
        "enrolment": None,
        "at": None,
        "flags": [],
    }


def words_of(result: Result) -> Words:
    """What the volunteer reads; the same words as on the page of staff."""
    guest = result.reading.guest
    name = guest.name if guest and _is_here(result) else ""
    shown = Outcome(verdict=result.verdict, reason=result.reason, at=result.at, late_minutes=result.late_minutes)
    words = words_for_staff(shown, result.reading.direction, name=name)
    if guest is None or result.reason is not Reason.OTHER_WORKSHOP:
        return words
    return Words(kind=words.kind, icon=words.icon, title=words.title, text=elsewhere(guest.workshop_starts_on))


def _is_here(result: Result) -> bool:
    """People of other workshops are none of this door's business."""
    guest = result.reading.guest
    return guest is not None and guest.workshop_id == result.reading.slot.workshop_id


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
