"""Reads Aiken: a question, its options by letter, and a line `ANSWER: B`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial

from flask_babel import gettext as _

from lms.plugins.quiz.content import ONE, ZERO, Content, Draft, Option, Reading, Text
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats import encoding
from lms.plugins.quiz.formats.collecting import Collector
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.limits import check_line_count

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OPTION = re.compile(r"([A-Z])[.)]\s*(.*)")
_ANSWER = re.compile(r"(?:ANSWER|JAWABAN|KUNCI)\s*:\s*(.*)", re.IGNORECASE)


@dataclass
class _Block:
    """One question as far as it was read; `after` are lines since the last option, which may belong to the next one."""

    line: int = 0
    text: list[str] = field(default_factory=list)
    options: list[tuple[str, list[str]]] = field(default_factory=list)
    after: list[tuple[int, str]] = field(default_factory=list)
    has_gap: bool = False  # an empty line since the last option
    answer: str | None = None

    def is_empty(self) -> bool:
        return not any(self.text) and not self.options and self.answer is None


def read(data: bytes, file_name: str = "") -> Reading:
    """The questions of an Aiken file; a broken one is a fault with its line and stops no other.

    Raises UnreadableFile for what is no text, or far too large.
    """
    text = encoding.decode(data)
    check_line_count(text)
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), start=1):
        reader.take(number, line.strip())
    reader.finish()
    return reader.collector.reading()


class _Reader:
    """Takes the lines one by one and decides to which question each belongs."""

    def __init__(self) -> None:
        self.collector = Collector()
        self._block = _Block()

    def take(self, number: int, line: str) -> None:
        """One line, without spaces at its ends."""
        answer, option = _ANSWER.fullmatch(line), _OPTION.fullmatch(line)
        if answer:
            self._join_after()
            self._block.line = self._block.line or number
            self._block.answer = answer.group(1).strip()
            self.finish()
        elif option:
            self._take_option(number, option.group(1), option.group(2))
        elif self._block.options:
            if line:
                self._take_after(number, line)
            else:
                self._block.has_gap = True
        elif line or self._block.text:
            self._block.line = self._block.line or number
            self._block.text.append(line)

    def finish(self) -> None:
        """The question ends here."""
        self._join_after()
        block, self._block = self._block, _Block()
        if not block.is_empty():
            where = _("line %(number)s", number=block.line or 1)
            self.collector.attempt(where, partial(_draft, block, where))

    def _take_option(self, number: int, letter: str, text: str) -> None:
        block = self._block
        if letter == "A" and block.options and block.after:
            self._begin_anew()
            block = self._block
        self._join_after()
        block.has_gap = False
        block.line = block.line or number
        block.options.append((letter, [text]))

    def _take_after(self, number: int, line: str) -> None:
        """A line after options: of the last option when it follows at once, else the next question."""
        if self._block.has_gap:
            self.finish()
            self._block.line, self._block.text = number, [line]
        else:
            self._block.after.append((number, line))

    def _join_after(self) -> None:
        if self._block.options:
            self._block.options[-1][1].extend(line for _number, line in self._block.after)
            self._block.after = []

    def _begin_anew(self) -> None:
        """The option A comes again: the lines before it are the next question, and this one lacks its answer."""
        after, self._block.after = self._block.after, []
        self.finish()
        self._block.line, self._block.text = after[0][0], [line for _number, line in after]


def _draft(block: _Block, where: str) -> Draft:
    text = "\n".join(block.text).strip()
    if not text:
        raise Broken(_("The question has no text."))
    if len(block.options) < 2:
        raise Broken(_("Give at least two options, each on a line of its own: A. and B."))
    letters = [letter for letter, _lines in block.options]
    if "".join(letters) != LETTERS[: len(letters)]:
        raise Broken(_("The letters of the options must follow the alphabet from A."))
    if block.answer is None:
        raise Broken(_("The line ANSWER: is missing. Write it under the options, as in ANSWER: B."))
    key = block.answer.rstrip(".)").strip().upper()
    if key not in letters:
        raise Broken(_("The answer “%(answer)s” is not the letter of one of the options.", answer=block.answer[:40]))
    options = [
        Option(text=Text(source=" ".join(lines).strip()), fraction=ONE if letter == key else ZERO)
        for letter, lines in block.options
    ]
    if not all(option.text for option in options):
        raise Broken(_("An option is empty. Write its text or take it out."))
    content = Content(kind=QuestionKind.SINGLE, text=Text(source=text), options=tuple(options))
    return Draft(content=content, where=where)
