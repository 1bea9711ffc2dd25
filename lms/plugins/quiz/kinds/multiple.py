"""Several options, each worth a part of the mark."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.plugins.quiz.content import ONE, ZERO, Content
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.errors import UnreadableAnswer
from lms.plugins.quiz.kinds import reading, wording
from lms.plugins.quiz.kinds.base import Given, Order, Public, Value
from lms.plugins.quiz.kinds.choice import Options, seen

# Formats write thirds and sevenths with five to seven digits; three of them are meant to be a whole.
ROUNDING = Decimal("0.0001")


class Multiple(Options):
    """The fractions of all ticked options are added; the sum counts from 0 to 1 (Moodle's rule)."""

    key = QuestionKind.MULTIPLE.value
    label = _l("Several right options")
    icon = "list-checks"
    template = "quiz/kinds/multiple.html"

    def problems(self, content: Content) -> list[str]:
        """As for all options; the right ones must make up the mark, and there must be wrong ones."""
        found = super().problems(content)
        if _sum(content, _right(content)) < ONE:
            found.append(_("The right options together must earn 100%."))
        if len(_right(content)) == len(content.options):
            found.append(_("All options are right, so ticking everything would win. Add an option that is wrong."))
        return found

    def doubts(self, content: Content) -> list[str]:
        """Wrong options that cost nothing."""
        if _sum(content, range(len(content.options))) < ONE:
            return []
        return [_("Wrong options cost nothing here. Ticking everything earns 0; give wrong options a negative part.")]

    def read(self, public: Public, order: Order, given: Given) -> Value | None:
        """The positions of the ticked options, ascending."""
        count = len(public["options"])
        places = [reading.place(raw, count) for raw in reading.parts_of(given, ("",)).get("", [])]
        ticked = [seen(order, count)[place] for place in places if place is not None]
        if len(set(ticked)) < len(ticked):
            raise UnreadableAnswer(_("An option was sent twice. Open the page again and choose anew."))
        return sorted(ticked) or None

    def given(self, public: Public, order: Order, value: Value) -> dict[str, list[str]]:
        """The places of the ticked options in this person's order, from 1."""
        order = seen(order, len(public["options"]))
        return {"": [str(place) for place in sorted(order.index(position) + 1 for position in value)]}

    def fraction(self, content: Content, value: Value | None) -> Decimal | None:
        """The sum of the fractions, at least 0 and at most 1; everything ticked never earns the whole mark."""
        total = min(max(_sum(content, value or ()), ZERO), ONE)
        return ZERO if total == ONE and len(value or ()) == len(content.options) else total

    def solution(self, content: Content) -> str:
        """All options that earn something."""
        return "; ".join(wording.option_words(content.options[position].text, position) for position in _right(content))

    def chosen(self, content: Content, value: Value) -> list[int]:
        """The ticked options."""
        return list(value)


def _right(content: Content) -> list[int]:
    return [position for position, option in enumerate(content.options) if option.fraction > 0]


def _sum(content: Content, positions: Iterable[int]) -> Decimal:
    total = sum((content.options[position].fraction for position in positions), ZERO)
    return next((whole for whole in (ZERO, ONE) if abs(total - whole) < ROUNDING), total)
