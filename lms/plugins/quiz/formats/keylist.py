"""Lists of keys apart from their questions ("Kunci jawaban: 1. B 2. A"), and the questions that they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from lms.plugins.quiz.content import Fault
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats import keys
from lms.plugins.quiz.formats.items import Item
from lms.plugins.quiz.formats.runs import Words

_ENTRY = re.compile(
    r"(?<![\w.,])(?P<number>\d{1,3})\s*[.):=\-–]?\s*"
    r"(?P<key>[A-Ha-h](?:\s*(?:,|&|dan)\s*[A-Ha-h])*|benar|salah)(?![\w])[.,;]?",
    re.IGNORECASE,
)
_ONE = re.compile(r"\s*(?:no\.?\s*)?(?P<number>\d{1,3})\s*[.):=\-–]\s*(?P<key>\S.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class KeyEntry:
    """The key of one question by its number; `run` counts how often the numbers began anew before it."""

    where: str
    number: int
    key: Words
    kind: QuestionKind | None = None
    run: int = 0


def entries_of(words: Words) -> Iterator[tuple[int, Words]]:
    """The numbers and keys on a line: several letters in a row, or one number with any text behind it."""
    text = words.text
    found = list(_ENTRY.finditer(text))
    rest = _ENTRY.sub(" ", text).strip(" \t.,;|/")
    if found and not rest:
        for match in found:
            yield int(match["number"]), words.cut(match.start("key"), match.end("key"))
    elif one := _ONE.fullmatch(text):
        yield int(one["number"]), words.cut(one.start("key")).tidy()


def is_list(text: str) -> bool:
    """Whether a line is made of numbers and letters ("1. B 2. A 3. C")."""
    return bool(_ENTRY.search(text)) and not _ENTRY.sub(" ", text).strip(" \t.,;|/")


def with_keys(items: Sequence[Item], entries: Sequence[KeyEntry]) -> tuple[list[Item], list[Fault]]:
    """The items with the keys of the lists, and a fault for each key without a question."""
    found = list(items)
    faults = []
    for entry in _numbered_runs(entries):
        place = _place_of(entry, found)
        if place is None:
            reason = _("The list of keys has number %(number)s, but there is no such question.", number=entry.number)
            faults.append(Fault(where=entry.where, reason=reason))
            continue
        found[place] = _with_key(found[place], entry)
    return found, faults


def _numbered_runs(entries: Sequence[KeyEntry]) -> Iterator[KeyEntry]:
    run, last = 0, 0
    for entry in entries:
        run += entry.number <= last
        last = entry.number
        yield replace(entry, run=run)


def _place_of(entry: KeyEntry, items: Sequence[Item]) -> int | None:
    """The question with this number: in the section of the key, else in the section that the run of numbers means."""
    places = [place for place, item in enumerate(items) if item.number == entry.number]
    if entry.kind and (typed := [place for place in places if _is_of(items[place], entry.kind)]):
        places = typed
    if len(places) > 1 and len({items[place].section for place in places}) == len(places):
        sections = list(dict.fromkeys(item.section for item in items if item.number is not None))
        wanted = sections[entry.run] if entry.run < len(sections) else None
        places = [place for place in places if items[place].section == wanted] or places
    return places[0] if places else None


def _is_of(item: Item, kind: QuestionKind) -> bool:
    return item.kind is kind or (item.kind is None and kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE})


def _with_key(item: Item, entry: KeyEntry) -> Item:
    if not item.key:
        return replace(item, key=entry.key)
    if keys.same(item.key.text, entry.key.text):
        return item
    doubt = _(
        "The key beside the question is %(one)s, in the list it is %(other)s; the one beside it was taken.",
        one=item.key.line[:60],
        other=entry.key.line[:60],
    )
    return replace(item, doubts=(*item.doubts, doubt))
