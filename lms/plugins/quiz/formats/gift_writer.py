"""Writes GIFT, so that reading it again gives equal questions, in Moodle too."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from flask_babel import gettext as _

from lms.plugins.quiz.content import ONE, Content, Draft, Fault, Number, Option, Text
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats import hints
from lms.plugins.quiz.formats.collecting import moodle_path
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.gift_text import HINT, WEIGHT, escape, has_format
from lms.plugins.quiz.formats.naming import kind_words, where_of
from lms.plugins.quiz.formats.pictures import data_address, with_addresses
from lms.plugins.quiz.formats.worth import plain, to_percent

_ARROW = "->"


def write(drafts: Sequence[Draft]) -> tuple[bytes, list[Fault]]:
    """The file, and the questions that GIFT cannot express."""
    parts: list[str] = []
    left_out: list[Fault] = []
    category: tuple[str, ...] = ()
    for draft in drafts:
        try:
            written = _question(draft)
        except Broken as error:
            left_out.append(Fault(where=where_of(draft), reason=error.reason))
            continue
        if draft.category != category:
            category = draft.category
            parts.append(f"$CATEGORY: {moodle_path(category)}")
        parts.append(written)
    return ("\n\n".join(parts) + "\n").encode(), left_out


def _question(draft: Draft) -> str:
    content = draft.content
    _check(content)
    writer = _Writer(draft)
    lines = _comments(draft)
    name = f"::{escape(content.name)}::" if content.name else ""
    lines.append(f"{name}[{content.text.format}]{writer.source(content.text)}{writer.answers()}")
    return "\n".join(lines)


def _check(content: Content) -> None:
    """Raises Broken for what would not come back."""
    if content.kind not in _WRITERS or content.extra:
        raise Broken(_("GIFT has no questions of the type %(kind)s.", kind=kind_words(content.kind)))
    if content.units:
        raise Broken(_("GIFT cannot express units."))
    if content.rubric:
        raise Broken(_("GIFT cannot express a rubric."))
    arrows = [pair.prompt.source for pair in content.pairs] + [answer.pattern for answer in content.accepted]
    if any(_ARROW in escape(text) for text in arrows):
        raise Broken(_("GIFT cannot express an arrow (->) in this place."))
    if content.kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE} and len(content.options) < 2:
        raise Broken(_("Give at least two options."))


def _comments(draft: Draft) -> list[str]:
    lines = []
    tags = ["[tag:" + re.sub(r"([\]\\])", r"\\\1", " ".join(tag.split())) + "]" for tag in draft.tags]
    if tags:
        lines.append("// " + " ".join(tags))
    is_description = draft.content.kind == QuestionKind.DESCRIPTION
    said = hints.of(draft, without=frozenset() if is_description else frozenset({"feedback"}))
    if said:
        lines.append(f"// {HINT} {json.dumps(said, ensure_ascii=False)}")
    return lines


class _Writer:
    """Writes the answers of one question."""

    def __init__(self, draft: Draft) -> None:
        self._content = draft.content
        self._address_of = data_address(draft.pictures)

    def source(self, text: Text) -> str:
        return escape(with_addresses(text, self._address_of))

    def answers(self) -> str:
        if self._content.kind == QuestionKind.DESCRIPTION:
            return ""
        lines: list[str] = _WRITERS[QuestionKind(self._content.kind)](self)
        if self._content.feedback:
            lines = [*lines, f"####{self.text(self._content.feedback)}"]
        if len(lines) < 2:
            return " {" + "".join(lines) + "}"
        return " {\n\t" + "\n\t".join(lines) + "\n}"

    def text(self, text: Text) -> str:
        """A text inside of the braces: its format is that of the question unless it says so."""
        source = self.source(text)
        differs = bool(text) and text.format is not self._content.text.format
        return f"[{text.format}]{source}" if differs or has_format(source) else source

    def feedback(self, text: Text) -> str:
        return f"#{self.text(text)}" if text else ""

    def options(self) -> list[str]:
        has_key = self._content.kind == QuestionKind.SINGLE
        lines = []
        for option in self._content.options:
            is_key = has_key and option.fraction == ONE
            has_key = has_key and not is_key  # only the first one gets `=`: two of them alone would be a short answer
            lines.append(self._option(option, is_key=is_key))
        if has_key:
            raise Broken(_("No option earns the full mark."))
        return lines

    def _option(self, option: Option, *, is_key: bool) -> str:
        text = self.text(option.text)
        weight = f"%{to_percent(option.fraction)}%"
        if is_key:
            mark = "=" + (weight if WEIGHT.match(text) else "")
        else:
            mark = "~" + (weight if option.fraction or WEIGHT.match(text) else "")
        return mark + text + self.feedback(option.feedback)

    def truth(self) -> list[str]:
        """Other words than the usual ones, or other weights, are options of a single choice."""
        true, *others = self._content.options
        if len(others) != 1:
            return self.options()
        words = (true.text, others[0].text) == (Text(source="Benar"), Text(source="Salah"))
        if not words or {true.fraction, others[0].fraction} != {ONE, ONE - ONE}:
            return self.options()
        right, wrong = (true, others[0]) if true.fraction == ONE else (others[0], true)
        feedbacks = f"#{self.text(wrong.feedback)}#{self.text(right.feedback)}"
        has_some = bool(right.feedback or wrong.feedback)
        return [("T" if right is true else "F") + (feedbacks if has_some else "")]

    def accepted(self) -> list[str]:
        lines = []
        for answer in self._content.accepted:
            pattern = escape(answer.pattern)
            weight = f"%{to_percent(answer.fraction)}%"
            mark = "=" + (weight if answer.fraction != ONE or WEIGHT.match(pattern) else "")
            lines.append(mark + pattern + self.feedback(answer.feedback))
        return lines

    def numbers(self) -> list[str]:
        return ["#", *(self._number(number) for number in self._content.numbers)]

    def _number(self, number: Number) -> str:
        value = "*" if number.value is None else plain(number.value)
        half = f":{plain(number.tolerance)}" if number.tolerance and number.value is not None else ""
        weight = "" if number.fraction == ONE else f"%{to_percent(number.fraction)}%"
        return f"={weight}{value}{half}{self.feedback(number.feedback)}"

    def pairs(self) -> list[str]:
        return [f"={self.text(pair.prompt)} {_ARROW} {escape(pair.answer)}" for pair in self._content.pairs]

    def essay(self) -> list[str]:
        return []


_WRITERS = {
    QuestionKind.SINGLE: _Writer.options,
    QuestionKind.MULTIPLE: _Writer.options,
    QuestionKind.TRUE_FALSE: _Writer.truth,
    QuestionKind.SHORT: _Writer.accepted,
    QuestionKind.NUMERIC: _Writer.numbers,
    QuestionKind.MATCHING: _Writer.pairs,
    QuestionKind.ESSAY: _Writer.essay,
    QuestionKind.DESCRIPTION: _Writer.essay,
}
