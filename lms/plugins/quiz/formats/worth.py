"""Weights and numbers as files write them, kept exactly."""

from __future__ import annotations

import decimal
import re
from decimal import Decimal

from flask_babel import gettext as _

from lms.plugins.quiz.content import ONE, ZERO, Option, Text
from lms.plugins.quiz.formats.errors import Broken

HUNDRED = Decimal(100)
EXACT = decimal.Context(prec=80)
_PLACES = Decimal("0.0000001")
# What formats cannot write exactly; the common ones are known from one decimal, the others from three.
_COMMON = ((1, 3), (2, 3), (1, 6), (5, 6), (1, 7), (1, 9))
_OTHERS = tuple((top, below) for below in (3, 6, 7, 9, 11, 12) for top in range(1, below))
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:[.,]\d{0,40})?|[.,]\d{1,40})(?:[eE][+-]?\d{1,2})?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_MOST_DIGITS = 38


def from_percent(text: str) -> Decimal:
    """`33.33333` as 0.3333333: what stands for a third, a sixth, a seventh … to seven places, everything else exactly.

    Raises Broken for what is no number from -100 to 100.
    """
    figure = number(text)
    if abs(figure) > HUNDRED:
        raise Broken(_("The weight %(weight)s%% is not between -100%% and 100%%.", weight=text.strip()))
    fraction = EXACT.divide(figure, HUNDRED)
    places = len(text.strip().replace(",", ".").partition(".")[2])
    if places:
        width = EXACT.divide(Decimal(6), Decimal(10) ** (places + 3))
        for top, below in _COMMON if places < 3 else _OTHERS:
            part = EXACT.divide(Decimal(top), Decimal(below))
            if abs(abs(fraction) - part) <= width:
                return (part if fraction > 0 else -part).quantize(_PLACES)
    return fraction.quantize(Decimal("0.00000001")).normalize() + ZERO


def from_fraction(text: str) -> Decimal:
    """The same for a weight written as a part of one."""
    figure = EXACT.multiply(number(text), HUNDRED)
    return from_percent(format(figure, "f"))


def to_percent(fraction: Decimal) -> str:
    """0.3333333 as `33.33333`."""
    return plain(EXACT.multiply(fraction, HUNDRED))


def number(text: str) -> Decimal:
    """A number with a point or a comma before the decimals. Raises Broken for none, or a huge or ambiguous one."""
    text = text.strip().replace("−", "-")
    if not _NUMBER.fullmatch(text):
        raise Broken(_("“%(text)s” is not a number.", text=text[:40]))
    if _THOUSANDS.fullmatch(text):
        raise Broken(_("“%(text)s” may be a thousand or a decimal. Write the number without a comma.", text=text[:40]))
    figure = Decimal(text.replace(",", "."))
    if figure and (figure.adjusted() > 30 or figure.adjusted() < -30 or len(figure.as_tuple().digits) > _MOST_DIGITS):
        raise Broken(_("The number “%(text)s” is too large or too long.", text=text[:40]))
    return figure


def range_of(low: str, high: str) -> tuple[Decimal, Decimal]:
    """The middle and the half width of a range."""
    first, last = number(low), number(high)
    if last < first:
        raise Broken(_("The range %(low)s to %(high)s is the wrong way round.", low=low.strip(), high=high.strip()))
    middle = EXACT.divide(EXACT.add(first, last), Decimal(2))
    half = EXACT.divide(EXACT.subtract(last, first), Decimal(2))
    if max(len(middle.as_tuple().digits), len(half.as_tuple().digits)) > _MOST_DIGITS:
        raise Broken(_("The range %(low)s to %(high)s is too precise.", low=low.strip(), high=high.strip()))
    return middle, half


def inverse(figure: Decimal) -> Decimal:
    """One divided by it; the inverse of the inverse of a number of few digits is that number again."""
    is_long = len(figure.as_tuple().digits) > 15  # itself the inverse of such a number
    return decimal.Context(prec=12 if is_long else 24).divide(ONE, figure).normalize()


def plain(figure: Decimal) -> str:
    """A number without exponent and without zeros at its end."""
    text = format(figure, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def true_false(*, is_true: bool, when_true: Text, when_false: Text) -> tuple[Option, Option]:
    """The two options of a statement, the affirming one first."""
    return (
        Option(text=Text(source="Benar"), fraction=ONE if is_true else ZERO, feedback=when_true),
        Option(text=Text(source="Salah"), fraction=ZERO if is_true else ONE, feedback=when_false),
    )
