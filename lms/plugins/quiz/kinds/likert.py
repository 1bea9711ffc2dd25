"""A rating, for evaluations: nothing in it is right or wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.plugins.quiz.content import Content, Text
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.kinds import reading, wording
from lms.plugins.quiz.kinds.base import Given, Order, Public, QuestionType, Value

# What a rating without steps of its own asks, from the lowest.
STEPS = (_l("Poor"), _l("Fair"), _l("Good"), _l("Very good"))


class Likert(QuestionType):
    """Steps from the lowest to the highest; one is chosen. Without options they are poor, fair, good, very good."""

    key = QuestionKind.LIKERT.value
    label = _l("Rating")
    icon = "chart-column"
    template = "quiz/kinds/choice.html"
    is_scored = False

    def problems(self, content: Content) -> list[str]:
        """A single step, or an empty one."""
        found = [] if content.text else [_("The question has no text.")]
        if len(content.options) == 1:
            found.append(_("A rating has at least two steps; leave all empty for poor to very good."))
        if not all(option.text for option in content.options):
            found.append(_("An option is empty. Write its text or take it out."))
        return found

    def public(self, content: Content) -> Public:
        """The steps in their order."""
        options = [wording.to_public(option.text) for option in content.options]
        return {"kind": self.key, "text": wording.to_public(content.text), "options": options}

    def shown(self, public: Public, order: Order) -> dict[str, Any]:
        """`options` from the lowest step."""
        return {"options": public["options"] or [str(step) for step in STEPS]}

    def read(self, public: Public, order: Order, given: Given) -> Value | None:
        """The step, from 0."""
        raw = reading.one(reading.parts_of(given, ("",)).get("", []))
        return reading.place(raw, len(public["options"]) or len(STEPS))

    def given(self, public: Public, order: Order, value: Value) -> dict[str, list[str]]:
        """The step from 1."""
        return {"": [str(value + 1)]}

    def fraction(self, content: Content, value: Value | None) -> Decimal | None:
        """A rating earns nothing."""
        return None

    def words(self, content: Content, value: Value) -> str:
        """The words of the step."""
        steps = [option.text for option in content.options] or [Text(source=str(step)) for step in STEPS]
        return wording.option_words(steps[value], value)

    def solution(self, content: Content) -> str:
        """Nothing is right."""
        return ""

    def chosen(self, content: Content, value: Value) -> list[int]:
        """The step, from 0."""
        return [value]
