"""What can be refused in a name or a phone number."""

from __future__ import annotations

from lms.kernel.errors import RuleViolation


class NameRefused(RuleViolation):
    """Any reason for which a name is not accepted."""


class NameMissing(NameRefused):
    """No letter is left once invisible characters are gone."""


class NameTooLong(NameRefused):
    """More characters than a certificate can print."""


class NameHasPictures(NameRefused):
    """Emoji or other pictures, which no document can print."""


class PhoneRefused(RuleViolation):
    """Any reason for which a phone number is not accepted."""


class PhoneMissing(PhoneRefused):
    """The box is empty."""


class TwoPhones(PhoneRefused):
    """More than one number in the box."""


class LetterInPhone(PhoneRefused):
    """A letter where a digit belongs, most often the letter O."""


class ForeignPhone(PhoneRefused):
    """A number of another country."""


class LandlinePhone(PhoneRefused):
    """A landline, which has no WhatsApp."""


class PhoneTooShort(PhoneRefused):
    """Digits are missing."""


class PhoneTooLong(PhoneRefused):
    """There are digits too many."""


class PhoneUnknown(PhoneRefused):
    """Not the number of a mobile phone in Indonesia."""


class EmailRefused(RuleViolation):
    """Not an e-mail address."""
