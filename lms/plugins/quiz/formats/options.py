"""Options inside running text: "a. ya   b. tidak", one a line or several, and the ticks beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lms.plugins.quiz.formats import keys
from lms.plugins.quiz.formats.items import Entry
from lms.plugins.quiz.formats.runs import WIDE, Words

_MARKER = re.compile(
    rf"(?:(?P<start>^[ \t]*)|(?<=[\s{keys.TICKS}]))(?P<tick>[*{keys.TICKS}][ \t]*|\(v\)[ \t]*)?"
    r"(?P<open>\()?(?P<letter>[A-Ha-h])[ \t]?(?P<close>[.)])(?=(?P<after>.|$))",
    re.MULTILINE,
)
_TICK = re.compile(
    rf"\s*(?:[{keys.TICKS}]|\(\s*(?:v|[{keys.TICKS}]|kunci|kunci jawaban|jawaban benar|(?P<word>benar))\s*\)"
    r"|\[\s*[vx]\s*\]|(?<=[^\s*])\s*\*)\s*$",
    re.IGNORECASE,
)
_FIRST_TICK = re.compile(rf"^\s*(?:[{keys.TICKS}]|\[[vx]\]|\(v\)|\*(?=\s?\w))\s*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Marker:
    """Where the letter of an option stands in a text: from `begin` to before `end`."""

    place: int  # of the option, from 0
    begin: int
    end: int
    is_ticked: bool


def markers(text: str, *, continues: bool = False) -> list[Marker]:
    """The letters of the options in a text, in its order: "a." and what follows it, or nothing.

    `continues`: options are under way, so that a line may begin with any letter. Letters may skip only where the text
    stands in columns ("a. ya    c. mungkin").
    """
    found = [match for match in _MARKER.finditer(text) if _is_letter(match)]
    first = _first(text, found, continues)
    if first is None:
        return []
    chain = [found[first]]
    for match in found[first + 1 :]:
        step = _place(match) - _place(chain[-1])
        is_column = match["start"] is not None or bool(WIDE.search(text[match.start() - 3 : match.start()]))
        if match["letter"].isupper() == chain[-1]["letter"].isupper() and (step == 1 or (step > 1 and is_column)):
            chain.append(match)
    return [
        Marker(place=_place(match), begin=match.start(), end=match.end("close"), is_ticked=bool(match["tick"]))
        for match in chain
    ]


def split(words: Words) -> tuple[Words, list[Entry]]:
    """What stands before the options of a text, and the options; all of it and [] where there are fewer than two."""
    found = markers(words.text)
    if len(found) < 2:
        return words, []
    return words.cut(0, found[0].begin), in_order(pieces(words, found))


def pieces(words: Words, found: Sequence[Marker]) -> list[tuple[int, Entry]]:
    """The options behind their letters, each with its place."""
    ends = [*(marker.begin for marker in found[1:]), len(words.text)]
    return [
        (
            marker.place,
            Entry(
                text=words.cut(marker.end, end),
                is_marked=marker.is_ticked,
                is_bold_mark=words.cut(marker.begin, marker.end).is_all("bold"),
            ),
        )
        for marker, end in zip(found, ends, strict=True)
    ]


def in_order(found: Sequence[tuple[int, Entry]]) -> list[Entry]:
    """The options by their letters; an empty one where a letter is missing. A letter given twice goes to the end."""
    placed: dict[int, Entry] = {}
    rest = []
    for place, entry in found:
        if place in placed:
            rest.append(entry)
        else:
            placed[place] = entry
    return [*(placed.get(place, Entry()) for place in range(max(placed, default=-1) + 1)), *rest]


def without_ticks(entries: Sequence[Entry]) -> list[Entry]:
    """Entries whose ticks became `is_marked`. "(benar)" behind several of them is their text."""
    ends = [_TICK.search(entry.text.text) for entry in entries]
    many = sum(1 for end in ends if end and end["word"]) > 1
    found = []
    for entry, end in zip(entries, ends, strict=True):
        words, is_marked = entry.text, entry.is_marked
        if words.is_exact:
            found.append(entry)
            continue
        if end and end.start() and not (many and end["word"]):
            words, is_marked = words.cut(0, end.start()), True
        if begin := _FIRST_TICK.match(words.text):
            words, is_marked = words.cut(begin.end()), True
        found.append(replace(entry, text=words.strip(), is_marked=is_marked))
    return found


def without_letters(entries: Sequence[Entry]) -> list[Entry]:
    """Options in cells of their own that repeat their letter ("A. Jakarta" in column A)."""
    filled = [(place, entry) for place, entry in enumerate(entries) if entry.text]
    if any(entry.text.is_exact for _place_of, entry in filled):
        return list(entries)
    found = {place: _MARKER.match(entry.text.text) for place, entry in filled}
    if not all(
        match and _place(match) == place and match["after"].strip() != match["after"] for place, match in found.items()
    ):
        return list(entries)
    changed = list(entries)
    for place, entry in filled:
        match = found[place]
        if match:
            changed[place] = replace(entry, text=entry.text.cut(match.end("close")).strip())
    return changed


def is_decorated(text: str) -> bool:
    """Whether a text begins with a letter or holds a tick that would be taken for one of its author."""
    return bool(_MARKER.match(text) or _TICK.search(text) or _FIRST_TICK.match(text))


def _first(text: str, found: Sequence[re.Match[str]], continues: bool) -> int | None:
    """Which letter opens the options: the first of a line, or an "a." that a "b." follows."""
    for number, match in enumerate(found):
        opens_line = match["start"] is not None
        if continues and opens_line and not text[: match.start()].strip():
            return number
        if match["letter"] in "aA" and (
            opens_line or any(_place(later) == 1 for later in found[number + 1 :] if _alike(later, match))
        ):
            return number
    return None


def _alike(one: re.Match[str], other: re.Match[str]) -> bool:
    return one["letter"].isupper() == other["letter"].isupper() and one["close"] == other["close"]


def _is_letter(match: re.Match[str]) -> bool:
    """A letter with its point, not an abbreviation ("a.n.") or a bracket in a sentence ("(a)" closed by ")")."""
    if match["open"] and match["close"] == ".":
        return False
    after = match["after"]
    return match["start"] is not None or not after or after.isspace()


def _place(match: re.Match[str]) -> int:
    return ord(match["letter"].lower()) - ord("a")
