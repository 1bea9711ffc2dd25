"""Filters that put the stored words of check-in into words for people."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.plugins.checkin.enums import (
    ABSENCE_LABELS,
    FLAG_LABELS,
    METHOD_LABELS,
    MODE_LABELS,
    STRENGTH_LABELS,
    AbsenceKind,
    Flag,
    Method,
    Mode,
    Reason,
    Strength,
    Verdict,
)
from lms.plugins.checkin.lateness import how_late
from lms.plugins.checkin.services import Outcome
from lms.plugins.checkin.verdicts import words_for_staff


def absence(kind: AbsenceKind) -> str:
    """ "Excused"."""
    return str(ABSENCE_LABELS[kind])


def flag(found: Flag) -> str:
    """ "the device's clock was wrong"."""
    return str(FLAG_LABELS[found])


def method(found: Method) -> str:
    """ "Badge"."""
    return str(METHOD_LABELS[found])


def mode(found: Mode) -> str:
    """ "On arrival and on leaving"."""
    return str(MODE_LABELS[found])


def strength(found: Strength) -> str:
    """ "Strong"."""
    return str(STRENGTH_LABELS[found])


def reason(found: Reason) -> str:
    """ "This badge was replaced", as the scanner said it."""
    return words_for_staff(Outcome(verdict=Verdict.REFUSED, reason=found)).title


def off_by(seconds: int) -> str:
    """ "12 min ahead": how wrong the clock of a device is."""
    count = max(1, round(abs(seconds) / 60))
    if count < 120:
        return _("%(count)s min ahead", count=count) if seconds > 0 else _("%(count)s min behind", count=count)
    hours = round(count / 60)
    return _("%(count)s h ahead", count=hours) if seconds > 0 else _("%(count)s h behind", count=hours)


FILTERS = (
    ("checkin_late", how_late),
    ("checkin_absence", absence),
    ("checkin_flag", flag),
    ("checkin_method", method),
    ("checkin_mode", mode),
    ("checkin_off_by", off_by),
    ("checkin_reason", reason),
    ("checkin_strength", strength),
)
