"""Questions in running text: "1. … a. … b. … Kunci: B", typed or numbered by the program, with or without titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from lms.plugins.quiz.content import Fault
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats import keylist, kind_names, lines, options
from lms.plugins.quiz.formats.drafting import Open
from lms.plugins.quiz.formats.items import Entry, Item
from lms.plugins.quiz.formats.keylist import KeyEntry
from lms.plugins.quiz.formats.limits import check_question_count
from lms.plugins.quiz.formats.lines import Label, Line, Numbered
from lms.plugins.quiz.formats.runs import NONE, Words

_STATEMENT = re.compile(r"^\s*\(?\s*B\s*[/–-]\s*S\s*\)?\s*|\s*\(?\s*B\s*[/–-]\s*S\s*\)?\s*$")
_TRUTH_AT_END = re.compile(r"(?P<text>.*\S)\s*[(\[]\s*(?P<key>benar|salah|b|s)\s*[)\]]\s*\.?\s*", re.I | re.DOTALL)
_PAIRED = re.compile(r"\S\s*(?:=>|->|→|⇒|=)\s*\S")
_WITHOUT_OPTIONS = {QuestionKind.ESSAY, QuestionKind.SHORT, QuestionKind.NUMERIC, QuestionKind.TRUE_FALSE}


class Parser:
    """Takes lines one by one. `items`, `faults` and `keys` are complete after `close`."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.faults: list[Fault] = []
        self.keys: list[KeyEntry] = []
        self.kind: QuestionKind | None = None
        self.section = 0
        self.lists_keys = False
        self._list_kind: QuestionKind | None = None
        self._open: Open | None = None
        self._pairs: Open | None = None  # a matching question whose numbered lines are its pairs
        self._lower_lists: set[str] = set()  # automatic lists whose lines are options or statements
        self._before: list[Words] = []  # text before the first question

    def read(self, found: Iterable[Line]) -> None:
        """Several lines; those that only ask what comes next look one ahead."""
        waiting = list(found)
        for place, line in enumerate(waiting):
            if line.words:
                self._line(line, waiting[place + 1 : place + 4])

    def open_section(self, kind: QuestionKind | None) -> None:
        """A title: questions of another type follow, numbered anew."""
        self.close()
        self.kind, self.section = kind, self.section + 1

    def close(self) -> None:
        """The question under way is complete."""
        for found in (self._open, self._pairs):
            if found:
                self.items.append(found.item())
                check_question_count(len(self.items))
        self._open = self._pairs = None
        self._before = []

    def _line(self, line: Line, following: Sequence[Line]) -> None:
        if (
            self._title(line, following)
            or (self.lists_keys and self._listed_key(line))
            or self._list_title(line, following)
        ):
            return
        if self._remark(line) or self._option(line):
            return
        self._question(line)

    def _title(self, line: Line, following: Sequence[Line]) -> bool:
        if line.label and line.label.style == "number" and self._open:
            return False
        kind = kind_names.kind_of_title(line.words.line)
        if kind is None or self._is_next_option(line, following):
            return False
        if self.lists_keys and any(item.kind is kind or item.kind is None for item in self.items):
            self._list_kind = kind
            self._listed_key(line)
            return True
        self.lists_keys = False
        self.open_section(kind)
        return True

    def _is_next_option(self, line: Line, following: Sequence[Line]) -> bool:
        """Whether "b. Uraian" is the next option and no title: its letter is the next, or an "a." before a "b."."""
        current, found = self._open, options.markers(line.words.text, continues=True)
        if current is None or current.is_done or not found:
            return False
        if found[0].place:
            return found[0].place == len(current.found)
        below = next((options.markers(later.words.text, continues=True) for later in following if later.words), [])
        return not current.has_options and bool(below) and below[0].place == 1

    def _list_title(self, line: Line, following: Sequence[Line]) -> bool:
        """A title of a list of keys, with keys behind it or below."""
        found = lines.list_title(line.words.text.strip())
        key = lines.key_of(line.words)
        is_own = key is not None and bool(key) and not keylist.is_list(key.text)
        if found is None or is_own or not (self._open or self._pairs or self.items):
            return False
        of, begin = found
        rest = line.words.strip().cut(begin) if begin >= 0 else NONE
        below = next((later for later in following if later.words), None)
        is_list = keylist.is_list(rest.text) if rest else below is not None and self._looks_listed(below)
        kind = kind_names.kind_of_title(of) if of else None
        if not is_list and not (kind and not rest):
            return False
        self.close()
        self.lists_keys, self._list_kind = True, kind
        if rest:
            self._add_keys(line.where, rest)
        return True

    def _looks_listed(self, line: Line) -> bool:
        text = line.words.text
        if line.label and line.label.style == "number":
            return len(text.strip()) <= 40
        return keylist.is_list(text) or kind_names.kind_of_title(text) is not None

    def _listed_key(self, line: Line) -> bool:
        if line.label and line.label.style == "number":
            self.keys.append(
                KeyEntry(where=line.where, kind=self._list_kind, number=line.label.value, key=line.words.tidy())
            )
            return True
        words = line.words
        title = lines.list_title(words.text.strip())
        if title and title[1] >= 0:
            words = words.strip().cut(title[1])
        return self._add_keys(line.where, words)

    def _add_keys(self, where: str, words: Words) -> bool:
        found = list(keylist.entries_of(words))
        self.keys += [KeyEntry(where=where, kind=self._list_kind, number=number, key=key) for number, key in found]
        return bool(found)

    def _remark(self, line: Line) -> bool:
        """A key, an explanation or a mark of the question under way."""
        current = self._open
        if current is None:
            return False
        is_labelled = line.label is not None and line.label.style in {"number", "letter"}
        key = lines.key_of(line.words)
        if key is not None and (key or (not is_labelled and current.key is None)):
            self._take_key(current, key)
            return True
        found = None if is_labelled else lines.extra_of(line.words)
        if not found or not (current.has_options or current.key is not None or current.kind in _WITHOUT_OPTIONS):
            return False
        name, rest = found
        if name in lines.EXPLANATIONS:
            current.explains = True
            current.explanation.append(rest)
        elif rest:
            current.remark(name, rest)
        return True

    def _take_key(self, current: Open, key: Words) -> None:
        if not key:
            current.awaits_key = True
        elif current.key is None:
            current.key = key.strip()
        else:
            current.doubts.append(_("The question has two keys; the first was taken."))

    def _option(self, line: Line) -> bool:
        current = self._open
        label = line.label
        if label and label.style == "letter":
            return self._lettered(line, current)
        if label and label.style in {"bullet", "roman"} and current and not current.has_options and not current.is_done:
            current.list_line("•" if label.style == "bullet" else "", line.words, number=0, is_deeper=True)
            return True
        if label and label.style == "number":
            return False
        found = options.markers(line.words.text, continues=bool(current and (current.has_options or current.text)))
        if not found or line.words.text[: found[0].begin].strip():
            return False
        if current is None or (found[0].place == 0 and current.has_options) or current.is_done:
            current = self._unnumbered(line)
            if current is None:
                return True
        self._add_options(current, line.words, found)
        return True

    def _lettered(self, line: Line, current: Open | None) -> bool:
        """An option that the program lettered: its place is what counts, since lists go on from one to the next."""
        if current is None:
            return False
        words = line.words
        restarts = line.label is not None and line.label.value == 1 and current.has_options
        if restarts or current.is_done:
            current = self._unnumbered(line)
            if current is None:
                return True
        if end := lines.key_at_end(words):
            words, key = end
            self._take_key(current, key)
        current.option(len(current.found), Entry(text=words))
        return True

    def _unnumbered(self, line: Line) -> Open | None:
        """A question without a number: the lines before its first option are its text."""
        text = self._open.taken_tail() if self._open else self._before
        if not text:
            self.faults.append(Fault(where=line.where, reason=_("Options without a question stand here.")))
            return None
        self.close()
        self._open = Open(where=line.where, section=self.section, kind=self.kind, text=list(text))
        return self._open

    def _add_options(self, current: Open, words: Words, found: Sequence[options.Marker]) -> None:
        end = lines.key_at_end(words)
        if end and len(end[0].text) > found[-1].end:
            words, key = end
            self._take_key(current, key)
        for place, entry in options.pieces(words, found):
            current.option(place, entry)

    def _question(self, line: Line) -> None:
        label = line.label
        if label and label.style == "number":
            typed: Numbered | None = Numbered(number=label.value, close=".", rest=line.words)
        else:
            typed = None if label else lines.numbered(line.words)
        if typed is None:
            self._plain(line)
        elif self._is_nested(typed, label):
            assert self._open is not None
            own = self._open.label
            deeper = bool(label and own and (label.level > own.level or label.list_id in self._lower_lists))
            name = "" if deeper else f"{typed.number}{typed.close}"
            self._open.list_line(name, typed.rest, number=typed.number, is_deeper=deeper)
        else:
            self._start(line, typed)

    def _is_nested(self, typed: Numbered, label: Label | None) -> bool:
        """Whether a number belongs to a list inside of the question under way: statements (1), (2), (3)."""
        current = self._open
        if current is None or current.has_options or current.is_done or current.number is None:
            return False
        if label and current.label:
            if label.level != current.label.level:
                return label.level > current.label.level
            return self._is_other_list(current, current.label, typed, label)
        elif bool(label) != bool(current.label):
            return typed.number == current.nested_number + 1
        if typed.close != current.close and typed.number == current.nested_number + 1:
            return True
        is_next = typed.number == current.number + 1
        if current.nested and typed.number == current.nested_number + 1:
            if is_next:
                current.doubts.append(
                    _("Number %(number)s was read as part of the list in this question.", number=typed.number)
                )
            return True
        return typed.number == 1 and not is_next and current.kind not in _WITHOUT_OPTIONS

    def _is_other_list(self, current: Open, own: Label, typed: Numbered, label: Label) -> bool:
        """Whether an automatic list of the same level is one below the question: it began anew, or did so before."""
        if label.list_id == own.list_id or current.kind in _WITHOUT_OPTIONS:
            return False
        if typed.number == 1 or current.nested or label.list_id in self._lower_lists:
            self._lower_lists.add(label.list_id)
            return True
        return False

    def _start(self, line: Line, typed: Numbered) -> None:
        if self.kind is QuestionKind.MATCHING and _PAIRED.search(typed.rest.text):
            self._pair(line, typed.rest)
            return
        self.close()
        self._open = Open(
            where=line.where,
            section=self.section,
            kind=self.kind,
            number=typed.number,
            label=line.label,
            close=typed.close,
        )
        self._text(self._open, typed.rest)

    def _pair(self, line: Line, words: Words) -> None:
        if self._pairs is None:
            text = self._before or [Words.of(_("Match each statement with its partner."))]
            self.close()
            self._pairs = Open(where=line.where, section=self.section, kind=self.kind, text=list(text))
        self._pairs.option(len(self._pairs.found), Entry(text=words))

    def _text(self, current: Open, words: Words) -> None:
        """The first line of a question, perhaps with its options and its key on it."""
        if current.kind is QuestionKind.TRUE_FALSE:
            words = self._statement(current, words)
        if end := lines.key_at_end(words):
            words, current.key = end
        found = [] if current.kind in _WITHOUT_OPTIONS else options.markers(words.text)
        if len(found) > 1 and words.text[: found[0].begin].strip():
            current.text.append(words.cut(0, found[0].begin))
            self._add_options(current, words, found)
        else:
            current.text.append(words)

    def _statement(self, current: Open, words: Words) -> Words:
        """A statement without the "B / S" to be ringed, and with the key that may stand behind it."""
        text = words.text
        begin = found.end() if (found := _STATEMENT.match(text)) else 0
        end = found.start() if (found := _STATEMENT.search(text, begin)) else len(text)
        words = words.cut(begin, end)
        if key := _TRUTH_AT_END.fullmatch(words.text):
            current.key = words.cut(key.start("key"), key.end("key"))
            words = words.cut(0, key.end("text"))
        return words

    def _plain(self, line: Line) -> None:
        if self._open is None:
            self._before = [line.words] if line.is_apart else [*self._before, line.words]
            return
        current = self._open
        found = [] if current.has_options else options.markers(line.words.text)
        if len(found) > 1 and not current.is_done and current.kind not in _WITHOUT_OPTIONS:
            current.text.append(line.words.cut(0, found[0].begin))
            self._add_options(current, line.words, found)
            return
        if end := lines.key_at_end(line.words):
            current.line(end[0], is_apart=line.is_apart)
            self._take_key(current, end[1])
            return
        current.line(line.words, is_apart=line.is_apart)
