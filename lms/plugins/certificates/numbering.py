"""Certificate numbers: the pattern they are written in, and the counter that neither skips nor repeats one."""

from __future__ import annotations

import re
from datetime import date
from string import Formatter
from typing import Self

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.workshops.models import Workshop
from lms.kernel.db import db, insert_ignore
from lms.kernel.settings import setting
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.models import Series

DEFAULT_PATTERN = "{n:03}/SERT/{code}/{month}/{year}"
PATTERN_KEY = "certificates.pattern"
MAX_LENGTH = 80
_FIELDS = frozenset({"n", "code", "month", "year"})
_WIDTH = re.compile(r"(0[1-6])?")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class NumberPattern(str):
    """A checked pattern, so that every form that stores the setting refuses a bad one; raises ValueError."""

    def __new__(cls, text: str) -> Self:
        try:
            check_pattern(text)
        except CertificateRefused as error:
            raise ValueError(str(error)) from None
        return super().__new__(cls, text)


def check_pattern(text: str) -> None:
    """Raise CertificateRefused on the field `pattern` for a pattern that cannot give each paper its own number."""
    try:
        parts = [
            (name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(text) if name is not None
        ]
    except ValueError:
        raise _refused(
            _("A brace is open or too many. Write for instance %(pattern)s.", pattern=DEFAULT_PATTERN)
        ) from None
    names = [name for name, _spec, _conversion in parts]
    if "n" not in names:
        raise _refused(_("The pattern has no counter. Put {n:03} where the number of the certificate goes."))
    if "year" not in names:
        raise _refused(_("The counter starts anew each year, so the pattern needs {year}."))
    for name, spec, conversion in parts:
        if name not in _FIELDS or conversion or not _WIDTH.fullmatch(spec or "") or (spec and name != "n"):
            raise _refused(_("Use only {n}, {n:03}, {code}, {month} and {year} in braces."))
    if len(text) > MAX_LENGTH or not text.isprintable():
        raise _refused(_("The pattern is too long. Use at most %(count)s characters.", count=MAX_LENGTH))


def _refused(message: str) -> CertificateRefused:
    return CertificateRefused(message, "pattern")


def pattern_of(workshop: Workshop) -> str:
    """The pattern in force for a workshop."""
    return str(setting(PATTERN_KEY, workshop_id=workshop.id, organiser_id=workshop.organiser_id))


def number_text(pattern: str, *, number: int, organiser_code: str, issued_on: date) -> str:
    """ "001/SERT/BK3S-KB/XI/2026"; `issued_on` is the date in the workshop's zone."""
    check_pattern(pattern)
    return pattern.format(n=number, code=organiser_code, month=ROMAN[issued_on.month - 1], year=issued_on.year)


def lock_series(*, organiser_id: int, year: int) -> Series:
    """The counter of that year, locked until the transaction ends; the caller raises `last_number`.

    SQLite knows no row lock: there the unit of work itself has begun as the only writer.
    """
    query = sa.select(Series).filter_by(organiser_id=organiser_id, book=str(year)).with_for_update()
    fresh = query.execution_options(populate_existing=True)
    found = db.session.scalar(fresh)
    if found is None:
        values = {"organiser_id": organiser_id, "book": str(year), "last_number": 0}
        insert_ignore(Series, values, keys=("organiser_id", "book"))
        found = db.session.scalars(fresh).one()
    return found


def next_number(*, organiser_id: int, year: int) -> int:
    """What the next certificate would get; for previews, promises nothing."""
    last = db.session.scalar(sa.select(Series.last_number).filter_by(organiser_id=organiser_id, book=str(year)))
    return (last or 0) + 1
