"""A question of running text while its lines come in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flask_babel import gettext as _

from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats import options
from lms.plugins.quiz.formats.items import Entry, Item
from lms.plugins.quiz.formats.lines import Label
from lms.plugins.quiz.formats.runs import NONE, Words, joined

_FIELDS = {
    "bobot": "mark", "skor": "mark", "poin": "mark", "nilai": "mark", "kategori": "category", "tujuan": "objective",
    "indikator": "objective", "pilar": "pillar", "tag": "tags", "toleransi": "tolerance", "satuan": "units",
}  # fmt: skip
_SHOWN = 60  # letters of a text that a doubt quotes


@dataclass(kw_only=True)
class Open:
    """The question that lines are added to."""

    where: str
    section: int
    kind: QuestionKind | None = None
    number: int | None = None
    label: Label | None = None
    close: str = "."  # how its typed number is closed
    text: list[Words] = field(default_factory=list)
    nested: list[tuple[str, Words]] = field(
        default_factory=list
    )  # a list below the text: statements, or options without letters
    nested_number: int = 0  # the last of its numbers
    is_deeper: bool = True  # whether all of the list is on a deeper level, or bulleted
    found: list[tuple[int, Entry]] = field(default_factory=list)
    more: list[list[Words]] = field(default_factory=list)  # further lines of each option
    key: Words | None = None
    explanation: list[Words] = field(default_factory=list)
    explains: bool = False
    awaits_key: bool = False
    tail: list[Words] = field(default_factory=list)  # lines after the options that may open another question
    extras: dict[str, str] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    @property
    def has_options(self) -> bool:
        """Whether lettered options came in."""
        return bool(self.found)

    @property
    def is_done(self) -> bool:
        """Whether nothing more is expected but remarks."""
        return self.key is not None or self.explains

    def option(self, place: int, entry: Entry) -> None:
        """An option with its place."""
        self.found.append((place, entry))
        self.more.append([])

    def line(self, words: Words, *, is_apart: bool) -> None:
        """A line without a number or letter: it goes on with what came before."""
        if self.awaits_key:
            self.key, self.awaits_key = words.strip(), False
        elif self.explains:
            self.explanation.append(words)
        elif self.key is not None or (self.found and is_apart) or self.tail:
            self.tail.append(words)
        elif self.found:
            self.more[-1].append(words)
        elif self.nested:
            self.text += [*self._listed(), words]
            self.nested = []
        else:
            self.text.append(words)

    def list_line(self, label: str, words: Words, *, number: int, is_deeper: bool) -> None:
        """A line of a list below the text."""
        if not self.nested:
            self.is_deeper = True
        self.nested.append((label, words))
        self.nested_number = number
        self.is_deeper = self.is_deeper and is_deeper

    def remark(self, name: str, words: Words) -> None:
        """A remark such as "Bobot: 2"."""
        self.extras[_FIELDS[name]] = words.line

    def taken_tail(self) -> list[Words]:
        """The lines at the end that are the text of the next question, which has no number."""
        if self.tail:
            found, self.tail = self.tail, []
            return found
        if self.more and self.more[-1]:
            found, self.more[-1] = self.more[-1], []
            return found
        return []

    def item(self) -> Item:
        """The question with all its lines."""
        entries = self._entries()
        doubts = list(self.doubts)
        if left := joined(self.tail, " ").line:
            shown = left if len(left) <= _SHOWN else left[: _SHOWN - 1] + "…"
            doubts.append(_("The text after the question was left out: “%(text)s”.", text=shown))
        return Item(
            where=self.where,
            kind=self.kind,
            number=self.number,
            section=self.section,
            text=joined([*self.text, *self._listed()]).tidy(),
            entries=tuple(options.without_ticks([replace(entry, text=entry.text.tidy()) for entry in entries])),
            key=(self.key or NONE).tidy(),
            explanation=joined(self.explanation).tidy(),
            doubts=tuple(doubts),
            **self.extras,  # type: ignore[arg-type]
        )

    def _entries(self) -> list[Entry]:
        if not self.found and len(self.nested) > 1 and self.is_deeper and self.kind not in _WITHOUT_OPTIONS:
            entries = [Entry(text=words) for _label, words in self.nested]
            self.nested = []
            return entries
        whole = [
            (place, replace(entry, text=joined([entry.text, *lines])))
            for (place, entry), lines in zip(self.found, self.more, strict=True)
        ]
        places = [place for place, _entry in whole]
        if len(set(places)) < len(places):
            self.doubts.append(_("A letter stands before two options; they were taken in their order."))
            whole = list(enumerate(entry for _place, entry in whole))
        return options.in_order(whole)

    def _listed(self) -> list[Words]:
        return [joined([Words.of(label), words], " ") for label, words in self.nested]


_WITHOUT_OPTIONS = {QuestionKind.ESSAY, QuestionKind.SHORT, QuestionKind.NUMERIC, QuestionKind.DESCRIPTION}
