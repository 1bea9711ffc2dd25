"""Phone numbers of Indonesian mobiles: read what people type, store E.164, show it the way it is dictated."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

import phonenumbers
from flask_babel import gettext as _

from lms.core.people.errors import (
    ForeignPhone,
    LandlinePhone,
    LetterInPhone,
    PhoneMissing,
    PhoneTooLong,
    PhoneTooShort,
    PhoneUnknown,
    TwoPhones,
)

# Links that WhatsApp and address books make; the number is all we read of them.
_LINK = re.compile(
    r"^(?:https?://)?(?:www\.)?"
    r"(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?(?:[^#]*&)?phone=|whatsapp://send/?\?phone=|tel:)"
    r"(?P<number>(?:\+|%2b)?[0-9][0-9 .()-]*)(?:[/?&#;].*)?$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[/,;&|\n\r\t]|\b(?:atau|dan|or|and)\b", re.IGNORECASE)
_MOBILE_DIGITS = range(9, 13)  # after +62, from 8 on: what libphonenumber knows as mobile
_WHOLE_NUMBER = 8  # digits from which a part of the text counts as a number of its own
_MAX_TYPED = 200


def parse_phone(raw: str, *, field: str = "phone") -> str:
    """The E.164 form ("+6281234567890") of an Indonesian mobile number; reading it again gives the same.

    Accepts 0812…, 62812… with or without plus, 8…, spaces, dots, dashes and wa.me links. Anything doubtful is asked
    again instead of guessed: raises a subclass of PhoneRefused on `field` whose message says what to do.
    """
    typed = _readable(raw[:_MAX_TYPED])
    if not typed:
        raise PhoneMissing(_("Write the WhatsApp number. Example: 0812 3456 7890."), field)
    link = _LINK.match(typed)
    text = link["number"].lower().replace("%2b", "+") if link else typed
    _refuse_two(text, field)
    _refuse_letters(text, field)
    digits = "".join(char for char in text if char.isdigit())
    national = _national(digits, has_plus=text.lstrip("( ").startswith("+"), field=field)
    return _checked(national, field)


def show_phone(e164: str | None) -> str:
    """ "0812-3456-7890"; numbers of other countries keep their plus; empty for None."""
    if not e164:
        return ""
    if not e164.startswith("+62"):
        return e164
    local = f"0{e164[3:]}"
    if len(local) <= 8:
        return local
    return f"{local[:4]}-{local[4:8]}-{local[8:]}"


def mask_phone(e164: str | None) -> str:
    """ "0812-****-890": enough to recognise one's own number, not enough to call it."""
    if not e164:
        return ""
    local = show_phone(e164).replace("-", "")
    return f"{local[:4]}-****-{local[-3:]}" if len(local) >= 9 else "****"


def whatsapp_link(e164: str, text: str = "") -> str:
    """A click-to-chat link that opens WhatsApp with `text` typed in and not sent."""
    link = f"https://wa.me/{e164.removeprefix('+')}"
    return f"{link}?text={quote(text, safe='')}" if text else link


def _readable(raw: str) -> str:
    """Plain digits, hyphens and spaces for whatever an app pasted: WhatsApp wraps numbers in bidi marks."""
    seen = [char for char in unicodedata.normalize("NFKC", raw) if unicodedata.category(char) != "Cf"]
    return "".join(_plain(char) for char in seen).strip()


def _plain(char: str) -> str:
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if unicodedata.category(char) == "Pd":
        return "-"
    return " " if unicodedata.category(char) == "Zs" else char


def _refuse_two(text: str, field: str) -> None:
    parts = [part for part in _BETWEEN.split(text) if _count(part) >= _WHOLE_NUMBER]
    words = [word for word in text.split() if _count(word) > _WHOLE_NUMBER]
    if len(parts) > 1 or len(words) > 1 or len(re.findall(r"\+", text)) > 1 or _count(text) >= 2 * _WHOLE_NUMBER + 2:
        raise TwoPhones(_("Write one number only: the one that uses WhatsApp."), field)


def _refuse_letters(text: str, field: str) -> None:
    if re.search(r"[oO]", text) and re.fullmatch(r"[0-9oO +().-]*", text) and _count(text) > 3:
        raise LetterInPhone(_("There is a letter O in the number. Write the digit 0 instead."), field)
    if not re.fullmatch(r"[0-9 +().-]*", text) or not _count(text):
        raise LetterInPhone(_("Write the number with digits only. Example: 0812 3456 7890."), field)


def _national(digits: str, *, has_plus: bool, field: str) -> str:
    """The digits after +62 and 0."""
    digits = digits[2:] if digits.startswith("00") and not has_plus else digits
    # phonenumbers would read "62812345678" as a landline when the plus is missing.
    if digits.startswith("62"):
        return digits[2:].removeprefix("0")
    if digits.startswith("0"):
        return digits[1:]
    if digits.startswith("8") and not has_plus:
        return digits
    if has_plus or (digits.startswith("60") and _count(digits) >= 10):
        raise ForeignPhone(
            _("Numbers of other countries cannot be used. Write an Indonesian number: 08… or +62 8…"), field
        )
    raise PhoneUnknown(_("Start the number with 08 or +62. Example: 0812 3456 7890."), field)


def _checked(national: str, field: str) -> str:
    if national and not national.startswith("8"):
        raise LandlinePhone(
            _("This is a landline. Write a mobile number that uses WhatsApp; it starts with 08."), field
        )
    if len(national) < _MOBILE_DIGITS.start:
        raise PhoneTooShort(_("The WhatsApp number is not complete. Example: 0812 3456 7890."), field)
    if len(national) >= _MOBILE_DIGITS.stop:
        raise PhoneTooLong(_("The number has too many digits. Check it and write it again."), field)
    number = phonenumbers.parse(f"+62{national}")
    kind = phonenumbers.number_type(number)
    mobile = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    if kind not in mobile:
        raise PhoneUnknown(_("No mobile network in Indonesia uses this number. Check the digits."), field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _count(text: str) -> int:
    return sum(char.isdigit() for char in text)
