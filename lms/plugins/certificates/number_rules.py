"""How numbers are written: the pattern, when the counter starts anew, which papers share one, and codes of types."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from string import Formatter
from typing import Self

from flask_babel import gettext as _

from lms.core.workshops.models import Workshop
from lms.kernel.settings import setting
from lms.plugins.certificates.enums import PaperKind, PaperRole
from lms.plugins.certificates.errors import CertificateRefused

DEFAULT_PATTERN = "{n:03}/{type}/{code}/{month}/{year}"
WORKSHOP_PATTERN = "{n:03}/{type}/{workshop}/{code}/{year}"  # for a counter that starts anew with each workshop
PRESETS = (DEFAULT_PATTERN, "{n:04}/{code}/{type}/{month}/{year}", "{type}-{year}-{n:05}", WORKSHOP_PATTERN)
PATTERN_KEY, RESET_KEY, BOOKS_KEY = "certificates.pattern", "certificates.reset", "certificates.books"
TYPES_KEY, WORKSHOP_CODE_KEY = "certificates.type_codes", "certificates.workshop_code"
MAX_LENGTH = 80
MAX_CODE = 20
MAX_NUMBER = 112  # of the 120 characters that are kept: a corrected paper may add a suffix
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
LETTER = "letter"
_FIELDS = frozenset({"n", "type", "code", "month", "year", "workshop"})
_WIDTH = re.compile(r"(0[1-6])?")
_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,11}")
_WORKSHOP_CODE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9.-]{{0,{MAX_CODE - 1}}}")


class Reset(enum.StrEnum):
    """When the counter starts anew; the values are stored."""

    YEAR = "year"
    WORKSHOP = "workshop"


class Books(enum.StrEnum):
    """Whether certificates of all types share one counter; the values are stored. Letters always have their own."""

    SHARED = "shared"
    BY_TYPE = "by_type"


class NumberPattern(str):
    """A checked pattern, so that every form that stores the setting refuses a bad one; raises ValueError."""

    def __new__(cls, text: str) -> Self:
        try:
            check_pattern(text)
        except CertificateRefused as error:
            raise ValueError(str(error)) from None
        return super().__new__(cls, text)


class TypeCodes(str):
    """ "peserta=SERT;narasumber=PIAGAM;letter=UTK", checked; what is left out has its usual code. Raises ValueError."""

    def __new__(cls, text: str) -> Self:
        try:
            codes = codes_from(text)
        except CertificateRefused as error:
            raise ValueError(str(error)) from None
        return super().__new__(cls, ";".join(f"{key}={code}" for key, code in codes.items()))


class WorkshopCode(str):
    """The workshop in a number, or "" for the usual one; raises ValueError."""

    def __new__(cls, text: str) -> Self:
        if text and not _WORKSHOP_CODE.fullmatch(text):
            raise ValueError(text)
        return super().__new__(cls, text)


USUAL_CODES = {**{role.value: "SERT" for role in PaperRole}, LETTER: "UTK"}


def codes_from(text: str) -> dict[str, str]:
    """`{role or "letter": code}` of a setting; raises CertificateRefused on `type_codes`."""
    codes = dict(USUAL_CODES)
    for part in filter(None, (part.strip() for part in text.split(";"))):
        key, equals, code = (piece.strip() for piece in part.partition("="))
        if not equals or key not in codes:
            message = _("Write the codes of types as in %(example)s.", example="peserta=SERT;letter=UTK")
            raise CertificateRefused(message, "type_codes")
        if not _TYPE.fullmatch(code):
            message = _("A code has 1 to 12 letters, digits, dots or hyphens, such as SERT.")
            raise CertificateRefused(message, f"type_{key}")
        codes[key] = code
    if codes[LETTER] in {code for key, code in codes.items() if key != LETTER}:
        message = _("Letters count for themselves. Give them a code that no certificate has, such as UTK.")
        raise CertificateRefused(message, f"type_{LETTER}")
    return codes


DEFAULT_CODES = TypeCodes("")


def fields_of(pattern: str) -> set[str]:
    """The names in braces."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(pattern) if name is not None}


def check_pattern(text: str) -> None:
    """Raise CertificateRefused on the field `pattern` for a pattern that cannot give each paper its own number."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise _refused(
            _("A brace is open or too many. Write for instance %(pattern)s.", pattern=DEFAULT_PATTERN)
        ) from None
    tokens = [(name, spec, conversion) for _text, name, spec, conversion in parts if name is not None]
    names = [name for name, _spec, _conversion in tokens]
    if "n" not in names:
        raise _refused(_("The pattern has no counter. Put {n:03} where the number of the certificate goes."))
    if "year" not in names and "workshop" not in names:
        raise _refused(
            _("The counter starts anew, so numbers would repeat. Put {year} into the pattern, or {workshop}.")
        )
    for name, spec, conversion in tokens:
        if name not in _FIELDS or conversion or not _WIDTH.fullmatch(spec or "") or (spec and name != "n"):
            raise _refused(_("Use only {n}, {n:03}, {type}, {code}, {workshop}, {month} and {year} in braces."))
    _check_apart(parts)
    if len(text) > MAX_LENGTH or not text.isprintable():
        raise _refused(_("The pattern is too long. Use at most %(count)s characters.", count=MAX_LENGTH))
    longest = {"type": "X" * 12, "code": "X" * 30, "workshop": "X" * MAX_CODE, "month": "VIII", "year": 9999}
    if len(text.format(n=999_999, **longest)) > MAX_NUMBER:
        raise _refused(_("Numbers would become too long. Leave something out of the pattern."))


def _check_apart(parts: list[tuple[str, str | None, str | None, str | None]]) -> None:
    """ "A1" with 1 and "A" with 11 must not both be written A11."""
    for (_text, first, *_rest), (between, second, *_more) in pairwise(parts):
        if not between and "n" in (first, second) and {first, second} & {"type", "workshop"}:
            raise _refused(
                _("Put a sign such as / between the counter and the code, or two numbers may look the same.")
            )


def _refused(message: str) -> CertificateRefused:
    return CertificateRefused(message, "pattern")


@dataclass(frozen=True, kw_only=True)
class NumberRules:
    """What is in force for a workshop, read once for many papers."""

    pattern: str
    reset: Reset
    books: Books
    codes: dict[str, str]
    workshop_code: str

    def type_code(self, role: PaperRole, kind: PaperKind) -> str:
        """ "SERT", or "UTK" for letters."""
        return self.codes[LETTER if kind is PaperKind.LETTER else role.value]

    def check(self) -> None:
        """Raise CertificateRefused on the field at fault when numbers could repeat."""
        check_pattern(self.pattern)
        names = fields_of(self.pattern)
        if self.reset is Reset.WORKSHOP and "workshop" not in names:
            raise _refused(_("Each workshop counts from 1, so numbers would repeat. Put {workshop} into the pattern."))
        if self.reset is Reset.YEAR and "year" not in names:
            raise _refused(_("The counter starts anew each year, so the pattern needs {year}."))
        if self.books is Books.BY_TYPE and "type" not in names:
            raise _refused(_("Each type counts from 1, so numbers would repeat. Put {type} into the pattern."))

    def pattern_for(self, kind: PaperKind) -> str:
        """Letters count for themselves, so a pattern that does not tell the type cannot number them: then the usual."""
        if kind is PaperKind.CERTIFICATE or "type" in fields_of(self.pattern):
            return self.pattern
        return WORKSHOP_PATTERN if self._is_per_workshop(self.pattern) else DEFAULT_PATTERN

    def book_of(self, *, workshop_id: int, role: PaperRole, kind: PaperKind, year: int, pattern: str) -> str:
        """ "2026", "2026:PIAGAM", "w12" or "w12:UTK"; never a counter whose numbers the pattern could write twice."""
        base = f"w{workshop_id}" if self._is_per_workshop(pattern) else str(year)
        by_type = self.books is Books.BY_TYPE and "type" in fields_of(pattern)
        return f"{base}:{self.type_code(role, kind)}" if by_type or kind is PaperKind.LETTER else base

    def _is_per_workshop(self, pattern: str) -> bool:
        names = fields_of(pattern)
        return "workshop" in names and (self.reset is Reset.WORKSHOP or "year" not in names)


def rules_of(workshop: Workshop) -> NumberRules:
    """The rules in force for a workshop."""
    scope = {"workshop_id": workshop.id, "organiser_id": workshop.organiser_id}
    return NumberRules(
        pattern=str(setting(PATTERN_KEY, **scope)),
        reset=Reset(setting(RESET_KEY, **scope)),
        books=Books(setting(BOOKS_KEY, **scope)),
        codes=codes_from(setting(TYPES_KEY, **scope)),
        workshop_code=str(setting(WORKSHOP_CODE_KEY, workshop_id=workshop.id)) or usual_code(workshop.id),
    )


def usual_code(workshop_id: int) -> str:
    """The workshop in a number as long as nobody chose a code: unlike that of any other."""
    return f"L{workshop_id}"


def number_text(
    pattern: str,
    *,
    number: int,
    organiser_code: str,
    issued_on: date,
    type_code: str = "SERT",
    workshop_code: str = "",
) -> str:
    """ "001/SERT/BK3S-KB/XI/2026"; `issued_on` is the date in the workshop's zone."""
    check_pattern(pattern)
    return pattern.format(
        n=number,
        type=type_code,
        code=organiser_code,
        workshop=workshop_code,
        month=ROMAN[issued_on.month - 1],
        year=issued_on.year,
    )
