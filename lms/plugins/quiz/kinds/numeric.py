"""A number within a tolerance, with a unit where the question has units."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.kernel import i18n
from lms.plugins.quiz.content import ONE, ZERO, Content, Number, Text, Unit
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.kinds import numbers, reading, wording
from lms.plugins.quiz.kinds.base import Given, Order, Public, QuestionType, Value


class Numeric(QuestionType):
    """The first number within whose tolerance the answer lies decides, bounds included."""

    key = QuestionKind.NUMERIC.value
    label = _l("Numeric answer")
    icon = "target"
    template = "quiz/kinds/numeric.html"

    def problems(self, content: Content) -> list[str]:
        """No text, no number that earns the full mark, or units that contradict each other."""
        found = [] if content.text else [_("The question has no text.")]
        found += numbers_problems(content.numbers)
        names = [unit.name.strip() for unit in content.units]
        if not all(names) or len(set(names)) < len(names):
            found.append(_("Each unit needs a name of its own."))
        if any(unit.factor == 0 for unit in content.units):
            found.append(_("The factor of a unit cannot be 0."))
        return found

    def public(self, content: Content) -> Public:
        """The question and the names of the units."""
        units = sorted(unit.name.strip() for unit in content.units)
        return {"kind": self.key, "text": wording.to_public(content.text), "units": units}

    def shown(self, public: Public, order: Order) -> dict[str, Any]:
        """The names of the units, and how many characters fit."""
        return {"units": public["units"], "most": numbers.MAX_LENGTH}

    def read(self, public: Public, order: Order, given: Given) -> Value | None:
        """The line as typed: what is no number earns nothing, but is kept."""
        return reading.short(reading.one(reading.parts_of(given, ("",)).get("", []))) or None

    def given(self, public: Public, order: Order, value: Value) -> dict[str, list[str]]:
        """The line."""
        return {"": [value]}

    def fraction(self, content: Content, value: Value | None) -> Decimal | None:
        """What the number is worth; of two senses ("1.234") the better one counts."""
        found = best_match(content.numbers, value or "", content.units)
        return found.fraction if found else ZERO

    def words(self, content: Content, value: Value) -> str:
        """The line."""
        return str(value)

    def solution(self, content: Content) -> str:
        """The number, its tolerance and the unit of the key."""
        return numbers_solution(content.numbers, content.units)

    def feedbacks(self, content: Content, value: Value | None) -> list[Text]:
        """What the author says about the number that fits."""
        found = best_match(content.numbers, value or "", content.units)
        return [found.feedback] if found and found.feedback else []


def best_match(accepted: Sequence[Number], typed: str, units: Sequence[Unit] = ()) -> Number | None:
    """The accepted number that the text means; None where it is none of them."""
    firsts = (next((a for a in accepted if _is_within(a, figure)), None) for figure in numbers.readings(typed, units))
    return max((found for found in firsts if found), key=lambda found: found.fraction, default=None)


def numbers_problems(accepted: Sequence[Number]) -> list[str]:
    """What is wrong with the accepted numbers of a question or a gap."""
    found = []
    if not any(number.fraction == ONE and number.value is not None for number in accepted):
        found.append(_("Give at least one number that earns the full mark."))
    if any(number.tolerance < 0 for number in accepted):
        found.append(_("A tolerance cannot be negative."))
    return found


def numbers_solution(accepted: Sequence[Number], units: Sequence[Unit] = ()) -> str:
    """The numbers that earn the full mark, as people write them."""
    unit = next((f" {unit.name.strip()}" for unit in units if unit.factor == ONE), "")
    right = [number for number in accepted if number.fraction == ONE and number.value is not None]
    return " / ".join(_words(number) + unit for number in right)


def _words(number: Number) -> str:
    value = _figure(number.value or ZERO)
    return f"{value} (± {_figure(number.tolerance)})" if number.tolerance else value


def _figure(value: Decimal) -> str:
    exponent = value.normalize().as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return i18n.number(value, digits)


def _is_within(number: Number, figure: Decimal) -> bool:
    if number.value is None:
        return True
    low = numbers.EXACT.subtract(number.value, number.tolerance)
    return low <= figure <= numbers.EXACT.add(number.value, number.tolerance)
