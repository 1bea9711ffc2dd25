"""A text that a person marks by hand, and a text that is only to be read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.plugins.quiz.content import ZERO, Content
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.kinds import reading, wording
from lms.plugins.quiz.kinds.base import Given, Order, Public, QuestionType, Value


class Essay(QuestionType):
    """Free text. Graders see the rubric and the model answer; the person sees neither."""

    key = QuestionKind.ESSAY.value
    label = _l("Essay")
    icon = "message-circle"
    template = "quiz/kinds/essay.html"
    is_marked_by_hand = True

    def problems(self, content: Content) -> list[str]:
        """No text."""
        return [] if content.text else [_("The question has no text.")]

    def public(self, content: Content) -> Public:
        """The question alone."""
        return {"kind": self.key, "text": wording.to_public(content.text)}

    def shown(self, public: Public, order: Order) -> dict[str, Any]:
        """How many characters fit."""
        return {"most": reading.MAX_LONG}

    def read(self, public: Public, order: Order, given: Given) -> Value | None:
        """The text with its lines."""
        return reading.long(reading.one(reading.parts_of(given, ("",)).get("", []))) or None

    def given(self, public: Public, order: Order, value: Value) -> dict[str, list[str]]:
        """The text."""
        return {"": [value]}

    def fraction(self, content: Content, value: Value | None) -> Decimal | None:
        """Only an empty answer needs nobody to mark it."""
        return ZERO if value is None else None

    def words(self, content: Content, value: Value) -> str:
        """The text itself, with its lines."""
        return str(value)

    def solution(self, content: Content) -> str:
        """The model answer, where there is one."""
        return wording.plain(content.model_answer)


class Description(QuestionType):
    """A text to read, with nothing to answer: the case that the next questions are about."""

    key = QuestionKind.DESCRIPTION.value
    label = _l("Text to read")
    icon = "file-text"
    template = "quiz/kinds/description.html"
    is_scored = False
    is_question = False

    def problems(self, content: Content) -> list[str]:
        """No text."""
        return [] if content.text else [_("The text is empty.")]

    def public(self, content: Content) -> Public:
        """The text."""
        return {"kind": self.key, "text": wording.to_public(content.text)}

    def shown(self, public: Public, order: Order) -> dict[str, Any]:
        """Nothing besides the text."""
        return {}

    def read(self, public: Public, order: Order, given: Given) -> Value | None:
        """Nothing can be answered."""
        reading.parts_of(given, ())
        return None

    def given(self, public: Public, order: Order, value: Value) -> dict[str, list[str]]:
        """Nothing was answered."""
        return {}

    def fraction(self, content: Content, value: Value | None) -> Decimal | None:
        """Nothing counts."""
        return None

    def words(self, content: Content, value: Value) -> str:
        """Nothing was answered."""
        return ""

    def solution(self, content: Content) -> str:
        """Nothing is right."""
        return ""
