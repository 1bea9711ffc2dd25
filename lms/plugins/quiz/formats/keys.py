"""What authors write as the key of a question: letters, numbers, words of an option, ticks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

TICKS = "✓✔√☑☒🗸✅"
_MARKS = {"v", "x", "*", "ya", "yes", "y", "benar", "true", "betul", "1", "kunci", "(v)", "(x)", "[v]", "[x]", *TICKS}
_NOT_MARKS = {"", "-", "–", "0", "salah", "false", "tidak", "no", "( )", "[ ]", "☐", "□"}
_TRUE = {"benar", "b", "true", "t", "ya", "betul", "y", "yes", "v", "1", *TICKS}
_FALSE = {"salah", "s", "false", "f", "tidak", "no", "n", "x", "0", "tidak benar", "keliru"}
_BETWEEN = re.compile(r"\s*(?:[,;/&+\n]|\b(?:dan|and|serta)\b|\s)\s*", re.IGNORECASE)
_LETTER_AND_WORDS = re.compile(r"\(?([A-Za-z])\s*[.):\-–]\s*(\S.*)", re.DOTALL)
_ENTRIES = re.compile(r"\s*[;|\n]\s*")
_PREFIX = re.compile(r"^(?:kunci(?: jawaban)?|jawaban(?: benar)?|opsi|pilihan|huruf|option)\s*[:=]?\s*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Found:
    """The places of the right options from 0, or what is wrong with the key."""

    places: tuple[int, ...] = ()
    doubts: tuple[str, ...] = ()
    problem: str = ""


def letter(place: int) -> str:
    """How people call the option at a place from 0."""
    return chr(ord("A") + place) if place < 26 else str(place + 1)


def is_mark(raw: str) -> bool:
    """Whether a cell beside an option marks it as right."""
    return raw.strip().casefold() in _MARKS


def is_no_mark(raw: str) -> bool:
    """Whether a cell beside an option says that it is not right."""
    return raw.strip().casefold() in _NOT_MARKS


def truth(raw: str) -> bool | None:
    """Whether a statement is true; None for other words."""
    word = " ".join(_PREFIX.sub("", raw.strip()).casefold().strip(" .").split())
    return True if word in _TRUE else False if word in _FALSE else None


def same(one: str, other: str) -> bool:
    """Whether two texts are the same words, whatever the capitals and the full stop at the end."""
    return plain(one) == plain(other)


def find(raw: str, options: Sequence[str]) -> Found:
    """The options that a key names. `options` holds "" where one was left empty."""
    words = [place for place, option in enumerate(options) if option and same(option, raw)]
    places = _places(raw, len(options))
    if words and places and words != places:
        return _ambiguous(raw, words, places)
    if words:
        return Found(places=tuple(words))
    if places:
        return _checked(places, options)
    return _by_words(raw, options)


def _ambiguous(raw: str, words: list[int], places: list[int]) -> Found:
    """Options that are numbers or letters themselves. A number is its words then, a letter is a place."""
    first, second = (places, words) if raw.strip(" .)(").isalpha() else (words, places)
    doubt = _(
        "The key “%(key)s” may mean option %(one)s or option %(other)s; %(one)s was taken.",
        key=raw.strip(),
        one=letter(first[0]),
        other=letter(second[0]),
    )
    return Found(places=tuple(first), doubts=(doubt,))


def _checked(places: list[int], options: Sequence[str]) -> Found:
    for place in places:
        if place >= len(options):
            return Found(
                problem=_(
                    "The key is %(letter)s, but there are only %(count)s options.",
                    letter=letter(place),
                    count=len(options),
                )
            )
        if not options[place]:
            return Found(problem=_("The key is %(letter)s, but that option is empty.", letter=letter(place)))
    return Found(places=tuple(dict.fromkeys(places)))


def _by_words(raw: str, options: Sequence[str]) -> Found:
    """A letter with the words of its option ("B. Jakarta"), or the words of several options."""
    if found := _LETTER_AND_WORDS.fullmatch(raw.strip()):
        place = ord(found[1].upper()) - ord("A")
        checked = _checked([place], options)
        if checked.problem or same(found[2], options[place]):
            return checked
        others = [letter(n) for n, option in enumerate(options) if option and same(option, found[2])]
        if others:
            return Found(
                problem=_(
                    "The key says %(letter)s, but its words are those of option %(other)s.",
                    letter=letter(place),
                    other=others[0],
                )
            )
        doubt = _("The words beside the key %(letter)s are not those of the option.", letter=letter(place))
        return Found(places=(place,), doubts=(doubt,))
    parts = [part for part in _ENTRIES.split(raw) if part.strip()]
    named = [next((n for n, option in enumerate(options) if option and same(option, part)), None) for part in parts]
    if len(parts) > 1 and all(place is not None for place in named):
        return Found(places=tuple(dict.fromkeys(place for place in named if place is not None)))
    return Found(problem=_("The key “%(key)s” is neither a letter nor the words of an option.", key=_short(raw)))


def _places(raw: str, count: int) -> list[int]:
    """The places that letters or numbers name; empty for anything else."""
    line = _PREFIX.sub("", raw.strip())
    tokens = [token.strip(".)(:[]*\"'") for token in _BETWEEN.split(line)]
    tokens = [token for token in tokens if token]
    if not tokens or len(tokens) > max(count, 12):
        return []
    if all(len(token) == 1 and token.isascii() and token.isalpha() for token in tokens):
        return [ord(token.upper()) - ord("A") for token in tokens]
    if all(token.isascii() and token.isdecimal() and len(token) <= 2 and int(token) for token in tokens):
        return [int(token) - 1 for token in tokens]
    if len(tokens) == 1 and tokens[0].isascii() and tokens[0].isalpha():
        places = [ord(one) - ord("A") for one in tokens[0].upper()]
        if len(set(places)) == len(places) <= count and max(places) < count:
            return places
    return []


def plain(text: str) -> str:
    """The words that count when two texts are compared."""
    return " ".join(text.casefold().split()).rstrip(" .")


def _short(raw: str) -> str:
    line = " ".join(raw.split())
    return line if len(line) <= 60 else line[:59] + "…"
