"""A word or a few words, compared with patterns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.plugins.quiz.content import ONE, ZERO, Accepted, Content, Text
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.kinds import reading, wording
from lms.plugins.quiz.kinds.base import Given, Order, Public, QuestionType, Value

_STAR = re.compile(r"\\\*|\*")


class Short(QuestionType):
    """The first pattern that fits decides, as in Moodle."""

    key = QuestionKind.SHORT.value
    label = _l("Short answer")
    icon = "keyboard"
    template = "quiz/kinds/short.html"

    def problems(self, content: Content) -> list[str]:
        """No text, or no answer that earns the full mark."""
        found = [] if content.text else [_("The question has no text.")]
        return found + patterns_problems(content.accepted)

    def doubts(self, content: Content) -> list[str]:
        """A pattern that takes whatever is written."""
        first = next((answer for answer in content.accepted if not answer.pattern.strip("* ")), None)
        if first is None or first.fraction <= 0:
            return []
        return [_("The pattern %(pattern)s takes every answer.", pattern=first.pattern)]

    def public(self, content: Content) -> Public:
        """The question alone."""
        return {"kind": self.key, "text": wording.to_public(content.text)}

    def shown(self, public: Public, order: Order) -> dict[str, Any]:
        """How many characters fit."""
        return {"most": reading.MAX_SHORT}

    def read(self, public: Public, order: Order, given: Given) -> Value | None:
        """The line as typed."""
        return reading.short(reading.one(reading.parts_of(given, ("",)).get("", []))) or None

    def given(self, public: Public, order: Order, value: Value) -> dict[str, list[str]]:
        """The line."""
        return {"": [value]}

    def fraction(self, content: Content, value: Value | None) -> Decimal | None:
        """What the first fitting pattern is worth."""
        found = self._match(content, value)
        return found.fraction if found else ZERO

    def words(self, content: Content, value: Value) -> str:
        """The line."""
        return str(value)

    def solution(self, content: Content) -> str:
        """The answers that earn the full mark."""
        return patterns_solution(content.accepted)

    def feedbacks(self, content: Content, value: Value | None) -> list[Text]:
        """What the author says about the pattern that fits."""
        found = self._match(content, value)
        return [found.feedback] if found and found.feedback else []

    def _match(self, content: Content, value: Value | None) -> Accepted | None:
        if value is None:
            return None
        return first_match(content.accepted, value, cased=content.case_matters, accented=content.accents_matter)


def first_match(answers: Sequence[Accepted], typed: str, *, cased: bool, accented: bool) -> Accepted | None:
    """The first answer whose pattern fits; spaces at the ends and runs of spaces never matter."""
    line = _comparable(typed, cased=cased, accented=accented)
    return next((answer for answer in answers if _fits(answer.pattern, line, cased, accented)), None)


def patterns_problems(answers: Sequence[Accepted]) -> list[str]:
    """What is wrong with the accepted answers of a question or a gap."""
    found = [] if all(answer.pattern.strip() for answer in answers) else [_("An accepted answer is empty.")]
    if not any(answer.fraction == ONE for answer in answers):
        found.append(_("Give at least one answer that earns the full mark."))
    return found


def patterns_solution(answers: Sequence[Accepted]) -> str:
    """The answers that earn the full mark, as people would write them, with "…" where anything may stand."""
    return " / ".join("…".join(_pieces(answer.pattern)) for answer in answers if answer.fraction == ONE)


def _fits(pattern: str, line: str, cased: bool, accented: bool) -> bool:
    """Piece by piece between the stars: no regular expression, which a pattern with many stars would keep busy."""
    pieces = [_comparable(piece, cased=cased, accented=accented, trims=False) for piece in _pieces(pattern)]
    if len(pieces) == 1:
        return line == pieces[0]
    first, *middle, last = pieces
    if len(line) < len(first) + len(last) or not (line.startswith(first) and line.endswith(last)):
        return False
    begin, end = len(first), len(line) - len(last)
    for piece in middle:
        found = line.find(piece, begin, end)
        if found < 0:
            return False
        begin = found + len(piece)
    return True


def _pieces(pattern: str) -> list[str]:
    found, begin, line = [""], 0, " ".join(pattern.split())
    for star in _STAR.finditer(line):
        found[-1] += line[begin : star.start()]
        if star.group() == "*":
            found.append("")
        else:
            found[-1] += "*"
        begin = star.end()
    found[-1] += line[begin:]
    return found


def _comparable(text: str, *, cased: bool, accented: bool, trims: bool = True) -> str:
    if trims:
        text = " ".join(text.split())
    if not cased:
        text = unicodedata.normalize("NFC", text).casefold()
    if accented:
        return unicodedata.normalize("NFC", text)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
