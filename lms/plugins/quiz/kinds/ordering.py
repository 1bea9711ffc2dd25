"""Steps to be put into their order."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.plugins.quiz.content import ZERO, Content, Text
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.errors import UnreadableAnswer
from lms.plugins.quiz.kinds import reading, wording
from lms.plugins.quiz.kinds.base import Given, Line, Order, Public, QuestionType, Value
from lms.plugins.quiz.kinds.choice import drawn, seen


class Ordering(QuestionType):
    """Each item in its right place earns the same part. An answer is a list over `items` of places from 0."""

    key = QuestionKind.ORDERING.value
    label = _l("Ordering")
    icon = "grip-vertical"
    template = "quiz/kinds/ordering.html"

    def problems(self, content: Content) -> list[str]:
        """Fewer than two different steps."""
        found = [] if content.text else [_("The question has no text.")]
        if len({_fingerprint(step) for step in content.steps}) < 2:
            found.append(_("Give at least two different steps in their right order."))
        if not all(content.steps):
            found.append(_("A step is empty. Write its text or take it out."))
        return found

    def public(self, content: Content) -> Public:
        """The items by a fingerprint of their text: that order tells nothing."""
        items = [wording.to_public(step) for step in _items(content)]
        return {"kind": self.key, "text": wording.to_public(content.text), "items": items}

    def order(self, public: Public, *, shuffles: bool) -> Order:
        """The items in a new order, whatever the quiz says."""
        return drawn(len(public["items"]))

    def shown(self, public: Public, order: Order) -> dict[str, Any]:
        """`items` in this person's order."""
        return {"items": [public["items"][position] for position in seen(order, len(public["items"]))]}

    def read(self, public: Public, order: Order, given: Given) -> Value | None:
        """A place for each item, None where none was given. Raises UnreadableAnswer for a place given twice."""
        count = len(public["items"])
        names = [str(number + 1) for number in range(count)]
        parts = reading.parts_of(given, names)
        value: list[int | None] = [None] * count
        for name, item in zip(names, seen(order, count), strict=True):
            place = reading.place(reading.one(parts.get(name, [])), count)
            if place is not None and place in value:
                message = _("Two items have place %(place)s. Give each item a place of its own.", place=place + 1)
                raise UnreadableAnswer(message)
            value[item] = place
        return None if all(place is None for place in value) else value

    def given(self, public: Public, order: Order, value: Value) -> dict[str, list[str]]:
        """For each item, in this person's order, its place from 1."""
        places = (value[item] for item in seen(order, len(public["items"])))
        return {str(n): [str(place + 1)] for n, place in enumerate(places, start=1) if place is not None}

    def fraction(self, content: Content, value: Value | None) -> Decimal | None:
        """Items in their right place among all items."""
        if value is None:
            return ZERO
        placed = _placed(content, value)
        hits = sum(placed.get(place) == step for place, step in enumerate(content.steps))
        return Decimal(hits) / len(content.steps)

    def words(self, content: Content, value: Value) -> str:
        """The items by the places that they were given."""
        return "; ".join(f"{line.label}. {line.answer or '–'}" for line in self.lines(content, value))

    def solution(self, content: Content) -> str:
        """The steps in their right order."""
        return "; ".join(f"{line.label}. {line.solution}" for line in self.lines(content, None))

    def lines(self, content: Content, value: Value | None) -> list[Line]:
        """A line for each place; two items with the same text are as good as each other."""
        placed = _placed(content, value)
        return [
            Line(
                label=str(place + 1),
                answer=wording.option_words(placed[place], place) if place in placed else "",
                solution=wording.option_words(step, place),
                is_right=placed.get(place) == step,
            )
            for place, step in enumerate(content.steps)
        ]


def _items(content: Content) -> list[Text]:
    """The steps as pages carry them. Stored answers name positions in it: its order must never change."""
    return sorted(content.steps, key=_fingerprint)


def _placed(content: Content, value: Value | None) -> dict[int, Text]:
    """`{place: item}` as the answer has them."""
    if value is None:
        return {}
    return {place: item for item, place in zip(_items(content), value, strict=True) if place is not None}


def _fingerprint(step: Text) -> str:
    return hashlib.sha256(f"{step.format}\n{step.source}".encode()).hexdigest()
