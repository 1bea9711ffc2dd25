"""A question type for evaluations: how satisfied somebody is, in three steps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.plugins.quiz.api import Content, Given, Order, Public, QuestionType, Value, reading, wording

STEPS = (_l("Not satisfied"), _l("Satisfied"), _l("Very satisfied"))


class Satisfaction(QuestionType):
    """The step that was chosen is stored as a position from 0. Nothing is right or wrong."""

    key = "ratings_satisfaction"
    label = _l("Satisfaction in three steps")
    icon = "message-circle"
    template = "ratings/_satisfaction.html"
    is_scored = False

    def problems(self, content: Content) -> list[str]:
        """The question needs its words, and nothing else."""
        return [] if content.text else [_("Write what people are to be satisfied with.")]

    def public(self, content: Content) -> Public:
        """Stored with the version: all that an answering page may know."""
        return {"kind": self.key, "text": wording.to_public(content.text)}

    def shown(self, public: Public, order: Order) -> dict[str, Any]:
        """What the fragment draws."""
        return {"steps": [str(step) for step in STEPS]}

    def read(self, public: Public, order: Order, given: Given) -> Value | None:
        """`q3=2` comes as `{"": ["2"]}` and is stored as 1; what no page sends is refused."""
        return reading.place(reading.one(reading.parts_of(given, ("",)).get("", [])), len(STEPS))

    def given(self, public: Public, order: Order, value: Value) -> dict[str, list[str]]:
        """The way back into the form."""
        return {"": [str(value + 1)]}

    def fraction(self, content: Content, value: Value | None) -> Decimal | None:
        """None: no mark."""
        return None

    def words(self, content: Content, value: Value) -> str:
        """The step in words, for reviews and exports."""
        return str(STEPS[value])

    def solution(self, content: Content) -> str:
        """Nothing is right."""
        return ""
