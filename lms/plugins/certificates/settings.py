"""The settings of certificates, of an organiser unless a workshop has its own."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.kernel.declarations import Setting
from lms.plugins.certificates.number_rules import (
    BOOKS_KEY,
    DEFAULT_CODES,
    DEFAULT_PATTERN,
    PATTERN_KEY,
    RESET_KEY,
    TYPES_KEY,
    WORKSHOP_CODE_KEY,
    Books,
    NumberPattern,
    Reset,
    TypeCodes,
    WorkshopCode,
)

SETTINGS = (
    Setting(
        key=PATTERN_KEY,
        type=NumberPattern,
        default=DEFAULT_PATTERN,
        scope="organiser",
        label=_l("Pattern of certificate numbers"),
    ),
    Setting(
        key=RESET_KEY,
        type=Reset,
        default=Reset.YEAR,
        scope="organiser",
        label=_l("Certificate numbers start anew"),
        hint=_l("Write year or workshop."),
    ),
    Setting(
        key=BOOKS_KEY,
        type=Books,
        default=Books.SHARED,
        scope="organiser",
        label=_l("Certificates of different types count together or apart"),
        hint=_l("Write shared or by_type."),
    ),
    Setting(
        key=TYPES_KEY,
        type=TypeCodes,
        default=DEFAULT_CODES,
        scope="organiser",
        label=_l("Codes of types in certificate numbers"),
        hint=_l("For instance peserta=SERT;narasumber=PIAGAM;letter=UTK."),
    ),
    Setting(
        key=WORKSHOP_CODE_KEY,
        type=WorkshopCode,
        default="",
        scope="workshop",
        label=_l("Code of this workshop in certificate numbers"),
        hint=_l("Letters, digits, dots and hyphens; empty for the usual one."),
    ),
    Setting(
        key="certificates.valid_months",
        type=int,
        default=0,
        scope="organiser",
        label=_l("Months for which a certificate is valid"),
        hint=_l("0 means without end."),
    ),
    Setting(
        key="certificates.letter",
        type=bool,
        default=True,
        scope="organiser",
        label=_l("Make a letter of thanks with the certificate of a speaker, moderator or facilitator"),
    ),
    Setting(
        key="certificates.offline_qr",
        type=bool,
        default=True,
        scope="organiser",
        label=_l("QR codes of certificates can be checked without signal"),
        hint=_l("The code is denser then: print it at least 34 mm wide."),
    ),
    Setting(
        key="certificates.suffix",
        type=bool,
        default=False,
        scope="organiser",
        label=_l("A corrected certificate keeps its number with a suffix"),
        hint=_l("Otherwise it gets the next number of the book."),
    ),
    Setting(
        key="certificates.email",
        type=bool,
        default=False,
        scope="organiser",
        label=_l("Send certificates by e-mail to those who gave an address"),
    ),
    Setting(
        key="certificates.attach",
        type=bool,
        default=True,
        scope="organiser",
        label=_l("Attach the PDF to that e-mail"),
    ),
)
